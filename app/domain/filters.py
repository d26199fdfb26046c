"""A filter over records as a typed tree, and how it is written: `total > 40 and not status in ("open", "paid")`.

The canonical text reads back as the same tree. Two values of logic, no third: what is missing or null is not equal to
anything, and `not` matches exactly what the rest does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from app.domain.datatypes import DataType

_WORDS = "and or not is in contains starts with null missing empty true false"
KEYWORDS = frozenset(_WORDS.split())
"""Words that are no attribute unless they stand in backquotes."""
BARE_NAME = re.compile(r"[^\W\d][\w-]*")
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})

Operand: TypeAlias = int | float | bool | str
"""What a value is compared with; a date stays the text that was typed, for it may name a day or an instant."""


class Operator(StrEnum):
    """How a value is compared with one operand."""

    EQUAL = "="
    UNEQUAL = "!="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="
    CONTAINS = "contains"
    STARTS = "starts with"


class State(StrEnum):
    """What is not a value: an explicit null, nothing at all, an empty text or an empty list of references."""

    NULL = "null"
    MISSING = "missing"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Field:
    """An attribute as far as a filter needs it."""

    name: str
    data_type: DataType
    many: bool = False


@dataclass(frozen=True, slots=True)
class Compare:
    """`total > 40`."""

    field: Field
    operator: Operator
    operand: Operand


@dataclass(frozen=True, slots=True)
class Among:
    """`status in ("open", "paid")`; of a reference to many: one of its ids is among them."""

    field: Field
    operands: tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class Is:
    """`note is empty`."""

    field: Field
    state: State


@dataclass(frozen=True, slots=True)
class Not:
    """What the part does not match."""

    part: Filter


@dataclass(frozen=True, slots=True)
class All:
    """What every part matches; two parts or more, none of them an All."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """What one part or more match; two parts or more, none of them an Either."""

    parts: tuple[Filter, ...]


Filter: TypeAlias = Compare | Among | Is | Not | All | Either


def all_of(parts: Iterable[Filter]) -> Filter:
    """The parts joined by `and`, flat."""
    flat = tuple(piece for part in parts for piece in (part.parts if isinstance(part, All) else (part,)))
    return flat[0] if len(flat) == 1 else All(flat)


def either_of(parts: Iterable[Filter]) -> Filter:
    """The parts joined by `or`, flat."""
    flat = tuple(piece for part in parts for piece in (part.parts if isinstance(part, Either) else (part,)))
    return flat[0] if len(flat) == 1 else Either(flat)


def written(tree: Filter) -> str:
    """The canonical text of a filter."""
    match tree:
        case Compare(field, operator, operand):
            return f"{written_name(field.name)} {operator} {_written_operand(field, operand)}"
        case Among(field, operands):
            return f"{written_name(field.name)} in ({', '.join(_written_operand(field, item) for item in operands)})"
        case Is(field, state):
            return f"{written_name(field.name)} is {state}"
        case Not(part):
            return f"not {_bracketed(part)}"
        case All(parts):
            return " and ".join(written(part) if not isinstance(part, Either) else _bracketed(part) for part in parts)
        case Either(parts):
            return " or ".join(map(written, parts))


def _bracketed(part: Filter) -> str:
    return f"({written(part)})" if isinstance(part, (All, Either)) else written(part)


def written_name(name: str) -> str:
    """An attribute's name as an expression takes it: in backquotes, which no name holds, where it must be."""
    is_bare = BARE_NAME.fullmatch(name) and name.casefold() not in KEYWORDS
    return name if is_bare else f"`{name}`"


def written_text(text: str) -> str:
    """A text in double quotes."""
    return f'"{text.translate(_ESCAPES)}"'


def _written_operand(field: Field, operand: Operand) -> str:
    if isinstance(operand, bool):
        return "true" if operand else "false"
    if isinstance(operand, str):
        is_bare = field.data_type is DataType.DATE and " " not in operand and "," not in operand
        return operand if is_bare else written_text(operand)
    return repr(operand)
