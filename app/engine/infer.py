"""What the fields of a source are, from all of its records, never from one.

Nothing is guessed: a bare integer is no date, "007" no number, null alone says nothing of the type. Text that spells
numbers stays text; that it could be converted is said apart. Records are dicts and lists as `body.decode` gives them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import chain
from typing import cast

from app.domain.datatypes import NO_OFFSET, SAFE_INTEGER, date_note, is_number_text
from app.domain.path import FieldPath
from app.domain.problems import Problem
from app.domain.values import JsonValue, json_kind, shown
from app.engine.cancel import IsCancelled, check, never
from app.engine.dates import are_all_whole
from app.engine.sources import records

EXAMPLES = 3
MAX_CHOICES = 12
_CHOICE_LENGTH = 40
_SOON = 1_000
"""Texts among which a field of free text mostly shows that it is one."""
_AFTER_DIGITS = ":"
"""The character after 9."""
_NUMBER_STARTS = frozenset("-0123456789")


class FieldKind(StrEnum):
    """What a field's values are, for the most part."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    ARRAY = "array"
    OBJECT = "object"
    UNKNOWN = "unknown"
    """Null in every record, so nobody can tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseField:
    """One field of a source's records."""

    path: str
    """RFC 9535, relative to a record: `$.customer.email`."""
    kind: FieldKind
    examples: tuple[JsonValue, ...]
    """Its values in the first records that have one."""
    total: int
    """Records of the source."""
    missing: int
    """Records that do not have the field at all."""
    nulls: int
    findings: tuple[str, ...] = ()
    """What is not as the kind says, in words: `null in 4 of 25`, `text in 1: "n/a"`."""
    is_numeric_text: bool = False
    """Text of which most values spell a number, such as "42.50"."""
    choices: tuple[str, ...] = ()
    """The different texts, in the order they came, where they are few and come again: the options of a list."""
    needs_chain: bool = False
    """An array of objects or arrays: not to be had from this call (`mapping.CHAIN_RULE`)."""
    are_whole_dates: bool = False
    """Whether every text is a date with time and offset."""


def fields(document: JsonValue, source: str, *, is_cancelled: IsCancelled = never) -> tuple[ResponseField, ...]:
    """Every field of the records at `source`, in document order; none where `sources.records` tells a problem."""
    found = records(document, source)
    return () if isinstance(found, Problem) else fields_of(found, is_cancelled=is_cancelled)


def fields_of(found: Sequence[JsonValue], *, is_cancelled: IsCancelled = never) -> tuple[ResponseField, ...]:
    """Every field of these records, nested objects descended into, arrays not."""
    described = []
    waiting = _columns((), found)
    while waiting:
        check(is_cancelled)
        names, column = waiting.pop()
        described.append(describe(str(FieldPath(names)), column, len(found)))
        waiting.extend(_columns(names, column))
    return tuple(described)


def _columns(names: tuple[str, ...], values: Sequence[JsonValue]) -> list[tuple[tuple[str, ...], list[JsonValue]]]:
    """The members of all objects among `values`, a list of values for each name; the last one first."""
    columns: dict[str, list[JsonValue]] = {}
    for value in values:
        if isinstance(value, dict):
            for name, child in value.items():
                columns.setdefault(name, []).append(child)
    return [((*names, name), column) for name, column in reversed(columns.items())]


def describe(path: str, column: Sequence[JsonValue], total: int, *, is_hinted: bool = True) -> ResponseField:
    """What one field is, from its values (null included) in the records that have it, of `total` records.

    Whether it spells numbers is only looked for with `is_hinted`.
    """
    groups, is_whole = _grouped(column)
    nulls = len(groups.pop("null", ()))
    kind = max(groups, key=lambda name: len(groups[name])) if groups else FieldKind.UNKNOWN
    texts = cast("list[str]", groups.get(FieldKind.TEXT, ())) if kind == FieldKind.TEXT else []
    likely = [text for text in texts if text[:1] in _NUMBER_STARTS] if is_hinted else []
    numeric = sum(map(is_number_text, likely))
    needs_chain = _holds_containers(groups.get("array", ()))
    present = [value for value in column[: EXAMPLES * 10] if value is not None] or column
    return ResponseField(
        path=path,
        kind=FieldKind(kind),
        examples=tuple(present[:EXAMPLES]),
        total=total,
        missing=total - len(column),
        nulls=nulls,
        findings=tuple(_findings(kind, groups, nulls, total - len(column), total, needs_chain)),
        is_numeric_text=numeric * 2 > len(texts),
        choices=_choices(texts),
        needs_chain=needs_chain,
        are_whole_dates=is_whole,
    )


