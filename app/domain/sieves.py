"""From a filter to the records it lets through: one pass over a column for each condition, no call for each record.

A sieve takes the values of many records and the places to look at, and gives the places that pass, in the same order.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias, cast

from app.domain.datatypes import DataType
from app.domain.filters import All, Among, Compare, Either, Field, Filter, Is, Not, Operand, Operator, State
from app.domain.ordering import instant, text_key

Values: TypeAlias = Mapping[str, object]
Sieve: TypeAlias = Callable[[Sequence[Values], Sequence[int]], list[int]]
_ABSENT = object()
_SIZED = (str, list, tuple)
_Test: TypeAlias = Callable[[object, object], bool]
_COMPARE: Mapping[Operator, _Test] = {
    Operator.LESS: cast("_Test", operator.lt),
    Operator.AT_MOST: cast("_Test", operator.le),
    Operator.MORE: cast("_Test", operator.gt),
    Operator.AT_LEAST: cast("_Test", operator.ge),
}
"""Only asked about two values of one kind."""


def sieve_of(tree: Filter) -> Sieve:
    """The sieve of a filter."""
    return _sieve(tree, True)


def _sieve(tree: Filter, keep: bool) -> Sieve:
    """What a filter matches, or, without `keep`, what it does not: a `not` is carried down to the conditions."""
    match tree:
        case Not(part):
            return _sieve(part, not keep)
        case All(parts) | Either(parts):
            join = all_sieves if isinstance(tree, All) is keep else _any_sieve
            return join([_sieve(part, keep) for part in parts])
        case Compare(field, Operator.UNEQUAL, operand):
            return _compared(field, Operator.EQUAL, operand, not keep)
        case Compare(field, kind, operand):
            return _compared(field, kind, operand, keep)
        case Among(field, operands):
            return _among(field, operands, keep)
        case Is(field, state):
            return _in_state(field.name, state, keep)


def search_sieve(text: str, names: Sequence[str]) -> Sieve | None:
    """Lets through what holds every word of a text, in any case, in its texts under these names; None for no words."""
    words = text.casefold().split()
    if not words:
        return None

    def sieve(rows: Sequence[Values], at: Sequence[int]) -> list[int]:
        found = []
        for place in at:
            haystack = _haystack(rows[place], names)
            if all(word in haystack for word in words):
                found.append(place)
        return found

    return sieve


def _haystack(values: Values, names: Sequence[str]) -> str:
    held = [values.get(name) for name in names]
    texts = [value for value in held if isinstance(value, str)]
    texts += [str(item) for value in held if isinstance(value, (list, tuple)) for item in value]
    return "\n".join(texts).casefold()


def all_sieves(sieves: Sequence[Sieve]) -> Sieve:
    """One after the other, each over what the one before has let through."""

    def sieve(rows: Sequence[Values], at: Sequence[int]) -> list[int]:
        for part in sieves:
            at = part(rows, at)
        return list(at)

    return sieve


def _any_sieve(sieves: Sequence[Sieve]) -> Sieve:
    def sieve(rows: Sequence[Values], at: Sequence[int]) -> list[int]:
        found: list[int] = []
        rest = at
        for part in sieves:
            passed = part(rows, rest)
            if passed:
                found += passed
                gone = set(passed)
                rest = [place for place in rest if place not in gone]
        found.sort()
        return found

    return sieve


def _in_state(name: str, state: State, keep: bool) -> Sieve:
    if state is State.MISSING:
        return lambda rows, at: [p for p in at if (name not in rows[p]) is keep]
    if state is State.NULL:
        return lambda rows, at: [p for p in at if (rows[p].get(name, _ABSENT) is None) is keep]
    return lambda rows, at: [p for p in at if (isinstance(v := rows[p].get(name), _SIZED) and not v) is keep]


def _compared(field: Field, kind: Operator, operand: Operand, keep: bool) -> Sieve:
    name = field.name
    if field.many:
        return _holding(name, frozenset({operand}), keep)
    if field.data_type is DataType.DATE:
        return _dated(name, kind, str(operand), keep)
    if kind in (Operator.CONTAINS, Operator.STARTS):
        return _spoken(name, kind, str(operand).casefold(), keep)
    if isinstance(operand, bool) and kind is Operator.EQUAL:
        return _yes_or_no(name, operand, keep)
    if isinstance(operand, str) and kind is Operator.EQUAL:
        if keep:
            return lambda rows, at: [p for p in at if rows[p].get(name) == operand]
        return lambda rows, at: [p for p in at if rows[p].get(name) != operand]
    if isinstance(operand, str):
        return _ordered_text(name, _COMPARE[kind], text_key(operand), keep)
    return _numeric(name, operator.eq if kind is Operator.EQUAL else _COMPARE[kind], operand, keep)


def _yes_or_no(name: str, wanted: bool, keep: bool) -> Sieve:
    """By identity: 1 is not true."""
    if keep:
        return lambda rows, at: [p for p in at if rows[p].get(name) is wanted]
    return lambda rows, at: [p for p in at if rows[p].get(name) is not wanted]


def _numeric(name: str, test: _Test, bound: object, keep: bool) -> Sieve:
    def sieve(rows: Sequence[Values], at: Sequence[int]) -> list[int]:
        return [
            p
            for p in at
            if (((kind := type(v := rows[p].get(name))) is float or kind is int) and test(v, bound)) is keep
        ]

    return sieve


def _ordered_text(name: str, test: _Test, bound: str, keep: bool) -> Sieve:
    def sieve(rows: Sequence[Values], at: Sequence[int]) -> list[int]:
        return [p for p in at if (type(v := rows[p].get(name)) is str and test(text_key(v), bound)) is keep]

    return sieve


def _spoken(name: str, kind: Operator, needle: str, keep: bool) -> Sieve:
    if kind is Operator.STARTS:
        return lambda rows, at: [
            p for p in at if (type(v := rows[p].get(name)) is str and v.casefold().startswith(needle)) is keep
        ]
    return lambda rows, at: [p for p in at if (type(v := rows[p].get(name)) is str and needle in v.casefold()) is keep]


def _holding(name: str, wanted: frozenset[Operand], keep: bool) -> Sieve:
    def sieve(rows: Sequence[Values], at: Sequence[int]) -> list[int]:
        return [
            p for p in at if (isinstance(v := rows[p].get(name), (list, tuple)) and not wanted.isdisjoint(v)) is keep
        ]

    return sieve


def _among(field: Field, operands: Sequence[Operand], keep: bool) -> Sieve:
    name, wanted = field.name, frozenset(operands)
    if field.many:
        return _holding(name, wanted, keep)
    if field.data_type is DataType.DATE:
        return (_any_sieve if keep else all_sieves)([_dated(name, Operator.EQUAL, str(o), keep) for o in operands])
    kinds = frozenset({str} if isinstance(operands[0], str) else {int, float})
    if isinstance(operands[0], bool):
        kinds = frozenset({bool})
    return _one_of(name, kinds, wanted, keep)


def _one_of(name: str, kinds: frozenset[type], wanted: frozenset[Operand], keep: bool) -> Sieve:
    """The rarer test first; what cannot be looked up in a set, which a script may have written, is none of them."""

    def is_in(value: object) -> bool:
        return type(value) in kinds and value in wanted

    def sieve(rows: Sequence[Values], at: Sequence[int]) -> list[int]:
        try:
            if keep:
                return [p for p in at if (v := rows[p].get(name)) in wanted and type(v) in kinds]
            return [p for p in at if (v := rows[p].get(name)) not in wanted or type(v) not in kinds]
        except TypeError:
            return [p for p in at if is_in(rows[p].get(name)) is keep]

    return sieve


def _dated(name: str, kind: Operator, text: str, keep: bool) -> Sieve:
    """A day, a minute or a second is all the time of it: exactly one of <, = and > is true of any date."""
    first, end = period(text)
    tests: dict[Operator, Callable[[datetime], bool]] = {
        Operator.EQUAL: lambda moment: first <= moment < end,
        Operator.LESS: lambda moment: moment < first,
        Operator.AT_MOST: lambda moment: moment < end,
        Operator.MORE: lambda moment: moment >= end,
        Operator.AT_LEAST: lambda moment: moment >= first,
    }
    test = tests[kind]

    def sieve(rows: Sequence[Values], at: Sequence[int]) -> list[int]:
        return [p for p in at if ((moment := instant(rows[p].get(name))) is not None and test(moment)) is keep]

    return sieve


def period(text: str) -> tuple[datetime, datetime]:
    """The time that a date of the domain means: from its first instant to the first one after it."""
    first = instant(text)
    if first is None:
        raise ValueError(f"{text} lies outside the calendar")
    time = text[11:].partition("Z")[0].partition("z")[0].partition("+")[0].partition("-")[0]
    if not time:
        length = timedelta(days=1)
    elif "." in time or "," in time:
        length = timedelta(microseconds=1)
    else:
        length = timedelta(seconds=1) if time.count(":") == 2 else timedelta(minutes=1)
    try:
        return first, first + length
    except OverflowError:
        return first, datetime.max.replace(tzinfo=first.tzinfo)
