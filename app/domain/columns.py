"""Which attributes of an object are shown, in which order, and how a cell tells null, empty and missing apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from app.domain.schema import Attribute, RecordType, active_attributes
from app.domain.values import Value, plain_value

_LAST = ("external_created_at", "external_updated_at")
"""Columns that seldom tell records apart stand at the end until somebody chooses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordView:
    """The columns that somebody chose for an object; what is in neither list came later, and is shown last."""

    object: str
    columns: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()


def shown_attributes(kind: RecordType, view: RecordView | None) -> tuple[Attribute, ...]:
    """The attributes that are columns, in their order; never none while there are attributes."""
    active = active_attributes(kind)
    chosen = {attribute.name: attribute for attribute in active}
    if view is None:
        return tuple(sorted(active, key=lambda attribute: attribute.name in _LAST))
    first = [chosen[name] for name in view.columns if name in chosen]
    rest = [attribute for attribute in active if attribute.name not in (*view.columns, *view.hidden)]
    return (*first, *rest) or active


def chosen_view(kind: RecordType, columns: Sequence[str]) -> RecordView:
    """The view that shows these columns and hides the others there are."""
    hidden = tuple(attribute.name for attribute in active_attributes(kind) if attribute.name not in columns)
    return RecordView(object=kind.name, columns=tuple(columns), hidden=hidden)


class Held(Enum):
    """What a cell holds."""

    VALUE = "value"
    NULL = "null"
    EMPTY = "empty"
    MISSING = "missing"


MARKS = {Held.NULL: "null", Held.EMPTY: '""', Held.MISSING: "·"}
_AMBIGUOUS = frozenset((*MARKS.values(), "[]"))


def cell(values: Mapping[str, Value], name: str) -> tuple[str, Held]:
    """A value as a person reads it, and what it is; a text that looks like a mark stands in quotes."""
    if name not in values:
        return MARKS[Held.MISSING], Held.MISSING
    value = values[name]
    if value is None:
        return MARKS[Held.NULL], Held.NULL
    if value in ("", ()):
        return "[]" if isinstance(value, tuple) else MARKS[Held.EMPTY], Held.EMPTY
    text = plain_value(value)
    return f'"{text}"' if text in _AMBIGUOUS else text, Held.VALUE
