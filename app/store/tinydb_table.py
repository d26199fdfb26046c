"""TinyDB's table on a sealed store: each call costs what it changes, not what the table holds.

Every change is computed on copies, sealed as one commit, then applied. Order, ids and return values are stock
TinyDB's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, cast

from tinydb.table import Document, Table

from app.store import collector, documents
from app.store.operations import key_for
from app.store.query import indexed_equality, leaks_documents
from app.store.tables import Table as Rows
from app.store.tinydb_storage import SealedStorage, write_table
from app.store.tinydb_writing import Writing, change

if TYPE_CHECKING:
    from tinydb.queries import QueryLike

    from app.store.documents import Document as Plain
    from app.store.indexes import FieldPath
    from app.store.operations import Key
    from app.store.tinydb_writing import Fields
    from app.store.transaction import Transaction

    Match = tuple[Key, Plain]

_NO_ROWS = Rows()


class SealedTable(Table):
    """A `tinydb.table.Table` for `SealedStorage`; `open_tinydb` sets it as the database's table class."""

    _storage: SealedStorage
    _next_id: int | None  # type: ignore[assignment]  # stock's annotation is that of its first value
    _seen_version = -1

    # reading

    def __len__(self) -> int:
        return len(self.live_rows())

    def __iter__(self) -> Iterator[Document]:
        for match in self._items():
            yield self._document(match)

    def search(self, cond: QueryLike) -> list[Document]:
        """Copies of the documents that match, found through the query cache or an index where that is possible."""
        self.notice_others()
        found = cast("list[Match] | None", self._query_cache.get(cond))
        if found is None:
            found = list(self._matching(cond))
            if getattr(cond, "is_cacheable", lambda: True)():
                self._query_cache[cond] = cast("list[Document]", found)
        return [self._document(match) for match in found]

    def get(  # type: ignore[override]  # stock says the same in overloads
        self,
        cond: QueryLike | None = None,
        doc_id: int | None = None,
        doc_ids: list[int] | None = None,
    ) -> Document | list[Document] | None:
        """One document by id or query, or a list of them by ids; None when there is none."""
        if doc_id is not None:
            plain = self._plain(key_for(doc_id))
            return None if plain is None else self.document_class(documents.copy(plain), doc_id)
        if doc_ids is not None:
            keys = self._ordered({key_for(each) for each in doc_ids})
            return [self._document((key, plain)) for key in keys if (plain := self._plain(key)) is not None]
        if cond is not None:
            match = next(self._matching(cond), None)
            return None if match is None else self._document(match)
        raise RuntimeError("You have to pass either cond or doc_id or doc_ids")

    def ensure_index(self, field: str | FieldPath) -> None:
        """Keep an index on a field, so that `where(field) == value` need not look at every document."""
        self._storage.store.ensure_index(self.name, field)

    # writing

    def transaction(self) -> AbstractContextManager[Transaction]:
        """One commit for all that the block does, in this table and in the others of its database."""
        return self._storage.transaction()

    def insert(self, document: Mapping[str, object]) -> int:
        """Insert one document; its id."""
        with self._writing() as transaction:
            return self._insert(transaction, document)

    def insert_multiple(self, documents: Iterable[Mapping[str, object]]) -> list[int]:
        """Insert many documents in one commit; their ids."""
        doc_ids: list[int] = []
        with collector.paused(), self._writing() as transaction:
            staged: dict[Key, Plain] = {}
            rows = transaction.view(self.name).rows
            for document in documents:
                doc_id = self._id_for(document, taken=(rows, staged))
                doc_ids.append(doc_id)
                staged[key_for(doc_id)] = dict(document)
            transaction.put_many(self.name, list(staged.items()))
        return doc_ids

    def update(
        self,
        fields: Fields,
        cond: QueryLike | None = None,
        doc_ids: Iterable[int] | None = None,
    ) -> list[int]:
        """Update the documents with these ids, or those that match, or all; the ids of those that were there."""
        with self._writing() as transaction:
            return self._update(transaction, fields, cond, doc_ids)

    def update_multiple(self, updates: Iterable[tuple[Fields, QueryLike]]) -> list[int]:
        """Try every update on every document, each seeing the ones before; one id for each update that was made."""
        updated: list[int] = []
        with self._writing() as transaction:
            changed: dict[Key, Plain] = {}
            for key, plain in self._items():
                for fields, cond in updates:
                    current = changed.get(key, plain)
                    if cond(documents.copy(current) if leaks_documents(cond) else current):
                        updated.append(self._doc_id(key))
                        change(changed.setdefault(key, documents.copy(plain)), fields)
            transaction.put_many(self.name, list(changed.items()))
        return updated

    def upsert(self, document: Mapping[str, object], cond: QueryLike | None = None) -> list[int]:
        """Update what matches, or insert when nothing does: one commit either way; the ids."""
        doc_ids = [document.doc_id] if isinstance(document, self.document_class) else None
        if doc_ids is None and cond is None:
            raise ValueError(
                "If you don't specify a search query, you must specify a doc_id. Hint: use a table.Document object."
            )
        with self._writing() as transaction:
            return self._update(transaction, document, cond, doc_ids) or [self._insert(transaction, document)]

    def remove(self, cond: QueryLike | None = None, doc_ids: Iterable[int] | None = None) -> list[int]:
        """Remove the documents with these ids, or those that match; the ids of those that were there."""
        if cond is None and doc_ids is None:
            raise RuntimeError("Use truncate() to remove all documents")
        with self._writing() as transaction:
            if doc_ids is not None:
                removed = [each for each in dict.fromkeys(doc_ids) if key_for(each) in transaction.view(self.name).rows]
            else:
                removed = [self._doc_id(key) for key, _plain in self._matching(cast("QueryLike", cond))]
            transaction.delete_many(self.name, map(key_for, removed))
            return removed

    def truncate(self) -> None:
        """Remove all documents; numbering starts again at 1."""
        with self._writing() as transaction:
            transaction.clear(self.name)
        self._next_id = None

    # what stock TinyDB and subclasses of its table call
    def _read_table(self) -> dict[str, Mapping[Any, Any]]:
        return {str(key): documents.copy(plain) for key, plain in self._items()}

    def _update_table(self, updater: Callable[[dict[int, Mapping[Any, Any]]], None]) -> None:
        with self._writing() as transaction:
            table = {
                self._doc_id(key): cast("Mapping[Any, Any]", documents.copy(plain)) for key, plain in self._items()
            }
            updater(table)
            write_table(transaction, self.name, {key_for(doc_id): dict(plain) for doc_id, plain in table.items()})

    def _get_next_id(self) -> int:
        self.notice_others()
        return self._take_id()

    # within

    def _writing(self) -> Writing:
        return Writing(self, self._storage.transaction())

    def _insert(self, transaction: Transaction, document: Mapping[str, object]) -> int:
        doc_id = self._id_for(document, taken=(), resets_numbering=True)
        key = key_for(doc_id)
        if key in transaction.view(self.name).rows:
            raise _exists(doc_id)
        transaction.put(self.name, key, dict(document))
        return doc_id

    def _id_for(
        self,
        document: object,
        *,
        taken: tuple[Mapping[Key, object], ...],
        resets_numbering: bool = False,
    ) -> int:
        if type(document) is dict:
            return self._take_id()
        if not isinstance(document, Mapping):
            raise ValueError("Document is not a Mapping")  # noqa: TRY004 - what stock TinyDB raises
        if not isinstance(document, self.document_class):
            return self._take_id()
        if any(key_for(document.doc_id) in keys for keys in taken):
            raise _exists(document.doc_id)
        if resets_numbering:
            self._next_id = None
        return document.doc_id

    def _take_id(self) -> int:
        doc_id = self.live_rows().next_id() if self._next_id is None else self._next_id
        self._next_id = doc_id + 1
        return doc_id

    def _update(
        self,
        transaction: Transaction,
        fields: Fields,
        cond: QueryLike | None,
        doc_ids: Iterable[int] | None,
    ) -> list[int]:
        changed: dict[Key, Plain] = {}
        if doc_ids is not None:
            rows = transaction.view(self.name)
            updated = [doc_id for doc_id in doc_ids if key_for(doc_id) in rows.rows]
            for key in map(key_for, updated):
                if key not in changed:
                    changed[key] = documents.copy(cast("Plain", rows.get(key)))
                change(changed[key], fields)
        else:
            matches = list(self._items() if cond is None else self._matching(cond))
            updated = [self._doc_id(key) for key, _plain in matches]
            for key, plain in matches:
                changed[key] = change(documents.copy(plain), fields)
        transaction.put_many(self.name, list(changed.items()))
        return updated

    def live_rows(self) -> Rows:
        """The table's rows, or those of this thread's transaction: to be copied, not kept."""
        rows = self._storage.table(self.name)
        return _NO_ROWS if rows is None else rows

    def _items(self) -> Iterator[Match]:
        with self._storage.store.state_lock:
            return self.live_rows().items()

    def _plain(self, key: Key) -> Plain | None:
        with self._storage.store.state_lock:
            return self.live_rows().get(key)

    def _ordered(self, keys: set[Key]) -> tuple[Key, ...]:
        with self._storage.store.state_lock:
            rows = self.live_rows()
            return rows.in_order(tuple(key for key in keys if key in rows.rows))

    def _matching(self, cond: QueryLike) -> Iterator[Match]:
        """Live documents that match, in order: to be copied by the caller."""
        equality = indexed_equality(cond)
        if equality is not None and self._storage.has_index(self.name, equality[0]):
            with self._storage.store.state_lock:
                rows = self.live_rows()
                rows.ensure_index(equality[0])
                keys = rows.find(*equality)
                yield from [(key, cast("Plain", rows.get(key))) for key in keys]
        elif leaks_documents(cond):
            yield from (match for match in self._items() if cond(documents.copy(match[1])))
        else:
            yield from (match for match in self._items() if cond(match[1]))

    def notice_others(self) -> None:
        """Forget what was remembered when somebody else changed the table."""
        rows = self.live_rows()
        if rows.version != self._seen_version:
            self.notice(rows)
            if self._next_id is not None:
                self._next_id = max(self._next_id, rows.next_id())

    def notice(self, rows: Rows) -> None:
        """Remember the table's state as seen, and no answer from before it."""
        self._seen_version = rows.version
        self._query_cache.clear()

    def _doc_id(self, key: Key) -> int:
        return cast("int", key) if self.document_id_class is int else self.document_id_class(str(key))

    def _document(self, match: Match) -> Document:
        key, plain = match
        return self.document_class(documents.copy(plain), self._doc_id(key))


def _exists(doc_id: int) -> ValueError:
    return ValueError(f"Document with ID {doc_id} already exists")
