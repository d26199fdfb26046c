"""What tests of the demo API share: a clock that stands still, and the shape of its errors."""

from __future__ import annotations

import httpx

from app.demo.api_settings import DemoSettings


class FakeTime:
    """A clock that moves only when told to, and a sleep that only notes how long it was asked to last."""

    def __init__(self) -> None:
        self.now = 1_790_000_000.0
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def settings(self) -> DemoSettings:
        return DemoSettings(clock=lambda: self.now, sleep=self.sleep)


def error_of(response: httpx.Response, status: int) -> dict[str, object]:
    """The error in an answer; fails unless it has this status and the shape that all errors have."""
    assert response.status_code == status
    assert response.headers["content-type"] == "application/json"
    document = response.json()
    assert set(document) == {"error"}
    error = document["error"]
    assert {"type", "message"} <= set(error) <= {"type", "message", "field", "fields"}
    assert error["message"].endswith(".")
    assert isinstance(error, dict)
    return error
