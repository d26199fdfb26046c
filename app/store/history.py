"""What undo and redo need, kept in the vault beside what they change: written in the same commit, never out of step.

A header in the table `commits` names its parts in the table `undo`. A part holds the documents as they were before,
and the numbers that did not exist; so the cost follows what a commit replaced, not what it created. What was undone is
a commit of its own in the table `undone`, with its parts beside the others: taking that back is redo.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, TypeVar

import msgspec

from app.domain.changes import COMMITS, UNDONE, Change, Changes, Entity
from app.errors import VaultDamaged
from app.store.codec import Document, from_document, to_document
from app.store.documents import size as document_size

UNDO = "undo"
KEPT_COMMITS = 100
_PART_SIZE = 500
_PART_BYTES = 1_000_000
"""Roughly what a part holds at most, unless one document is larger: the store takes no document beyond 16 MiB."""
P = TypeVar("P", "Part", "Header")


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A slice of what a commit changed, in one table."""

    table: str
    created: list[list[int]]
    """Runs of numbers that did not exist before: [first, count]."""
    before: list[tuple[int, dict[str, object]]]


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """One commit that can be undone."""

    title: str
    at: str
    parts: list[int]


class Reader(Protocol):
    """What is needed of the store to read."""

    def get(self, table: str, number: int, /) -> Document | None: ...
    def ids(self, table: str, /) -> Sequence[int]: ...


class Writer(Protocol):
    """What is needed of a transaction to write."""

    def put(self, table: str, number: int, document: Document, /) -> None: ...
    def delete(self, table: str, number: int, /) -> None: ...
    def next_id(self, table: str, /) -> int: ...


def remember(store: Reader, writer: Writer, changes: Changes, at: str, *, steps: str = COMMITS) -> None:
    """Write what takes `changes` back, and drop the oldest steps beyond the number that is kept."""
    parts = []
    for number, part in enumerate(_parts(changes), start=writer.next_id(UNDO)):
        writer.put(UNDO, number, msgspec.to_builtins(part))
        parts.append(number)
    header = Header(title=changes.title, at=at, parts=parts)
    writer.put(steps, writer.next_id(steps), msgspec.to_builtins(header))
    for old in store.ids(steps)[: 1 - KEPT_COMMITS]:
        forget(store, writer, old, steps=steps)


def forget(store: Reader, writer: Writer, number: int, *, steps: str = COMMITS) -> None:
    """Remove a step from the undo list, or from that of what was undone."""
    for part_number in header_of(store, number, steps=steps).parts:
        writer.delete(UNDO, part_number)
    writer.delete(steps, number)


def forget_undone(store: Reader, writer: Writer) -> None:
    """Nothing can be done again any more: something else was done instead."""
    for number in store.ids(UNDONE):
        forget(store, writer, number, steps=UNDONE)


def take_back(store: Reader, writer: Writer, number: int, inverse: Changes, *, steps: str) -> None:
    """Move step `number` to the other list, as `inverse`, which is written in the same transaction."""
    found = header_of(store, number, steps=steps)
    other = UNDONE if steps == COMMITS else COMMITS
    forget(store, writer, number, steps=steps)
    remember(store, writer, Changes(found.title, inverse.items), found.at, steps=other)


def header_of(store: Reader, number: int, *, steps: str = COMMITS) -> Header:
    """The header of a step."""
    return _read(store, steps, number, Header)


def last(store: Reader, *, steps: str = COMMITS) -> int | None:
    """The number of the newest step."""
    numbers = store.ids(steps)
    return numbers[-1] if len(numbers) else None


def inverse(store: Reader, number: int, *, steps: str = COMMITS) -> Changes:
    """The changes that take step `number` back."""
    found = header_of(store, number, steps=steps)
    items: list[Change] = []
    for part_number in found.parts:
        part = _read(store, UNDO, part_number, Part)
        for first, count in part.created:
            items += [Change(part.table, n, _current(store, part.table, n), None) for n in range(first, first + count)]
        for n, document in part.before:
            items.append(Change(part.table, n, _current(store, part.table, n), from_document(part.table, n, document)))
    return Changes.of(f"{'Undo' if steps == COMMITS else 'Redo'}: {found.title}", reversed(items))


def part_of(store: Reader, number: int) -> Part:
    """A part of a commit, by its own number."""
    return _read(store, UNDO, number, Part)


def listed(store: Reader, *, steps: str = COMMITS) -> list[tuple[str, str]]:
    """Every step, newest first: when it was done, and what."""
    headers = [header_of(store, number, steps=steps) for number in reversed(store.ids(steps))]
    return [(header.at, header.title) for header in headers]


def check(store: Reader, number: int, *, steps: str) -> list[int]:
    """Read a step's header and its parts; their numbers. VaultDamaged for one that cannot be read."""
    parts = header_of(store, number, steps=steps).parts
    for part_number in parts:
        _read(store, UNDO, part_number, Part)
    return parts


def _read(store: Reader, table: str, number: int, kind: type[P]) -> P:
    try:
        return msgspec.convert(store.get(table, number), kind)
    except msgspec.ValidationError as error:
        raise VaultDamaged(
            f"Document {number} of the table {table}, which undo needs, does not have the expected shape: {error}. "
            f'Another program wrote it; remove the tables "{COMMITS}", "{UNDONE}" and "{UNDO}" to go on without undo.'
        ) from None


def _current(store: Reader, table: str, number: int) -> Entity | None:
    document = store.get(table, number)
    return None if document is None else from_document(table, number, document)


def _parts(changes: Changes) -> Iterator[Part]:
    by_table: dict[str, list[Change]] = {}
    for item in changes.items:
        by_table.setdefault(item.table, []).append(item)
    for table, items in by_table.items():
        created = _number_runs(sorted(item.number for item in items if item.before is None))
        if created:
            yield Part(table=table, created=created, before=[])
        for chunk in _chunks((item.number, to_document(item.before)) for item in items if item.before is not None):
            yield Part(table=table, created=[], before=chunk)


def _chunks(rows: Iterable[tuple[int, Document]]) -> Iterator[list[tuple[int, Document]]]:
    """Rows in lists that each fit one document of the store."""
    chunk: list[tuple[int, Document]] = []
    size = 0
    for row in rows:
        length = document_size(row[1])
        if chunk and (len(chunk) == _PART_SIZE or size + length > _PART_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(row)
        size += length
    if chunk:
        yield chunk


def _number_runs(numbers: list[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][0] + runs[-1][1] == number:
            runs[-1][1] += 1
        else:
            runs.append([number, 1])
    return runs
