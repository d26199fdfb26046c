"""A transaction: steps gathered in order, encoded at once, sealed together or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.store import documents
from app.store.operations import (
    BLOCK_BYTES,
    CLEAR,
    CREATE,
    DELETE,
    DROP,
    FEW_DOCUMENTS,
    LARGE_BYTES,
    MAX_BLOCK_DOCUMENTS,
    PUT,
    Operation,
)
from app.store.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from app.store.documents import Document
    from app.store.operations import Key
    from app.store.sealed import SealedStore


class Transaction:
    """The steps of one commit. Reads through it see its own steps; nobody else does before the commit."""

    __slots__ = ("_live", "_touched", "_views", "operations")

    def __init__(self, live: Mapping[str, Table]) -> None:
        self._live = live
        self._views: dict[str, Table] = {}
        self._touched: set[str] = set()
        self.operations: list[Operation] = []

    def put(self, table: str, doc_id: Key, document: Document) -> None:
        """Insert or replace one document; raises documents.NotJson at once."""
        raw, exact, copies = documents.encode([document])
        kept = tuple(copies) if len(raw) <= LARGE_BYTES else ()
        self._note(Operation(PUT, table, (_checked(doc_id),), raw, exact, kept))

    def put_many(self, table: str, rows: Sequence[tuple[Key, Document]]) -> None:
        """Insert or replace many documents, faster than one by one."""
        if len(rows) == 1:
            self.put(table, *rows[0])
            return
        for start in range(0, len(rows), MAX_BLOCK_DOCUMENTS):
            part = rows[start : start + MAX_BLOCK_DOCUMENTS]
            keys = tuple([_checked(key) for key, _document in part])
            self._put_block(table, keys, [document for _key, document in part])

    def delete(self, table: str, doc_id: Key) -> None:
        """Remove one document; nothing happens when there is none."""
        self._note(Operation(DELETE, table, (_checked(doc_id),)))

    def delete_many(self, table: str, doc_ids: Iterable[Key]) -> None:
        """Remove many documents."""
        keys = tuple(_checked(key) for key in doc_ids)
        for start in range(0, len(keys), MAX_BLOCK_DOCUMENTS):
            self._note(Operation(DELETE, table, keys[start : start + MAX_BLOCK_DOCUMENTS]))

    def create(self, table: str) -> None:
        """Make a table that stays even while it is empty."""
        self._note(Operation(CREATE, table))

    def clear(self, table: str) -> None:
        """Remove every document of a table; the table stays."""
        self._note(Operation(CLEAR, table))

    def drop(self, table: str) -> None:
        """Remove a table with all of its documents."""
        self._note(Operation(DROP, table))

    def get(self, table: str, doc_id: Key) -> Document | None:
        """A copy of a document as it would be after the commit."""
        document = self.view(table).get(doc_id)
        return None if document is None else documents.copy(document)

    def next_id(self, table: str) -> int:
        """One more than the largest id in the table; 1 for an empty one."""
        return self.view(table).next_id()

    def tables(self) -> tuple[str, ...]:
        """The tables that would exist after the commit."""
        names = dict.fromkeys((*self._live, *(step.table for step in self.operations)))
        return tuple(name for name in names if self.has_table(name))

    def has_table(self, table: str) -> bool:
        """Whether the table would exist after the commit."""
        exists = table in self._live
        for step in self.operations:
            if step.table == table and step.op in (PUT, CREATE, DROP):
                exists = step.op != DROP
        return exists

    def view(self, table: str) -> Table:
        """The table as it would be after the commit: the live one as long as this transaction has not touched it."""
        found = self._views.get(table)
        if found is not None:
            return found
        live = self._live.get(table)
        if table not in self._touched:
            return live if live is not None else Table()
        found = Table() if live is None else live.clone()
        for step in self.operations:
            if step.table == table:
                _apply(found, step)
        self._views[table] = found
        return found

    def _put_block(self, table: str, keys: tuple[Key, ...], batch: list[Document]) -> None:
        raw, exact, copies = documents.encode(batch)
        if len(raw) > BLOCK_BYTES and len(batch) > 1:
            half = len(batch) // 2
            self._put_block(table, keys[:half], batch[:half])
            self._put_block(table, keys[half:], batch[half:])
        else:
            is_small = len(keys) <= FEW_DOCUMENTS and len(raw) <= LARGE_BYTES
            self._note(Operation(PUT, table, keys, raw, exact, tuple(copies) if is_small else ()))

    def _note(self, step: Operation) -> None:
        self.operations.append(step)
        self._touched.add(step.table)
        view = self._views.get(step.table)
        if view is not None:
            _apply(view, step)


class Commit:
    """The block of one commit: `with store.transaction() as tx`."""

    __slots__ = ("_store",)

    def __init__(self, store: SealedStore) -> None:
        self._store = store

    def __enter__(self) -> Transaction:
        return self._store.begin()

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        self._store.end(keep=kind is None)


def _apply(view: Table, step: Operation) -> None:
    if step.op == DROP:
        view.clear()
    elif step.op != CREATE:
        view.apply(step)


def _checked(key: Key) -> Key:
    if isinstance(key, str) or (type(key) is int and 0 <= key < 2**63):
        return key
    raise ValueError(f"a document's id must be a whole number from 0 to 2**63 - 1, not {key!r}")
