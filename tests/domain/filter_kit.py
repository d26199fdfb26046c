"""An object with an attribute of every format, filters and records for it, and the plainest reading of a filter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from app.domain.datatypes import DataType
from app.domain.filters import (
    All,
    Among,
    Compare,
    Either,
    Field,
    Filter,
    Is,
    Not,
    Operand,
    Operator,
    State,
    all_of,
    either_of,
)
from app.domain.identifiers import ObjectId
from app.domain.schema import Attribute, ObjectType

OPTIONS = ("open", "paid", "sent back")
ATTRIBUTES = (
    Attribute(name="note", data_type=DataType.TEXT),
    Attribute(name="first name", data_type=DataType.TEXT),
    Attribute(name="count", data_type=DataType.INTEGER),
    Attribute(name="total", data_type=DataType.DECIMAL),
    Attribute(name="is", data_type=DataType.BOOLEAN),
    Attribute(name="gift", data_type=DataType.BOOLEAN),
    Attribute(name="status", data_type=DataType.LIST, options=OPTIONS),
    Attribute(name="placed_at", data_type=DataType.DATE),
    Attribute(name="customer", data_type=DataType.REFERENCE, target="People"),
    Attribute(name="items", data_type=DataType.REFERENCE, target="Item", many=True),
    Attribute(name="old", data_type=DataType.TEXT, is_archived=True),
)
ORDER = ObjectType(id=ObjectId("obj_1"), name="Order", attributes=ATTRIBUTES)
FIELDS = {a.name: Field(a.name, a.data_type, a.many) for a in ATTRIBUTES if not a.is_archived}
_ORDERED = tuple(Operator)[:6]
_WORDS = (Operator.EQUAL, Operator.UNEQUAL, Operator.CONTAINS, Operator.STARTS)

_texts = st.sampled_from(["", "a", "A", "ab", "open", "paid", "ß", "SS", '"\\', "null"]) | st.text(max_size=6)
_integers = st.integers(-3, 3) | st.integers(-(2**70), 2**70)
_decimals = st.sampled_from([0.0, 1.0, 1.5, -2.25]) | st.floats(allow_nan=False, allow_infinity=False)
_offsets = st.sampled_from(["", "Z", "z", "+02:00", "-11:30"])
_days = st.sampled_from(["2026-01-01", "2026-01-02", "2025-12-31", "2024-02-29"])
_times = st.sampled_from(["T00:00", "T23:59", " 12:30", "T12:30:15", "T12:30:15.250", "T12:30:15,250"])
_dates = _days | st.builds(lambda day, time, offset: day + time + offset, _days, _times, _offsets)
_OPERANDS: dict[DataType, st.SearchStrategy[Operand]] = {
    DataType.TEXT: _texts,
    DataType.INTEGER: _integers | _decimals,
    DataType.DECIMAL: _integers | _decimals,
    DataType.BOOLEAN: st.booleans(),
    DataType.LIST: st.sampled_from(OPTIONS),
    DataType.DATE: _dates,
    DataType.REFERENCE: _texts,
}
_OPERATORS: dict[DataType, tuple[Operator, ...]] = {
    DataType.TEXT: tuple(Operator),
    DataType.BOOLEAN: _ORDERED[:2],
    DataType.LIST: _WORDS,
    DataType.REFERENCE: _WORDS,
}


@st.composite
def conditions(draw: st.DrawFn) -> Filter:
    """One condition on one attribute."""
    field = draw(st.sampled_from(list(FIELDS.values())))
    operands = _OPERANDS[field.data_type]
    shape = draw(st.integers(0, 2))
    if shape == 0:
        return Is(field, draw(st.sampled_from(State)))
    if shape == 1:
        return Among(field, tuple(draw(st.lists(operands, min_size=1, max_size=3))))
    fitting = (Operator.CONTAINS,) if field.many else _OPERATORS.get(field.data_type, _ORDERED)
    return Compare(field, draw(st.sampled_from(fitting)), draw(operands))


filters: st.SearchStrategy[Filter] = st.recursive(
    conditions(),
    lambda inner: (
        st.builds(Not, inner)
        | st.lists(inner, min_size=2, max_size=3).map(all_of)
        | st.lists(inner, min_size=2, max_size=3).map(either_of)
    ),
    max_leaves=8,
)

_HELD: dict[DataType, st.SearchStrategy[object]] = {
    **_OPERANDS,
    DataType.INTEGER: _integers,
    DataType.DECIMAL: _decimals | st.integers(-3, 3),
}
_odd: st.SearchStrategy[object] = st.sampled_from([None, 1, "x", True, ["a"]])
records: st.SearchStrategy[dict[str, object]] = st.fixed_dictionaries(
    {},
    optional={
        field.name: st.none() | _odd | (st.lists(_texts, max_size=3) if field.many else _HELD[field.data_type])
        for field in FIELDS.values()
    },
)


def matches(tree: Filter, record: Mapping[str, object]) -> bool:
    """Whether a filter matches a record, as plainly as it can be said."""
    match tree:
        case Not(part):
            return not matches(part, record)
        case All(parts):
            return all(matches(part, record) for part in parts)
        case Either(parts):
            return any(matches(part, record) for part in parts)
        case Is(field, State.MISSING):
            return field.name not in record
        case Is(field, State.NULL):
            return field.name in record and record[field.name] is None
        case Is(field, _):
            return record.get(field.name) in ("", [])
        case Among(field, operands):
            value = record.get(field.name)
            if field.many:
                return isinstance(value, list) and any(item in operands for item in value)
            return any(_compares(field, Operator.EQUAL, operand, value) for operand in operands)
        case Compare(field, operator, operand):
            value = record.get(field.name)
            if field.many:
                return isinstance(value, list) and operand in value
            if operator is Operator.UNEQUAL:
                return not _compares(field, Operator.EQUAL, operand, value)
            return _compares(field, operator, operand, value)


def _compares(field: Field, operator: Operator, operand: Operand, value: object) -> bool:
    pair = _comparable(field, operand, value)
    if pair is None:
        return False
    held, first, last = pair
    return {
        Operator.EQUAL: first <= held <= last,  # type: ignore[operator]
        Operator.LESS: held < first,  # type: ignore[operator]
        Operator.AT_MOST: held <= last,  # type: ignore[operator]
        Operator.MORE: held > last,  # type: ignore[operator]
        Operator.AT_LEAST: held >= first,  # type: ignore[operator]
        Operator.CONTAINS: str(operand).casefold() in str(value).casefold(),
        Operator.STARTS: str(value).casefold().startswith(str(operand).casefold()),
    }[operator]


def _comparable(field: Field, operand: Operand, value: object) -> tuple[object, object, object] | None:
    """The value, and the least and the greatest that are equal to the operand."""
    kind = field.data_type
    if kind in (DataType.INTEGER, DataType.DECIMAL):
        return (value, operand, operand) if type(value) in (int, float) else None
    if kind is DataType.BOOLEAN:
        return (value, operand, operand) if isinstance(value, bool) else None
    if not isinstance(value, str):
        return None
    if kind is not DataType.DATE:
        return (value.casefold(), value), (fold := (str(operand).casefold(), operand)), fold
    held, first = _moment(value), _moment(str(operand))
    if held is None or first is None:
        return None
    return held, first, first + _length(str(operand)) - timedelta(microseconds=1)


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text.replace("z", "Z").replace(",", "."))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _length(text: str) -> timedelta:
    if len(text) == 10:
        return timedelta(days=1)
    if text[16:17] != ":":
        return timedelta(minutes=1)
    return timedelta(microseconds=1) if text[19:20] in (".", ",") and text[19:20] else timedelta(seconds=1)
