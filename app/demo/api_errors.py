"""The one shape of every error of the demo API: `{"error": {"type", "message", "field"?, "fields"?}}`.

A handler raises `ApiError`; whatever it is, the caller reads one sentence that says what to do instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.demo.api_json import json_response
from app.domain.values import shown

FieldProblems = tuple[tuple[str, str], ...]
"""Pairs of a field, written `items[0].price`, and what is wrong with it."""

_TYPES = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorBody:
    """What the caller is told."""

    type: str
    """A short constant that a program can compare."""
    message: str
    field: str | None = None
    """The parameter or field at fault, when there is just one."""
    fields: FieldProblems = ()

    def document(self) -> dict[str, object]:
        """The JSON of it; members that say nothing are left out."""
        error: dict[str, object] = {"type": self.type, "message": self.message}
        if self.field is not None:
            error["field"] = self.field
        if self.fields:
            error["fields"] = [{"field": name, "message": message} for name, message in self.fields]
        return {"error": error}


class ApiError(Exception):
    """Ends a request with `status` and `body`."""

    def __init__(self, status: int, body: ErrorBody, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(body.message)
        self.status = status
        self.body = body
        self.headers = headers


def bad_parameter(name: str, message: str) -> ApiError:
    """400: a query parameter cannot be used."""
    return ApiError(400, ErrorBody(type="invalid_parameter", message=message, field=name))


def not_found(message: str) -> ApiError:
    """404: nothing has this id."""
    return ApiError(404, ErrorBody(type="not_found", message=message))


def conflict(type_: str, message: str) -> ApiError:
    """409: the thing is not in a state that allows this."""
    return ApiError(409, ErrorBody(type=type_, message=message))


def invalid_fields(problems: FieldProblems) -> ApiError:
    """422: the JSON was read, but fields of it are wrong."""
    count = "One field needs" if len(problems) == 1 else f"{len(problems)} fields need"
    return ApiError(
        422,
        ErrorBody(
            type="validation_failed",
            message=f"{count} attention; nothing was saved.",
            field=problems[0][0] if len(problems) == 1 else None,
            fields=problems,
        ),
    )


async def api_error_response(_: Request, error: Exception) -> Response:
    """Starlette's handler for `ApiError`."""
    assert isinstance(error, ApiError)
    return json_response(error.body.document(), status=error.status, headers=error.headers)


async def http_error_response(request: Request, error: Exception) -> Response:
    """Starlette's own refusals (unknown route, wrong method) in the same shape."""
    assert isinstance(error, HTTPException)
    path = shown(str(request.scope["path"]))
    message = HTTPStatus(error.status_code).phrase
    headers = error.headers
    if error.status_code == 404:
        message = f"There is nothing at {path}. GET / lists what is here."
    elif error.status_code == 405:
        allowed = ", ".join(sorted((headers or {}).get("Allow", "").split(", ")))
        headers = {"Allow": allowed}
        message = f"{request.method} is not possible at {path}. Possible: {allowed}."
    body = ErrorBody(type=_TYPES.get(error.status_code, "http_error"), message=message)
    return json_response(body.document(), status=error.status_code, headers=headers)


async def server_error_response(_: Request, __: Exception) -> Response:
    """A defect of the demo API itself, without a word of its inside."""
    body = ErrorBody(type="internal_error", message="The demo API failed here, and not on purpose. Please report it.")
    return json_response(body.document(), status=500)


async def send_too_large(limit: int, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer 413, for a place where no handler runs yet."""
    body = ErrorBody(type="too_large", message=f"The body is larger than {limit:,} bytes; send less.")
    await json_response(body.document(), status=413, headers={"Connection": "close"})(scope, receive, send)
