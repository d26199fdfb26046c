"""The records pane in the whole program, its terminal left out; and Textual's own DataTable beside it."""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable

from textual.app import App, ComposeResult
from textual.events import Key
from textual.pilot import Pilot
from textual.widgets import DataTable

from app.domain.changes import Changes
from app.store.vault import Vault
from app.ui.app import WorkbenchApp
from app.ui.panes.navigator import Navigator
from app.ui.panes.records import Asked, RecordsPane
from app.ui.screens.main import MainScreen
from app.ui.selection import Kind, Selection
from app.ui.widgets.grid import Grid
from app.workbench import Workbench
from tests.bench.records_kit import ROUNDS, STYLES, figure, order


async def _pressed(pilot: Pilot[None], *keys: str) -> float:
    start = time.process_time()
    await pilot.press(*keys)
    await pilot.pause()
    return time.process_time() - start


def _settled(pilot: Pilot[None]) -> Callable[[], Awaitable[None]]:
    async def wait() -> None:
        await pilot.pause()
        for worker in tuple(pilot.app.workers):
            if worker.group in ("find", "warm") and not worker.is_finished:
                await worker.wait()
        await pilot.pause()

    return wait


async def screen(vault: Vault) -> None:
    """Opening the pane, paging, sorting, one edit: in the whole program, its terminal left out."""
    app = Watched(Workbench(vault))
    async with app.run_test(size=(120, 36)) as pilot:
        settle = _settled(pilot)
        main = app.screen
        assert isinstance(main, MainScreen)
        order, item = Selection(Kind.OBJECT, "Order"), Selection(Kind.OBJECT, "Item 0")
        opened: list[float] = []
        for _ in range(ROUNDS):
            main.query_one(Navigator).move_to(item)
            await settle()
            start = time.perf_counter()
            main.query_one(Navigator).move_to(order)
            await pilot.pause()
            assert main.selection == order
            opened.append(time.perf_counter() - start)
            await settle()
        figure("open the records pane", opened, "ms, <= 100")
        main.focus_pane("records")
        await settle()
        pane, grid = main.query_one(RecordsPane), main.query_one(Grid)
        idle = [await _pressed(pilot, "f12") for _ in range(ROUNDS)]
        figure("a key that does nothing, for comparison", idle, "ms CPU")
        figure("page down", [await _pressed(pilot, "pagedown") for _ in range(ROUNDS * 2)], "ms CPU, < 16")
        pane.ask(Asked(sort="total"))
        await settle()
        grid.move_to_column([column.title for column in grid._columns].index("total"))
        await settle()
        figure(
            "sort by a column that was sorted before",
            [await _pressed(pilot, "S") for _ in range(ROUNDS)],
            "ms CPU, < 16",
        )
        pane.ask(Asked(sort="total"))
        await settle()
        assert pane.asked == Asked(sort="total")
        figure("page down, sorted", [await _pressed(pilot, "pagedown") for _ in range(ROUNDS * 2)], "ms CPU, < 16")
        await edits(app, pilot, vault, settle)


class Watched(WorkbenchApp):
    """Says when the main screen was painted after a change was published."""

    CSS_PATH = str(STYLES)

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench)
        self.painted = asyncio.Event()
        self.is_published = False
        workbench.subscribe(self._published)

    def _published(self, _: Changes) -> None:
        self.is_published = True

    def post_display_hook(self) -> None:
        """After every write to the terminal."""
        if self.is_published and isinstance(self.screen, MainScreen):
            self.painted.set()


async def edits(app: Watched, pilot: Pilot[None], vault: Vault, settle: Callable[[], Awaitable[None]]) -> None:
    """From enter to durable and repainted, against a write and sync of as many bytes on the same disk."""
    grid = app.screen.query_one(Grid)
    grid.move_to_column([column.title for column in grid._columns].index("note"))
    ours, syncs, busy = [], [], []
    with tempfile.NamedTemporaryFile(dir=vault.store.path.parent) as other:
        for _ in range(ROUNDS):
            await pilot.press("down", "v")
            await settle()
            await pilot.press("x")
            size, app.is_published = vault.store.journal.end, False
            app.painted.clear()
            start, worked = time.perf_counter(), time.process_time()
            app.post_message(Key("enter", "\r"))
            await app.painted.wait()
            ours.append(time.perf_counter() - start)
            busy.append(time.process_time() - worked)
            await settle()
            syncs.append(_sync(other.fileno(), vault.store.journal.end - size))
    figure("one write and fsync", syncs, "ms")
    figure("edit: enter to durable and repainted", ours, "ms")
    figure("of it CPU", busy, "ms")
    figure("edit less 3 x the median fsync", [mine - 3 * statistics.median(syncs) for mine in ours], "ms, <= 15")


def _sync(descriptor: int, size: int) -> float:
    data = os.urandom(size)
    start = time.perf_counter()
    os.write(descriptor, data)
    os.fsync(descriptor)
    return time.perf_counter() - start


class Stock(App[None]):
    """Textual's own table."""

    def compose(self) -> ComposeResult:
        """Only it."""
        yield DataTable()


async def stock(rows: int) -> None:
    """How long the stock DataTable takes for rows of the same values."""
    app = Stock()
    async with app.run_test(size=(120, 36)) as pilot:
        table = app.query_one(DataTable)
        start = time.perf_counter()
        table.add_columns(*order(0))
        for n in range(rows):
            table.add_row(*[str(order(n).get(name, "")) for name in order(0)])
        await pilot.pause()
        await pilot.pause()
        print(f"  {f'stock DataTable, {rows:,} rows of the same':<58}{(time.perf_counter() - start) * 1e3:9.0f} ms")
