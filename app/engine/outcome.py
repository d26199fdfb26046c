"""The verdict on one row of a mapping, in the words of the mapping pane."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.domain.datatypes import BEYOND_SAFE, NO_OFFSET, DataType
from app.domain.mapping import CHAIN_RULE, REDACTED_RULE, FieldMapping, row_problems
from app.domain.schema import RecordType
from app.domain.values import shown
from app.engine.columns import NAMED, Column, Tally
from app.engine.infer import FieldKind, ResponseField
from app.engine.preview import FieldOutcome, Level
from app.engine.references import not_found

_TEXTS = (DataType.TEXT, DataType.LIST, DataType.REFERENCE)
_DECLARED_FOR = {
    FieldKind.TEXT: _TEXTS,
    FieldKind.DATE: (*_TEXTS, DataType.DATE),
    FieldKind.INTEGER: (DataType.INTEGER, DataType.DECIMAL),
    FieldKind.DECIMAL: (DataType.DECIMAL,),
    FieldKind.BOOLEAN: (DataType.BOOLEAN,),
    FieldKind.ARRAY: (DataType.REFERENCE,),
}
"""The formats that keep what is detected as it is."""
_SHORT = {NO_OFFSET: "date without offset", BEYOND_SAFE: "integer beyond 2^53"}


def outcome(
    row: FieldMapping,
    kind: RecordType | None,
    column: Column | None,
    tally: Tally,
    field: ResponseField,
    absent: Mapping[str, int],
    *,
    is_redacted: bool = False,
) -> FieldOutcome:
    """What became of one row; `column` is None when it could not be used at all, `field` is what it holds."""
    problems = [problem.message for problem in row_problems(row, kind)] + [CHAIN_RULE] * field.needs_chain
    problems += [REDACTED_RULE] * is_redacted
    notes = problems or [*_notes(column, tally, field, absent)]
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
        findings=field.findings,
        choices=field.choices,
        is_gone=bool(field.total) and field.missing == field.total,
        rejected=tally.rejected,
        missing=tally.missing,
        nulls=tally.nulls,
        convertible=tally.convertible,
        conversion=_conversion(row, tally),
        clash=_clash(column, field),
    )


def _clash(column: Column | None, field: ResponseField) -> str:
    """What is detected against what is declared, and what can be done where they differ."""
    if column is None or field.kind not in _DECLARED_FOR:
        return ""
    declared = column.attribute.data_type
    if declared in _DECLARED_FOR[FieldKind(field.kind)]:
        return ""
    return (
        f"detected {field.kind}, declared {column.attribute.format}: {column.attribute.name} cannot be overwritten, "
        "since attributes never change; merging adds a new one (n)"
    )


def _conversion(row: FieldMapping, tally: Tally) -> str:
    """What the other choice, to convert, would do to which records."""
    if row.is_converted or not tally.rejected:
        return ""
    if not tally.convertible:
        return f"conversion would keep none of the {tally.rejected:,}"
    before, after = tally.first_converted
    places = ", ".join(str(at) for at in tally.convertible_at)
    more = f" and {tally.convertible - NAMED:,} more" if tally.convertible > NAMED else ""
    noun = "record" if tally.convertible == 1 else "records"
    text = f"conversion would keep {tally.convertible:,} of {tally.rejected:,}, {shown(before)} as {shown(after)}"
    return f"{text}: {noun} {places}{more}"


def _notes(column: Column | None, tally: Tally, field: ResponseField, absent: Mapping[str, int]) -> Iterator[str]:
    if column is None or not tally.total:
        yield "no records to look at" if column else "no object chosen yet"
        return
    if tally.missing == tally.total:
        yield "not in this response"
        return
    if field.kind is FieldKind.UNKNOWN:
        yield f"unknown: null in {_of_all(tally.nulls, tally.total)}"
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
        yield f"null in {tally.nulls:,} of {tally.total:,}"
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


def _of_all(count: int, total: int) -> str:
    return f"all {total:,}" if count == total else f"{count:,} of {total:,}, never a value"
