"""The records of a preview, each made when somebody looks at it: a hundred thousand cost no more than their columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import overload

from app.domain.changes import Change, Changes, record_table
from app.domain.identifiers import IdSource, RecordId, RunId, decode, encode
from app.domain.record import Record
from app.domain.schema import RecordType
from app.domain.values import Value
from app.engine.columns import MISSING, FittedCell
from app.engine.preview import PreviewRow, Verdict
from app.engine.upsert import Judgement


@dataclass(slots=True, kw_only=True)
class Rows(Sequence[PreviewRow]):
    """The rows of a preview in the order of the source. Ids are taken from `ids` once, in that order."""

    kind: RecordType
    columns: Mapping[str, Sequence[FittedCell]]
    judgement: Judgement
    ids: IdSource
    now: str
    run_id: RunId | None
    _numbers: dict[int, int] | None = field(default=None, init=False)

    def __len__(self) -> int:
        return len(self.judgement.verdicts)

    def __iter__(self) -> Iterator[PreviewRow]:
        return (self._row(at) for at in range(len(self)))

    @overload
    def __getitem__(self, at: int) -> PreviewRow: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[PreviewRow]: ...
    def __getitem__(self, at: int | slice) -> PreviewRow | Sequence[PreviewRow]:
        if isinstance(at, slice):
            return [self._row(each) for each in range(*at.indices(len(self)))]
        return self._row(range(len(self))[at])

    def places(self, *verdicts: Verdict) -> list[int]:
        """Where the records of these verdicts stand; of every verdict when none is given."""
        wanted = set(verdicts or Verdict)
        return [at for at, verdict in enumerate(self.judgement.verdicts) if verdict in wanted]

    def changes(self) -> Changes:
        """What applying would commit."""
        table = record_table(self.kind.name)
        changes = tuple([Change(table, number, before, after) for number, before, after in self._written()])
        title = f"Apply {len(changes):,} {'record' if len(changes) == 1 else 'records'} to {self.kind.name}"
        return Changes(title, changes)  # each changes something: that is what its verdict says

    def _written(self) -> Iterator[tuple[int, Record | None, Record | None]]:
        """Number, before and after of what would be written, without a row for each."""
        names, found = tuple(self.columns), self.judgement
        has_gaps = any(MISSING in column for column in self.columns.values())
        for at, (verdict, cells) in enumerate(
            zip(found.verdicts, zip(*self.columns.values(), strict=True), strict=True)
        ):
            if verdict is Verdict.NEW or verdict is Verdict.CHANGED:
                values = dict(zip(names, cells, strict=True))
                if has_gaps and MISSING in cells:
                    values = {name: cell for name, cell in values.items() if cell is not MISSING}
                before = found.before.get(at)
                if before is None:
                    number = self._number(at)
                    yield number, None, self._record(RecordId(encode("rec", number)), values, self.now)
                else:
                    yield decode(before.id), before, self._after(at, verdict, values, before)

    def _row(self, at: int) -> PreviewRow:
        verdict, values = self.judgement.verdicts[at], self._values(at)
        before = self.judgement.before.get(at)
        return PreviewRow(
            index=at,
            verdict=verdict,
            key=self.judgement.keys[at],
            values=values,
            reasons=self.judgement.reasons.get(at, ()) if verdict is Verdict.REJECTED else (),
            before=before if verdict is not Verdict.REJECTED else None,
            after=self._after(at, verdict, values, before),
        )

    def _values(self, at: int) -> dict[str, Value]:
        cells = ((name, column[at]) for name, column in self.columns.items())
        return {name: cell for name, cell in cells if cell is not MISSING}

    def _after(self, at: int, verdict: Verdict, values: dict[str, Value], before: Record | None) -> Record | None:
        if verdict is Verdict.REJECTED:
            return None
        if before is None:
            return self._record(RecordId(encode("rec", self._number(at))), values, self.now)
        if verdict is Verdict.SAME:
            return before
        # A null never empties what the record is found by: nothing could match it again.
        kept = {name: value for name, value in values.items() if value is not None or name not in self.kind.keys}
        return self._record(before.id, {**before.values, **kept}, before.created_at)

    def _number(self, at: int) -> int:
        if self._numbers is None:
            self._numbers = {place: self.ids() for place in self.places(Verdict.NEW)}
        return self._numbers[at]

    def _record(self, record_id: RecordId, values: Mapping[str, Value], created_at: str) -> Record:
        return Record(
            id=record_id,
            type_name=self.kind.name,
            values=values,
            created_at=created_at,
            updated_at=self.now,
            run_id=self.run_id,
        )
