"""References that lead nowhere yet: worth a note, never a rejection, since the other record may come later."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain
from typing import cast

from app.domain.datatypes import DataType
from app.domain.schema import Attribute, RecordType, attribute_of
from app.engine.cancel import IsCancelled, check
from app.engine.columns import FittedCell
from app.engine.upsert import ExistingRecords, Judgement

_BATCH = 1_000


def dangling(
    kind: RecordType,
    columns: Mapping[str, Sequence[FittedCell]],
    judgement: Judgement,
    existing: ExistingRecords,
    is_cancelled: IsCancelled,
) -> dict[str, int]:
    """How many different ids of each reference no record answers to, by attribute; those with none left out."""
    found = {}
    for name, column in columns.items():
        attribute = attribute_of(kind, name)
        if attribute is None or attribute.data_type is not DataType.REFERENCE:
            continue
        wanted = _ids(column, judgement.reasons)
        if attribute.target == kind.name:
            rejected = judgement.reasons
            wanted -= {key for at, key in enumerate(judgement.keys) if at not in rejected}
        absent = _absent(list(wanted), attribute.target, existing, is_cancelled)
        if absent:
            found[name] = absent
    return found


def _ids(column: Sequence[FittedCell], rejected: Collection[int]) -> set[str]:
    accepted = list(column)
    for at in rejected:
        accepted[at] = None
    kinds = set(map(type, accepted))
    if tuple not in kinds:
        return {cell for cell in set(accepted) if isinstance(cell, str)}
    lists = accepted if kinds == {tuple} else (cell for cell in accepted if isinstance(cell, tuple))
    return set(chain.from_iterable(cast("Iterable[tuple[str, ...]]", lists)))


def _absent(wanted: Sequence[str], target: str, existing: ExistingRecords, is_cancelled: IsCancelled) -> int:
    absent = 0
    for start in range(0, len(wanted), _BATCH):
        check(is_cancelled)
        absent += existing.absent(target, wanted[start : start + _BATCH])
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
