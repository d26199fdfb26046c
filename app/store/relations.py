"""Records as they hang together: what a record refers to, what refers to it, how it was before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain import changes as tables
from app.domain.datatypes import DataType
from app.domain.identifiers import decode
from app.domain.record import Record
from app.domain.schema import RecordType, active_attributes
from app.domain.workspace import Workspace
from app.errors import VaultDamaged
from app.store import history
from app.store.codec import from_document

if TYPE_CHECKING:
    from app.store.sealed import SealedStore
    from app.store.views import Records

_WINDOW = 1_000
_SHOWN = 20


def every_record(records: Records, type_name: str) -> Iterator[Record]:
    """All records of a type, oldest first, read a window at a time."""
    for start in range(0, records.count(type_name), _WINDOW):
        yield from records.window(type_name, start, _WINDOW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Referrers:
    """Records that refer to one through one attribute."""

    type_name: str
    attribute: str
    count: int
    first: tuple[Record, ...]
    """The oldest of them, at most twenty."""


def referrers(store: SealedStore, workspace: Workspace, kind: RecordType, record: Record) -> tuple[Referrers, ...]:
    """What refers to a record, by attribute; archived objects and attributes do not count."""
    keys = {value for key in kind.keys if isinstance(value := record.values.get(key), str) and value}
    found = []
    for other in workspace.types:
        for attribute in active_attributes(other):
            if attribute.data_type is DataType.REFERENCE and attribute.target == kind.name and not other.is_archived:
                numbers = _numbers(store, other.name, attribute.name, keys, many=attribute.many)
                if numbers:
                    first = tuple(_record(store, other.name, number) for number in numbers[:_SHOWN])
                    found.append(
                        Referrers(type_name=other.name, attribute=attribute.name, count=len(numbers), first=first)
                    )
    return tuple(found)


def _numbers(store: SealedStore, type_name: str, attribute: str, keys: set[str], *, many: bool) -> list[int]:
    table = tables.record_table(type_name)
    if not many:
        store.ensure_index(table, f"values.{attribute}")
        return sorted({number for key in keys for number in store.find(table, f"values.{attribute}", key)})
    found = []
    for number, document in store.scan(table):
        if not keys.isdisjoint(_ids(document.get("values"), (attribute,))):
            found.append(number)
    return sorted(found)


def _record(store: SealedStore, type_name: str, number: int) -> Record:
    table = tables.record_table(type_name)
    record = from_document(table, number, store.get(table, number) or {})
    assert isinstance(record, Record)
    return record


def is_referred_to(store: SealedStore, workspace: Workspace, kind: RecordType, gone: Sequence[Record]) -> int:
    """How many of some records others refer to that are not among them; one pass over each referring table."""
    wanted = {value for one in gone for key in kind.keys if isinstance(value := one.values.get(key), str) and value}
    numbers = {decode(one.id) for one in gone}
    found: set[str] = set()
    for other in workspace.types:
        links = [
            a.name for a in active_attributes(other) if a.data_type is DataType.REFERENCE and a.target == kind.name
        ]
        if links and not other.is_archived:
            for number, document in store.scan(tables.record_table(other.name)):
                if other.name != kind.name or number not in numbers:
                    found |= wanted & set(_ids(document.get("values"), links))
    return sum(any(one.values.get(key) in found for key in kind.keys) for one in gone)


def _ids(values: object, attributes: Iterable[str]) -> Iterator[str]:
    for name in attributes:
        held = values.get(name) if isinstance(values, dict) else None
        yield from (one for one in (held if isinstance(held, list) else [held]) if isinstance(one, str))


@dataclass(frozen=True, slots=True, kw_only=True)
class PastChange:
    """One commit that changed a record."""

    at: str
    title: str
    before: Record | None
    """The record as it was; None when the commit made it."""
    after: Record


def history_of(store: SealedStore, record: Record) -> tuple[PastChange, ...]:
    """Every change of a record that undo still keeps, newest first."""
    table, number = tables.record_table(record.type_name), decode(record.id)
    found: list[PastChange] = []
    after = record
    for commit in reversed(store.ids(tables.COMMITS)):
        header = history.header_of(store, commit)
        is_there, before = _before(store, header.parts, table, number)
        if is_there:
            found.append(PastChange(at=header.at, title=header.title, before=before, after=after))
            if before is None:
                break
            after = before
    return tuple(found)


def _before(store: SealedStore, parts: list[int], table: str, number: int) -> tuple[bool, Record | None]:
    """Whether a commit changed the record, and how it was before."""
    for part_number in parts:
        part = history.part_of(store, part_number)
        if part.table != table:
            continue
        if any(first <= number < first + count for first, count in part.created):
            return True, None
        for each, document in part.before:
            if each == number:
                before = from_document(table, number, document)
                if not isinstance(before, Record):
                    raise VaultDamaged(f"Document {number} of the table {table} is no record.")
                return True, before
    return False, None
