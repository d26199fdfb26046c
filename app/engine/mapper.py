"""From a response to records: what a mapping would write, computed before anything is written.

Pure: the records that exist, the clock and the ids come in. A value that does not fit rejects its whole record, with
the reason; nothing is dropped in silence. Applying the same response twice changes nothing the second time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import cast

from app.domain.changes import Changes
from app.domain.identifiers import IdSource, RunId
from app.domain.mapping import FieldMapping, Mapping, check_mapping, is_redacted
from app.domain.path import FieldPath
from app.domain.problems import Problem
from app.domain.schema import ObjectType, RecordType, attribute_of
from app.domain.values import JsonValue, json_kind, shown
from app.engine.cancel import IsCancelled, check, never
from app.engine.collector import paused
from app.engine.columns import MISSING, Cell, Column, FittedCell, Missing, Tally
from app.engine.columns import read_all as read_columns
from app.engine.infer import ResponseField, describe
from app.engine.outcome import outcome
from app.engine.preview import FieldOutcome, Preview, Verdict
from app.engine.references import dangling, dangling_notes
from app.engine.rows import Rows
from app.engine.sources import records
from app.engine.upsert import ExistingRecords, Judgement, judge

BATCH = 10_000
"""Records between two questions whether to go on."""


def preview(
    document: JsonValue,
    mapping: Mapping,
    kind: RecordType | None,
    existing: ExistingRecords,
    *,
    ids: IdSource,
    now: str,
    run_id: RunId | None,
    record_limit: int,
    redacted: Sequence[str] = (),
    is_cancelled: IsCancelled = never,
) -> Preview:
    """What `mapping` would write of `document` to `kind`, its target (None when there is no such object).

    `document` is what `body.decode` gives, `now` ISO 8601 in UTC, `run_id` the run whose response it is. Raises
    Cancelled; everything else that is wrong is in `Preview.problems` and in the rows.
    """
    with paused():
        return _preview(document, mapping, kind, existing, ids, now, run_id, record_limit, redacted, is_cancelled)


def _preview(
    document: JsonValue,
    mapping: Mapping,
    kind: RecordType | None,
    existing: ExistingRecords,
    ids: IdSource,
    now: str,
    run_id: RunId | None,
    record_limit: int,
    redacted: Sequence[str],
    is_cancelled: IsCancelled,
) -> Preview:
    found, problems = _found(document, mapping, kind, redacted)
    read = _read_rows(mapping.rows, kind, found, is_cancelled)
    absent: dict[str, int] = {}
    rows: Rows | tuple[()] = ()
    if kind and not problems:
        columns = {row.column.attribute.name: row.cells for row in read if row.column}
        judgement = judge(kind, columns, len(found), _reasons(found, read), existing, is_cancelled)
        rows = Rows(kind=kind, columns=columns, judgement=judgement, ids=ids, now=now, run_id=run_id)
        problems = _limit_problems(kind, judgement, existing, record_limit)
        absent = dangling(kind, columns, judgement, existing, is_cancelled)
    counts = Counter(rows.judgement.verdicts if rows else ())
    refused = rows.judgement.reasons if rows else {}
    return Preview(
        source=mapping.source,
        target=mapping.target,
        total=len(found),
        rows=rows,
        verdicts=rows.judgement.verdicts if rows else (),
        records=found,
        fields=tuple(_outcomes(mapping, kind, read, absent, redacted)),
        problems=problems,
        notes=dangling_notes(kind, absent),
        make_changes=rows.changes if rows else lambda: Changes("Apply nothing", ()),
        counts={verdict: counts[verdict] for verdict in Verdict},
        reasons=Counter(reason for at in sorted(refused) for reason in refused[at]),
    )


def _outcomes(
    mapping: Mapping, kind: RecordType | None, read: Sequence[_RowRead], absent: dict[str, int], redacted: Sequence[str]
) -> Iterator[FieldOutcome]:
    for row, each in zip(mapping.rows, read, strict=True):
        hidden = is_redacted(mapping.source, row.path, redacted)
        yield outcome(row, kind, each.column, each.tally, each.found, absent, is_redacted=hidden)


@dataclass(slots=True, kw_only=True)
class _RowRead:
    """A row of the mapping over all records."""

    found: ResponseField
    column: Column | None = None
    """None when it has no attribute that could be filled."""
    tally: Tally = field(default_factory=Tally)
    cells: list[FittedCell] = field(default_factory=list)
    misfits: dict[int, str] = field(default_factory=dict)


def _read_rows(
    rows: Sequence[FieldMapping], kind: RecordType | None, found: Sequence[JsonValue], is_cancelled: IsCancelled
) -> list[_RowRead]:
    paths = [_path_of(row) for row in rows]
    columns = iter(read_columns([path for path in paths if path], found, is_cancelled))
    return [
        _read_row(row, path, next(columns), kind, is_cancelled) if path else _unreadable(row, len(found))
        for row, path in zip(rows, paths, strict=True)
    ]


def _path_of(row: FieldMapping) -> FieldPath | None:
    """The path of a row that has one value in each record."""
    try:
        path = FieldPath.parse(row.path)
    except ValueError:
        return None
    return None if path.wildcards else path


def _unreadable(row: FieldMapping, total: int) -> _RowRead:
    return _RowRead(found=describe(row.path, (), total))


def _read_row(
    row: FieldMapping, path: FieldPath, cells: list[Cell], kind: RecordType | None, is_cancelled: IsCancelled
) -> _RowRead:
    check(is_cancelled)
    has_all = Missing not in set(map(type, cells))
    present = cast("list[JsonValue]", cells if has_all else [cell for cell in cells if cell is not MISSING])
    read = _RowRead(found=describe(row.path, present, len(cells), is_hinted=False))
    attribute = attribute_of(kind, row.attribute) if kind else None
    if kind is not None and attribute is not None and not attribute.is_archived:
        read.column = Column(
            path, attribute, row.is_converted, kind.text_limit, are_whole_dates=read.found.are_whole_dates
        )
        _fit(read, read.column, cells, is_cancelled)
    return read


def _fit(read: _RowRead, column: Column, cells: list[Cell], is_cancelled: IsCancelled) -> None:
    for start in range(0, len(cells), BATCH):
        check(is_cancelled)
        values, misfits = column.fitted(cells[start : start + BATCH], read.tally)
        read.cells += values
        read.misfits.update((start + at, why) for at, why in misfits.items())


def _found(
    document: JsonValue, mapping: Mapping, kind: RecordType | None, redacted: Sequence[str]
) -> tuple[Sequence[JsonValue], tuple[Problem, ...]]:
    """The records at the source, and everything that stops the mapping before any of them is looked at."""
    problems = check_mapping(mapping, kind, redacted)
    found = records(document, mapping.source)
    if not isinstance(found, Problem):
        return found, problems
    return (), problems if found in problems else (*problems, found)


def _reasons(found: Sequence[JsonValue], read: Sequence[_RowRead]) -> dict[int, tuple[str, ...]]:
    """Why records are rejected, by place; one that is no object has that one reason only."""
    reasons: dict[int, tuple[str, ...]] = {}
    for row in read:
        for at, why in row.misfits.items():
            assert row.column
            reasons[at] = (*reasons.get(at, ()), f"{row.column.attribute.name} is {why}")
    if set(map(type, found)) != {dict}:
        for at, record in enumerate(found):
            if not isinstance(record, dict):
                kind = "" if json_kind(record) in ("null", "array") else f" ({json_kind(record)})"
                reasons[at] = (f"the record is {shown(record)}{kind}, not an object",)
    return reasons


def _limit_problems(
    kind: RecordType, judgement: Judgement, existing: ExistingRecords, limit: int
) -> tuple[Problem, ...]:
    new = judgement.verdicts.count(Verdict.NEW)
    if not isinstance(kind, ObjectType) or not new:
        return ()
    count = existing.count_all_custom()
    if count + new <= limit:
        return ()
    return (
        Problem(
            "",
            f"A workspace holds at most {limit:,} records of custom objects. It has {count:,}, and {new:,} new ones "
            f"would be {count + new - limit:,} too many. Delete records, archive an object, or send for fewer.",
        ),
    )
