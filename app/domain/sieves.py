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
    match tree:
        case Compare(field, Operator.UNEQUAL, operand):
            return _without(_compared(field, Operator.EQUAL, operand))
        case Compare(field, kind, operand):
            return _compared(field, kind, operand)
        case Among(field, operands):
            return _among(field, operands)
        case Is(field, state):
            return _in_state(field.name, state)
        case Not(part):
            return _without(sieve_of(part))
        case All(parts):
            return all_sieves([sieve_of(part) for part in parts])
        case Either(parts):
            return _any_sieve([sieve_of(part) for part in parts])


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
        found: set[int] = set()
        rest = at
        for part in sieves:
            found.update(part(rows, rest))
            rest = [place for place in rest if place not in found]
        return [place for place in at if place in found]

    return sieve


def _without(part: Sieve) -> Sieve:
    def sieve(rows: Sequence[Values], at: Sequence[int]) -> list[int]:
        found = set(part(rows, at))
        return [place for place in at if place not in found]

    return sieve


def _in_state(name: str, state: State) -> Sieve:
    if state is State.MISSING:
        return lambda rows, at: [place for place in at if name not in rows[place]]
    if state is State.NULL:
        return lambda rows, at: [place for place in at if rows[place].get(name, _ABSENT) is None]
    return lambda rows, at: [place for place in at if _is_empty(rows[place].get(name))]


def _is_empty(value: object) -> bool:
    return isinstance(value, (str, list, tuple)) and not value


def _compared(field: Field, kind: Operator, operand: Operand) -> Sieve:
    name = field.name
    if field.many:
        return _holding(name, frozenset({operand}))
    if field.data_type is DataType.DATE:
        return _dated(name, kind, str(operand))
    if kind in (Operator.CONTAINS, Operator.STARTS):
        return _spoken(name, kind, str(operand).casefold())
    if isinstance(operand, (bool, str)) and kind is Operator.EQUAL:
        # The type is part of it: 1 is not true.
        wanted = type(operand)
        return lambda rows, at: [p for p in at if (v := rows[p].get(name)) == operand and type(v) is wanted]
    if isinstance(operand, str):
        return _ordered_text(name, _COMPARE[kind], text_key(operand))
    return _numeric(name, operator.eq if kind is Operator.EQUAL else _COMPARE[kind], operand)


def _numeric(name: str, test: _Test, bound: object) -> Sieve:
    def sieve(rows: Sequence[Values], at: Sequence[int]) -> list[int]:
        return [
            place
            for place in at
            if ((kind := type(value := rows[place].get(name))) is float or kind is int) and test(value, bound)
        ]

    return sieve


def _ordered_text(name: str, test: _Test, bound: str) -> Sieve:
    def sieve(rows: Sequence[Values], at: Sequence[int]) -> list[int]:
        return [p for p in at if isinstance(v := rows[p].get(name), str) and test(text_key(v), bound)]

    return sieve


def _spoken(name: str, kind: Operator, needle: str) -> Sieve:
    if kind is Operator.STARTS:
        return lambda rows, at: [
            p for p in at if isinstance(v := rows[p].get(name), str) and v.casefold().startswith(needle)
        ]
    return lambda rows, at: [p for p in at if isinstance(v := rows[p].get(name), str) and needle in v.casefold()]


def _holding(name: str, wanted: frozenset[Operand]) -> Sieve:
    def sieve(rows: Sequence[Values], at: Sequence[int]) -> list[int]:
        return [p for p in at if isinstance(v := rows[p].get(name), (list, tuple)) and not wanted.isdisjoint(v)]

    return sieve


def _among(field: Field, operands: Sequence[Operand]) -> Sieve:
    if field.many:
        return _holding(field.name, frozenset(operands))
    return _any_sieve([_compared(field, Operator.EQUAL, operand) for operand in operands])


def _dated(name: str, kind: Operator, text: str) -> Sieve:
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
    return lambda rows, at: [p for p in at if (moment := instant(rows[p].get(name))) is not None and test(moment)]


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
