"""Importing 100,000 rows of CSV against what the csv module and msgspec need at the least, in turn.

`python -m tests.bench.bench_import [rows]`
"""

from __future__ import annotations

import csv
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import msgspec

from app.commands.preparing import FileChoice, changes_of, prepare
from app.commands.record_export import Target, every_record, export_records
from app.domain.changes import OBJECTS, Change, Changes
from app.domain.datatypes import DataType
from app.domain.identifiers import ObjectId
from app.domain.schema import Attribute, ObjectType
from app.engine.tabular.sheet import FileFormat
from app.store import Kdf, collector
from app.store.codec import new_id
from app.store.vault import Vault
from app.workbench import Workbench

ROOT = Path(__file__).resolve().parents[2]
CHEAP = Kdf.argon2id(memory_kib=64, iterations=1, lanes=1)
ROUNDS = 5
COLUMNS = ("external_id", "total", "placed_at", "note", "status", "quantity")


def write_rows(path: Path, count: int) -> None:
    """About 210 bytes a row, as a shop might export its orders."""
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        for n in range(count):
            note = f"note {n:06d} " * 14
            rows.writerow((f"ord_{n:07d}", "42.50", "2026-01-02T03:04:05Z", note, ("open", "paid")[n % 2], n % 7))


def peer(path: Path) -> bytes:
    """The least: every row read and encoded as a document, nothing checked, nothing kept."""
    with collector.paused(), path.open(newline="") as file:
        rows = csv.reader(file)
        names = next(rows)
        return msgspec.json.encode([dict(zip(names, row, strict=True)) for row in rows])


def _opened(folder: Path, number: int) -> tuple[Workbench, ObjectType]:
    workbench = Workbench(Vault.create(folder / f"{number}.tdx", "bench", kdf=CHEAP))
    formats = dict(zip(COLUMNS[1:], ("decimal", "date", "text", "list", "integer"), strict=True))
    own = tuple(
        Attribute(name=name, data_type=DataType(kind), options=("open", "paid") if kind == "list" else ())
        for name, kind in formats.items()
    )
    document = workbench.ids()
    blank = ObjectType(id=ObjectId(new_id(OBJECTS, document)), name="Order")
    kind = ObjectType(id=blank.id, name="Order", attributes=(*blank.attributes, *own))
    workbench.vault.commit(Changes.of("Create", [Change(OBJECTS, document, None, kind)]), at="")
    return workbench, kind


def _never() -> bool:
    return False


def ours(workbench: Workbench, kind: ObjectType, path: Path) -> list[float]:
    """Seconds for: reading and judging every row, making the records, sealing them on disk."""
    times = [time.perf_counter()]
    found = prepare(workbench, workbench.vault.workspace(), kind, FileChoice(file=str(path)), (), _never)
    times.append(time.perf_counter())
    changes = changes_of(found, "Import", _never)
    times.append(time.perf_counter())
    workbench.vault.commit(changes, at="")
    times.append(time.perf_counter())
    return [after - before for before, after in pairwise(times)]


def _peak(code: str, *given: str) -> float:
    """Megabytes that a process of its own needs at its peak, as the kernel counts it."""
    text = f"{code}\nprint([line for line in open('/proc/self/status') if line.startswith('VmHWM')][0].split()[1])"
    done = subprocess.run([sys.executable, "-c", text, *given], capture_output=True, text=True, cwd=ROOT, check=True)
    return int(done.stdout.split()[-1]) / 1024


_PEER = "import sys; from pathlib import Path; from tests.bench.bench_import import peer; peer(Path(sys.argv[1]))"
_OURS = """
import sys
from pathlib import Path
from tests.bench.bench_import import _opened, ours
workbench, kind = _opened(Path(sys.argv[2]), 0)
ours(workbench, kind, Path(sys.argv[1]))
"""


def main(rows: int = 100_000) -> None:
    """Print medians and ratios of interleaved rounds, then memory."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "orders.csv"
        write_rows(path, rows)
        lines: dict[str, list[float]] = {"csv + msgspec": [], "read and judge": [], "make": [], "seal on disk": []}
        lines |= {"whole import": [], "export as CSV": []}
        for number in range(1, ROUNDS + 1):
            workbench, kind = _opened(folder, number)
            begin = time.perf_counter()
            peer(path)
            lines["csv + msgspec"].append(time.perf_counter() - begin)
            parts = ours(workbench, kind, path)
            for part, seconds in zip(("read and judge", "make", "seal on disk"), parts, strict=True):
                lines[part].append(seconds)
            lines["whole import"].append(sum(parts))
            begin = time.perf_counter()
            target = Target(path=folder / f"{number}.csv", format=FileFormat.CSV, overwrite=False)
            export_records(kind, every_record(workbench, kind), rows, target, _never)
            lines["export as CSV"].append(time.perf_counter() - begin)
            workbench.vault.close()
        size = path.stat().st_size / 1e6
        print(f"import of {rows:,} rows ({size:.0f} MB), {ROUNDS} interleaved rounds: median ms, ratio to the peer")
        for what, times in lines.items():
            ratios = sorted(mine / its for mine, its in zip(times, lines["csv + msgspec"], strict=True))
            target_words = "target 4" if what == "whole import" else ""
            print(
                f"  {what:<16}{statistics.median(times) * 1000:8.0f}  {statistics.median(ratios):6.2f} "
                f"[{ratios[0]:.2f}..{ratios[-1]:.2f}]  {target_words}"
            )
        if sys.platform == "linux":
            mine, its = _peak(_OURS, str(path), name), _peak(_PEER, str(path))
            print(f"  memory at its peak: {mine:.0f} MB, the peer {its:.0f} MB, ratio {mine / its:.1f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
