"""A vault with 100,000 records in 15 objects, and how the benchmarks over it print what they find."""

from __future__ import annotations

import inspect
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from app.commands import load_all
from app.commands.registry import REGISTRY
from app.domain.changes import record_table
from app.store.vault import Vault
from app.ui.app import WorkbenchApp
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
