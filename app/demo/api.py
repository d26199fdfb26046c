"""The demo API as an ASGI application: its routes put together, and the few that belong to no family."""

from __future__ import annotations

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from app.demo.api_auth import API_KEY, CLIENT_ID, CLIENT_SECRET, TokenDesk, check_client
from app.demo.api_errors import (
    ApiError,
    api_error_response,
    http_error_response,
    send_too_large,
    server_error_response,
)
from app.demo.api_json import json_response
from app.demo.api_recorder import Received, Recorder
from app.demo.api_routes import Answer, Endpoint, RequestBody, RouteTable, starlette_routes
from app.demo.api_settings import DemoSettings
from app.demo.api_state import DemoState, state_of
from app.demo.faults import FAULTS
from app.demo.faults_bodies import BODIES
from app.demo.faults_kinds import KINDS
from app.demo.faults_slow import SLOW
from app.demo.openapi import openapi_document
from app.demo.openapi_schemas import BOOLEAN, INTEGER, array, record, ref, text
from app.demo.shop import Shop
from app.demo.shop_orders import ORDERS
from app.demo.shop_pages import base_url
from app.demo.shop_people import PEOPLE
from app.demo.shop_seed import load_seed

START = RouteTable("Start here", is_open=True)
_GRANT = {"grant_type": "client_credentials", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}


def build_app(settings: DemoSettings, note: Callable[[Received], None]) -> ASGIApp:
    """A demo API fresh from the seed; `note` hears of each request."""
    return Recorder(build_routes(settings), note, send_too_large)


def build_routes(settings: DemoSettings) -> Starlette:
    """The application without its outermost layer."""
    desk = TokenDesk(settings.clock, settings.token_seconds)
    application = Starlette(
        routes=starlette_routes(all_endpoints(), desk),
        exception_handlers={
            ApiError: api_error_response,
            HTTPException: http_error_response,
            Exception: server_error_response,
        },
    )
    application.router.redirect_slashes = False
    application.state.demo = DemoState(shop=Shop(load_seed(), settings.clock), tokens=desk, settings=settings)
    return application


def all_endpoints() -> tuple[Endpoint, ...]:
    """Every route there is."""
    tables = (START, ORDERS, PEOPLE, FAULTS, BODIES, KINDS, SLOW)
    return tuple(endpoint for table in tables for endpoint in table.endpoints)


@START.on(
    "GET",
    "/",
    "What is here, in a sentence each, and how to get in.",
    Answer(
        status=200,
        about="The index.",
        schema=record(
            {
                "name": text(),
                "about": text(),
                "api_key": record({"header": text(), "value": text()}),
                "oauth": record({"token_url": text(), "client_id": text(), "client_secret": text()}),
                "openapi": text(),
                "routes": array(
                    record({"methods": text("", "GET"), "path": text(), "about": text(), "needs_key": BOOLEAN})
                ),
            }
        ),
    ),
)
async def show_index(request: Request) -> Response:
    """GET /."""
    base = base_url(request)
    return json_response(
        {
            "name": "Hazel & Finch demo API",
            "about": "A small shop for paper, pens and tea to practise with. It starts from the same data each time.",
            "api_key": {"header": "X-Api-Key", "value": API_KEY},
            "oauth": {
                "token_url": f"{base}/oauth/token",
                "client_id": CLIENT_ID,
                "client_secret": CLIENT_SECRET,
            },
            "openapi": f"{base}/openapi.json",
            "routes": [
                {"methods": " ".join(e.methods), "path": e.path, "about": e.about, "needs_key": not e.is_open}
                for e in all_endpoints()
            ],
        }
    )


@START.on(
    "GET",
    "/openapi.json",
    "This API described in OpenAPI 3.1.",
    Answer(status=200, about="The description.", schema={"type": "object"}),
)
async def show_openapi(request: Request) -> Response:
    """GET /openapi.json."""
    return json_response(openapi_document(all_endpoints(), base_url(request)))


@START.on(
    "POST",
    "/reset",
    "Put everything back to where it was at the start, and forget all tokens.",
    Answer(status=200, about="Done.", schema=record({"status": {"const": "reset"}, "orders": INTEGER})),
)
async def reset(request: Request) -> Response:
    """POST /reset; a body is not looked at."""
    state = state_of(request)
    state.shop.reset()
    state.tokens.forget_all()
    return json_response({"status": "reset", "orders": len(state.shop.orders())})


@START.on(
    "POST",
    "/oauth/token",
    "Get a token with client credentials, in the form or in HTTP Basic; it expires soon, on purpose.",
    Answer(
        status=200,
        about="A token for the Authorization header.",
        schema=record({"access_token": text(), "token_type": {"const": "Bearer"}, "expires_in": INTEGER}),
    ),
    Answer(status=400, about="Not a form, or another grant type.", schema=ref("Error")),
    Answer(status=401, about="Client id or secret is wrong.", schema=ref("Error")),
    body=RequestBody(
        schema=record(
            {"grant_type": {"const": "client_credentials"}, "client_id": text(), "client_secret": text()},
            optional="client_id client_secret",
        ),
        example=_GRANT,
        media_type="application/x-www-form-urlencoded",
    ),
)
async def issue_token(request: Request) -> Response:
    """POST /oauth/token (RFC 6749, section 4.4)."""
    headers = request.headers
    check_client(headers.get("authorization"), headers.get("content-type", ""), await request.body())
    desk = state_of(request).tokens
    document = {"access_token": desk.issue(), "token_type": "Bearer", "expires_in": desk.seconds}
    return json_response(document, headers={"Cache-Control": "no-store"})
