"""Rows of what callers do: passphrases, rotation, aliased documents, callables that fail."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

from tinydb import where

from app.errors import InvalidInput, WrongPassphrase
from app.store import SealedStore, open_tinydb
from tests.torture.crashes import folder
from tests.torture.model import CHEAP, FIRST, NAME, OPEN, Row, contents

WRONG = (
    "correct hors",
    "correct horse ",
    " correct horse",
    "Correct horse",
    "correct  horse",
    "correct horse\0",
    "c" * 1024,
    "корректный конь",
    "correct horse\n",
)


def nine_wrong_passphrases(row: Row, *, long: bool) -> None:
    """Each is refused as wrong, by writer and reader, and changes nothing; the same text in other Unicode opens."""
    with folder() as place:
        path = place / NAME
        OPEN(path, FIRST).close()
        before, status = path.read_bytes(), path.stat()
        for wrong in WRONG:
            for readonly in (True, False):
                row.check(_refuses(path, wrong, WrongPassphrase, readonly=readonly), f"{wrong!r} opens or fails oddly")
        for impossible in ("", "x" * 1025, "\ud800"):
            row.check(_refuses(path, impossible, InvalidInput), f"{impossible!r} is not refused")
        now = path.stat()
        is_same = (now.st_mtime_ns, now.st_ino) == (status.st_mtime_ns, status.st_ino)
        row.check(is_same and path.read_bytes() == before, "a wrong passphrase changed the file")
    with folder() as place:
        OPEN(place / NAME, "é" * 9).close()
        for form in ("NFC", "NFD"):
            OPEN(place / NAME, unicodedata.normalize(form, "é" * 9)).close()  # type: ignore[arg-type]  # a form
            row.check(True, "")


def _refuses(path: Path, passphrase: str, kind: type[Exception], *, readonly: bool = False) -> bool:
    try:
        OPEN(path, passphrase, readonly).close()
    except kind as error:
        return type(error) is kind
    except Exception:  # noqa: BLE001 - any other error is the wrong one
        return False
    return False


def rotation(row: Row, *, long: bool) -> None:
    """A new passphrase draws salt and key anew; the old one opens old copies only."""
    with folder() as place:
        path, copy = place / NAME, place / "copy"
        words = [f"passphrase {n}" for n in range(20 if long else 4)]
        store = OPEN(path, words[0])
        for old, new in pairwise(words):
            with store.transaction() as transaction:
                transaction.put("t", len(old), {"old": old})
            copy.write_bytes(path.read_bytes())
            before, state = path.read_bytes()[:8192], contents(store)
            store.change_passphrase(new)
            after = path.read_bytes()[:8192]
            row.check(before[56:136] != after[56:136], "salt or wrapped key stayed")
            row.check(before[56:88] != after[56:88] and before[88:136] != after[88:136], "salt or wrapped key stayed")
            store.close()
            row.check(_refuses(path, old, WrongPassphrase), "the old passphrase still opens the file")
            with OPEN(copy, old, readonly=True) as earlier:
                row.check(contents(earlier) == state, "the old copy does not open with the old passphrase")
            store = OPEN(path, new)
            row.check(contents(store) == state, "the change of passphrase changed data")
        store.close()


def aliased_documents(row: Row, *, long: bool) -> None:
    """What is changed after it was inserted, or in what was returned, changes nothing in the vault."""
    with folder() as place, OPEN(place / NAME, FIRST) as store:
        document: dict[str, object] = {"list": [1], "dict": {"a": [2]}}
        many = [(key, {"n": [key]}) for key in range(2, 40)]
        with store.transaction() as transaction:
            transaction.put("t", 1, document)
            transaction.put_many("t", many)
            _spoil(document)
            _spoil(transaction.get("t", 1))
            _spoil(dict(many)[3])
        expected = {1: {"list": [1], "dict": {"a": [2]}}, **{key: {"n": [key]} for key in range(2, 40)}}
        for _key, each in store.scan("t"):
            _spoil(each)
        _spoil(store.get("t", 1))
        row.check(contents(store) == {"t": expected}, "memory was changed from outside")
        store.compact()
        with OPEN(place / NAME, FIRST, readonly=True) as reader:
            for _key, each in reader.scan("t"):
                _spoil(each)
            row.check(contents(reader) == {"t": expected}, "the file was changed from outside")


def _spoil(document: dict[str, object] | None) -> None:
    for value in (document or {}).values():
        if isinstance(value, list):
            value.append("spoiled")
        elif isinstance(value, dict):
            _spoil(value)
            value["spoiled"] = True
    if document is not None:
        document["spoiled"] = True


def changes_that_fail(row: Row, *, long: bool) -> None:
    """An aborted transaction, a callable that raises, a document that cannot be stored: nothing of it stays."""
    with folder() as place:
        path = place / NAME
        SealedStore.create(path, FIRST, kdf=CHEAP).close()
        with open_tinydb(path, FIRST) as db:
            table = db.table("t")
            table.insert_multiple({"n": n} for n in range(5))
            before, size = [dict(each) for each in table.all()], path.stat().st_size
            for attempt in _attempts(table):
                try:
                    attempt()
                    row.check(False, "a failing change succeeded")
                except (ZeroDivisionError, InvalidInput, TypeError):
                    pass
                row.check([dict(each) for each in table.all()] == before, "half of a failing change stayed in memory")
                row.check(path.stat().st_size == size, "half of a failing change went to the file")
            row.check(table.insert({"n": 5}) > 5, "an id came twice after an abort")
        with OPEN(path, FIRST) as store:
            with suppress(ZeroDivisionError), store.transaction() as transaction:
                transaction.put("t", 1, {"n": 1 // 0 if transaction.get("t", 2) else 0})
            with suppress(ZeroDivisionError), store.transaction() as transaction:
                transaction.put("t", 1, {"n": "aborted"})
                transaction.put("t", 2, {"n": 1 // 0})
            row.check(store.get("t", 1) == {"n": 0}, "an aborted transaction stayed")


def _attempts(table: object) -> list[Callable[[], object]]:
    from tinydb.table import Table

    assert isinstance(table, Table)

    def fails_in_the_middle(document: dict[str, object]) -> None:
        document["n"] = -1
        if document.get("n") == -1 and document is not None:
            raise ZeroDivisionError

    def third(number: object) -> bool:
        return number == 2 and bool(1 // 0)

    return [
        lambda: table.update(fails_in_the_middle),
        lambda: table.update({"n": 9}, where("n").test(third)),
        lambda: table.update_multiple([({"n": 7}, where("n") == 0), (fails_in_the_middle, where("n") == 1)]),
        lambda: table.insert({"n": float("nan")}),
        lambda: table.insert_multiple([{"n": 1}, {"n": {1, 2}}]),
        lambda: table.upsert({"n": {1}}, where("n") == 1),
        lambda: table.remove(where("n").test(third)),
    ]


VALUES = (
    nine_wrong_passphrases,
    rotation,
    aliased_documents,
    changes_that_fail,
)
