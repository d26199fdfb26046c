"""A token that was refused, on the screen: what happened to it is told in words, also when the run is reopened."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from ui_driver import Driver, FakeSend, driving

from app.domain.secret import Secret
from app.engine.failures import status_failure
from app.engine.http import Result
from app.engine.request import Request

GET = "List orders"
FIRST, SECOND = "first-canary-token", "second-canary-token"


class Picky(FakeSend):
    """Hands out one token after the other, and accepts those that it was told to."""

    def __init__(self) -> None:
        super().__init__()
        self.good: set[str] = {FIRST}
        self.handed = [FIRST, SECOND]

    async def __call__(self, request: Request, *, deadline_s: float, body_limit: int) -> Result:
        if request.url.endswith("/token"):
            self.status = 200 if self.handed else 503
            self.body = json.dumps({"access_token": self.handed.pop(0)} if self.handed else {"oops": 1}).encode()
        else:
            is_good = any(token in _sent(header.value) for header in request.headers for token in self.good)
            self.status, self.body = (200, b'{"orders": []}') if is_good else (401, b'{"error": "expired"}')
        result = await super().__call__(request, deadline_s=deadline_s, body_limit=body_limit)
        assert result.response is not None
        return replace(result, failure=status_failure(result.response))

    @property
    def sent(self) -> list[str]:
        """Where requests went, in order."""
        return [request.url.rpartition("/")[2].partition("?")[0] for request in self.requests]


def _sent(value: str | Secret) -> str:
    return value.reveal() if isinstance(value, Secret) else value


async def open_action(d: Driver) -> None:
    """Give the action a token that is fetched, and show it."""
    url = "http://127.0.0.1:1/token"
    await d.workbench_run("token.client", name="OAuth", url=url, client_id="me", secret=Secret("own-secret"))
    await d.workbench_run("action.edit", action=GET, token="OAuth")
    await d.open(GET)


async def test_refused_fetched_anew_sent_once_more(vault_path: Path) -> None:
    sender = Picky()
    async with driving(vault_path, size=(80, 24), sender=sender) as d:
        await open_action(d)
        await d.press("f5")
        d.expect("Response  200 OK")
        assert "OAuth" not in d.text
        sender.good = {SECOND}
        sender.requests.clear()
        await d.press("f5")
        assert sender.sent == ["orders", "token", "orders"]
        d.expect("401: the token OAuth was refused, fetched anew, and the request sent once", "more.", "200 OK")
        await d.press("D")
        d.expect("token    401: the token OAuth was refused, fetched anew")
        await d.press("escape", "f2", "H", "end", "enter")
        assert "OAuth was refused" not in d.text
        await d.press("H", "home", "enter")
        d.expect("401: the token OAuth was refused, fetched anew")
        assert FIRST not in d.text
        assert SECOND not in d.text


async def test_refused_and_none_to_be_had(vault_path: Path) -> None:
    """The request left once, and why there is no new token is said beside the answer."""
    sender = Picky()
    async with driving(vault_path, size=(80, 24), sender=sender) as d:
        await open_action(d)
        sender.good, sender.handed = set(), []
        sender.requests.clear()
        await d.press("f5")
        assert sender.sent == ["orders", "token"]
        d.app.clear_notifications()
        await d.settle()
        d.expect("401: the token OAuth was refused; the request left once.", "could not be fetched", "expired")


async def test_a_fresh_one_that_is_refused_too(vault_path: Path) -> None:
    """Two sendings, never a third; and it says so."""
    sender = Picky()
    async with driving(vault_path, size=(80, 24), sender=sender) as d:
        await open_action(d)
        sender.good = set()
        sender.requests.clear()
        await d.press("f5")
        assert sender.sent == ["orders", "token", "orders"]
        d.app.clear_notifications()
        await d.settle()
        d.expect("refused again (401). It is not sent a third time.")
