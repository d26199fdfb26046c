"""A dynamic token's own request: what is sent to fetch it, and where the token stands in the answer. Pure.

What came is never put into words: an answer that lacks the token may still hold another secret.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from app.domain.action import Action
from app.domain.identifiers import ActionId
from app.domain.path import FieldPath
from app.domain.problems import Problem
from app.domain.run import Failure, FailureKind
from app.domain.secret import Secret
from app.domain.token import Token, host_is_in, host_of
from app.domain.values import JsonValue
from app.engine.body import decode
from app.engine.rendering import render
from app.engine.request import Request
from app.errors import InvalidInput

_LONGEST = 10 * 365 * 24 * 3600
"""Seconds: ten years. Whoever promises more means "until it is revoked"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What a token's request brought."""

    value: Secret
    expires_at: str = ""


def refresh_failure(token: Token, why: str) -> Failure:
    """The failure of a run whose token could not be had."""
    message = f"The token {token.name} could not be fetched. {why}"
    return Failure(kind=FailureKind.TOKEN_REFRESH, stage="token", message=message)


def render_token_request(
    token: Token, variables: Mapping[str, str], known_names: Sequence[str], *, is_test: bool
) -> Request | tuple[Problem, ...]:
    """The request that fetches a token. Its secrets leave only for hosts it was tested at, or for a test."""
    own = token.request
    assert own is not None
    action = Action(
        id=ActionId(""),
        name=token.name,
        method=own.method,
        url=own.url,
        headers=own.headers,
        body=own.body,
        body_format=own.body_format,
    )
    values = {**variables, **{name: secret.reveal() for name, secret in own.secrets.items()}}
    found = render(action, values, token=None, known_names=known_names)
    if not isinstance(found, Request):
        return found
    host = host_of(found.url)
    if not is_test and not host_is_in(host, own.hosts):
        words = f'its secret was tested at {", ".join(own.hosts)}, not at {host}: token test "{token.name}" allows it'
        return (Problem(f"token {token.name}", words),)
    return replace(found, secrets=token.secrets)


def read_token(token: Token, body: bytes, now: datetime) -> Fetched | Failure:
    """The token in an answer, and when it ends."""
    own = token.request
    assert own is not None
    try:
        document = decode(body)
    except InvalidInput:
        return refresh_failure(token, f"The answer of {host_of(own.url) or 'its host'} is not JSON.")
    value = _first(own.value_path, document)
    if not isinstance(value, str) or not value.strip():
        return refresh_failure(token, f"The answer has no text at {own.value_path}; correct the token's value path.")
    seconds = _seconds(_first(own.lifetime_path, document)) if own.lifetime_path else None
    lifetime = own.lifetime_s if seconds is None else seconds
    return Fetched(value=Secret(value.strip()), expires_at=stamp(now + timedelta(seconds=lifetime)) if lifetime else "")


def stamp(moment: datetime) -> str:
    """ISO 8601 in UTC to the millisecond, as everything else is stamped."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _first(path: str, document: JsonValue) -> JsonValue:
    return next(iter(FieldPath.parse(path).values(document)), None)


def _seconds(value: JsonValue) -> int | None:
    if isinstance(value, str) and value.strip().isdecimal() and len(value) < 20:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)) or value < 0:
        return None
    return int(min(value, _LONGEST))
