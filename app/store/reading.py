"""Reading an open vault: copies of documents, ids in order, and what indexes answer.

Documents are immutable once committed, so the lock is held for looking them up and not for copying them.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, cast

from app.store import documents
from app.store.indexes import parse_field

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.store.database import Database
    from app.store.documents import Document
    from app.store.indexes import FieldPath
    from app.store.operations import Key
    from app.store.tables import Table


class Reading:
    """What a store answers. Any thread may ask; each sees whole commits only."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.state_lock = threading.RLock()
        """Held while memory changes, and while it is read."""
        self._declared: dict[str, set[FieldPath]] = {}

    def tables(self) -> tuple[str, ...]:
        """The tables' names, in the order of their creation."""
        with self.state_lock:
            return tuple(self.database.tables)

    def count(self, table: str) -> int:
        """How many documents a table holds; 0 when there is no such table."""
        found = self.database.tables.get(table)
        return 0 if found is None else len(found)

    def get(self, table: str, doc_id: Key) -> Document | None:
        """A fresh copy of a document, or None."""
        found = self.database.tables.get(table)
        if found is None:
            return None
        with self.state_lock:
            document = found.get(doc_id)
        return None if document is None else documents.copy(document)

    def ids(self, table: str) -> tuple[int, ...]:
        """Every id in the order of insertion; the same tuple until one comes or goes, so slicing a window is cheap."""
        with self.state_lock:
            found = self.database.tables.get(table)
            return () if found is None else cast("tuple[int, ...]", found.keys())

    def scan(self, table: str) -> Iterator[tuple[int, Document]]:
        """Every id with a fresh copy of its document, as of the first step, in the order of insertion."""
        with self.state_lock:
            found = self.database.tables.get(table)
            items = iter(()) if found is None else found.items()
        for key, document in items:
            yield cast("int", key), documents.copy(document)

    def find(self, table: str, field: str | FieldPath, value: object) -> tuple[int, ...]:
        """The ids whose document holds this scalar at a field, in the order of insertion; instant with an index."""
        path = parse_field(field)
        with self.state_lock:
            found = self.database.tables.get(table)
            if found is None:
                return ()
            if path in self._declared.get(table, ()):
                found.ensure_index(path)
            return cast("tuple[int, ...]", found.find(path, value))

    def ensure_index(self, table: str, field: str | FieldPath) -> None:
        """Keep an index on a field (`"values.status"` reaches into nested dicts); built when first asked."""
        self._declared.setdefault(table, set()).add(parse_field(field))

    def is_indexed(self, table: str, path: FieldPath) -> bool:
        """Whether an index was asked for."""
        return path in self._declared.get(table, ())

    def live_table(self, table: str) -> Table | None:
        """The table itself, for code of the store that holds `state_lock` and copies what it hands out."""
        return self.database.tables.get(table)
