"""The sealed store against its limits, stock TinyDB and SQLCipher, in turn, at several sizes.

`python -m tests.bench store`, or `python -m tests.bench.bench_store [records …]` for chosen sizes. Each row: our median
and the peer's in ms, the median of the rounds' ratios with the least and the greatest, the target.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from app.store import SealedStore
from tests.bench import store_reads, store_writes
from tests.bench.store_kit import JUDGE, SqlCipher, encode, record, show, show_one

SIZES = (1_000, 10_000, 100_000, 1_000_000)
STOCK_LIMIT = 100_000
"""Beyond it every row of stock TinyDB takes minutes."""
GRACE_SECONDS = 1.5


def at_size(count: int, kdf_seconds: float) -> list[float]:
    """All rows at one size; gives the times of an insert."""
    JUDGE.size = count
    print(f"-- {count:,} records of {len(encode(record(7)))} bytes", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "v.tdx"
        stock_path = folder / "stock.json" if count <= STOCK_LIMIT else None
        if stock_path is None:
            print("  rows against stock TinyDB are left out here: each would take minutes")
        cipher = SqlCipher(folder / "peer.db")
        store_writes.imports(folder, path, stock_path, cipher, count)
        store_reads.memory(path, stock_path)
        store_reads.opening(folder, path, stock_path, count)
        store_reads.lookups(path, cipher, count)
        store_reads.scanning(path, stock_path, cipher, count)
        inserts = store_writes.changes(folder, path, stock_path, cipher, count)
        store_writes.rewriting(folder, path)
        cipher.close()
        if count > STOCK_LIMIT:
            started = time.perf_counter()
            SealedStore.open(path, "pw").close()
            spent = (time.perf_counter() - started + kdf_seconds) * 1000
            show_one("open with its key", spent, "ms", (kdf_seconds + GRACE_SECONDS) * 1000)
        return inserts


def main() -> None:
    """Print every row at every size, then those that miss."""
    sizes = [int(each) for each in sys.argv[1:] if each.isdigit()] or list(SIZES)
    JUDGE.misses.clear()
    JUDGE.size = 0
    print("  row: ours ms, peer ms, ratio [least .. greatest], target")
    kdf_seconds = store_reads.key()
    with tempfile.TemporaryDirectory() as name:
        store_writes.left_behind(Path(name))
    inserts = {count: at_size(count, kdf_seconds) for count in sizes}
    if {100_000, 1_000_000} <= inserts.keys():
        show("insert 1 at 1,000,000 / at 100,000", inserts[1_000_000], inserts[100_000], 1.3)
        print(f"  (medians: {statistics.median(inserts[1_000_000]) * 1000:.3f} ms; not of the same minute)")
    print("  TinyDB's own suite: tests/store/test_store_conformance.py, in make test · faults: make torture")
    print("-- rows that miss, of 100,000 records and more:" + ("" if JUDGE.misses else " none"))
    for row in JUDGE.misses:
        print(f"  {row}")


if __name__ == "__main__":
    main()
