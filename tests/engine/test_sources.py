"""Where records can come from in a document, and the refusal of an array inside an array."""

from __future__ import annotations

import pytest

from app.domain.mapping import CHAIN_RULE
from app.domain.problems import Problem
from app.domain.values import JsonValue
from app.engine.sources import MAX_CANDIDATES, candidates, records, row_path, source_for

PAGE: JsonValue = {
    "page": {"number": 1, "links": {"next": None}},
    "orders": [{"id": 1, "items": [{"sku": "a"}, {"sku": "b"}, {"sku": "c"}]}, {"id": 2, "items": []}],
    "tags": ["a", "b", "c", "d"],
    "meta": {"warnings": [{"text": "x"}], "errors": []},
}
CHAIN = Problem("source", CHAIN_RULE)


def test_candidates_are_offered_with_their_sizes_the_likeliest_first() -> None:
    assert [(found.path, found.phrase) for found in candidates(PAGE)] == [
        ("$.orders[*]", "2 records of 2 fields"),
        ("$.meta.warnings[*]", "1 record of 1 field"),
        ("$", "1 record of 4 fields"),
        ("$.page", "1 record of 2 fields"),
        ("$.meta", "1 record of 2 fields"),
        ("$.page.links", "1 record of 1 field"),
        ("$.meta.errors[*]", "0 records"),
    ]


def test_of_two_arrays_the_larger_comes_first_and_of_equal_ones_the_outer() -> None:
    document: JsonValue = {"a": [{"x": 1}], "deep": {"b": [{"x": 1}], "c": [{"x": 1}, None]}}
    assert [found.path for found in candidates(document)][:3] == ["$.deep.c[*]", "$.a[*]", "$.deep.b[*]"]


@pytest.mark.parametrize(
    ("document", "paths"),
    [
        ([{"id": 1}], ["$[*]"]),
        ([], ["$[*]"]),
        ({"id": 1}, ["$"]),
        ({"a b": {"c": 1}}, ["$", "$['a b']"]),
        ([[{"id": 1}]], []),
        (["a"], []),
        ("text", []),
        (None, []),
    ],
)
def test_candidates_of_small_documents(document: JsonValue, paths: list[str]) -> None:
    assert [found.path for found in candidates(document)] == paths


def test_an_object_that_uses_ids_as_keys_does_not_flood_the_choice() -> None:
    document: JsonValue = {"by_id": {str(number): {"id": number} for number in range(1_000)}}
    assert len(candidates(document)) == MAX_CANDIDATES


def test_candidates_of_a_deep_document_need_no_stack() -> None:
    document: JsonValue = {"id": 1}
    for _ in range(900):
        document = {"in": document}
    assert len(candidates(document)) == MAX_CANDIDATES


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("$", [PAGE]),
        ("$.page.links", [{"next": None}]),
        ("$.meta.errors[*]", []),
        ("$.tags[*]", ["a", "b", "c", "d"]),
        ("$.orders[1].items[*]", []),
        ("$.page[*]", [1, {"next": None}]),
    ],
)
def test_records_of_a_source(source: str, found: list[JsonValue]) -> None:
    assert records(PAGE, source) == found


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("orders", 'a path begins with $, as in $.orders[*]; "orders" does not'),
        ("$.orders[*].items[*]", CHAIN_RULE),
        ("$.results[*]", "$.results is not in this response"),
        ("$.results", "$.results is not in this response"),
        ("$.page.links.next[*]", "$.page.links.next is null, not an array, in this response"),
        ("$.page.number[*]", "$.page.number is an integer, not an array, in this response"),
        ("$.page.number", "$.page.number is an integer, not an object, in this response"),
        ("$.tags[0]", "$.tags[0] is a text, not an object, in this response"),
        ("$.orders", "$.orders is an array; write $.orders[*] to take each of its elements as a record"),
    ],
)
def test_a_source_that_gives_no_records_says_why(source: str, message: str) -> None:
    assert records(PAGE, source) == Problem("source", message)


@pytest.mark.parametrize(
    ("segments", "kind", "source"),
    [
        ((), "object", "$"),
        ((), "array", "$[*]"),
        (("orders",), "array", "$.orders[*]"),
        (("orders", 3), "object", "$.orders[*]"),
        (("orders", 3, "total"), "text", "$.orders[*]"),
        (("orders", 3, "customer"), "object", "$.orders[*]"),
        (("orders", 3, "customer", "email"), "text", "$.orders[*]"),
        ((0, "id"), "integer", "$[*]"),
        (("customer",), "object", "$.customer"),
        (("customer", "email"), "text", "$.customer"),
        (("id",), "null", "$"),
        (("orders", 3, "tags", 0), "text", "$.orders[*]"),
        (("tags", 0), "text", "$"),
        (("orders", 3, "items"), "array", CHAIN),
        (("orders", 3, "items", 0), "object", CHAIN),
        (("orders", 3, "items", 0, "sku"), "text", CHAIN),
        ((0, 0), "array", CHAIN),
    ],
)
def test_the_source_for_a_picked_node(segments: tuple[str | int, ...], kind: str, source: str | Problem) -> None:
    assert source_for(segments, kind) == source


@pytest.mark.parametrize(
    ("source", "segments", "kind", "path"),
    [
        ("$.orders[*]", ("orders", 3, "total"), "text", "$.total"),
        ("$.orders[*]", ("orders", 0, "customer", "email"), "text", "$.customer.email"),
        ("$.orders[*]", ("orders", 0, "tags", 1), "text", "$.tags"),
        ("$.orders[*]", ("orders", 0, "items"), "array", "$.items"),
        ("$.orders[*]", ("orders", 0), "object", None),
        ("$.orders[*]", ("page", "number"), "integer", None),
        ("$", ("customer", "email"), "text", "$.customer.email"),
        ("$.orders[*]", ("orders", 0, "items", 0, "sku"), "text", Problem("$.orders[0].items[0].sku", CHAIN_RULE)),
    ],
)
def test_a_picked_node_as_seen_from_the_source(
    source: str, segments: tuple[str | int, ...], kind: str, path: str | Problem | None
) -> None:
    assert row_path(source, segments, kind) == path
