"""The history window: found, reopened, compared, at 80×24, by keys alone — and nothing is sent by looking."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from ui_driver import Driver, FakeSend, driving

from app.commands.comparing import RunComparison
from app.domain.run import Run
from app.engine.cancel import Cancelled, IsCancelled
from app.engine.failures import status_failure
from app.engine.http import Result
from app.engine.request import Request
from app.ui.screens import compare
from app.workbench import Workbench

LIST = "List orders"


class Sends(FakeSend):
    """A status of 400 and more is a failure."""

    async def __call__(self, request: Request, *, deadline_s: float, body_limit: int) -> Result:
        result = await super().__call__(request, deadline_s=deadline_s, body_limit=body_limit)
        assert result.response is not None
        return replace(result, failure=status_failure(result.response))


async def three_runs(d: Driver) -> None:
    await d.open(LIST)
    for body, status in ((b'{"total": 1.50, "colour": "green"}', 200), (b'{"oops": 1}', 500), (b'{"total": 2}', 200)):
        d.sender.body, d.sender.status = body, status
        await d.workbench_run("action.send", action=LIST)


async def test_an_old_run_is_reopened_with_request_and_response_and_nothing_is_sent(vault_path: Path) -> None:
    async with driving(vault_path, size=(80, 24), sender=Sends()) as d:
        await three_runs(d)
        sent = len(d.sender.requests)
        newest = d.screen.shown
        await d.press("H")
        d.expect("History of runs", "3 of List orders")
        await d.press("end", "enter")
        assert d.app.screen is d.screen
        assert d.screen.shown is not None
        assert d.screen.shown is not newest
        assert d.screen.shown.body == b'{"total": 1.50, "colour": "green"}'
        d.expect("colour", "green")
        d.screen.focus_pane("request")
        await d.settle()
        d.expect("This run sent, 2026-11-24 09:30:00 UTC")
        assert len(d.sender.requests) == sent
        await d.workbench_run("action.send", action=LIST)
        assert "This run sent" not in d.text


async def test_runs_are_searched_and_those_that_failed_shown_alone(vault_path: Path) -> None:
    async with driving(vault_path, size=(80, 24), sender=Sends()) as d:
        await three_runs(d)
        await d.press("H", "f")
        d.expect("1 of List orders", "failed only", "500")
        await d.press("f", "slash")
        await d.type("green")
        await d.press("enter")
        d.expect("No run is like that.")
        await d.press("b")
        d.expect('1 of List orders · with "green" (bodies too)')
        await d.press("enter")
        assert d.screen.shown is not None
        assert b"green" in d.screen.shown.body


async def test_the_history_outlives_the_program(vault_path: Path) -> None:
    async with driving(vault_path, sender=Sends()) as d:
        await three_runs(d)
    async with driving(vault_path, sender=Sends()) as d:
        await d.open(LIST)
        await d.press("H")
        d.expect("3 of List orders")
        await d.press("a")
        d.expect("of all actions")


async def test_two_runs_are_compared_side_by_side(vault_path: Path) -> None:
    async with driving(vault_path, size=(80, 24), sender=Sends()) as d:
        await three_runs(d)
        await d.press("H", "c")
        d.expect("Mark one run with m")
        await d.press("m", "end", "c")
        d.expect("Compare two runs", "2 differences in the bodies", "outcome")
        await d.press("end")
        d.expect("$.total", "1.50", "│ 2", "$.colour")
        await d.press("enter")
        d.expect("left:", "right:")
        await d.press("escape", "escape", "escape")
        assert d.app.screen is d.screen


async def test_leaving_stops_the_comparison(vault_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, stopped = threading.Event(), threading.Event()

    def endless(workbench: Workbench, left: Run, right: Run, is_cancelled: IsCancelled) -> RunComparison:
        begun.set()
        while not is_cancelled():
            stopped.wait(0.01)
        stopped.set()
        raise Cancelled

    monkeypatch.setattr(compare, "compared", endless)
    async with driving(vault_path, sender=Sends()) as d:
        await three_runs(d)
        await d.press("H", "m", "end")
        await d.pilot.press("c")
        assert await asyncio.to_thread(begun.wait, 10)
        await d.pilot.press("escape")
        assert await asyncio.to_thread(stopped.wait, 10)
        d.expect("History of runs")


async def test_a_run_whose_action_is_gone_is_shown_as_text(vault_path: Path) -> None:
    async with driving(vault_path, sender=Sends()) as d:
        await three_runs(d)
        await d.workbench_run("action.delete", action=LIST)
        await d.press("H")
        if "of all actions" not in d.text:  # another action may have taken its place in the navigator
            await d.press("a")
        d.expect("3 of all actions")
        await d.press("enter")
        d.expect("which was deleted", "200 OK")
