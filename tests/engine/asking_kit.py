"""One request to a server of the tests, with the options that it travels with."""

from __future__ import annotations

from app.domain.sending import SendOptions
from app.engine.http import Result, send
from app.engine.request import Request


async def ask(url: str, sending: SendOptions | None = None, method: str = "GET", **more: object) -> Result:
    request = Request(method=method, url=url, headers=(), sending=sending or SendOptions(), **more)  # type: ignore[arg-type]  # as given
    return await send(request, deadline_s=5, body_limit=1_000_000)
