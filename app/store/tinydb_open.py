"""A plain `tinydb.TinyDB` on a sealed vault, for scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tinydb import TinyDB

from app.store.tinydb_storage import SealedStorage
from app.store.tinydb_table import SealedTable

if TYPE_CHECKING:
    import os

    from app.store.kdf import Kdf
    from app.store.sealed import SealedStore


def open_tinydb(
    path: str | os.PathLike[str], passphrase: str, *, kdf: Kdf | None = None, readonly: bool = False
) -> TinyDB:
    """Open the vault at `path`, or create it; every call that changes something is one durable commit.

    `db.transaction()` makes many calls one commit; `db.table(name).ensure_index(field)` makes equality queries instant.
    `kdf` is for a new vault only. Raises the errors of `SealedStore.open` and `create`.
    """
    return _with_tables(TinyDB(path, passphrase, kdf=kdf, readonly=readonly, storage=SealedStorage))


def tinydb_on(store: SealedStore) -> TinyDB:
    """TinyDB on a store that is open; closing the database leaves the store open."""
    return _with_tables(TinyDB(store=store, storage=SealedStorage))


def _with_tables(database: TinyDB) -> TinyDB:
    database.table_class = SealedTable
    return database
