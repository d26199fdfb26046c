"""Rows of the store's benchmark that read: opening, scanning, looking up, memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tinydb import TinyDB, where
from tinydb.middlewares import CachingMiddleware
from tinydb.storages import JSONStorage

from app.store import Kdf, SealedStore, open_tinydb
from tests.bench.store_kit import Limit, SqlCipher, decode, encode, in_turn, record, seconds, show, show_one

ROOT = Path(__file__).resolve().parents[2]
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


def _open(path: Path) -> None:
    SealedStore.open(path, "pw").close()


def opening(folder: Path, path: Path, stock_path: Path | None, count: int) -> None:
    """From a closed file to the first answer."""
    limit = Limit(folder / "limit-read", path.stat().st_size)
    lazy, bytes_only = in_turn(9, lambda: _open(path), limit.read_and_decrypt)
    show("open without KDF, lazy / read + decrypt", lazy, bytes_only, 4)
    documents = [encode([record(n) for n in range(at, at + 128)]) for at in range(0, count, 128)]

    def fully() -> None:
        with open_tinydb(path, "pw") as db:
            db.count(where("status") == "none")

    def fully_limit() -> None:
        limit.read_and_decrypt()
        kept = [decode(each) for each in documents]
        kept.clear()

    parsed, parsed_limit = in_turn(5 if count <= 100_000 else 3, fully, fully_limit)
    show("open, all parsed / read + decrypt + loads", parsed, parsed_limit, 1.2)
    limit.close()
    if stock_path is None:
        return

    def stock_count() -> None:
        with TinyDB(stock_path, storage=CachingMiddleware(JSONStorage)) as stock:
            len(stock)

    lazy, stock_open = in_turn(3, lambda: _open(path), stock_count)
    show("open, lazy / stock TinyDB open + count", lazy, stock_open, 0.15)


def scanning(path: Path, stock_path: Path | None, cipher: SqlCipher, count: int) -> None:
    """A query over everything."""
    rounds = 7 if count <= 100_000 else 3
    query = (where("status") == "void") & (where("created") < 0)
    with open_tinydb(path, "pw", readonly=True) as db:
        db.search(query)
        scans, theirs = in_turn(rounds, lambda: (db.clear_cache(), db.search(query)), cipher.scan)
        show("query over everything / SQLCipher", scans, theirs, 1.0)
        if stock_path is None:
            return
        with TinyDB(stock_path, storage=CachingMiddleware(JSONStorage)) as stock:
            len(stock)
            scans, theirs = in_turn(
                rounds, lambda: (db.clear_cache(), db.search(query)), lambda: (stock.clear_cache(), stock.search(query))
            )
            show("query over everything / CachingMiddleware", scans, theirs, 1.3)


def lookups(path: Path, cipher: SqlCipher, count: int) -> None:
    """One document by a field with an index, and by its id."""
    with open_tinydb(path, "pw", readonly=True) as db:
        table = db.table("_default")
        table.ensure_index("external_id")  # type: ignore[attr-defined]
        wanted = str(record(count // 2)["external_id"])
        key = where("external_id") == wanted
        assert len(table.search(key)) == len(cipher.find(wanted)) == 1
        found, theirs = in_turn(
            30, lambda: (table.clear_cache(), table.search(key)), lambda: cipher.find(wanted), batch=100
        )
        show("indexed equality / SQLCipher, indexed", found, theirs, 1.0)
        by_id, theirs = in_turn(30, lambda: table.get(doc_id=78), lambda: cipher.get(78), batch=100)
        show("get by id / SQLCipher", by_id, theirs, 1.0)


def memory(path: Path, stock_path: Path | None) -> None:
    """Resident memory after opening and after a scan, each in a process of its own."""
    opened, scanned = _memory("ours", path)
    show_one("memory after opening", opened, "MiB", 100)
    if stock_path is not None:
        stock = _memory("stock", stock_path)[1]
        show_one(f"memory after a scan ({scanned:.0f} MiB) / CachingMiddleware", scanned / stock, "", 1.3, digits=2)


def _memory(kind: str, path: Path) -> list[float]:
    command = [sys.executable, "-c", MEMORY, kind, str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [float(line) for line in done.stdout.split()]


def key() -> float:
    """The key derivation, in seconds; printed."""
    times = sorted(seconds(lambda: Kdf.default().root("passphrase", bytes(32))) for _round in range(7))
    print(
        f"  key derivation, {Kdf.default().describe()}: median {times[3] * 1000:.0f} ms"
        f" [{times[0] * 1000:.0f} .. {times[-1] * 1000:.0f}]  100 .. 500; a compaction runs none"
    )
    return times[3]
