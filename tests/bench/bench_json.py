"""Looking at a body: first paint, the whole index, keys at three sizes, memory; against a bare msgspec decode of it."""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec

from app.domain.run import Run
from app.engine.json_index import JsonIndex
from app.engine.json_search import Search
from app.store.vault import Vault
from app.ui.app import WorkbenchApp
from app.ui.screens.main import MainScreen
from app.ui.shown import first_look
from app.ui.widgets.json_raw import JsonRaw
from app.ui.widgets.json_tree import JsonTree
from app.workbench import Workbench
from tests.bench.json_bodies import orders
from tests.bench.json_vaults import PASSPHRASE, vault_with

ROUNDS = 5
MEGA = 1_000_000
SIZES = (1, 10, 50)
KEYS = 40


def main() -> None:
    """Print medians and ratios."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_in_process(Path(folder)))
    print(f"peak memory, indexed and laid out, of the body: {_memory():.2f} (at most 4)")


async def _in_process(folder: Path) -> None:
    body = orders(50 * MEGA)
    path = vault_with(folder, body)
    vault = Vault.open(path, PASSPHRASE)
    rows: dict[str, list[float]] = {"decode": [], "first paint": [], "whole index": [], "search": []}
    try:
        workbench = Workbench(vault)
        run = next(vault.runs.newest())
        app = WorkbenchApp(workbench)
        async with app.run_test(size=(120, 36)) as pilot:
            for _ in range(ROUNDS):
                rows["decode"].append(_timed(lambda: msgspec.json.decode(body)))
                rows["first paint"].append(await _first_paint(app, pilot.pause, workbench, run))
                rows["whole index"].append(_timed(lambda: _indexed(body)))
                rows["search"].append(_timed(lambda: _searched(body)))
    finally:
        vault.close()
    print(f"50 MB, {ROUNDS} interleaved rounds: median ms, ratio to the decode, pair by pair")
    for name, times in rows.items():
        ratio = statistics.median(mine / peer for mine, peer in zip(times, rows["decode"], strict=True))
        print(f"  {name:<14}{statistics.median(times) * 1000:8.0f}{ratio:8.2f}")
    for size in SIZES:
        await _keys(size, orders(size * MEGA))


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    kept = work()
    taken = time.perf_counter() - start
    del kept
    return taken


async def _first_paint(
    app: WorkbenchApp, settle: Callable[[], Awaitable[object]], workbench: Workbench, run: Run
) -> float:
    """From the vault on disk to the rows on the screen; the rest is not waited for."""
    screen = next(screen for screen in app.screen_stack if isinstance(screen, MainScreen))
    screen.shown = None
    await settle()
    start = time.perf_counter()
    screen.shown = await first_look(workbench, run)
    app.screen._compositor.render_strips(app.size)
    return time.perf_counter() - start


def _indexed(body: bytes) -> JsonIndex:
    index = JsonIndex(body)
    while not index.is_done:
        index.advance(256 * 1024)
    return index


def _searched(body: bytes) -> Search:
    search = Search(body, "zoë example")
    while not search.is_done:
        search.advance(256 * 1024)
    return search


async def _keys(size: int, body: bytes) -> None:
    """CPU of one page down and of one step to the next match, in each view, with everything indexed."""
    from textual.app import App, ComposeResult

    index, search = JsonIndex.build(body), Search(body, "zoë example")
    while not search.is_done:
        search.advance(MEGA)
    tree, raw = JsonTree(), JsonRaw()

    class Both(App[None]):
        def compose(self) -> ComposeResult:
            yield tree
            yield raw

    app = Both()
    async with app.run_test(size=(120, 44)) as pilot:
        tree.show(index)
        raw.show(body, is_json=True, index=index)
        tree.action_level(4)
        while tree.is_growing or raw.is_growing:
            await pilot.pause()
        offset, figures = 0, []
        for _ in range(KEYS):
            start = time.process_time()
            tree.action_page(1)
            app.screen._compositor.render_strips(app.size)
            paged = time.process_time()
            raw.action_page(1)
            app.screen._compositor.render_strips(app.size)
            raw_paged = time.process_time()
            found = search.next_after(offset + len(body) // KEYS)
            offset = found if found is not None else 0
            node = index.node_at(offset)
            assert node is not None
            tree.go_to(node)
            raw.go_to(offset)
            app.screen._compositor.render_strips(app.size)
            figures.append((paged - start, raw_paged - paged, time.process_time() - raw_paged))
    medians = [statistics.median(column) * 1000 for column in zip(*figures, strict=True)]
    print(
        f"  {size:>3} MB: page down in the tree {medians[0]:.1f}, raw {medians[1]:.1f}, "
        f"next match {medians[2]:.1f} ms CPU"
    )


def _memory() -> float:
    """The peak of a process that indexes and lays out 50 MB, less what it has before, as a multiple of the body."""
    code = "from tests.bench import bench_json as b; print(b.peak())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout)


def peak() -> float:
    """To be run in a process of its own."""
    from app.ui.widgets.layouts import as_sent, pretty
    from app.ui.widgets.row_map import RowMap

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "body.json"
        subprocess.run(
            [
                sys.executable,
                "-c",
                f"from tests.bench.json_bodies import orders; open({str(path)!r}, 'wb').write(orders(50_000_000))",
            ],
            check=True,
        )
        before = _high_water()
        body = path.read_bytes()
    index = _indexed(body)
    maps = [RowMap(body, as_sent(118)), RowMap(body, pretty)]
    for rows in maps:
        while rows.grow(100_000):
            pass
    opened, _ = index.rows(0, len(index), lambda node, depth: True, len(index))
    assert len(opened) == len(index)
    return (_high_water() - before) / len(body)


def _high_water() -> int:
    """The most memory that this process ever had, in bytes; what its parent had does not count."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) * 1024
