"""100,000 records in 15 objects, under the fingers: against a bare loop, the disk, and Textual's own DataTable.

`python -m tests.bench records`. Ratios are medians over interleaved rounds; CPU is this process's own.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

from textual.app import App, ComposeResult
from textual.events import Key
from textual.pilot import Pilot
from textual.widgets import DataTable

from app.commands import load_all
from app.commands.finding import read_look
from app.commands.registry import REGISTRY
from app.domain.changes import Changes, record_table
from app.domain.schema import RecordType
from app.store.kdf import Kdf
from app.store.vault import Vault
from app.ui.app import WorkbenchApp
from app.ui.panes.navigator import Navigator
from app.ui.panes.records import Asked, RecordsPane, until_arranged
from app.ui.screens.main import MainScreen
from app.ui.selection import Kind, Selection
from app.ui.widgets.grid import Grid
from app.workbench import Workbench

RECORDS, OTHERS = 100_000, 14
ROUNDS = 15
STYLES = Path(inspect.getfile(WorkbenchApp)).with_name("app.tcss")
STATES = ("open", "paid", "packed", "shipped")
FILTER = 'total > 40 and status = "open"'


def order(n: int) -> dict[str, object]:
    """An order: every format, some of it missing or null."""
    values: dict[str, object] = {
        "external_id": f"ord-{n:06d}",
        "external_created_at": f"2026-{n % 12 + 1:02d}-{n % 28 + 1:02d}T{n % 24:02d}:15:00Z",
        "total": (n * 7919 % 100_000) / 100,
        "count": n % 13,
        "status": STATES[n * 31 % 4],
        "gift": n % 5 == 0,
        "note": f"Leave it with neighbour {n * 131 % 977}, please",
        "customer": f"c-{n % 5000}",
    }
    if n % 10 == 3:
        del values["note"]
    if n % 10 == 4:
        values["total"] = None
    return values


async def fill(vault: Vault) -> None:
    """Order with 98,600 records, 14 objects with 100 each that refer to it."""
    load_all()
    bench = Workbench(vault)

    async def run(command: str, **given: object) -> None:
        await REGISTRY[command].function(bench, REGISTRY[command].args(**given))

    await run("object.create", name="Order")
    for name, kind in (("total", "decimal"), ("count", "integer"), ("gift", "boolean"), ("note", "text")):
        await run("attribute.add", object="Order", name=name, format=kind)
    await run("attribute.add", object="Order", name="status", format="list", option=STATES)
    await run("attribute.add", object="Order", name="customer", format="reference", target="People")
    for place in range(OTHERS):
        await run("object.create", name=f"Item {place}")
        await run("attribute.add", object=f"Item {place}", name="order", format="reference", target="Order")
    with vault.store.transaction() as transaction:
        at = "2026-11-24T09:30:00.000Z"
        rows = [
            (n + 1, {"values": order(n), "created_at": at, "updated_at": at}) for n in range(RECORDS - OTHERS * 100)
        ]
        transaction.put_many(record_table("Order"), rows)
        for place in range(OTHERS):
            own = [(n + 1, {"values": {"external_id": f"i-{n}", "order": f"ord-{n:06d}"}}) for n in range(100)]
            transaction.put_many(record_table(f"Item {place}"), own)


def ratio(name: str, ours: list[float], peer: list[float], target: str) -> None:
    """A line of two medians in milliseconds and their ratio."""
    pairs = sorted(mine / its for mine, its in zip(ours, peer, strict=True))
    middle = statistics.median(pairs)
    mine, its = statistics.median(ours) * 1e3, statistics.median(peer) * 1e3
    print(f"  {name:<58}{mine:9.2f} {its:9.2f} {middle:7.2f} [{pairs[0]:.2f}..{pairs[-1]:.2f}]  {target}")


def figure(name: str, found: list[float], target: str) -> None:
    """A line of one median in milliseconds, with its range."""
    found = sorted(found)
    middle = statistics.median(found) * 1e3
    print(f"  {name:<58}{middle:9.2f} [{found[0] * 1e3:.1f}..{found[-1] * 1e3:.1f}]  {target}")


def cpu(call: Callable[[], object]) -> float:
    """Its CPU seconds."""
    start = time.process_time()
    call()
    return time.process_time() - start


def filters(vault: Vault, kind: RecordType) -> None:
    """Filters over every record against the same condition as a bare loop over the decoded documents."""
    records = vault.records
    documents = [document for _, document in vault.store.scan(record_table("Order"))]
    looks = {
        FILTER: lambda: [
            n
            for n, document in enumerate(documents)
            if isinstance(total := (values := document["values"]).get("total"), (int, float))
            and total > 40
            and values.get("status") == "open"
        ],
        'note contains "neighbour 12"': lambda: [
            n
            for n, document in enumerate(documents)
            if "neighbour 12" in (document["values"].get("note") or "").casefold()
        ],
        "not (gift or count in (1, 2))": lambda: [
            n
            for n, document in enumerate(documents)
            if not ((values := document["values"]).get("gift") is True or values.get("count") in (1, 2))
        ],
    }
    for text, loop in looks.items():
        look = read_look(kind, filter=text)
        assert records.count_matching("Order", look) == len(loop())
        ours, peer, kept = [], [], []
        for n in range(ROUNDS):
            ours.append(cpu(lambda look=look: records.count_matching("Order", look)))
            peer.append(cpu(loop))
            fresh = replace(look, search=" " * (n + 1))  # another look to the store, the same records
            kept.append(cpu(lambda fresh=fresh: records.arrange("Order", fresh)))
        ratio(f"count: {text} / bare loop", ours, peer, "<= 2")
        ratio(f"show: {text} / bare loop", kept, peer, "<= 2")


async def ticks(vault: Vault, kind: RecordType) -> None:
    """How long the event loop stands still while a column is sorted and a filter runs in a thread."""
    for name, look in (
        ("filter", read_look(kind, filter=FILTER)),
        ("first sort by a number", read_look(kind, sort="count")),
        ("first sort by a text", read_look(kind, sort="note")),
        ("search", read_look(kind, search="neighbour 97")),
    ):
        longest, last, done = (
            0.0,
            time.perf_counter(),
            asyncio.create_task(until_arranged(vault.records, "Order", look)),
        )
        start = last
        while not done.done():
            await asyncio.sleep(0)
            now = time.perf_counter()
            longest, last = max(longest, now - last), now
        print(f"  {name + ' in a thread':<58}{(last - start) * 1e3:9.2f} ms; longest pause {longest * 1e3:.1f} ms")


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


def memory() -> float:
    """The most that this process has held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def main() -> None:
    """All of it, on a vault in the folder for temporary files."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.tdx"
        vault = Vault.create(path, "pw", kdf=Kdf.argon2id(memory_kib=64, iterations=1, lanes=1))
        asyncio.run(fill(vault))
        vault.close()
        before = memory()
        vault = Vault.open(path, "pw")
        kind = vault.workspace().type_named("Order")
        assert kind is not None
        print(
            f"  {vault.records.count('Order'):,} orders of {RECORDS:,} records, {path.stat().st_size / 1e6:.0f} MB file"
        )
        size = len(json.dumps([order(n) for n in range(1000)])) / 1000 * RECORDS / 1e6
        print(f"  memory {before:.0f} MiB before opening; the values as JSON are {size:.0f} MB")
        asyncio.run(ticks(vault, kind))
        filters(vault, kind)
        print(f"  memory {memory():.0f} MiB at most, with a bare list of the documents beside it")
        asyncio.run(screen(vault))
        vault.close()
        asyncio.run(stock(5_000))


if __name__ == "__main__":
    main()
