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
        self._first: dict[str, dict[str, int]] = {name: {} for name, _ in self._columns}
        """By key attribute and value: the record that has it."""
        self._matched: dict[RecordId, int] = {}
        self.judgement = judgement

    def take(self, places: range, existing: ExistingRecords) -> None:
        """Judge a batch."""
        found = {name: self._existing(name, column, places, existing) for name, column in self._columns}
        if len(self._columns) != 1 or not self._take_at_once(places, *self._columns[0], found):
            self._take_singly(places, found)

    def _take_at_once(
        self, places: range, name: str, column: Sequence[FittedCell], found: Mapping[str, Mapping[str, Record]]
    ) -> bool:
        """Judge a batch whose records all have a key of their own; false if they have not, and nothing is done."""
        keys = column[places.start : places.stop]
        first, different = self._first[name], set(keys)
        if set(map(type, keys)) != {str} or len(different) < len(keys) or "" in different:
            return False
        if not first.keys().isdisjoint(different):
            return False
        texts = cast("Sequence[str]", keys)
        self.judgement.keys[places.start : places.stop] = texts
        refused = self.judgement.reasons.keys() & set(places)
        first.update(zip(texts, places, strict=True))
        for at in refused:
            del first[texts[at - places.start]]
        if records := found[name]:
            matched = ((at, records.get(key)) for at, key in zip(places, texts, strict=True) if at not in refused)
            self.judgement.before.update((at, record) for at, record in matched if record)
        return True

    def _take_singly(self, places: range, found: Mapping[str, Mapping[str, Record]]) -> None:
        has_any = any(found.values())
        reasons, all_keys = self.judgement.reasons, self.judgement.keys
        for at in places:
            keys = [(name, key) for name, cells in self._columns if type(key := cells[at]) is str and key]
            if keys:
                all_keys[at] = keys[0][1]
            if at in reasons:
                continue
            if not keys or any(key in self._first[name] for name, key in keys):
                reasons[at] = self._refused(keys)
                continue
            if has_any:
                self._match(at, keys, found)
            if at not in reasons:
                for name, key in keys:
                    self._first[name][key] = at

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
            f"same {name} as record {self._first[name][key]}" for name, key in keys if key in self._first[name]
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
