"""From a response to records: what a mapping would write, computed before anything is written.

Pure: the records that exist, the clock and the ids come in. A value that does not fit rejects its whole record, with
the reason; nothing is dropped in silence. Applying the same response twice changes nothing the second time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.changes import Change, Changes, record_table
from app.domain.identifiers import IdSource, RunId
from app.domain.mapping import Mapping, check_mapping
from app.domain.path import FieldPath
from app.domain.problems import Problem
from app.domain.schema import ObjectType, RecordType, attribute_of
from app.domain.values import JsonValue, Value, json_kind, shown
from app.engine.cancel import IsCancelled, check, never
from app.engine.columns import MISSING, Column, FittedCell, Tally
from app.engine.columns import read as read_column
from app.engine.outcome import outcome
from app.engine.preview import Preview, PreviewRow, Verdict
from app.engine.references import dangling, dangling_notes
from app.engine.sources import records
from app.engine.upsert import ExistingRecords, Upserts

BATCH = 2_000
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
    is_cancelled: IsCancelled = never,
) -> Preview:
    """What `mapping` would write of `document` to `kind`, its target (None when there is no such object).

    `document` is what `body.decode` gives, `now` ISO 8601 in UTC, `run_id` the run whose response it is. Raises
    Cancelled; everything else that is wrong is in `Preview.problems` and in the rows.
    """
    found, problems = _found(document, mapping, kind)
    columns = _compile(mapping, kind)
    upserts = Upserts(kind, existing, ids=ids, now=now, run_id=run_id) if kind and not problems else None
    judged = _judge(found, columns, upserts, is_cancelled)
    absent: dict[str, int] = {}
    if kind and not problems:
        problems = _limit_problems(kind, judged.rows, existing, record_limit)
        absent = dangling(kind, judged.rows, [column.attribute for column in columns.values()], existing, is_cancelled)
    counts = Counter(row.verdict for row in judged.rows)
    return Preview(
        source=mapping.source,
        target=mapping.target,
        total=len(found),
        rows=tuple(judged.rows),
        fields=tuple(
            outcome(row, kind, columns.get(at), judged.tallies.get(at), found, absent)
            for at, row in enumerate(mapping.rows)
        ),
        problems=problems,
        notes=dangling_notes(kind, absent),
        changes=_changes(mapping, [] if problems else judged.rows),
        counts={verdict: counts[verdict] for verdict in Verdict},
    )


def _found(
    document: JsonValue, mapping: Mapping, kind: RecordType | None
) -> tuple[Sequence[JsonValue], tuple[Problem, ...]]:
    """The records at the source, and everything that stops the mapping before any of them is looked at."""
    problems = check_mapping(mapping, kind)
    found = records(document, mapping.source)
    if not isinstance(found, Problem):
        return found, problems
    return (), problems if found in problems else (*problems, found)


def _compile(mapping: Mapping, kind: RecordType | None) -> dict[int, Column]:
    """The rows that can be read and have an attribute, by their position in the mapping."""
    columns = {}
    for at, row in enumerate(mapping.rows):
        attribute = attribute_of(kind, row.attribute) if kind else None
        if kind is None or attribute is None or attribute.is_archived:
            continue
        try:
            path = FieldPath.parse(row.path)
        except ValueError:
            continue
        if not path.wildcards:
            columns[at] = Column(path, attribute, row.is_converted, kind.text_limit)
    return columns


@dataclass(frozen=True, slots=True)
class _Judged:
    """Every record's verdict, and each row's count."""

    rows: list[PreviewRow]
    tallies: dict[int, Tally]


def _judge(
    found: Sequence[JsonValue], columns: dict[int, Column], upserts: Upserts | None, is_cancelled: IsCancelled
) -> _Judged:
    judged = _Judged([], {at: Tally() for at in columns})
    for start in range(0, len(found), BATCH):
        check(is_cancelled)
        batch = found[start : start + BATCH]
        fitted = [column.fitted(read_column(column.path, batch), judged.tallies[at]) for at, column in columns.items()]
        if upserts is not None:
            names = [column.attribute.name for column in columns.values()]
            reasons = _reasons(batch, names, [bad for _, bad in fitted])
            values = _assembled(names, [cells for cells, _ in fitted])
            judged.rows.extend(
                upserts.row(start + position, values[position], reasons.get(position, ()))
                for position in range(len(batch))
            )
    return judged


def _reasons(
    batch: Sequence[JsonValue], names: Sequence[str], misfits: Sequence[dict[int, str]]
) -> dict[int, tuple[str, ...]]:
    """Why records are rejected, by position; one that is no object has that one reason only."""
    reasons: dict[int, tuple[str, ...]] = {}
    for name, bad in zip(names, misfits, strict=True):
        for position, reason in bad.items():
            reasons[position] = (*reasons.get(position, ()), f"{name} is {reason}")
    for position, record in enumerate(batch):
        if not isinstance(record, dict):
            kind = "" if json_kind(record) in ("null", "array") else f" ({json_kind(record)})"
            reasons[position] = (f"the record is {shown(record)}{kind}, not an object",)
    return reasons


def _assembled(names: Sequence[str], columns: Sequence[Sequence[FittedCell]]) -> list[dict[str, Value]]:
    """Columns to records, without what is missing."""
    return [
        {name: cell for name, cell in zip(names, cells, strict=True) if cell is not MISSING}
        for cells in zip(*columns, strict=True)
    ]


def _limit_problems(
    kind: RecordType, rows: Sequence[PreviewRow], existing: ExistingRecords, limit: int
) -> tuple[Problem, ...]:
    new = sum(row.verdict is Verdict.NEW for row in rows)
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


def _changes(mapping: Mapping, rows: Sequence[PreviewRow]) -> Changes:
    table = record_table(mapping.target)
    written = [row for row in rows if row.verdict in (Verdict.NEW, Verdict.CHANGED)]
    title = f"Apply {len(written):,} {'record' if len(written) == 1 else 'records'} to {mapping.target}"
    return Changes.of(title, [Change(table, row.number, row.before, row.after) for row in written])
