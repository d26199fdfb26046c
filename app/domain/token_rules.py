"""What a token must satisfy before it is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.domain.action_rules import HEADER_NAME, check_origin, header_problems
from app.domain.environment import variable_names
from app.domain.path import FieldPath
from app.domain.placeholder_names import unknown_name
from app.domain.problems import Problem
from app.domain.template import TemplateError, names
from app.domain.token import Token, TokenKind, TokenRequest
from app.domain.workspace import Workspace

_HOST = re.compile(r"((\*\.)?[\w-]+(\.[\w-]+)*|\[[0-9a-f:.]+\])(:[0-9]{1,5})?\Z")


def check_token(workspace: Workspace, token: Token) -> tuple[Problem, ...]:
    """Everything that stops a token from being kept."""
    return (*_own_problems(workspace, token), *_host_problems(token), *_value_problems(workspace, token))


def _own_problems(workspace: Workspace, token: Token) -> Iterator[Problem]:
    if not token.name.strip() or not token.name.isprintable():
        yield Problem("name", "a token needs a printable name")
    same = workspace.token_named(token.name)
    if same and same.id != token.id:
        yield Problem("name", f'there is a token "{token.name}" already; remove it first')
    if not HEADER_NAME.match(token.header):
        yield Problem("header", f'"{token.header}" is not a header name')


def _host_problems(token: Token) -> Iterator[Problem]:
    for host in token.hosts:
        if not _HOST.match(host):
            yield Problem("host", f'"{host}" is not a host; write shop.example, shop.example:8443 or *.shop.example')


def _value_problems(workspace: Workspace, token: Token) -> Iterator[Problem]:
    if token.kind is TokenKind.BASIC and (not token.user or ":" in token.user):
        yield Problem("user", "is needed, and holds no colon: HTTP Basic could not tell it from the password")
    if token.request:
        yield from _request_problems(workspace, token.request)
        return
    if not token.value:
        yield Problem("value", "is empty; give the token on standard input or at the prompt")
    else:
        yield from value_problems(token)


def value_problems(token: Token) -> Iterator[Problem]:
    """Why a token's value cannot be sent in a header."""
    value = token.header_value.reveal()
    if not value.isascii() or not value.isprintable() or value != value.strip():
        yield Problem("value", "holds a line break or a character that no header can carry")


def request_names(workspace: Workspace, request: TokenRequest) -> tuple[str, ...]:
    """The names that a token's own request may use: its secrets and the variables of environments."""
    return (*request.secrets, *variable_names(workspace))


def _request_problems(workspace: Workspace, request: TokenRequest) -> Iterator[Problem]:
    known = request_names(workspace, request)
    headers = ((f"header {header.name}", header.value) for header in request.headers)
    for where, text in (("URL", request.url), *headers, ("body", request.body)):
        try:
            used = names(text)
        except TemplateError as error:
            yield Problem(where, str(error))
            continue
        for name in used:
            if name not in known:
                yield Problem(where, unknown_name(name, known))
    if "{{" not in request.url:
        yield from check_origin(request.url)
    yield from header_problems(request.headers)
    for where, path in (("value path", request.value_path), ("lifetime path", request.lifetime_path)):
        yield from _path_problems(where, path)
    if request.lifetime_s < 0:
        yield Problem("lifetime", "is 0 seconds or more")


def _path_problems(where: str, path: str) -> Iterator[Problem]:
    if not path and where == "lifetime path":
        return
    try:
        FieldPath.parse(path)
    except ValueError as error:
        yield Problem(where, f"cannot be read: {error}; write $.access_token")
