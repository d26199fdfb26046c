"""Every kind of thing a vault holds, as hypothesis strategies, and a cheap vault."""

from __future__ import annotations

from pathlib import Path

from hypothesis import strategies as st

from app.domain import changes as tables
from app.domain.action import Action, ActionState, BodyFormat, DataInput, Header, Method, MockResponse, QueryRow
from app.domain.changes import Entity
from app.domain.datatypes import DataType
from app.domain.environment import Colour, Cookie, CookieJar, Environment
from app.domain.identifiers import encode
from app.domain.mapping import FieldMapping, Mapping
from app.domain.record import Record
from app.domain.run import BodyPart, Failure, FailureKind, Response, Run, SentRequest
from app.domain.schema import Attribute, ObjectType, StandardName, StandardType
from app.domain.secret import Secret
from app.domain.settings import Settings
from app.domain.token import Grant, Token, TokenKind, TokenRequest
from app.store.kdf import Kdf
from app.store.vault import Vault

CHEAP = Kdf.argon2id(memory_kib=64, iterations=1, lanes=1)
PASSPHRASE = "correct horse"
NUMBER = 4711
RECORDS = tables.record_table("Order")


def new_vault(path: Path) -> Vault:
    """A vault at the least cost; close it."""
    return Vault.create(path, PASSPHRASE, kdf=CHEAP)


_texts = st.text(st.characters(exclude_categories=[]), max_size=20)
_pairs = st.lists(st.tuples(_texts, _texts), max_size=3).map(tuple)
_samples = st.builds(MockResponse, name=_texts, status=st.integers(100, 599), headers=_pairs, body=_texts)
_attributes = st.builds(
    Attribute,
    name=_texts,
    data_type=st.sampled_from(DataType),
    description=_texts,
    options=st.lists(_texts, max_size=3).map(tuple),
    target=_texts,
    many=st.booleans(),
    is_archived=st.booleans(),
    is_built_in=st.booleans(),
)
_values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    _texts,
    st.lists(_texts, max_size=3).map(tuple),
)
_responses = st.builds(
    Response,
    status=st.integers(100, 599),
    reason=_texts,
    headers=_pairs,
    http_version=_texts,
    body_size=st.integers(0, 2**40),
    elapsed_ms=st.floats(0, 1e6),
    first_byte_ms=st.floats(0, 1e6),
    is_cut=st.booleans(),
)
_failures = st.builds(Failure, kind=st.sampled_from(FailureKind), stage=_texts, message=_texts)
_identity = {
    prefix: st.just(encode(prefix, NUMBER))
    for prefix in ("obj", "std", "act", "tok", "map", "run", "rec", "env", "gra", "jar")
}
_other_ids = {prefix: st.integers(1, 2**63 - 1).map(lambda n, p=prefix: encode(p, n)) for prefix in _identity}

