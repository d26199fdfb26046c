"""New, changed, the same or rejected: one record of a response against the records that exist."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from app.domain.identifiers import IdSource, RecordId, RunId, encode
from app.domain.record import Record, key_problem
from app.domain.schema import RecordType
from app.domain.values import Value
from app.engine.preview import PreviewRow, Verdict


class ExistingRecords(Protocol):
    """What a preview asks about the records of the vault."""

    def by_key(self, type_name: str, key: str, value: str) -> Record | None:
        """The record whose attribute `key` equals `value`."""

    def exists(self, type_name: str, value: str) -> bool:
        """Whether a reference to `value` finds a record: by external_id or, for a person, by e-mail."""

    def count_all_custom(self) -> int:
        """How many records count against the limit of the settings."""


class Upserts:
    """Judges the records of one response in order; each may be there once."""

    def __init__(
        self, kind: RecordType, existing: ExistingRecords, *, ids: IdSource, now: str, run_id: RunId | None
    ) -> None:
        self._kind, self._existing = kind, existing
        self._ids, self._now, self._run_id = ids, now, run_id
        self._seen: dict[tuple[str, str], int] = {}
        self._matched: dict[RecordId, int] = {}

    def row(self, index: int, values: dict[str, Value], reasons: tuple[str, ...]) -> PreviewRow:
        """The verdict on the record at `index`; `values` becomes part of it and must not be used again."""
        keys = [(name, value) for name in self._kind.keys if isinstance(value := values.get(name), str) and value]
        key = keys[0][1] if keys else ""
        if not reasons and not keys:
            missing = key_problem(self._kind, values)
            reasons = (f"{missing.path} {missing.message}",) if missing else ()
        reasons = reasons or self._repeated(keys)
        if reasons:
            return PreviewRow(index=index, verdict=Verdict.REJECTED, key=key, values=values, reasons=reasons)
        before = self._find(keys)
        if before and before.id in self._matched:
            reasons = (f"it is matched with the same {self._kind.name} as record {self._matched[before.id]}",)
            return PreviewRow(index=index, verdict=Verdict.REJECTED, key=key, values=values, reasons=reasons)
        self._remember(index, keys, before)
        return self._accepted(index, key, values, before)

    def _repeated(self, keys: list[tuple[str, str]]) -> tuple[str, ...]:
        found = ((name, self._seen.get((name, value))) for name, value in keys)
        return tuple(f"same {name} as record {index}" for name, index in found if index is not None)

    def _find(self, keys: list[tuple[str, str]]) -> Record | None:
        type_name = self._kind.name
        return next((found for name, value in keys if (found := self._existing.by_key(type_name, name, value))), None)

    def _remember(self, index: int, keys: list[tuple[str, str]], before: Record | None) -> None:
        for pair in keys:
            self._seen[pair] = index
        if before:
            self._matched[before.id] = index

    def _accepted(self, index: int, key: str, values: dict[str, Value], before: Record | None) -> PreviewRow:
        if before is None:
            after = self._record(RecordId(encode("rec", self._ids())), values, self._now)
            return PreviewRow(index=index, verdict=Verdict.NEW, key=key, values=values, after=after)
        # A null never empties what the record is found by: nothing could match it again.
        kept = {name: value for name, value in values.items() if value is not None or name not in self._kind.keys}
        merged = {**before.values, **kept}
        if merged == before.values:
            return PreviewRow(index=index, verdict=Verdict.SAME, key=key, values=values, before=before, after=before)
        after = self._record(before.id, merged, before.created_at)
        return PreviewRow(index=index, verdict=Verdict.CHANGED, key=key, values=values, before=before, after=after)

    def _record(self, record_id: RecordId, values: Mapping[str, Value], created_at: str) -> Record:
        return Record(
            id=record_id,
            type_name=self._kind.name,
            values=values,
            created_at=created_at,
            updated_at=self._now,
            run_id=self._run_id,
        )
