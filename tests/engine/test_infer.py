"""Fields are inferred from all records, and what is odd about them is said in words."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from app.domain.values import JsonValue
from app.engine.cancel import Cancelled
from app.engine.infer import FieldKind, ResponseField, describe, fields

D = Decimal


def only(*values: JsonValue, missing: int = 0) -> ResponseField:
    return describe("$.it", values, len(values) + missing)


@pytest.mark.parametrize(
    ("values", "kind", "findings"),
    [
        (("a", "b"), "text", ()),
        (("1", "007"), "text", ()),
        ((1, 2), "integer", ()),
        ((1714557600, 1714557601), "integer", ()),
        ((1, D("2.5")), "decimal", ()),
        ((True, False), "boolean", ()),
        (("2024-05-01T10:00:00Z",), "date", ()),
        (("2024-05-01T10:00:00Z", "2024-05-01"), "date", ()),
        (([1], []), "array", ()),
        (({"a": 1},), "object", ()),
        ((None, None), "unknown", ("null in 2 of 2",)),
        ((D("1"), D("2"), "n/a"), "decimal", ('text in 1: "n/a"',)),
        ((1, 2, 3, None, True), "integer", ("null in 1 of 5", "boolean in 1: true")),
        (("high", 1), "text", ("integer in 1: 1",)),
        (("2024-05-01T10:00Z", "2024-05-02T10:00Z", "soon"), "date", ('text in 1: "soon"',)),
        (("2024-05-01T10:00Z", "soon", "later"), "text", ()),
        (({"a": 1}, {"a": 2}, "none"), "object", ('text in 1: "none"',)),
        ((2**53 + 1, 5), "integer", ("integer beyond 2^53 in 1",)),
        ((2**53 + 1, -(2**60)), "integer", ("integer beyond 2^53",)),
        ((2**53,), "integer", ()),
        (("2024-05-01T10:00:00", "2024-05-01T10:00:00Z"), "date", ("date without offset in 1",)),
        (("2024-05-01T10:00:00",), "date", ("date without offset",)),
        (([{"sku": 1}], []), "array", ("needs chain",)),
        (([[1]],), "array", ("needs chain",)),
    ],
)
def test_kinds_and_findings(values: tuple[JsonValue, ...], kind: str, findings: tuple[str, ...]) -> None:
    found = only(*values)
    assert (found.kind, found.findings) == (kind, findings)


def test_missing_and_null_are_counted_apart() -> None:
    found = only(1, None, None, missing=2)
    assert (found.total, found.nulls, found.missing) == (5, 2, 2)
    assert found.findings == ("null in 2 of 5", "missing in 2")


@pytest.mark.parametrize(
    ("values", "is_numeric"),
    [
        (("42.50", "n/a", "3"), True),
        (("1", "n/a"), False),
        (("007", "012"), False),
        ((1, 2), False),
        ((), False),
    ],
)
def test_text_that_spells_numbers_is_marked_and_stays_text(values: tuple[JsonValue, ...], is_numeric: bool) -> None:
    assert only(*values).is_numeric_text is is_numeric


def test_examples_are_the_first_values_that_are_there() -> None:
    assert only(None, "a", None, "b", "c", "d").examples == ("a", "b", "c")
    assert only(None, None).examples == (None, None)


@pytest.mark.parametrize(
    ("values", "choices"),
    [
        (("open", "paid", "open", "paid"), ("open", "paid")),
        (("open", "paid", "lost"), ()),
        (("open", "open"), ()),
        (("", "a", "", "a"), ()),
        (tuple("abcdefghijklm" * 2), ()),
    ],
)
def test_few_texts_that_come_again_are_choices(values: tuple[JsonValue, ...], choices: tuple[str, ...]) -> None:
    assert only(*values).choices == choices


ORDERS: JsonValue = {
    "orders": [
        {"id": "1", "customer": {"email": "a@x.example", "address": {"city": "A"}}, "items": [{"sku": 1}]},
        {"id": "2", "customer": None, "items": [], "we'ird name": 1},
        None,
        {"id": "4", "customer": {"email": None}},
    ]
}


def test_nested_objects_are_descended_into_and_arrays_are_not() -> None:
    found = {field.path: field for field in fields(ORDERS, "$.orders[*]")}
    assert list(found) == [
        "$.id",
        "$.customer",
        "$.customer.email",
        "$.customer.address",
        "$.customer.address.city",
        "$.items",
        "$['we\\'ird name']",
    ]
    assert found["$.items"].needs_chain
    assert found["$.customer"].kind is FieldKind.OBJECT
    assert found["$.customer"].findings == ("null in 1 of 4", "missing in 1")
    assert found["$.customer.email"].findings == ("null in 1 of 4", "missing in 2")
    assert found["$.customer.address.city"].missing == 3


def test_the_root_and_a_nested_object_are_sources_of_one_record() -> None:
    document: JsonValue = {"customer": {"email": "a@x.example"}}
    assert [field.path for field in fields(document, "$")] == ["$.customer", "$.customer.email"]
    assert [(field.path, field.total) for field in fields(document, "$.customer")] == [("$.email", 1)]


@pytest.mark.parametrize("source", ["$.nope[*]", "$.orders[*].items[*]", "nonsense"])
def test_a_source_without_records_has_no_fields(source: str) -> None:
    assert fields(ORDERS, source) == ()


def test_deep_documents_need_no_stack() -> None:
    document: JsonValue = 1
    for _ in range(900):
        document = {"in": document}
    assert len(fields(document, "$")) == 900


def stop_at(question: int) -> Callable[[], bool]:
    asked = iter(range(1, 1_000))
    return lambda: next(asked) >= question


def test_it_stops_when_asked() -> None:
    with pytest.raises(Cancelled):
        fields(ORDERS, "$.orders[*]", is_cancelled=stop_at(3))
    assert fields(ORDERS, "$.orders[*]", is_cancelled=stop_at(8))