ENTITIES: dict[str, st.SearchStrategy[Entity]] = {
    tables.OBJECTS: st.builds(
        ObjectType,
        id=_identity["obj"],
        name=_texts,
        description=_texts,
        attributes=st.lists(_attributes, max_size=3).map(tuple),
        is_archived=st.booleans(),
        created_at=_texts,
    ),
    tables.STANDARDS: st.builds(
        StandardType,
        id=_identity["std"],
        name=st.sampled_from(StandardName),
        description=_texts,
        attributes=st.lists(_attributes, max_size=3).map(tuple),
    ),
    tables.ACTIONS: st.builds(
        Action,
        id=_identity["act"],
        name=_texts,
        method=st.sampled_from(Method),
        url=_texts,
        description=_texts,
        headers=st.lists(st.builds(Header, name=_texts, value=_texts, is_enabled=st.booleans()), max_size=3).map(tuple),
        body=_texts,
        inputs=st.lists(
            st.builds(
                DataInput,
                name=_texts,
                data_type=st.sampled_from(DataType),
                description=_texts,
                is_required=st.booleans(),
                default=st.none() | _texts,
            ),
            max_size=3,
        ).map(tuple),
        token_id=st.none() | _other_ids["tok"],
        test_values=st.dictionaries(_texts, _texts, max_size=3),
        mock=st.none() | _samples,
        other_mocks=st.lists(_samples, max_size=2).map(tuple),
        state=st.sampled_from(ActionState),
        query=st.lists(st.builds(QueryRow, name=_texts, value=_texts, is_enabled=st.booleans()), max_size=3).map(tuple),
        body_format=st.sampled_from(BodyFormat),
        content_type=_texts,
        only_reads=st.booleans(),
        uses_cookies=st.booleans(),
        tested_version=_texts,
    ),
    tables.TOKENS: st.builds(
        Token,
        id=_identity["tok"],
        name=_texts,
        header=_texts,
        prefix=_texts,
        value=_texts.map(Secret),
        kind=st.sampled_from(TokenKind),
        user=_texts,
        hosts=st.lists(_texts, max_size=3).map(tuple),
        request=st.none()
        | st.builds(
            TokenRequest,
            url=_texts,
            method=st.sampled_from(Method),
            headers=st.lists(st.builds(Header, name=_texts, value=_texts), max_size=2).map(tuple),
            body=_texts,
            body_format=st.sampled_from(BodyFormat),
            secrets=st.dictionaries(_texts, _texts.map(Secret), max_size=3),
            hosts=st.lists(_texts, max_size=3).map(tuple),
            lifetime_s=st.integers(0, 10**9),
        ),
    ),
    tables.ENVIRONMENTS: st.builds(
        Environment,
        id=_identity["env"],
        name=_texts,
        colour=st.sampled_from(Colour),
        is_production=st.booleans(),
        variables=st.dictionaries(_texts, _texts, max_size=3),
    ),
    tables.GRANTS: st.builds(
        Grant,
        id=_identity["gra"],
        token_id=_other_ids["tok"],
        environment_id=st.none() | _other_ids["env"],
        value=_texts.map(Secret),
        obtained_at=_texts,
        expires_at=_texts,
    ),
    tables.COOKIES: st.builds(
        CookieJar,
        id=_identity["jar"],
        environment_id=st.none() | _other_ids["env"],
        cookies=st.lists(
            st.builds(Cookie, name=_texts, value=_texts.map(Secret), domain=_texts, is_secure=st.booleans()), max_size=3
        ).map(tuple),
    ),
    tables.MAPPINGS: st.builds(
        Mapping,
        id=_identity["map"],
        action_id=_other_ids["act"],
        source=_texts,
        target=_texts,
        rows=st.lists(
            st.builds(FieldMapping, path=_texts, attribute=_texts, is_converted=st.booleans()), max_size=3
        ).map(tuple),
    ),
    tables.SETTINGS: st.builds(
        Settings,
        object_limit=st.integers(0, 10**6),
        record_limit=st.integers(0, 10**9),
        deadline_s=st.floats(0.1, 1e4),
        is_mock=st.booleans(),
        is_read_only=st.booleans(),
        environment_id=st.none() | _other_ids["env"],
    ),
    tables.RUNS: st.builds(
        Run,
        id=_identity["run"],
        action_id=_other_ids["act"],
        action_name=_texts,
        started_at=_texts,
        is_mock=st.booleans(),
        request=st.builds(SentRequest, method=_texts, url=_texts, headers=_pairs, body=_texts),
        response=st.none() | _responses,
        failure=st.none() | _failures,
        body_ids=st.lists(st.integers(1, 2**63 - 1), max_size=3).map(tuple),
        sample=_texts,
        token_story=st.lists(_texts, max_size=2).map(tuple),
    ),
    tables.BODIES: st.builds(BodyPart, run_id=_other_ids["run"], data=st.binary(max_size=50)),
    RECORDS: st.builds(
        Record,
        id=_identity["rec"],
        type_name=st.just("Order"),
        values=st.dictionaries(_texts, _values, max_size=4),
        created_at=_texts,
        updated_at=_texts,
        run_id=st.none() | _other_ids["run"],
    ),
}
"""A strategy for each table; every entity has the document number NUMBER."""
