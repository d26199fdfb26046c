"""The vault's own verbs at 100,000 records, and the cost of keeping a large response body.

`python -m tests.bench vault`. The peers: stock TinyDB reading and writing the same documents as plain JSON, and for a
body a file of its own, written and synced. Memory is the highest that a process of its own came to, beyond its start.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tinydb import TinyDB

from app.commands import load_all
from app.commands.registry import REGISTRY
from app.store import exchange
from app.store.check import check
from app.store.inspection import inspect
from app.store.vault import Vault
from app.workbench import Workbench
from tests.bench.store_kit import CHEAP, in_turn, show

ROOT = Path(__file__).resolve().parents[2]
COUNT = 100_000
BODY_BYTES = 50_000_000
BODY = """
import os, sys, time
from pathlib import Path
from app.domain.changes import BODIES, RUNS, Change, Changes
from app.domain.identifiers import ActionId, RunId
from app.domain.run import Run, SentRequest, split_body
from app.store.codec import new_id
from app.store.kdf import Kdf
from app.store.vault import Vault
kind, size, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
vault = Vault.create(folder / f"{kind}.tdx", "pw", kdf=Kdf.argon2id(memory_kib=64, iterations=1, lanes=1))
body = os.urandom(1000) * (size // 1000)
def peak():
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024
before, started = peak(), time.perf_counter()
if kind == "ours":
    run_id = RunId(new_id(RUNS, 1))
    parts = list(enumerate(split_body(run_id, body), start=2))
    request = SentRequest(method="GET", url="http://127.0.0.1/", headers=())
    run = Run(id=run_id, action_id=ActionId(new_id("actions", 1)), action_name="A", started_at="x",
              is_mock=False, request=request, body_ids=tuple(number for number, _part in parts))
    items = [Change(BODIES, number, None, part) for number, part in parts] + [Change(RUNS, 1, None, run)]
    vault.commit(Changes.of("Send", items, is_undoable=False), at="x")
else:
    with (folder / "body").open("wb") as file:
        file.write(body)
        os.fsync(file.fileno())
written, kept = time.perf_counter() - started, peak() - before
started = time.perf_counter()
again = vault.runs.body(run) if kind == "ours" else (folder / "body").read_bytes()
assert again == body
print(written, time.perf_counter() - started, kept, peak() - before)
vault.close()
"""


def _document(n: int) -> dict[str, object]:
    values = {"external_id": f"ord_{n:07d}", "total": 42.5 + n % 100, "status": "open", "note": f"note {n:06d} " * 12}
    return {"values": values, "created_at": "2026-01-01T00:00:00.000Z", "updated_at": "2026-01-01T00:00:00.000Z"}


async def _define(workbench: Workbench) -> None:
    load_all()
    create, add = REGISTRY["object.create"], REGISTRY["attribute.add"]
    await create.function(workbench, create.args(name="Order", description="orders"))
    for name, kind in (("total", "decimal"), ("status", "text"), ("note", "text")):
        await add.function(workbench, add.args(object="Order", name=name, format=kind))


def verbs(folder: Path) -> None:
    """Import, check, export; each by whole documents of the domain, as the commands do them."""
    source = folder / "in.json"
    source.write_text(json.dumps({"records/Order": {str(n): _document(n) for n in range(1, COUNT + 1)}}))
    vault = Vault.create(folder / "v.tdx", "pw", kdf=CHEAP)
    workbench = Workbench(vault)
    asyncio.run(_define(workbench))

    def import_all() -> None:
        vault.commit(exchange.plan(vault, workbench.workspace, source).changes, at="x")

    def stock() -> None:
        with TinyDB(source) as db, TinyDB(folder / "copy.json") as copy:
            copy.table("records/Order").insert_multiple(dict(row) for row in db.table("records/Order"))

    ours, theirs = in_turn(1, import_all, stock)
    show("vault import / stock TinyDB copies the file", ours, theirs, None)
    seals, rules, plain = in_turn(
        3, lambda: check(vault.store), lambda: inspect(vault.store), lambda: json.loads(source.read_bytes())
    )
    show("vault check, seals and JSON / json.loads", seals, plain, None)
    show("vault check, every rule / json.loads", rules, plain, None)
    numbers = iter(range(3))
    found = json.loads(source.read_bytes())
    ours, theirs = in_turn(
        3,
        lambda: exchange.export(vault.store, folder / f"out-{next(numbers)}.json"),
        lambda: (folder / "dumped.json").write_text(json.dumps(found)),
    )
    show("vault export / json.dumps", ours, theirs, None)
    vault.close()


def body(folder: Path) -> None:
    """A body of 50 MB into the vault and out again."""
    figures = {}
    for kind in ("ours", "peer"):
        command = [sys.executable, "-c", BODY, kind, str(BODY_BYTES), str(folder)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        figures[kind] = [float(each) for each in done.stdout.split()]
    ours, peer = figures["ours"], figures["peer"]
    show("keep a body of 50 MB / write + fsync", ours[:1], peer[:1], None)
    show("read it back / read the file", ours[1:2], peer[1:2], None)
    megabytes = BODY_BYTES / 2**20
    print(f"  memory to keep it, beyond the body: {ours[2]:.0f} MiB, {ours[2] / megabytes:.2f} of its size")
    print(f"  memory with it read back as well: {ours[3]:.0f} MiB, {ours[3] / megabytes:.2f} of its size")


def main() -> None:
    """Print every row: ours ms, peer ms, ratio with its range."""
    print(f"  {COUNT:,} records: ours ms, peer ms, ratio [least .. greatest]")
    with tempfile.TemporaryDirectory() as name:
        verbs(Path(name))
        body(Path(name))


if __name__ == "__main__":
    main()
