"""Rows of the store's benchmark that write: imports, single and bulk changes, rewriting, what a workload leaves."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from tinydb import TinyDB

from app.store import SealedStore, compaction, disk, open_tinydb
from tests.bench.store_kit import (
    CHEAP,
    NONCE,
    PIECE,
    Limit,
    SqlCipher,
    decode,
    encode,
    in_turn,
    record,
    seconds,
    show,
    show_one,
)


def imports(folder: Path, path: Path, stock_path: Path | None, cipher: SqlCipher, count: int) -> None:
    """All records in one call; the files stay for the other rows."""
    rows = [record(n) for n in range(count)]
    rounds = 1 if count > 100_000 else 3
    place = iter(range(rounds * 3))

    def ours() -> None:
        with open_tinydb(folder / f"import-{next(place)}", "pw", kdf=CHEAP) as db:
            db.insert_multiple(rows)

    def theirs() -> None:
        peer = SqlCipher(folder / f"import-{next(place)}")
        peer.insert(rows)
        peer.close()

    def stock() -> None:
        with TinyDB(folder / f"import-{next(place)}") as db:
            db.insert_multiple(rows)

    calls = (ours, theirs) if stock_path is None else (ours, theirs, stock)
    mine, its, *plain = in_turn(rounds, *calls)
    show("import of everything / SQLCipher", mine, its, 0.7)
    if plain:
        show("import of everything / stock TinyDB", mine, plain[0], 1.0)
    for left in folder.glob("import-*"):
        left.unlink()
    with open_tinydb(path, "pw", kdf=CHEAP) as db:
        db.insert_multiple(rows)
    cipher.insert(rows)
    cipher.index()
    if stock_path is not None:
        with TinyDB(stock_path) as db:
            db.insert_multiple(rows)
    compact = sum(len(encode(each)) + len(f'"{n}":,') for n, each in enumerate(rows, 1))
    show_one("file / compact JSON", path.stat().st_size / compact, "", 1.05, digits=3)


def changes(folder: Path, path: Path, stock_path: Path | None, cipher: SqlCipher, count: int) -> list[float]:
    """Single and bulk changes, each durable; gives the times of an insert."""
    small = open_tinydb(folder / "small.tdx", "pw", kdf=CHEAP)
    small.insert_multiple(map(record, range(1000)))
    db = open_tinydb(path, "pw")
    limit = Limit(folder / "limit-append", path.stat().st_size)
    frame = os.urandom(len(encode(record(1))) + 100)
    one, thousand = record(1), [record(n) for n in range(1000)]
    inserts, updates, at_limit, at_small, theirs = in_turn(
        40,
        lambda: db.insert(one),
        lambda: db.update({"status": "changed"}, doc_ids=[count // 2]),
        lambda: limit.append(frame),
        lambda: small.insert(one),
        lambda: cipher.insert([one]),
        batch=20,
    )
    show("insert 1 durable / append + fdatasync", inserts, at_limit, 1.5)
    show("insert 1 durable / SQLCipher", inserts, theirs, 1.1)
    if stock_path is not None:
        with TinyDB(stock_path) as stock:
            stock_insert, mine = in_turn(3, lambda: stock.insert(one), lambda: db.insert(one))
        show("stock TinyDB insert 1 / ours", stock_insert, mine, 1000 if count >= 100_000 else None, at_least=True)
    show("update 1 by id durable / append + fdatasync", updates, at_limit, 1.5)
    show(f"insert at {count:,} / insert at 1,000", inserts, at_small, 1.3)
    real_sync, disk.sync = disk.sync, lambda _descriptor: None
    try:
        bare, floor = in_turn(
            30,
            lambda: db.insert(one),
            lambda: (limit.cipher.encrypt(NONCE, encode(one), None), decode(encode(one))),
            batch=50,
        )
    finally:
        disk.sync = real_sync
    show("insert 1, CPU alone / dumps + seal + loads", bare, floor, 10)
    many, many_limit, theirs = in_turn(
        15,
        lambda: db.insert_multiple(thousand),
        lambda: limit.append_documents(thousand),
        lambda: cipher.insert(thousand),
    )
    show("insert_multiple(1000) / dumps+seal+write+sync", many, many_limit, 3)
    show("insert_multiple(1000) / SQLCipher", many, theirs, 0.3)
    limit.close()
    db.close()
    small.close()
    return inserts


def rewriting(folder: Path, path: Path) -> None:
    """Rewriting the file, and committing while that goes on."""
    store = SealedStore.open(path, "pw")
    documents = [document for _key, document in store.scan("_default")]
    limit = Limit(folder / "limit-rewrite", PIECE)
    rewrites, floor = in_turn(3, store.compact, lambda: limit.rewrite(documents))
    show("rewrite / dumps+seal+write+fsync+rename", rewrites, floor, 2.5)
    documents.clear()
    limit.close()
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
    p99 = times[int(len(times) * 0.99)] * 1000
    show_one(f"commit during a rewrite, p99 of {len(times)}", p99, "ms", 10, digits=1)
    show_one("commit during a rewrite, longest", times[-1] * 1000, "ms", 100, digits=1)
    store.close()


def left_behind(folder: Path) -> None:
    """What is on disk beside what lives, after much was written and little stays."""
    path = folder / "worked.tdx"
    with open_tinydb(path, "pw", kdf=CHEAP) as db:
        for start in range(0, 200_000, 5_000):
            db.insert_multiple(map(record, range(start, start + 5_000)))
            db.update({"status": "changed"}, doc_ids=range(start + 1, start + 2_500))
            db.remove(doc_ids=range(start + 1, start + 4_000))
    with SealedStore.open(path, "pw") as store:
        store.wait_for_compaction()
        info = store.info()
    show_one("file / live, after 200,000 in and 160,000 out", info.total_bytes / info.live_bytes, "", 2.2, digits=2)
