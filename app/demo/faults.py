"""Answers that an API gives when something is wrong, each on request, so that a class can see all of them."""

from __future__ import annotations

import base64
import re

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.demo.api_errors import ApiError, ErrorBody, bad_parameter, invalid_fields
from app.demo.api_json import json_response
from app.demo.api_recorder import received_from
from app.demo.api_routes import Answer, Parameter, RouteTable, whole_number
from app.demo.openapi_schemas import INTEGER, array, mixed, record, ref, text
from app.domain.values import shown

FAULTS = RouteTable("Faults", is_open=True)
ANY = "GET POST PUT PATCH DELETE"
_REDIRECTS = (301, 302, 303, 307, 308)
_PROBLEM = record({"type": text(), "title": text(), "status": INTEGER, "detail": text(), "instance": text()})
_ECHO = record(
    {
        "method": text(),
        "path": text("As sent, percent-escapes included."),
        "query": text("As sent."),
        "headers": array(array(text())),
        "body": record({"bytes": INTEGER, "text": mixed("string", "null"), "base64": text()}),
    }
)


def _error(status: int, about: str, **headers: str) -> Answer:
    named = {name.replace("_", "-"): what for name, what in headers.items()}
    return Answer(status=status, about=about, schema=ref("Error"), headers=named)


@FAULTS.on(
    ANY,
    "/faults/400",
    "400 with a JSON problem (RFC 9457).",
    Answer(status=400, about="A problem.", schema=_PROBLEM, media_type="application/problem+json"),
)
async def fault_400(_: Request) -> Response:
    """A request that cannot be understood."""
    problem = {
        "type": "https://example.com/problems/unreadable-date",
        "title": "The date cannot be read",
        "status": 400,
        "detail": 'from is "31/02/2026"; a date reads like 2026-02-28.',
        "instance": "/faults/400",
    }
    return json_response(problem, status=400, media_type="application/problem+json")


@FAULTS.on(ANY, "/faults/401", "401 with WWW-Authenticate.", _error(401, "Who are you?", WWW_Authenticate="A hint."))
async def fault_401(_: Request) -> Response:
    """A key that is not accepted, whatever it is."""
    body = ErrorBody(type="unauthorized", message="The token is good for another shop. Ask its owner for yours.")
    raise ApiError(401, body, {"WWW-Authenticate": 'Bearer realm="another shop", error="invalid_token"'})


@FAULTS.on(ANY, "/faults/404", "404 with JSON.", _error(404, "Not there."))
async def fault_404(_: Request) -> Response:
    """Something that is not there."""
    raise ApiError(404, ErrorBody(type="not_found", message="There is no order 9999. It may have been removed."))


@FAULTS.on(ANY, "/faults/409", "409 with JSON.", _error(409, "Not in this state."))
async def fault_409(_: Request) -> Response:
    """Something that cannot be done any more."""
    message = "Order 1001 has left the house and cannot be cancelled any more."
    raise ApiError(409, ErrorBody(type="already_shipped", message=message))


@FAULTS.on(ANY, "/faults/422", "422 with JSON that names each wrong field.", _error(422, "Wrong fields."))
async def fault_422(_: Request) -> Response:
    """Fields that are wrong, each named."""
    raise invalid_fields(
        (("items[0].quantity", "must be a whole number from 1 to 999"), ("email", "must be an address, with an @"))
    )


@FAULTS.on(
    ANY,
    "/faults/429",
    "429 with Retry-After.",
    _error(429, "Too many requests.", Retry_After="Seconds to wait.", X_RateLimit_Remaining="Always 0 here."),
)
async def fault_429(_: Request) -> Response:
    """Too many requests."""
    body = ErrorBody(type="rate_limited", message="More than 10 requests in 10 seconds. Wait for 30 seconds.")
    headers = {"Retry-After": "30", "X-RateLimit-Limit": "10", "X-RateLimit-Remaining": "0"}
    raise ApiError(429, body, headers)


@FAULTS.on(
    ANY, "/faults/500", "500 with HTML instead of JSON.", Answer(status=500, about="A page.", media_type="text/html")
)
async def fault_500(_: Request) -> Response:
    """The page that a web server makes when the program behind it has failed."""
    page = (
        "<!DOCTYPE html>\n<html>\n<head><title>500 Internal Server Error</title></head>\n<body>\n"
        "<h1>Internal Server Error</h1>\n<p>Something went wrong &mdash; we are looking into it.</p>\n"
        "<hr><address>hazel-and-finch/1.0 at port 80</address>\n</body>\n</html>\n"
    )
    return HTMLResponse(page, status_code=500)


@FAULTS.on(ANY, "/faults/503", "503 with Retry-After.", _error(503, "Closed.", Retry_After="When it opens again."))
async def fault_503(_: Request) -> Response:
    """A service that is closed for now."""
    body = ErrorBody(type="maintenance", message="The shop counts its stock and opens again in two minutes.")
    raise ApiError(503, body, {"Retry-After": "120"})


@FAULTS.on(ANY, "/faults/204", "204: success, and nothing to read.", Answer(status=204, about="Nothing."))
async def fault_204(_: Request) -> Response:
    """Success without a body."""
    return Response(status_code=204)


@FAULTS.on(
    ANY,
    "/faults/redirect",
    "A redirect to any address, 302 unless asked otherwise.",
    *(Answer(status=s, about="Go there.", headers={"Location": "Where to."}) for s in _REDIRECTS),
    Answer(status=400, about="A parameter cannot be used.", schema=ref("Error")),
    parameters=(
        Parameter(name="to", about="A path here, or a whole http or https address.", schema=text("", "/faults/echo")),
        Parameter(name="status", about="Which kind.", schema={"type": "integer", "enum": list(_REDIRECTS)}),
    ),
)
async def fault_redirect(request: Request) -> Response:
    """A redirect; to itself, when asked for, and then without end."""
    target = request.query_params.get("to") or "/faults/echo"
    if not re.match(r"/|https?://", target):
        raise bad_parameter("to", f"to is {shown(target)}; it must begin with /, http:// or https://.")
    status = whole_number(request, "status", default=302, low=301, high=308)
    if status not in _REDIRECTS:
        raise bad_parameter("status", f"status is {status}; it must be one of {', '.join(map(str, _REDIRECTS))}.")
    return RedirectResponse(target, status)


@FAULTS.on(
    f"{ANY} HEAD OPTIONS TRACE",
    "/faults/echo",
    "What arrived here, to the byte: method, path, query, headers in order, body.",
    Answer(status=200, about="The request.", schema=_ECHO),
)
async def echo(request: Request) -> Response:
    """The request as JSON; `text` is null where the body is not UTF-8."""
    got = received_from(request.scope, await request.body())
    try:
        body_text = got.body.decode("utf-8")
    except UnicodeDecodeError:
        body_text = None
    return json_response(
        {
            "method": got.method,
            "path": got.path,
            "query": got.query,
            "headers": [list(header) for header in got.headers],
            "body": {"bytes": len(got.body), "text": body_text, "base64": base64.b64encode(got.body).decode("ascii")},
        }
    )
