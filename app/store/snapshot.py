"""The state of one moment, and the frames that say it: what a rewrite puts at the start of a new generation.

Rows are shared with the live tables, which replace documents and never change them. Blocks that nobody has looked
at are carried over as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from app.store import documents
from app.store.chunks import Chunk
from app.store.operations import BLOCK_BYTES, CREATE, MAX_BLOCK_DOCUMENTS, PUT, Operation, payloads_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from app.store.documents import Document
    from app.store.operations import Key
    from app.store.tables import Row, Table


class TableRows(NamedTuple):
    """One table at one moment."""

    name: str
    keys: tuple[Key, ...]
    rows: tuple[Row, ...]


Snapshot = tuple[TableRows, ...]


def take(tables: Mapping[str, Table]) -> Snapshot:
    """The tables as they are now; the caller holds the lock on them."""
    return tuple(TableRows(name, tuple(table.rows), tuple(table.rows.values())) for name, table in tables.items())


def document_count(snapshot: Snapshot) -> int:
    """Documents in all tables."""
    return sum(len(table.keys) for table in snapshot)


def payloads(snapshot: Snapshot) -> Iterator[bytes]:
    """The payloads of the SNAP frames, one after the other."""
    return payloads_of(step for table in snapshot for step in _steps(table))


def _steps(table: TableRows) -> Iterator[Operation]:
    name, keys, rows = table
    yield Operation(CREATE, name)
    at = 0
    while at < len(keys):
        row = rows[at]
        if isinstance(row, Chunk):
            count = len(row.keys)
            if keys[at : at + count] == row.keys and all(other is row for other in rows[at : at + count]):
                yield Operation(PUT, name, row.keys, bytes(row.raw[1:-1]), row.exact)
            else:
                count = _run_of(row, rows, at)
                decoded = dict(zip(row.keys, row.decode(), strict=True))
                part = keys[at : at + count]
                yield from _encoded(name, part, [decoded[key] for key in part])
        else:
            count = _decoded_run(rows, at)
            yield from _encoded(name, keys[at : at + count], list(rows[at : at + count]))  # type: ignore[arg-type]  # no Chunk
        at += count


def _encoded(name: str, keys: tuple[Key, ...], found: list[Document]) -> Iterator[Operation]:
    raw, exact = documents.encode_again(found)
    if len(raw) > BLOCK_BYTES and len(keys) > 1:
        half = len(keys) // 2
        yield from _encoded(name, keys[:half], found[:half])
        yield from _encoded(name, keys[half:], found[half:])
    else:
        yield Operation(PUT, name, keys, raw, exact)


def _run_of(chunk: Chunk, rows: tuple[Row, ...], start: int) -> int:
    """How many neighbours belong to one chunk."""
    end = start
    while end < len(rows) and rows[end] is chunk:
        end += 1
    return end - start


def _decoded_run(rows: tuple[Row, ...], start: int) -> int:
    """How many neighbours are decoded, up to a block's worth."""
    end = start
    stop = min(len(rows), start + MAX_BLOCK_DOCUMENTS)
    while end < stop and not isinstance(rows[end], Chunk):
        end += 1
    return end - start
