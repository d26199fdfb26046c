"""The history window: found, reopened, compared, at 80×24, by keys alone — and nothing is sent by looking."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import Input, Select
from ui_driver import Driver, FakeSend, driving

from app.commands.comparing import RunComparison
from app.domain.run import Run
from app.engine.cancel import Cancelled, IsCancelled
from app.engine.failures import status_failure
from app.engine.http import Result
from app.engine.request import Request
from app.ui.bindings import shown_key
from app.ui.help import help_lines
from app.ui.history_keys import HISTORY_KEYS
from app.ui.screens import compare
from app.ui.screens.history import HistoryScreen
from app.ui.widgets.grid import Grid
from app.ui.widgets.line_view import LineView
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


async def test_a_run_is_sent_again_with_its_values(vault_path: Path) -> None:
    """With the values of then; what may change something asks first, and a no sends nothing."""
    async with driving(vault_path, size=(80, 24), sender=Sends()) as d:
        await d.open(LIST)
        await d.workbench_run("action.send", action=LIST, input=("status=paid",))
        await d.workbench_run("action.send", action=LIST, input=("status=open",))
        await d.press("H", "end", "r")
        assert d.app.screen is d.screen
        assert [request.url.rpartition("=")[2] for request in d.sender.requests] == ["paid", "open", "paid"]
        d.expect("Response  200 OK")
        await d.workbench_run("action.edit", action=LIST, method="POST")
        await d.press("H", "r")
        d.expect("may really change the other system")
        await d.press("escape")
        assert len(d.sender.requests) == 3


async def test_runs_are_purged_from_the_window(vault_path: Path) -> None:
    """After a yes; the dialog knows whose runs are shown, and the list and the mark follow."""
    async with driving(vault_path, size=(80, 24), sender=Sends()) as d:
        await three_runs(d)
        await d.workbench_run("action.send", action="Broken page (500)")
        await d.press("H", "m")
        d.expect("marked: ")
        await d.press("x")
        assert d.app.screen.query_one("#arg-action", Select).value == LIST
        await d.press("ctrl+s")
        d.expect("3 runs of 1 action")
        await d.press("y")
        d.expect("History of runs", "0 of List orders", "No runs yet")
        assert "marked" not in d.text
        await d.press("a")
        d.expect("1 of all actions")
        await d.press("x")
        assert d.app.screen.query_one("#arg-action", Select).value is Select.NULL
        await d.press("escape")
        d.expect("1 of all actions")


async def test_how_long_runs_are_kept_is_set_from_the_window(vault_path: Path) -> None:
    async with driving(vault_path, size=(80, 24), sender=Sends()) as d:
        await three_runs(d)
        await d.press("H", "down", "K")
        d.app.screen.query_one("#arg-count", Input).value = "2"
        await d.press("ctrl+s")
        d.expect("History of runs", "3 of List orders")
        assert d.screen.workspace.settings.run_count == 2


async def test_the_window_and_the_help_name_its_keys(vault_path: Path) -> None:
    """The same list, at 80 columns on whole lines."""
    async with driving(vault_path, size=(80, 24), sender=Sends()) as d:
        await d.press("H")
        shown = d.text
        assert [each.short for each in HISTORY_KEYS if f"{shown_key(each.keys[0])} {each.short}" not in shown] == []
        help = "\n".join(help_lines(100))
        assert "In the history of runs (H)" in help
        assert [each.title for each in HISTORY_KEYS if each.title not in help] == []
        bound = {key for binding in HistoryScreen.BINDINGS for key in binding.key.split(",")}  # type: ignore[union-attr]
        taken = {key for binding in (*Grid.BINDINGS, *LineView.BINDINGS) for key in binding.key.split(",")}  # type: ignore[union-attr]
        assert bound & taken == set()
