"""A vault's documents as the JSON file that stock TinyDB writes, and such a file's documents.

That file is not sealed: whoever has it can read it.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, cast

from app.domain.identifiers import MAX_NUMBER
from app.errors import InvalidInput, VaultError
from app.store import outside

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from app.store.documents import Document
    from app.store.operations import Key
    from app.store.sealed import SealedStore

    Replace = Callable[[str, int, Document], Document | None]

_PIECE_BYTES = 1 << 20
_READ_LIMIT = 2_000_000_000
"""Bytes of a file that is imported: an export of every run that is kept by default, with its body, takes less."""


def export_json(
    store: SealedStore,
    target: str | os.PathLike[str],
    *,
    replace: Replace | None = None,
    leave_out: Collection[str] = (),
) -> int:
    """Write every document to a new private file that `TinyDB(target)` opens; how many.

    Tables come by name, documents by number: the same content gives the same bytes, however it came about.

    `replace` gets table, id and a copy of each document and returns what to write, or None to leave it out;
    the tables `leave_out` are not written at all.
    """
    path, count = Path(target), 0
    if os.path.lexists(path):
        raise VaultError(f"{path.name} exists already. Choose another name for the export.")

    def pieces() -> Iterator[bytes]:
        nonlocal count
        for piece, documents in _pieces(store, replace, leave_out):
            count += documents
            yield piece

    outside.write(path, pieces())
    return count


def _pieces(store: SealedStore, replace: Replace | None, leave_out: Collection[str]) -> Iterator[tuple[bytes, int]]:
    """The file's text in pieces, each with the number of documents in it; ASCII, so that any locale reads it."""
    text, count = ["{"], 0
    length = 0
    named = (name for name in store.tables() if name not in leave_out)
    for place, table in enumerate(sorted(named)):
        text.append(f"{', ' if place else ''}{json.dumps(table)}: {{")
        is_first = True
        for key, found in _by_number(store, table):
            document = replace(table, key, found) if replace else found
            if document is None:
                continue
            text.append(f"{'' if is_first else ', '}{json.dumps(str(key))}: {json.dumps(document, allow_nan=False)}")
            is_first = False
            length += len(text[-1])
            count += 1
            if length > _PIECE_BYTES:
                yield "".join(text).encode("ascii"), count
                text, count, length = [], 0, 0
        text.append("}")
    text.append("}")
    yield "".join(text).encode("ascii"), count


def _by_number(store: SealedStore, table: str) -> Iterator[tuple[int, Document]]:
    """A table's documents in the order of their ids: what undo has brought back is stored last."""
    keys: Sequence[Key] = store.ids(table)  # a script may have made texts
    rows = store.scan(table)
    if all(map(_is_before, keys, keys[1:])):
        return rows
    return iter(sorted(rows, key=lambda row: _place(row[0])))


def _place(key: Key) -> tuple[int, str]:
    """Where an id stands: numbers by size, then texts."""
    return (key, "") if isinstance(key, int) else (MAX_NUMBER, key)


def _is_before(key: Key, other: Key) -> bool:
    return _place(key) < _place(other)


def read_tables(path: Path) -> dict[str, dict[str, Document]]:
    """The tables of a file that TinyDB wrote; InvalidInput when it is none, or holds what JSON does not."""
    raw = outside.read(path, limit=_READ_LIMIT)
    try:
        found: object = json.loads(raw or b"{}", parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"{path.name} is not a JSON file. Give a file that TinyDB has written.") from error
    if bad := _misfit(found):
        raise InvalidInput(f"{path.name} is JSON, but {bad}. Give a file that TinyDB has written.")
    return cast("dict[str, dict[str, Document]]", found)


def _misfit(found: object) -> str:
    """What is not tables of documents, as a clause; "" when all of it is."""
    if not isinstance(found, dict):
        return "not tables of documents"
    for name, rows in found.items():
        if not isinstance(rows, dict):
            return f'"{name}" in it is not a table of documents'
        bad = next((key for key, row in rows.items() if not isinstance(row, dict)), None)
        if bad is not None:
            return f'document "{bad}" of the table "{name}" is not an object'
    return ""


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")
