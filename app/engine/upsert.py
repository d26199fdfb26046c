"""New, changed, the same or rejected: the records of a response against the records that exist, column by column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, cast

from app.domain.identifiers import RecordId
from app.domain.record import Record, key_problem
from app.domain.schema import RecordType
from app.engine.cancel import IsCancelled, check, never
from app.engine.columns import MISSING, FittedCell
from app.engine.preview import Verdict

_BATCH = 4_096
"""Records between two questions whether to go on."""


class ExistingRecords(Protocol):
    """What a preview asks about the records of the vault."""

    def by_keys(self, type_name: str, key: str, values: Sequence[str]) -> Mapping[str, Record]:
        """The records whose attribute `key` equals one of `values`, by that value."""

    def absent(self, type_name: str, values: Sequence[str]) -> int:
        """How many of these references find no record: by external_id or, for a person, by e-mail."""

    def count_all_custom(self) -> int:
        """How many records count against the limit of the settings."""


@dataclass(slots=True)
class Judgement:
    """What becomes of each record, by its place in the source."""

    verdicts: list[Verdict]
    keys: list[str]
    """The value each is matched by, "" when it has none."""
    reasons: dict[int, tuple[str, ...]]
    """Why records are rejected."""
    before: dict[int, Record] = field(default_factory=dict)
    """The records that exist, for those that are not rejected."""


def judge(
    kind: RecordType,
    columns: Mapping[str, Sequence[FittedCell]],
    total: int,
    reasons: dict[int, tuple[str, ...]],
    existing: ExistingRecords,
    is_cancelled: IsCancelled = never,
) -> Judgement:
    """The verdicts on `total` records with these values; `reasons` are why some are rejected already."""
    matching = _Matching(kind, columns, Judgement([Verdict.NEW] * total, [""] * total, reasons))
    for start in range(0, total, _BATCH):
        check(is_cancelled)
        matching.take(range(start, min(start + _BATCH, total)), existing)
    found = matching.judgement
    for at in found.before:
        found.verdicts[at] = Verdict.SAME
    for at in _changed(kind, columns, found.before):
        found.verdicts[at] = Verdict.CHANGED
    for at in found.reasons:
        found.verdicts[at] = Verdict.REJECTED
    return found


class _Matching:
    """Finds what each record is matched by, in order; each may be there once."""

    def __init__(self, kind: RecordType, columns: Mapping[str, Sequence[FittedCell]], judgement: Judgement) -> None:
        self._kind = kind
        self._columns = [(name, columns[name]) for name in kind.keys if name in columns]
        self._first: dict[tuple[str, str], int] = {}
        self._matched: dict[RecordId, int] = {}
        self.judgement = judgement

    def take(self, places: range, existing: ExistingRecords) -> None:
        """Judge a batch."""
        found = {name: self._existing(name, column, places, existing) for name, column in self._columns}
        has_any = any(found.values())
        if not has_any and self._are_new(places):
            return
        reasons, all_keys, seen = self.judgement.reasons, self.judgement.keys, self._first
        for at in places:
            keys = [(name, key) for name, cells in self._columns if type(key := cells[at]) is str and key]
            if keys:
                all_keys[at] = keys[0][1]
            if at in reasons:
                continue
            if not keys or not seen.keys().isdisjoint(keys):
                reasons[at] = self._refused(keys)
                continue
            if has_any:
                self._match(at, keys, found)
            if at not in reasons:
                seen.update(dict.fromkeys(keys, at))

    def _are_new(self, places: range) -> bool:
        """Judge a batch in which each has one key that none before had, as in nearly every batch; else say no."""
        if len(self._columns) != 1 or not self.judgement.reasons.keys().isdisjoint(places):
            return False
        name, column = self._columns[0]
        cells = column[places.start : places.stop]
        if set(map(type, cells)) != {str} or "" in cells:
            return False
        texts = cast("Sequence[str]", cells)
        fresh = {(name, text): at for text, at in zip(texts, places, strict=True)}
        if len(fresh) < len(texts) or not self._first.keys().isdisjoint(fresh):
            return False
        self.judgement.keys[places.start : places.stop] = texts
        self._first.update(fresh)
        return True

    def _existing(
        self, name: str, column: Sequence[FittedCell], places: range, existing: ExistingRecords
    ) -> Mapping[str, Record]:
        wanted = [key for key in column[places.start : places.stop] if isinstance(key, str) and key]
        return existing.by_keys(self._kind.name, name, wanted)

    def _refused(self, keys: list[tuple[str, str]]) -> tuple[str, ...]:
        if not keys:
            missing = key_problem(self._kind, {})
            return (f"{missing.path} {missing.message}",) if missing else ()
        return tuple(
            f"same {name} as record {self._first[name, key]}" for name, key in keys if (name, key) in self._first
        )

    def _match(self, at: int, keys: list[tuple[str, str]], found: Mapping[str, Mapping[str, Record]]) -> None:
        before = next((record for name, key in keys if (record := found[name].get(key))), None)
        if before is None:
            return
        if before.id in self._matched:
            other = self._matched[before.id]
            self.judgement.reasons[at] = (f"it is matched with the same {self._kind.name} as record {other}",)
            return
        self._matched[before.id] = at
        self.judgement.before[at] = before


def _changed(kind: RecordType, columns: Mapping[str, Sequence[FittedCell]], before: Mapping[int, Record]) -> set[int]:
    """The places whose record would not stay as it is. A null never empties what a record is found by."""
    places = list(before)
    olds = [record.values for record in before.values()]
    changed: set[int] = set()
    for name, column in columns.items():
        kept = [old.get(name, MISSING) for old in olds]
        given = [column[at] for at in places]
        if kept != given:
            is_key = name in kind.keys
            changed.update(
                at
                for at, new, old in zip(places, given, kept, strict=True)
                if new is not MISSING and new != old and not (new is None and is_key)
            )
    return changed
