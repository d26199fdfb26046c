"""Paths in the notation of RFC 9535: read, written, followed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.path import FieldPath, Segment, Wildcard
from app.domain.values import JsonValue

ALL = Wildcard.ALL
# A lone surrogate can be neither encoded nor come out of a decoded body.
names = st.text(st.characters(codec="utf-8"))
indexes = st.integers(min_value=-(10**15), max_value=10**15)
segments: st.SearchStrategy[Segment] = names | indexes | st.just(ALL)


@given(st.lists(segments, max_size=8).map(tuple))
def test_every_path_reads_back_from_its_text(path: tuple[Segment, ...]) -> None:
    assert FieldPath.parse(str(FieldPath(path))) == FieldPath(path)


@given(st.text(max_size=30))
def test_any_text_is_a_path_or_refused_in_words(text: str) -> None:
    try:
        path = FieldPath.parse(f"${text}")
    except ValueError as error:
        assert str(error)
    else:
        assert FieldPath.parse(str(path)) == path


@pytest.mark.parametrize(
    ("text", "expected", "canonical"),
    [
        ("$", (), "$"),
        ("$.orders[*]", ("orders", ALL), "$.orders[*]"),
        ("$.*", (ALL,), "$[*]"),
        ("$[ 0 ]['a b'].c", (0, "a b", "c"), "$[0]['a b'].c"),
        ("$['plain']", ("plain",), "$.plain"),
        ('$["it\'s"]', ("it's",), "$['it\\'s']"),
        ("$['\\u00e9\\n\\ud83d\\ude00']", ("é\n😀",), "$['é\\n😀']"),
        ("$['']", ("",), "$['']"),
        ("$.größe", ("größe",), "$.größe"),
        ("$['1st']", ("1st",), "$['1st']"),
        ("$['\\u0000']", ("\0",), "$['\\u0000']"),
        ("$[-1]", (-1,), "$[-1]"),
    ],
)
def test_notation(text: str, expected: tuple[Segment, ...], canonical: str) -> None:
    path = FieldPath.parse(text)
    assert path.segments == expected
    assert str(path) == canonical


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("orders", 'a path begins with $, as in $.orders[*]; "orders" does not'),
        ("", "a path begins with $"),
        ("$.", 'stops making sense at "."'),
        ("$orders", 'stops making sense at "orders"'),
        ("$.orders[?@.id]", "stops making sense at \"[?@.id]\": expected .name, ['name'], [0] or [*]"),
        ("$..id", 'stops making sense at "..id"'),
        ("$[01]", 'stops making sense at "[01]"'),
        ("$[-0]", "stops making sense"),
        ("$['a\\x']", "\\x is not an escape of RFC 9535"),
        ("$['\\ud800']", "\\ud800 is not an escape of RFC 9535"),
        ("$['a", 'stops making sense at "[\'a"'),
    ],
)
def test_what_is_no_path_says_where_it_stops(text: str, said: str) -> None:
    with pytest.raises(ValueError) as caught:
        FieldPath.parse(text)
    assert said in str(caught.value)


DOCUMENT: JsonValue = {"orders": [{"id": 1, "items": [{"sku": "a"}, {"sku": "b"}]}, {"id": 2}, None], "": {"x": None}}


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("$", [DOCUMENT]),
        ("$.orders[*].id", [1, 2]),
        ("$.orders[0].items[*].sku", ["a", "b"]),
        ("$.orders[-1]", [None]),
        ("$.orders[7]", []),
        ("$.orders.id", []),
        ("$.orders[0].id[0]", []),
        ("$[''].x", [None]),
        ("$[*].x", [None]),
    ],
)
def test_values_in_document_order(path: str, values: list[object]) -> None:
    assert list(FieldPath.parse(path).values(DOCUMENT)) == values


@pytest.mark.parametrize(
    ("path", "base", "relative"),
    [
        ("$.orders[3].total", "$.orders[*]", "$.total"),
        ("$.orders[3]", "$.orders[*]", "$"),
        ("$.orders", "$.orders[*]", None),
        ("$.other[3].total", "$.orders[*]", None),
        ("$.customer.email", "$", "$.customer.email"),
        ("$.orders[3].total", "$.orders[2]", None),
    ],
)
def test_relative_to(path: str, base: str, relative: str | None) -> None:
    found = FieldPath.parse(path).relative_to(FieldPath.parse(base))
    assert (None if found is None else str(found)) == relative


def test_name_and_wildcards() -> None:
    path = FieldPath.parse("$.orders[*].items[*]")
    assert (path.name, path.wildcards) == ("items", 2)
    assert FieldPath.parse("$[0]").name == ""
