"""The verdict on one row of a mapping, in the words of the mapping pane."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from app.domain.datatypes import BEYOND_SAFE, NO_OFFSET
from app.domain.mapping import CHAIN_RULE, FieldMapping, row_problems
from app.domain.path import FieldPath
from app.domain.schema import RecordType
from app.domain.values import JsonValue, shown
from app.engine.columns import MISSING, Column, Tally
from app.engine.columns import read as read_column
from app.engine.infer import ResponseField, describe
from app.engine.preview import FieldOutcome, Level
from app.engine.references import not_found

_LOOKED_AT = 100
_SHORT = {NO_OFFSET: "no offset", BEYOND_SAFE: "integer beyond 2^53"}


def outcome(
    row: FieldMapping,
    kind: RecordType | None,
    column: Column | None,
    tally: Tally | None,
    records: Sequence[JsonValue],
    absent: Mapping[str, int],
) -> FieldOutcome:
    """What became of one row; `column` and `tally` are None when it could not be used at all."""
    tally = tally or Tally()
    field = _sample(row.path, records)
    problems = [problem.message for problem in row_problems(row, kind)] + [CHAIN_RULE] * field.needs_chain
    notes = problems or [*_notes(column, tally, absent)]
    bad = bool(problems) or tally.rejected > 0
    return FieldOutcome(
        path=row.path,
        attribute=row.attribute,
        kind=field.kind,
        format=column.attribute.format if column else "",
        examples=field.examples,
        is_converted=row.is_converted,
        level=Level.PROBLEM if bad else Level.NOTE if notes else Level.OK,
        words="; ".join(notes) or "ok",
        rejected=tally.rejected,
        missing=tally.missing,
        nulls=tally.nulls,
        convertible=tally.convertible,
    )


def _sample(path: str, records: Sequence[JsonValue]) -> ResponseField:
    """What the field is in the first records; nothing is known of a path that no row can have."""
    try:
        parsed = FieldPath.parse(path)
    except ValueError:
        return describe(path, (), 0)
    cells = [] if parsed.wildcards else read_column(parsed, records[:_LOOKED_AT])
    seen: list[JsonValue] = [cell for cell in cells if cell is not MISSING]
    return describe(path, seen, len(records))


def _notes(column: Column | None, tally: Tally, absent: Mapping[str, int]) -> Iterator[str]:
    if column is None or not tally.total:
        yield "no records to look at" if column else "no object chosen yet"
        return
    if tally.missing == tally.total:
        yield "not in this response"
        return
    if tally.rejected:
        yield f"{tally.rejected:,} of {tally.total:,} rejected: {_why(tally)}"
    if tally.convertible:
        yield f"conversion would keep {_all_or(tally.convertible, tally.rejected)}"
    present = tally.total - tally.missing - tally.nulls
    for note, count in tally.notes.items():
        yield _SHORT.get(note, note) + f" in {count:,}" if count < present else note
    if tally.missing:
        yield f"missing in {tally.missing:,}"
    if tally.nulls:
        yield f"null in {tally.nulls:,}"
    if column.attribute.name in absent:
        yield not_found(column.attribute, absent[column.attribute.name])


def _why(tally: Tally) -> str:
    """The value alone where its type is the matter, the whole reason otherwise."""
    value = shown(tally.first_rejected)
    return value if tally.first_reason.startswith(value) else tally.first_reason


def _all_or(count: int, rejected: int) -> str:
    if count == rejected:
        return "it" if count == 1 else "them all"
    return f"{count:,} of them"
