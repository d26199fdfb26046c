"""100,000 records in 15 objects, under the fingers: against a bare loop, the disk, and Textual's own DataTable.

`python -m tests.bench records`. Ratios are medians over interleaved rounds; CPU is this process's own.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import msgspec

from app.commands.finding import read_look
from app.commands.registry import REGISTRY
from app.domain.changes import record_table
from app.domain.schema import RecordType
from app.store.kdf import Kdf
from app.store.vault import Vault
from app.ui.panes.records import until_arranged
from app.workbench import Workbench
from tests.bench.records_kit import FILTER, RECORDS, ROUNDS, cpu, fill, order, ratio
from tests.bench.records_screen import screen, stock

BULK_ROUNDS = 2


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


def bulk(vault: Vault) -> None:
    """Many records at once, each in one commit and taken back: against the least, to encode as many documents."""
    bench = Workbench(vault)
    documents = [document for _, document in vault.store.scan(record_table("Order"))]

    async def run(command: str, **given: object) -> float:
        start = time.perf_counter()
        await REGISTRY[command].function(bench, REGISTRY[command].args(**given))
        return time.perf_counter() - start

    steps: tuple[tuple[str, str, dict[str, object]], ...] = (
        ("edit every record", "record.edit-all", {"value": ("note=x",), "all": True}),
        ("delete every record", "record.delete-all", {"all": True}),
        ("replace an attribute by a copy", "attribute.replace", {"attribute": "count", "format": "decimal"}),
        ("copy the object, records and all", "object.copy", {"name": "Copy", "keep": True}),
    )
    asyncio.run(run("schema.limits", records=3 * RECORDS, objects=20))
    for name, command, given in steps:
        found: dict[str, list[float]] = {"do": [], "undo": [], "redo": [], "peer": []}
        for _ in range(BULK_ROUNDS):
            start = time.perf_counter()
            msgspec.json.encode(documents)
            found["peer"].append(time.perf_counter() - start)
            found["do"].append(asyncio.run(run(command, object="Order", **given)))
            found["undo"].append(asyncio.run(run("undo")))
            found["redo"].append(asyncio.run(run("redo")))
            asyncio.run(run("undo"))
        for what in ("do", "undo", "redo"):
            ratio(f"{name}: {what} / encode all documents", found[what], found["peer"], "")


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
        bulk(vault)
        vault.close()
        asyncio.run(stock(5_000))


if __name__ == "__main__":
    main()
