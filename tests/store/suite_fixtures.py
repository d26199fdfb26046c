"""Takes the place of `tests/conftest.py` in a copy of TinyDB's own suite: the fixtures give a vault, in four ways.

Our table, stock TinyDB's table on our storage, the same behind its caching middleware, and our table on a vault that
is closed and opened again after every commit.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from tinydb import TinyDB
from tinydb.middlewares import CachingMiddleware
from tinydb.storages import MemoryStorage
from tinydb.table import Table

from app.store import Kdf, SealedStore, open_tinydb
from app.store.tinydb_storage import SealedStorage
from app.store.tinydb_table import SealedTable
from app.store.transaction import Transaction

CHEAP = Kdf.argon2id(memory_kib=8, iterations=1, lanes=1)
PASSPHRASE = "suite"


class ReopenedStorage(SealedStorage):
    """Closes its vault after every commit and opens it again, so that nothing but the file remembers."""

    def transaction(self) -> AbstractContextManager[Transaction]:
        return self._reopening()

    @contextmanager
    def _reopening(self) -> Iterator[Transaction]:
        is_outermost = self.store.current_transaction is None
        with super().transaction() as transaction:
            yield transaction
        if is_outermost:
            path = self.store.path
            self.store.close()
            self.store = SealedStore.open(path, PASSPHRASE)


def _stock_table(path: Path) -> TinyDB:
    return _with(TinyDB(path, PASSPHRASE, kdf=CHEAP, storage=SealedStorage), Table)


def _cached(path: Path) -> TinyDB:
    return _with(TinyDB(path, PASSPHRASE, kdf=CHEAP, storage=CachingMiddleware(SealedStorage)), Table)


def _reopened(path: Path) -> TinyDB:
    return _with(TinyDB(path, PASSPHRASE, kdf=CHEAP, storage=ReopenedStorage), SealedTable)


def _with(database: TinyDB, table_class: type[Table]) -> TinyDB:
    database.table_class = table_class
    return database


_WAYS = {
    "our-table": lambda path: open_tinydb(path, PASSPHRASE, kdf=CHEAP),
    "stock-table": _stock_table,
    "caching": _cached,
    "reopened": _reopened,
}


@pytest.fixture(params=_WAYS)
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TinyDB]:
    database = _WAYS[request.param](tmp_path / "test.tdx")
    database.drop_tables()
    database.insert_multiple({"int": 1, "char": letter} for letter in "abc")
    yield database
    database.close()


@pytest.fixture
def storage() -> CachingMiddleware:
    """As in the original: the tests that take it look into stock TinyDB's memory storage."""
    return CachingMiddleware(MemoryStorage)()
