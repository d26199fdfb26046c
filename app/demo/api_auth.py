"""Who may use the shop: a static key, or a token from `POST /oauth/token` that expires.

Key, client id and secret are printed in `GET /`: they guard nothing, they are there to be practised with.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Callable
from typing import NoReturn
from urllib.parse import parse_qsl

from starlette.requests import Request

from app.demo.api_errors import ApiError, ErrorBody

API_KEY = "demo-shop-key"
CLIENT_ID = "demo-client"
CLIENT_SECRET = "demo-secret"  # noqa: S105 - published on purpose
_REALM = 'Bearer realm="demo shop"'
_KEPT_TOKENS = 1000


class TokenDesk:
    """Hands out access tokens and knows when each one ends."""

    def __init__(self, clock: Callable[[], float], seconds: int) -> None:
        self._clock = clock
        self._ends: dict[str, float] = {}
        self.seconds = seconds

    def issue(self) -> str:
        """A new token, good from now on."""
        token = secrets.token_urlsafe(24)
        self._ends[token] = self._clock() + self.seconds
        while len(self._ends) > _KEPT_TOKENS:
            del self._ends[next(iter(self._ends))]
        return token

    def refusal(self, token: str) -> str | None:
        """Why a token does not open the shop, or None."""
        end = self._ends.get(token)
        if end is None:
            return "The token is unknown. Get one from POST /oauth/token."
        if self._clock() >= end:
            return f"The token has expired; it was good for {self.seconds} s. Get a new one from POST /oauth/token."
        return None

    def forget_all(self) -> None:
        """Make every token unknown, as at the start."""
        self._ends.clear()


def require_key(request: Request, desk: TokenDesk) -> None:
    """Let a request with a good key or token pass; 401 otherwise. A key that is there decides alone."""
    key = request.headers.get("x-api-key")
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if key is not None:
        if key != API_KEY:
            _refuse("The X-Api-Key is wrong. GET / tells the right one.", _REALM)
        return
    if not scheme:
        _refuse(f"Send the header X-Api-Key: {API_KEY}, or Authorization: Bearer <token>.", _REALM)
    if scheme.lower() != "bearer":
        _refuse('The Authorization header must read "Bearer <token>".', _REALM)
    if reason := desk.refusal(token.strip()):
        _refuse(reason, f'{_REALM}, error="invalid_token", error_description="{reason}"')


def _refuse(message: str, challenge: str) -> NoReturn:
    raise ApiError(401, ErrorBody(type="unauthorized", message=message), {"WWW-Authenticate": challenge})


def check_client(authorization: str | None, content_type: str, body: bytes) -> None:
    """Accept a client-credentials request, its client in HTTP Basic or in the form; 400 or 401 otherwise."""
    if content_type.partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        _bad_request("invalid_request", "Send a form: Content-Type: application/x-www-form-urlencoded.")
    form = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    if (grant := form.get("grant_type")) != "client_credentials":
        type_ = "unsupported_grant_type" if grant else "invalid_request"
        _bad_request(type_, "The form needs grant_type=client_credentials.", "grant_type")
    client = _basic(authorization) if authorization else (form.get("client_id"), form.get("client_secret"))
    if client != (CLIENT_ID, CLIENT_SECRET):
        raise ApiError(
            401,
            ErrorBody(type="invalid_client", message="Client id or secret is wrong. GET / tells the right ones."),
            {"WWW-Authenticate": 'Basic realm="demo shop"'},
        )


def _basic(authorization: str) -> tuple[str, str] | None:
    scheme, _, code = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, colon, secret = base64.b64decode(code.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (user, secret) if colon else None


def _bad_request(type_: str, message: str, field: str | None = None) -> NoReturn:
    raise ApiError(400, ErrorBody(type=type_, message=message, field=field))
