"""Documents and dataclasses: nothing lost on the way there and back, nothing guessed when the shape is wrong."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vault_kit import ENTITIES, NUMBER, RECORDS

from app.domain import changes as tables
from app.domain.action import Action, BodyFormat
from app.domain.identifiers import TokenId, encode
from app.domain.secret import DOTS, Secret
from app.domain.settings import Settings
from app.domain.token import Token, TokenKind
from app.errors import VaultDamaged
from app.store import documents
from app.store.codec import Document, from_document, new_id, to_document, to_json

every_table = pytest.mark.parametrize("table", ENTITIES)
_WRONG = (None, True, 7, 1.5, "text", [1], {"a": 1})


def _through_disk(document: Document) -> Document:
    encoded = documents.encode([document])
    (read,) = documents.decode(b"[" + encoded.raw + b"]", exact=encoded.exact)
    return read


@every_table
@given(data=st.data())
def test_every_entity_comes_back_equal(table: str, data: st.DataObject) -> None:
    """Over the bytes that the store writes."""
    entity = data.draw(ENTITIES[table])
    document = to_document(entity)
    assert from_document(table, NUMBER, _through_disk(document)) == entity
    assert "id" not in document


@every_table
@given(data=st.data())
def test_a_value_of_another_type_is_refused_or_kept(table: str, data: st.DataObject) -> None:
    """Never turned into something else: what is read has the value, or the document is called damaged by its place."""
    document = _through_disk(to_document(data.draw(ENTITIES[table])))
    key = data.draw(st.sampled_from(sorted(document)))
    wrong = copy.deepcopy(document)
    wrong[key] = data.draw(st.sampled_from(_WRONG))
    try:
        entity = from_document(table, NUMBER, wrong)
    except VaultDamaged as error:
        assert f"Document {NUMBER} of the table {table} does not have the expected shape" in str(error)
    else:
        kept = _through_disk(to_document(entity))[key]
        if kept != wrong[key]:  # a part in which everything has a default: it leaves out names that it does not know
            bare = to_document(from_document(table, NUMBER, wrong | {key: {}}))
            assert (wrong[key], kept) == ({"a": 1}, _through_disk(bare)[key])
        assert isinstance(kept, bool) == isinstance(wrong[key], bool)


@every_table
def test_an_empty_document_is_named_by_table_and_number(table: str) -> None:
    """Except where everything has a default."""
    if table in (tables.SETTINGS, RECORDS):
        assert from_document(table, 1, {})
        return
    with pytest.raises(VaultDamaged, match=rf"Document {NUMBER} of the table {table} .*required field"):
        from_document(table, NUMBER, {})


@pytest.mark.parametrize("number", [0, -1, 2**63, "text"])
def test_a_number_that_cannot_be_an_id_is_damage(number: int) -> None:
    """As a script may have used in TinyDB."""
    with pytest.raises(VaultDamaged, match="its number cannot be an id"):
        from_document(RECORDS, number, {})


def test_a_token_that_is_no_text_is_damage() -> None:
    """And the error does not repeat it."""
    with pytest.raises(VaultDamaged) as caught:
        from_document(tables.TOKENS, 1, {"name": "t", "value": 987654321})
    assert "987654321" not in str(caught.value)


def test_documents_from_before_open() -> None:
    """As version 0.1.0 wrote them: what they lack has its default."""
    action = from_document(
        tables.ACTIONS, NUMBER, {"name": "List", "method": "GET", "url": "https://a.example/", "state": "live"}
    )
    token = from_document(
        tables.TOKENS, NUMBER, {"name": "Key", "header": "X-Key", "prefix": "", "value": "s3cret-value"}
    )
    settings = from_document(tables.SETTINGS, 1, {"object_limit": 15, "is_mock": False})
    assert isinstance(action, Action)
    assert (action.query, action.body_format, action.only_reads) == ((), BodyFormat.AUTO, False)
    assert action.state_words == "live, not tested"
    assert isinstance(token, Token)
    assert (token.kind, token.hosts) == (TokenKind.FIXED, ())
    assert isinstance(settings, Settings)
    assert settings.environment_id is None


def test_ids_are_numbers_in_clothes() -> None:
    """Each table with its prefix; records of every type share one."""
    assert new_id(tables.ACTIONS, 1) == encode("act", 1)
    assert new_id(tables.record_table("Order"), 5) == new_id(tables.record_table("People"), 5) == encode("rec", 5)


@given(st.text(st.characters(exclude_categories=[])))
def test_json_output_is_exact_and_harmless(text: str) -> None:
    """Whatever the text, the document gives it back, and holds nothing that a terminal could act on."""
    shown = to_json({text: [text]})
    assert json.loads(shown) == {text: [text]}
    assert all(letter.isprintable() or letter == "\n" for letter in shown)


def test_json_output_shows_secrets_as_dots() -> None:
    """However deep they stand; paths are texts; big integers keep their digits."""
    token = Token(id=TokenId("tok_1"), name="t", value=Secret("canary"))
    shown = to_json({"a": [token], "path": Path("/x"), "big": 2**70})
    assert "canary" not in shown
    assert json.loads(shown)["a"][0]["value"] == DOTS
    assert json.loads(shown)["path"] == "/x"
    assert json.loads(shown)["big"] == 2**70


@given(st.text(min_size=1))
def test_a_secret_is_never_in_a_repr(text: str) -> None:
    """Nor in any text made of the entity that holds it."""
    token = Token(id=TokenId("tok_1"), name="t", prefix="Bearer", value=Secret(text))
    plain = Token(id=TokenId("tok_1"), name="t", prefix="Bearer", value=Secret("another"))
    for shown in (repr, str, "{}".format, lambda it: f"{it!r:>300}"):
        assert shown(token) == shown(plain)
    assert repr(token.header_value) == repr(token.value) == DOTS
