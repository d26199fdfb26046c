"""What the fields of a source are, from all of its records, never from one.

Nothing is guessed: a bare integer is no date, "007" no number, null alone says nothing of the type. Text that spells
numbers stays text; that it could be converted is said apart. Records are dicts and lists as `body.decode` gives them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from app.domain.datatypes import NO_OFFSET, SAFE_INTEGER, date_note, is_number_text
from app.domain.path import FieldPath
from app.domain.problems import Problem
from app.domain.values import JsonValue, json_kind, shown
from app.engine.cancel import IsCancelled, check, never
from app.engine.sources import records

EXAMPLES = 3
MAX_CHOICES = 12
_CHOICE_LENGTH = 40


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


def describe(path: str, column: Sequence[JsonValue], total: int) -> ResponseField:
    """What one field is, from its values (null included) in the records that have it, of `total` records."""
    groups = _grouped(column)
    nulls = len(groups.pop("null", ()))
    kind = max(groups, key=lambda name: len(groups[name])) if groups else FieldKind.UNKNOWN
    texts = [text for text in groups.get(FieldKind.TEXT, ()) if isinstance(text, str)]
    numeric = sum(map(is_number_text, texts)) if kind == FieldKind.TEXT else 0
    needs_chain = any(isinstance(item, (dict, list)) for array in groups.get("array", ()) for item in _items(array))
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
        choices=_choices(texts) if kind == FieldKind.TEXT else (),
        needs_chain=needs_chain,
    )


def _grouped(column: Sequence[JsonValue]) -> dict[str, list[JsonValue]]:
    """Values by kind; text first, so that it wins where two kinds are equally many."""
    groups: dict[str, list[JsonValue]] = {FieldKind.TEXT: [], FieldKind.DATE: []}
    for value in column:
        name = json_kind(value)
        if isinstance(value, str) and date_note(value) is not None:
            name = "date"
        groups.setdefault(name, []).append(value)
    if len(groups["date"]) <= len(groups["text"]):
        groups["text"] = [value for value in column if isinstance(value, str)]
        groups["date"] = []
    if groups.get("decimal"):
        groups["decimal"] = [value for value in column if _is_number(value)]
        groups.pop("integer", None)
    return {name: values for name, values in groups.items() if values}


def _is_number(value: JsonValue) -> bool:
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def _items(array: JsonValue) -> Sequence[JsonValue]:
    return array if isinstance(array, list) else ()


def _findings(
    kind: str, groups: dict[str, list[JsonValue]], nulls: int, missing: int, total: int, needs_chain: bool
) -> Iterator[str]:
    if nulls:
        yield f"null in {nulls:,} of {total:,}"
    if missing:
        yield f"missing in {missing:,}"
    for name, values in groups.items():
        if name != kind:
            yield f"{name} in {len(values):,}: {shown(values[0])}"
    beyond = sum(isinstance(value, int) and abs(value) > SAFE_INTEGER for value in groups.get("integer", ()))
    if beyond:
        yield _in("integer beyond 2^53", beyond, total)
    no_offset = sum(isinstance(value, str) and date_note(value) == NO_OFFSET for value in groups.get("date", ()))
    if no_offset:
        yield _in("date without offset", no_offset, total)
    if needs_chain:
        yield "needs chain"


def _in(what: str, count: int, total: int) -> str:
    return what if count == total else f"{what} in {count:,}"


def _choices(texts: Sequence[str]) -> tuple[str, ...]:
    different: dict[str, None] = {}
    for text in texts:
        different[text] = None
        if len(different) > MAX_CHOICES or len(text) > _CHOICE_LENGTH or not text.strip():
            return ()
    return tuple(different) if 1 < len(different) <= len(texts) // 2 else ()
