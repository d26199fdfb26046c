"""A route is declared once, beside its handler: from it come the routing, the index and the OpenAPI description."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.demo.api_auth import TokenDesk, require_key
from app.demo.api_errors import bad_parameter
from app.domain.values import shown

Handler: TypeAlias = Callable[[Request], Awaitable[Response]]
Schema: TypeAlias = dict[str, object]
"""A JSON schema as OpenAPI 3.1 uses it."""

JSON = "application/json"
_WHOLE_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A query parameter."""

    name: str
    about: str
    schema: Schema
    is_required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One way in which a request can end."""

    status: int
    about: str
    schema: Schema | None = None
    """None for an answer without a body that a schema could describe."""
    media_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    """Header names with a sentence each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestBody:
    """What a route wants to be sent."""

    schema: Schema
    example: object
    media_type: str = JSON
    is_required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One route: how it is reached, what it does, how it can end."""

    methods: tuple[str, ...]
    path: str
    """With {names} in place of what varies."""
    about: str
    """One sentence for people."""
    tag: str
    is_open: bool
    """Whether it answers without a key."""
    handler: Handler
    answers: tuple[Answer, ...]
    parameters: tuple[Parameter, ...] = ()
    body: RequestBody | None = None


class RouteTable:
    """The routes of one family, in the order in which they are tried."""

    def __init__(self, tag: str, *, is_open: bool) -> None:
        self.endpoints: list[Endpoint] = []
        self._tag = tag
        self._is_open = is_open

    def on(
        self,
        methods: str,
        path: str,
        about: str,
        *answers: Answer,
        parameters: tuple[Parameter, ...] = (),
        body: RequestBody | None = None,
    ) -> Callable[[Handler], Handler]:
        """Declare the decorated handler as the answer to `methods` (parted by spaces) at `path`."""

        def declare(handler: Handler) -> Handler:
            self.endpoints.append(
                Endpoint(
                    methods=tuple(methods.split()),
                    path=path,
                    about=about,
                    tag=self._tag,
                    is_open=self._is_open,
                    handler=handler,
                    answers=answers,
                    parameters=parameters,
                    body=body,
                )
            )
            return handler

        return declare


def starlette_routes(endpoints: Iterable[Endpoint], desk: TokenDesk) -> list[Route]:
    """One Starlette route per path, so that a wrong method is told every right one."""
    paths: dict[str, dict[str, Endpoint]] = {}
    for endpoint in endpoints:
        paths.setdefault(endpoint.path, {}).update(dict.fromkeys(endpoint.methods, endpoint))
    return [Route(path, _dispatcher(by_method, desk), methods=list(by_method)) for path, by_method in paths.items()]


def _dispatcher(by_method: Mapping[str, Endpoint], desk: TokenDesk) -> Handler:
    async def dispatch(request: Request) -> Response:
        # Starlette lets HEAD through wherever GET is declared.
        endpoint = by_method.get(request.method) or by_method["GET"]
        if not endpoint.is_open:
            require_key(request, desk)
        return await endpoint.handler(request)

    return dispatch


def whole_number(request: Request, name: str, *, default: int, low: int, high: int) -> int:
    """A query parameter as an integer within bounds; the default when it is missing or empty; 400 otherwise."""
    text = request.query_params.get(name, "")
    if not text:
        return default
    if not _WHOLE_NUMBER.fullmatch(text) or not low <= int(text) <= high:
        raise bad_parameter(name, f"{name} is {shown(text)}; it must be a whole number from {low} to {high}.")
    return int(text)


def seconds(request: Request, name: str, *, default: float, high: float) -> float:
    """A query parameter as a number of seconds from 0 to `high`; 400 otherwise."""
    text = request.query_params.get(name, "")
    if not text:
        return default
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", text, re.ASCII) or float(text) > high:
        raise bad_parameter(name, f"{name} is {shown(text)}; it must be a number of seconds from 0 to {high:g}.")
    return float(text)
