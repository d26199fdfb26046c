"""From what a person gave to a rendered request: test values, values of a record, values given now, variables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from app.commands.lookup import find_record, find_type, hint, refuse
from app.commands.notation import read_pairs
from app.domain.action import Action
from app.domain.changes import TOKENS, Change
from app.domain.environment import PREFIX, values_of
from app.domain.identifiers import decode
from app.domain.placeholder_names import attribute_types, input_values, known_names, record_values
from app.domain.record import Record
from app.domain.schema import RecordType
from app.domain.secret import DOTS, Secret
from app.domain.token import Token, TokenKind
from app.domain.values import plain_value
from app.domain.workspace import Workspace
from app.engine.cookies import cookie_header
from app.engine.rendering import render
from app.engine.request import Request, Substitution
from app.errors import InvalidInput
from app.workbench import Workbench

_NOT_FETCHED = Secret(DOTS)
"""Stands for a token that has to be fetched first; never sent."""


def given_values(workbench: Workbench, action: Action, given: Mapping[str, str], from_record: str) -> dict[str, str]:
    """Values given now, over those of a record (`OBJECT:ID`), over the test values; a name that is none is refused."""
    refuse(unknown_inputs(workbench.workspace, action, given))
    values = {**action.test_values, **given}
    if not from_record:
        return values
    kind, record = named_record(workbench, from_record)
    return {**action.test_values, **values_from(workbench.workspace, action, kind, record), **given}


def unknown_inputs(workspace: Workspace, action: Action, given: Iterable[str]) -> list[str]:
    """A sentence for each name that no value of this action has, with the nearest that one has."""
    known = [name for name in known_names(workspace, action) if not name.startswith(PREFIX)]
    how = f'"action show" lists the inputs of {action.name}.'
    return [f'{action.name} has no input "{name}"; {hint(name, known, how)}' for name in given if name not in known]


def named_record(workbench: Workbench, text: str) -> tuple[RecordType, Record]:
    """The record that `OBJECT:ID` names."""
    named = [kind.name for kind in workbench.workspace.types if text.startswith(f"{kind.name}:")]
    name, sign, key = text.partition(":")
    if named:  # the name of an object may hold a colon of its own
        name = max(named, key=len)
        key = text[len(name) + 1 :]
    if not sign or not key.strip():
        raise InvalidInput(f'"{text}" is not OBJECT:ID, as in Order:1001 or People:zoe@example.com.')
    kind = find_type(workbench.workspace, name.strip())
    return kind, find_record(workbench, kind, key.strip())


def values_from(workspace: Workspace, action: Action, kind: RecordType, record: Record) -> dict[str, str]:
    """What a record gives to the placeholders of an action, by name: its attributes, and inputs named like them."""
    texts = {name: plain_value(value) for name, value in record.values.items() if value is not None}
    return {**record_values(workspace, kind, texts), **input_values(workspace, action, kind, texts)}


def ready_token(workbench: Workbench, token: Token | None) -> tuple[Token | None, bool]:
    """The token as it can be sent now, and whether it has to be fetched first."""
    if token is None or token.kind is not TokenKind.DYNAMIC:
        return token, False
    grant = workbench.workspace.grant_of(token)
    if grant and grant.is_good(workbench.now()):
        return replace(token, value=grant.value), False
    return replace(token, value=_NOT_FETCHED), True


def rendered(
    workbench: Workbench, action: Action, values: Mapping[str, str], token: Token | None, cookies: Secret | None = None
) -> Request:
    """The request an action makes of values with a token that is ready; InvalidInput names what is missing."""
    workspace = workbench.workspace
    found = render(
        action,
        {**values, **values_of(workspace.environment)},
        token=token,
        known_names=known_names(workspace, action),
        types=attribute_types(workspace),
        cookies=cookies,
    )
    if isinstance(found, Request):
        return found
    raise InvalidInput([str(problem) for problem in found])


def sourced(request: Request, action: Action, given: Mapping[str, str], from_record: str) -> Request:
    """The request with the exact source of each value: given now, of a record, a test value."""

    def source(each: Substitution) -> str:
        if each.source != "value":
            return each.source
        if each.name in given:
            return "given"
        same = action.test_values.get(each.name) == each.given
        return from_record if from_record and not same else "test value"

    exact = tuple(replace(each, source=source(each)) for each in request.substitutions)
    return replace(request, substitutions=exact)


def binding(token: Token | None, host: str) -> list[Change]:
    """The change that binds a token, used for the first time, to the host it is used for."""
    if token is None or token.hosts or not host:
        return []
    return [Change(TOKENS, decode(token.id), token, replace(token, hosts=(host,)))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """An action with its values, rendered without any I/O."""

    values: Mapping[str, str]
    token: Token | None
    """As it can be sent now; of one that has to be fetched the value is missing."""
    must_fetch: bool
    cookies: Secret | None
    request: Request


def prepared(workbench: Workbench, action: Action, lines: tuple[str, ...], from_record: str) -> Prepared:
    """Render an action with `name=value` lines and a record; InvalidInput names everything that stops it."""
    given = read_pairs(lines, "input")
    values = given_values(workbench, action, given, from_record)
    token, must_fetch = ready_token(workbench, workbench.workspace.token_of(action))
    request = rendered(workbench, action, values, token)
    cookies = cookie_header(workbench.workspace.jar, request.url, workbench.now()) if action.uses_cookies else None
    if cookies:
        request = rendered(workbench, action, values, token, cookies)
    request = sourced(request, action, given, from_record)
    return Prepared(values=values, token=token, must_fetch=must_fetch, cookies=cookies, request=request)