def _holds_containers(arrays: Sequence[JsonValue]) -> bool:
    items = chain.from_iterable(array for array in arrays if isinstance(array, list))
    return not set(map(type, items)).isdisjoint((dict, list))


def _grouped(column: Sequence[JsonValue]) -> tuple[dict[str, Sequence[JsonValue]], bool]:
    """Values by kind, and whether all texts are dates of which nothing is to be said.

    Text comes first, so that it wins where two kinds are equally many.
    """
    groups: dict[str, Sequence[JsonValue]] = {FieldKind.TEXT: [], FieldKind.DATE: []}
    types = set(map(type, column))
    for each in types if len(types) == 1 else dict.fromkeys(map(type, column)):
        values = column if len(types) == 1 else [value for value in column if type(value) is each]
        name = json_kind(values[0])
        groups[name] = [*groups[name], *values] if groups.get(name) else values
    texts = groups["text"]
    found, is_whole = _dates(cast("list[str]", texts))
    if len(found) * 2 > len(texts):
        dates = set(found) if len(found) < len(texts) else set()
        groups["date"], groups["text"] = found, [text for text in texts if text not in dates] if dates else []
    if groups.get("decimal") and groups.pop("integer", None):
        groups["decimal"] = [value for value in column if _is_number(value)]
    return {name: values for name, values in groups.items() if values}, is_whole


def _dates(texts: list[str]) -> tuple[list[JsonValue], bool]:
    """The texts that are dates, and whether those are all, each with time and offset; most columns tell at once."""
    if texts and texts[0][4:5] == "-" and are_all_whole(texts):
        return cast("list[JsonValue]", texts), True
    if not texts or min(texts) >= _AFTER_DIGITS:
        return [], False
    likely = [text for text in texts if text < _AFTER_DIGITS and text[4:5] == "-"]
    return [text for text in likely if date_note(text) is not None], False


def _is_number(value: JsonValue) -> bool:
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def _findings(
    kind: str, groups: dict[str, Sequence[JsonValue]], nulls: int, missing: int, total: int, needs_chain: bool
) -> Iterator[str]:
    if nulls:
        yield f"null in {nulls:,} of {total:,}"
    if missing:
        yield f"missing in {missing:,}"
    for name, values in groups.items():
        if name != kind:
            yield f"{name} in {len(values):,}: {shown(values[0])}"
    integers = cast("list[int]", groups.get("integer", []))
    is_beyond = bool(integers) and (max(integers) > SAFE_INTEGER or min(integers) < -SAFE_INTEGER)
    beyond = sum(abs(value) > SAFE_INTEGER for value in integers) if is_beyond else 0
    if beyond:
        yield _in("integer beyond 2^53", beyond, total)
    dates = cast("list[str]", groups.get("date", []))
    suspects = [text for text in dates if text[-1] not in "Zz" and text[-6] not in "+-"]
    no_offset = sum(date_note(text) == NO_OFFSET for text in suspects)
    if no_offset:
        yield _in("date without offset", no_offset, total)
    if needs_chain:
        yield "needs chain"


def _in(what: str, count: int, total: int) -> str:
    return what if count == total else f"{what} in {count:,}"


def _choices(texts: Sequence[str]) -> tuple[str, ...]:
    if len(set(texts[:_SOON])) > MAX_CHOICES:
        return ()
    different = dict.fromkeys(texts)
    if len(different) > MAX_CHOICES or any(len(text) > _CHOICE_LENGTH or not text.strip() for text in different):
        return ()
    return tuple(different) if 1 < len(different) <= len(texts) // 2 else ()
