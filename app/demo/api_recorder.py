"""The outermost layer: reads each request's body whole, under a limit, and notes what arrived, byte for byte."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY = 5_000_000
"""Bytes of a request's body that are taken; beyond that, 413."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One request as it arrived; headers and body stay out of its repr, for they may hold keys."""

    method: str
    path: str
    """As sent, percent-escapes included, without the query."""
    query: str
    """As sent, without the question mark."""
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    """In order, names in lower case, values read as Latin-1."""
    body: bytes = field(repr=False)

    def header(self, name: str) -> str | None:
        """The first header of this name, in any case."""
        return next((value for key, value in self.headers if key == name.lower()), None)


def received_from(scope: MutableMapping[str, object], body: bytes) -> Received:
    """What an ASGI scope and a body say about a request."""
    raw_path, query, headers = scope["raw_path"], scope["query_string"], scope["headers"]
    assert isinstance(raw_path, bytes)
    assert isinstance(query, bytes)
    assert isinstance(headers, list)
    return Received(
        method=str(scope["method"]),
        path=raw_path.decode("latin-1"),
        query=query.decode("latin-1"),
        headers=tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers),
        body=body,
    )


class Recorder:
    """ASGI middleware; `note` hears of each request before the answer begins."""

    def __init__(
        self,
        app: ASGIApp,
        note: Callable[[Received], None],
        refuse: Callable[[int, Scope, Receive, Send], Awaitable[None]],
    ) -> None:
        self._app = app
        self._note = note
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its body in one piece."""
        chunks: list[bytes] = []
        size, is_complete = 0, False
        while not is_complete:
            message = await receive()
            if message["type"] != "http.request":
                return
            chunks.append(message.get("body", b""))
            size += len(chunks[-1])
            is_complete = not message.get("more_body", False)
            if size > MAX_BODY:
                await self._refuse(MAX_BODY, scope, receive, send)
                return
        body = b"".join(chunks)
        self._note(received_from(scope, body))
        await self._app(scope, _once(body, receive), send)


def _once(body: bytes, receive: Receive) -> Receive:
    waiting = [body]

    async def replay() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return replay
