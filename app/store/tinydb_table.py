"""TinyDB's table on a sealed store: each call costs what it changes, not what the table holds.

Every change is computed on copies, sealed as one commit, then applied. Order, ids and return values are stock
TinyDB's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from tinydb.table import Document, Table

from app.store import documents
from app.store.operations import key_of
from app.store.query import indexed_equality, leaks_documents
from app.store.tables import Table as Rows
from app.store.tinydb_storage import SealedStorage, write_table

if TYPE_CHECKING:
    from tinydb.queries import QueryLike

    from app.store.documents import Document as Plain
    from app.store.indexes import FieldPath
    from app.store.operations import Key
    from app.store.transaction import Transaction

    Fields = Mapping[str, object] | Callable[[MutableMapping[str, object]], None]
    Match = tuple[Key, Plain]

_NO_ROWS = Rows()


class SealedTable(Table):
    """A `tinydb.table.Table` for `SealedStorage`; `open_tinydb` sets it as the database's table class."""

    _storage: SealedStorage
    _next_id: int | None  # type: ignore[assignment]  # stock's annotation is that of its first value
    _seen_version = -1

    # reading

    def __len__(self) -> int:
        return len(self._rows())

    def __iter__(self) -> Iterator[Document]:
        for match in self._items():
            yield self._document(match)

    def search(self, cond: QueryLike) -> list[Document]:
        """Copies of the documents that match, found through the query cache or an index where that is possible."""
        self._notice_others()
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
            plain = self._plain(_key(doc_id))
            return None if plain is None else self.document_class(documents.copy(plain), doc_id)
        if doc_ids is not None:
            keys = self._ordered({_key(each) for each in doc_ids})
            return [self._document((key, plain)) for key in keys if (plain := self._plain(key)) is not None]
        if cond is not None:
            match = next(self._matching(cond), None)
            return None if match is None else self._document(match)
        raise RuntimeError("You have to pass either cond or doc_id or doc_ids")

    def ensure_index(self, field: str | FieldPath) -> None:
        """Keep an index on a field, so that `where(field) == value` need not look at every document."""
        self._storage.store.ensure_index(self.name, field)

    # writing

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """One commit for all that the block does, in this table and in the others of its database."""
        with self._storage.transaction() as transaction:
            yield transaction

    def insert(self, document: Mapping[str, object]) -> int:
        """Insert one document; its id."""
        with self._writing() as transaction:
            return self._insert(transaction, document)

    def insert_multiple(self, documents: Iterable[Mapping[str, object]]) -> list[int]:
        """Insert many documents in one commit; their ids."""
        doc_ids: list[int] = []
        with self._writing() as transaction:
            staged: dict[Key, Plain] = {}
            rows = transaction.view(self.name).rows
            for document in documents:
                doc_id = self._id_for(document, taken=(rows, staged))
                doc_ids.append(doc_id)
                staged[_key(doc_id)] = dict(document)
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
                        _change(changed.setdefault(key, documents.copy(plain)), fields)
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
                rows = transaction.view(self.name).rows
                removed = [doc_id for doc_id in dict.fromkeys(doc_ids) if _key(doc_id) in rows]
            else:
                removed = [self._doc_id(key) for key, _plain in self._matching(cast("QueryLike", cond))]
            transaction.delete_many(self.name, map(_key, removed))
            return removed

    def truncate(self) -> None:
        """Remove all documents; numbering starts again at 1."""
        with self._writing() as transaction:
            transaction.clear(self.name)
        self._next_id = None

    # what stock TinyDB's own code, and subclasses of it, call

    def _read_table(self) -> dict[str, Mapping[Any, Any]]:
        return {str(key): documents.copy(plain) for key, plain in self._items()}

    def _update_table(self, updater: Callable[[dict[int, Mapping[Any, Any]]], None]) -> None:
        with self._writing() as transaction:
            table = {
                self._doc_id(key): cast("Mapping[Any, Any]", documents.copy(plain)) for key, plain in self._items()
            }
            updater(table)
            write_table(transaction, self.name, {_key(doc_id): dict(plain) for doc_id, plain in table.items()})

    def _get_next_id(self) -> int:
        self._notice_others()
        doc_id = self._rows().next_id() if self._next_id is None else self._next_id
        self._next_id = doc_id + 1
        return doc_id

    # within

    @contextmanager
    def _writing(self) -> Iterator[Transaction]:
        """A transaction in which this table exists; afterwards no cached answer is left."""
        with self._storage.transaction() as transaction:
            self._notice_others()
            yield transaction
            if not transaction.has_table(self.name):
                transaction.create(self.name)
        self._seen_version = self._rows().version
        self.clear_cache()

    def _insert(self, transaction: Transaction, document: Mapping[str, object]) -> int:
        doc_id = self._id_for(document, taken=(), resets_numbering=True)
        key = _key(doc_id)
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
        if not isinstance(document, Mapping):
            raise ValueError("Document is not a Mapping")  # noqa: TRY004 - what stock TinyDB raises
        if not isinstance(document, self.document_class):
            return self._get_next_id()
        if any(_key(document.doc_id) in keys for keys in taken):
            raise _exists(document.doc_id)
        if resets_numbering:
            self._next_id = None
        return document.doc_id

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
            updated = [doc_id for doc_id in doc_ids if _key(doc_id) in rows.rows]
            for key in map(_key, updated):
                if key not in changed:
                    changed[key] = documents.copy(cast("Plain", rows.get(key)))
                _change(changed[key], fields)
        else:
            matches = self._items() if cond is None else list(self._matching(cond))
            updated = [self._doc_id(key) for key, _plain in matches]
            for key, plain in matches:
                changed[key] = _change(documents.copy(plain), fields)
        transaction.put_many(self.name, list(changed.items()))
        return updated

    def _rows(self) -> Rows:
        rows = self._storage.table(self.name)
        return _NO_ROWS if rows is None else rows

    def _items(self) -> list[Match]:
        with self._storage.store.state_lock:
            return self._rows().items()

    def _plain(self, key: Key) -> Plain | None:
        with self._storage.store.state_lock:
            return self._rows().get(key)

    def _ordered(self, keys: set[Key]) -> tuple[Key, ...]:
        with self._storage.store.state_lock:
            rows = self._rows()
            return rows.in_order(tuple(key for key in keys if key in rows.rows))

    def _matching(self, cond: QueryLike) -> Iterator[Match]:
        """Live documents that match, in order: to be copied by the caller."""
        equality = indexed_equality(cond)
        if equality is not None and self._storage.has_index(self.name, equality[0]):
            with self._storage.store.state_lock:
                rows = self._rows()
                rows.ensure_index(equality[0])
                keys = rows.find(*equality)
                yield from [(key, cast("Plain", rows.get(key))) for key in keys]
        elif leaks_documents(cond):
            yield from (match for match in self._items() if cond(documents.copy(match[1])))
        else:
            yield from (match for match in self._items() if cond(match[1]))

    def _notice_others(self) -> None:
        """Forget what was remembered when somebody else changed the table."""
        rows = self._rows()
        if rows.version == self._seen_version:
            return
        self._seen_version = rows.version
        self.clear_cache()
        if self._next_id is not None:
            self._next_id = max(self._next_id, rows.next_id())

    def _doc_id(self, key: Key) -> int:
        return cast("int", key) if self.document_id_class is int else self.document_id_class(str(key))

    def _document(self, match: Match) -> Document:
        key, plain = match
        return self.document_class(documents.copy(plain), self._doc_id(key))


def _key(doc_id: object) -> Key:
    return doc_id if type(doc_id) is int and 0 <= doc_id < 2**63 else key_of(str(doc_id))


def _change(document: Plain, fields: Fields) -> Plain:
    if callable(fields):
        fields(document)
    else:
        document.update(fields)
    return document


def _exists(doc_id: int) -> ValueError:
    return ValueError(f"Document with ID {doc_id} already exists")
