"""TinyDB's storage on a sealed store: any code that reads and writes the whole works, and pays TinyDB's price for it.

`read` gives copies; `write` seals the difference to what is stored, as one commit. `SealedTable` does better for
one table.
"""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, cast

from tinydb.storages import Storage

from app.errors import VaultError
from app.store import documents
from app.store.operations import key_for
from app.store.sealed import SealedStore

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.store.documents import Document
    from app.store.indexes import FieldPath
    from app.store.kdf import Kdf
    from app.store.operations import Key
    from app.store.tables import Table
    from app.store.transaction import Transaction

    Tables = dict[str, dict[str, Document]]

LOOSE = "\0loose"
"""The table for what a script wrote in the place of a table, and which is none; hidden from TinyDB."""


class SealedStorage(Storage):
    """Opens or creates a vault, or stands on an open store; closes the store that it opened."""

    def __init__(
        self,
        path: str | os.PathLike[str] | None = None,
        passphrase: str = "",
        *,
        kdf: Kdf | None = None,
        readonly: bool = False,
        store: SealedStore | None = None,
    ) -> None:
        super().__init__()
        self._owns_store = store is None
        if store is None:
            if path is None:
                raise VaultError("A sealed storage needs the path of a vault.")
            store = _open_or_create(path, passphrase, kdf=kdf, readonly=readonly)
        self.store = store

    def read(self) -> Tables | None:
        """Copies of all tables, as TinyDB holds them; None when there is no table."""
        tables: Tables = {}
        for name in self._names():
            if name == LOOSE:
                for key, document in self.rows(LOOSE):
                    tables[str(key)] = cast("dict[str, Document]", document["value"])
            else:
                tables[name] = {str(key): document for key, document in self.rows(name)}
        return tables or None

    def write(self, data: Mapping[str, Mapping[str, Document]]) -> None:
        """Make the tables what is given, as one commit; nothing is written when nothing differs."""
        with self.transaction() as transaction:
            for name in self._names():
                if name != LOOSE and name not in data:
                    transaction.drop(name)
            loose: dict[Key, Document] = {}
            for name, rows in data.items():
                if _is_table(rows):
                    write_table(transaction, str(name), {key_for(key): row for key, row in rows.items()})
                else:
                    if transaction.has_table(str(name)):
                        transaction.drop(str(name))
                    loose[str(name)] = {"value": rows}
            if loose:
                write_table(transaction, LOOSE, loose)
            elif transaction.has_table(LOOSE):
                transaction.drop(LOOSE)

    def close(self) -> None:
        """Close the store, if it was opened here."""
        if self._owns_store:
            self.store.close()

    def transaction(self) -> AbstractContextManager[Transaction]:
        """One commit for all that the block does through tables of this storage; joins one that is open."""
        current = self.store.current_transaction
        return self.store.transaction() if current is None else nullcontext(current)

    def table(self, name: str) -> Table | None:
        """The live rows of a table, or those of the transaction that is open in this thread: to be copied, not kept."""
        current = self.store.current_transaction
        if current is not None:
            return current.view(name) if current.has_table(name) else None
        return self.store.live_table(name)

    def has_index(self, name: str, path: FieldPath) -> bool:
        """Whether an index was asked for that can answer now: inside a transaction there is none."""
        return self.store.current_transaction is None and self.store.is_indexed(name, path)

    def rows(self, name: str) -> list[tuple[Key, Document]]:
        """Copies of a table's documents, in order."""
        with self.store.state_lock:
            table = self.table(name)
            items = iter(()) if table is None else table.items()
        return [(key, documents.copy(document)) for key, document in items]

    def _names(self) -> tuple[str, ...]:
        current = self.store.current_transaction
        return self.store.tables() if current is None else current.tables()


def _open_or_create(path: str | os.PathLike[str], passphrase: str, *, kdf: Kdf | None, readonly: bool) -> SealedStore:
    if readonly or os.path.lexists(path):
        return SealedStore.open(path, passphrase, readonly=readonly)
    return SealedStore.create(path, passphrase, kdf=kdf)


def write_table(transaction: Transaction, name: str, wanted: dict[Key, Document]) -> None:
    """The steps from a table as it is to the one that is wanted, in the wanted order."""
    if not transaction.has_table(name):
        transaction.create(name)
    rows = dict(transaction.view(name).items())
    gone = [key for key in rows if key not in wanted]
    kept = [key for key in rows if key in wanted]
    new = [key for key in wanted if key not in rows]
    if kept + new != list(wanted):
        transaction.clear(name)
        transaction.put_many(name, list(wanted.items()))
        return
    if gone:
        transaction.delete_many(name, gone)
    changed = [(key, document) for key, document in wanted.items() if not _is_same(rows.get(key), document)]
    if changed:
        transaction.put_many(name, changed)


def _is_same(old: Document | None, new: Document) -> bool:
    """Whether both are the same JSON: `1`, `1.0` and `True` are equal, but not the same."""
    if old is None or old != new:
        return False
    try:
        return documents.encode_again([old]) == documents.encode_again([new])
    except (TypeError, ValueError):
        return False


def _is_table(rows: object) -> bool:
    return isinstance(rows, dict) and all(isinstance(row, dict) for row in rows.values())
