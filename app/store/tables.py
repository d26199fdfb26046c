"""One table in memory: documents in the order of their insertion, decoded when somebody looks.

Documents held here never leave: whoever hands one out copies it first. A put replaces a document and never changes
it, so a list of `items` stays the state of its moment.
"""

from __future__ import annotations

import itertools
import operator
from typing import TYPE_CHECKING, cast

from app.store import collector, documents
from app.store.arrangement import Arrangement
from app.store.chunks import Chunk
from app.store.indexes import FieldPath, Index, is_indexed, value_at
from app.store.operations import CLEAR, PUT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from app.store.documents import Document
    from app.store.operations import Block, Key, Operation

KEY_BYTES = 9
"""What an id and a comma take on disk beside the document."""
_MANY_CHUNKS = 64
_births = itertools.count()


Row = dict[str, object] | Chunk


class Table:
    """Rows by key, their total size, and the indexes that were asked for."""

    __slots__ = (
        "_has_chunks",
        "_is_ascending",
        "_keys",
        "_last",
        "_ranks",
        "_top",
        "arrangements",
        "indexes",
        "live_bytes",
        "rows",
        "version",
    )

    def __init__(self) -> None:
        self.rows: dict[Key, Row] = {}
        self._keys: tuple[Key, ...] | None = None
        self._ranks: dict[Key, int] | None = None
        self._top: int | None = 0
        self._last = -1
        self._is_ascending = True
        self.indexes: dict[FieldPath, Index] = {}
        self.arrangements: list[Arrangement] = []
        """Orders that are kept; told of every change, as the indexes are."""
        self.live_bytes = 0
        self._has_chunks = False
        self.version = next(_births) << 40
        """Changes with every change of the table; no two tables start alike."""

    def clone(self) -> Table:
        """A table that can be changed apart from this one; indexes stay behind."""
        twin = Table()
        twin.rows = self.rows.copy()
        twin._has_chunks = self._has_chunks
        twin.live_bytes = self.live_bytes
        twin._top, twin._last, twin._is_ascending = self._top, self._last, self._is_ascending
        return twin

    # reading

    def __len__(self) -> int:
        return len(self.rows)

    def get(self, key: Key) -> Document | None:
        """The live document: for looking at, never for handing out."""
        row = self.rows.get(key)
        return self._resolve(row)[key] if isinstance(row, Chunk) else row

    def some(self, keys: Sequence[Key]) -> tuple[Sequence[Key], list[Document]]:
        """Those of the keys that are still there, with their live documents."""
        rows = list(map(self.rows.get, keys))
        if set(map(type, rows)) <= {dict}:
            return keys, cast("list[Document]", rows)
        found = {key: document for key in keys if (document := self.get(key)) is not None}
        return tuple(found), list(found.values())

    def items(self) -> Iterator[tuple[Key, Document]]:
        """Every key and live document, all decoded, in order, as they are now."""
        if self._has_chunks:
            self._resolve_all()
        documents_now = cast("tuple[Document, ...]", tuple(self.rows.values()))
        return zip(tuple(self.rows), documents_now, strict=True)

    def keys(self) -> tuple[Key, ...]:
        """Every key, in order; kept until a key comes or goes."""
        if self._keys is None:
            self._keys = tuple(self.rows)
        return self._keys

    def next_id(self) -> int:
        """One more than the largest number among the keys; 1 for an empty table."""
        if self._top is None:
            self._top = max((key for key in self.rows if isinstance(key, int)), default=0)
        return self._top + 1

    def find(self, path: FieldPath, value: object) -> tuple[Key, ...]:
        """The keys whose document holds a scalar at a path, in the order of a scan."""
        if isinstance(value, (dict, list)):
            return ()
        index = self.indexes.get(path)
        if index is not None:
            return self.in_order(index.keys_with(value))
        return tuple(key for key, document in self.items() if _holds(document, path, value))

    def ensure_index(self, path: FieldPath) -> None:
        """Build the index for a path, unless it stands."""
        if path not in self.indexes:
            self.indexes[path] = Index(path, ((key, value_at(doc, path)) for key, doc in self.items()))

    # changing

    def load(self, block: Block) -> None:
        """Apply a block as it was read, without decoding its documents."""
        if block.op == PUT:
            self._load_chunk(Chunk(block.keys, block.raw, exact=block.exact))
        elif block.op == CLEAR:
            self.clear()
        else:
            for key in block.keys:
                self.delete(key)

    def apply(self, step: Operation) -> None:
        """Apply a step of a committed transaction: PUT, DELETE or CLEAR."""
        if step.op == PUT:
            self._put_all(step)
        elif step.op == CLEAR:
            self.clear()
        else:
            for key in step.keys:
                self.delete(key)

    def put(self, key: Key, document: Document, size: int) -> None:
        """Insert or replace; a replaced document keeps its place in the order."""
        old = self._forget(key)
        if old is None:
            self._append(key)
        self.rows[key] = document
        self.live_bytes += size + KEY_BYTES
        self.version += 1
        for follower in self._followers():
            follower.add(key, document)

    def _followers(self) -> Iterator[Index | Arrangement]:
        return itertools.chain(self.indexes.values(), self.arrangements)

    def _put_all(self, step: Operation) -> None:
        found: Sequence[Document] = step.documents
        if not found:
            chunk = Chunk(step.keys, memoryview(b"[%b]" % step.raw), exact=step.exact)
            if not self.indexes and not self.arrangements:
                self._load_chunk(chunk)
                return
            found = chunk.decode()
        mean_size = (len(step.raw) + len("[]")) // len(step.keys)
        for key, document in zip(step.keys, found, strict=True):
            self.put(key, document, mean_size)

    def delete(self, key: Key) -> None:
        """Remove a document; nothing happens when there is none."""
        if self._forget(key) is None:
            return
        del self.rows[key]
        self.version += 1
        self._keys = self._ranks = None
        if key == self._top:
            self._top = None

    def clear(self) -> None:
        """Remove every document."""
        self.rows = {}
        self.live_bytes = 0
        self.version += 1
        self._reset_order()
        self.indexes = {path: Index(path, ()) for path in self.indexes}
        for arrangement in self.arrangements:
            arrangement.clear()

    def distrust(self) -> None:
        """Forget whatever only mirrors the rows; it is made anew when somebody asks."""
        self._reset_order()
        self.indexes, self._has_chunks, self._top, self._is_ascending = {}, True, None, False
        self.version += 1

    # within

    def _reset_order(self) -> None:
        self._keys = self._ranks = None
        self._top, self._last, self._is_ascending = 0, -1, True

    def _append(self, key: Key) -> None:
        self._keys = self._ranks = None
        if isinstance(key, str):
            self._is_ascending = False
            return
        if key < self._last:
            self._is_ascending = False
        self._last = key
        if self._top is not None and key > self._top:
            self._top = key

    def _load_chunk(self, chunk: Chunk) -> None:
        keys = chunk.keys
        if self._goes_on(keys):
            self._keys = self._ranks = None
            self._last = cast("int", keys[-1])
            if self._top is not None and self._last > self._top:
                self._top = self._last
        else:
            for key in dict.fromkeys(keys):
                if self._forget(key) is None:
                    self._append(key)
        self.rows.update(zip(keys, itertools.repeat(chunk)))
        self._has_chunks = True
        self.live_bytes += len(chunk.raw) + (KEY_BYTES - 1) * len(keys)
        self.version += 1

    def _goes_on(self, keys: tuple[Key, ...]) -> bool:
        """Whether keys are numbers that rise, all beyond those that are there: what most blocks hold."""
        if not (keys and self._is_ascending and isinstance(keys[0], int) and keys[0] > self._last):
            return False
        try:
            return all(map(operator.lt, keys, keys[1:]))
        except TypeError:
            return False

    def _forget(self, key: Key) -> Row | None:
        """Take a row out of the accounts and the indexes; the caller replaces or removes it."""
        row = self.rows.get(key)
        if row is None:
            return None
        if self.indexes or self.arrangements:
            document = self._resolve(row)[key] if isinstance(row, Chunk) else row
            for follower in self._followers():
                follower.remove(key, document)
        self.live_bytes -= KEY_BYTES + (row.mean_size if isinstance(row, Chunk) else documents.size(row))
        return row

    def _resolve_all(self) -> None:
        """Decode every chunk, letting each one's bytes go as soon as its documents stand."""
        chunks = list({id(row): row for row in self.rows.values() if isinstance(row, Chunk)}.values())
        is_bulk = len(chunks) > _MANY_CHUNKS
        chunks.reverse()
        with collector.paused():
            while chunks:
                self._resolve(chunks.pop())
        self._has_chunks = False
        if is_bulk:
            collector.settle()

    def _resolve(self, chunk: Chunk) -> dict[Key, Document]:
        """Decode a chunk and put its documents in the place of it."""
        decoded = dict(zip(chunk.keys, chunk.decode(), strict=True))
        rows = self.rows
        for key, document in decoded.items():
            if rows.get(key) is chunk:
                rows[key] = document
        return decoded

    def in_order(self, keys: tuple[Key, ...]) -> tuple[Key, ...]:
        """Keys of this table in the order of a scan."""
        if len(keys) < 2:
            return keys
        if self._is_ascending:
            return tuple(sorted(keys))
        if self._ranks is None:
            self._ranks = {key: rank for rank, key in enumerate(self.rows)}
        ranks = self._ranks
        return tuple(sorted(keys, key=ranks.__getitem__))


def _holds(document: Document, path: FieldPath, value: object) -> bool:
    found = value_at(document, path)
    return is_indexed(found) and found == value
