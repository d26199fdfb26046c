"""The sealed store against its limits and stock TinyDB, in turn: `python -m tests.bench.bench_store [records]`."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from tinydb import TinyDB, where
from tinydb.middlewares import CachingMiddleware
from tinydb.storages import JSONStorage

from app.store import Kdf, SealedStore, compaction, disk, open_tinydb

ROOT = Path(__file__).resolve().parents[2]
CHEAP = Kdf.argon2id(memory_kib=64, iterations=1, lanes=1)
NONCE = bytes(12)
PIECE = 1 << 20
encode, decode = msgspec.json.encode, msgspec.json.decode


def record(n: int) -> dict[str, object]:
    """About 350 bytes of JSON, as an order might be."""
    values = {"total": "42.50", "n": n % 1000, "tags": ["a", "b", "c"], "note": f"note {n:06d} " * 14}
    return {
        "external_id": f"ord_{n:07d}",
        "status": ("open", "closed", "void")[n % 3],
        "values": values,
        "created": 1.7e9 + n,
    }


def seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def in_turn(rounds: int, *calls: Callable[[], object]) -> list[list[float]]:
    """The times of each call, one after the other in every round."""
    times: list[list[float]] = [[] for _call in calls]
    for _round in range(rounds):
        for place, call in enumerate(calls):
            times[place].append(seconds(call))
    return times


def show(name: str, ours: Sequence[float], peer: Sequence[float], target: str) -> None:
    """Print medians and the median ratio with its range, pair by pair."""
    ratios = sorted(mine / its for mine, its in zip(ours, peer, strict=True))
    low, middle, high = ratios[0], statistics.median(ratios), ratios[-1]
    median, its = statistics.median(ours) * 1000, statistics.median(peer) * 1000
    print(f"  {name:<44}{median:10.3f} {its:10.3f}  {middle:8.3f} [{low:.3f}..{high:.3f}]  {target}")


class Limit:
    """What any durable encrypted store must pay: the bytes, sealed, at the end of a file as long, and a sync."""

    def __init__(self, path: Path, length: int) -> None:
        self.path = path
        self.cipher = AESGCM(bytes(32))
        self.descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        for _piece in range(0, length, PIECE):
            os.write(self.descriptor, os.urandom(PIECE))
        os.fsync(self.descriptor)
        self.sealed = [
            self.cipher.encrypt(NONCE, os.pread(self.descriptor, PIECE, at), None) for at in range(0, length, PIECE)
        ]
        self.end = os.fstat(self.descriptor).st_size

    def append(self, data: bytes) -> None:
        os.pwrite(self.descriptor, data, self.end)
        self.end += len(data)
        os.fdatasync(self.descriptor)

    def append_documents(self, documents: list[dict[str, object]]) -> None:
        self.append(self.cipher.encrypt(NONCE, encode(documents), None))

    def read_and_decrypt(self) -> list[bytes]:
        self.path.read_bytes()
        return [self.cipher.decrypt(NONCE, piece, None) for piece in self.sealed]

    def rewrite(self, documents: list[dict[str, object]]) -> None:
        target = self.path.with_suffix(".new")
        with target.open("wb") as file:
            for at in range(0, len(documents), 2048):
                file.write(self.cipher.encrypt(NONCE, encode(documents[at : at + 2048]), None))
            os.fsync(file.fileno())
        target.replace(self.path.with_suffix(".old"))


def writes(folder: Path, path: Path, count: int) -> None:
    """Single and bulk changes."""
    small = open_tinydb(folder / "small.tdx", "pw", kdf=CHEAP)
    small.insert_multiple(map(record, range(1000)))
    db = open_tinydb(path, "pw")
    limit = Limit(folder / "limit", path.stat().st_size)
    frame = os.urandom(len(encode(record(1))) + 100)
    one, thousand = record(1), [record(n) for n in range(1000)]
    inserts, updates, at_limit, at_small = in_turn(
        400,
        lambda: db.insert(one),
        lambda: db.update({"status": "changed"}, doc_ids=[count // 2]),
        lambda: limit.append(frame),
        lambda: small.insert(one),
    )
    show("insert 1 durable / append + fdatasync", inserts, at_limit, "<= 1.5")
    show("update 1 by id durable / append + fdatasync", updates, at_limit, "<= 1.5")
    show(f"insert at {count:,} / at 1,000", inserts, at_small, "<= 1.3")
    many, many_limit = in_turn(15, lambda: db.insert_multiple(thousand), lambda: limit.append_documents(thousand))
    show("insert_multiple(1000) / dumps+seal+write+sync", many, many_limit, "<= 3")
    real_sync, disk.sync = disk.sync, lambda _descriptor: None
    bare, floor = in_turn(
        2000, lambda: db.insert(one), lambda: (limit.cipher.encrypt(NONCE, encode(one), None), decode(encode(one)))
    )
    disk.sync = real_sync
    show("insert CPU, no sync / dumps+seal+loads", bare, floor, "<= 10")
    db.close()
    small.close()


def reads(folder: Path, path: Path, stock_path: Path, count: int) -> None:
    """Opening, scanning and looking up."""
    limit = Limit(folder / "limit2", path.stat().st_size)
    documents = [encode([record(n) for n in range(at, at + 128)]) for at in range(0, count, 128)]

    def stock_count() -> None:
        with TinyDB(stock_path, storage=CachingMiddleware(JSONStorage)) as stock:
            len(stock)

    def fully() -> None:
        with open_tinydb(path, "pw") as db:
            db.count(where("status") == "none")

    def fully_limit() -> None:
        limit.read_and_decrypt()
        kept.append([decode(each) for each in documents])
        kept.clear()

    kept: list[object] = []
    lazy, bytes_only = in_turn(7, lambda: open_tinydb(path, "pw").close(), limit.read_and_decrypt)
    show("open, lazy / read + decrypt", lazy, bytes_only, "<= 4")
    lazy, stock_open = in_turn(3, lambda: open_tinydb(path, "pw").close(), stock_count)
    show("open, lazy / stock open + count", lazy, stock_open, "<= 0.15")
    parsed, parsed_limit = in_turn(5, fully, fully_limit)
    show("open, all parsed / read + decrypt + loads", parsed, parsed_limit, "<= 1.2")
    db = open_tinydb(path, "pw", readonly=True)
    with TinyDB(stock_path, storage=CachingMiddleware(JSONStorage)) as stock:
        query = (where("status") == "void") & (where("created") < 0)
        scans, stock_scans = in_turn(
            7, lambda: (db.clear_cache(), db.search(query)), lambda: (stock.clear_cache(), stock.search(query))
        )
        show("query over everything / CachingMiddleware", scans, stock_scans, "<= 1.3")
        db.table("_default").ensure_index("external_id")  # type: ignore[attr-defined]
        key = where("external_id") == record(77)["external_id"]
        db.search(key)
        found, by_id = in_turn(2000, lambda: (db.clear_cache(), db.search(key)), lambda: db.get(doc_id=78))
        show("indexed equality / get by id", found, by_id, "")
    db.close()


def whole_file(folder: Path, path: Path) -> None:
    """Rewriting, and committing while that goes on."""
    store = SealedStore.open(path, "pw")
    documents = [document for _key, document in store.scan("_default")]
    limit = Limit(folder / "limit3", PIECE)
    rewrites, floor = in_turn(3, store.compact, lambda: limit.rewrite(documents))
    show("compact / dumps+seal+write+fsync+rename", rewrites, floor, "<= 2.5")
    rewriter = threading.Thread(
        target=lambda: compaction.run(store, store.next_keys(), lambda: True, is_background=True).release()
    )
    times: list[float] = []

    def commit() -> None:
        with store.transaction() as tx:
            tx.put("_default", 1, record(1))

    rewriter.start()
    while rewriter.is_alive():
        times.append(seconds(commit))
    times.sort()
    worst, p99 = times[-1] * 1000, times[int(len(times) * 0.99)] * 1000
    print(f"  commits during a background rewrite: {len(times)}, p99 {p99:.1f} ms (<= 10), max {worst:.1f} ms (<= 100)")
    store.close()
    kdf = statistics.median(seconds(lambda: Kdf.default().root("passphrase", bytes(32))) for _round in range(5))
    print(f"  key derivation, {Kdf.default().describe()}: {kdf * 1000:.0f} ms (100..500)")


MEMORY = """
import sys
from pathlib import Path
from tinydb import TinyDB, where
from tinydb.storages import JSONStorage
from tinydb.middlewares import CachingMiddleware
from app.store import open_tinydb
kind, path = sys.argv[1:]
db = open_tinydb(path, "pw") if kind == "ours" else TinyDB(path, storage=CachingMiddleware(JSONStorage))
def rss():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 2**20
len(db)
print(rss())
db.search(where("status") == "none")
print(rss())
db.close()
"""


def memory(path: Path, stock_path: Path) -> None:
    """Resident memory after opening and after a scan, each in a process of its own."""
    figures = {}
    for kind, file in (("ours", path), ("stock", stock_path)):
        done = subprocess.run(
            [sys.executable, "-c", MEMORY, kind, str(file)], cwd=ROOT, capture_output=True, text=True, check=True
        )
        figures[kind] = [float(line) for line in done.stdout.split()]
    opened, scanned = figures["ours"]
    print(f"  memory after opening: {opened:.0f} MiB (<= 100)")
    print(f"  memory after a scan / CachingMiddleware: {scanned:.0f} MiB, {scanned / figures['stock'][1]:.2f} (<= 1.3)")


def main() -> None:
    """Print every row: ours and the peer's median in ms, the ratio with its range, the target."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path, stock_path = folder / "v.tdx", folder / "stock.json"
        rows = [record(n) for n in range(count)]
        print(f"{count:,} records of {len(encode(rows[7]))} bytes: ours ms, peer ms, ratio [min..max], target")
        with open_tinydb(path, "pw", kdf=CHEAP) as db, TinyDB(stock_path) as stock:
            imported, stock_import = in_turn(1, lambda: db.insert_multiple(rows), lambda: stock.insert_multiple(rows))
            show("import / stock TinyDB", imported, stock_import, "<= 1.0")
            inserted, stock_insert = in_turn(3, lambda: stock.insert(rows[0]), lambda: db.insert(rows[0]))
            show("stock insert / our insert, both durable", inserted, stock_insert, ">= 1000 (at 100,000)")
        compact = sum(len(encode(each)) + len(f'"{n}":,') for n, each in enumerate(rows, 1))
        print(f"  file / compact JSON: {path.stat().st_size / compact:.3f} (<= 1.05)")
        rows.clear()
        assert len(json.loads(stock_path.read_bytes())["_default"]) == count + 3
        memory(path, stock_path)
        reads(folder, path, stock_path, count)
        writes(folder, path, count)
        whole_file(folder, path)


if __name__ == "__main__":
    main()
