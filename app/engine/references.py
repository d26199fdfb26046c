"""References that lead nowhere yet: worth a note, never a rejection, since the other record may come later."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.domain.datatypes import DataType
from app.domain.schema import Attribute, RecordType, attribute_of
from app.domain.values import Value
from app.engine.cancel import IsCancelled, check
from app.engine.preview import PreviewRow, Verdict
from app.engine.upsert import ExistingRecords

_BATCH = 1_000


def dangling(
    kind: RecordType,
    rows: Sequence[PreviewRow],
    attributes: Iterable[Attribute],
    existing: ExistingRecords,
    is_cancelled: IsCancelled,
) -> dict[str, int]:
    """How many different ids of each reference no record answers to, by attribute; those with none left out."""
    accepted = [row for row in rows if row.verdict is not Verdict.REJECTED]
    found = {}
    for attribute in attributes:
        if attribute.data_type is DataType.REFERENCE:
            wanted = {each for row in accepted for each in _ids(row.values.get(attribute.name))}
            if attribute.target == kind.name:
                wanted -= {row.key for row in accepted}
            absent = _absent(sorted(wanted), attribute.target, existing, is_cancelled)
            if absent:
                found[attribute.name] = absent
    return found


def _ids(value: Value | None) -> tuple[str, ...]:
    if isinstance(value, tuple):
        return value
    return (value,) if isinstance(value, str) else ()


def _absent(wanted: Sequence[str], target: str, existing: ExistingRecords, is_cancelled: IsCancelled) -> int:
    absent = 0
    for at, value in enumerate(wanted):
        if at % _BATCH == 0:
            check(is_cancelled)
        absent += not existing.exists(target, value)
    return absent


def not_found(attribute: Attribute, count: int) -> str:
    """`3 not found in People`."""
    return f"{count:,} not found in {attribute.target}"


def dangling_notes(kind: RecordType | None, absent: dict[str, int]) -> tuple[str, ...]:
    """A sentence for each reference with ids that no record answers to."""
    found = [(attribute_of(kind, name), count) for name, count in absent.items()] if kind else []
    return tuple(
        f"{attribute.name}: {not_found(attribute, count)}; the ids are stored and link up once those records exist"
        for attribute, count in found
        if attribute
    )
