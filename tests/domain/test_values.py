"""How values are named and shown to people."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.values import JsonValue, Value, json_kind, number_text, plain_value, shown


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, "null"),
        (True, "boolean"),
        (1, "integer"),
        (Decimal("1.0"), "decimal"),
        (1.0, "decimal"),
        ("1", "text"),
        ([], "array"),
        ({}, "object"),
    ],
)
def test_the_kinds_of_json(value: JsonValue, kind: str) -> None:
    assert json_kind(value) == kind


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (False, "false"),
        ("n/a", '"n/a"'),
        ([1, 2], "an array of 2"),
        ({"a": 1}, "an object of 1"),
        (2**70, "1180591620717411303424"),
        (Decimal("42.50"), "42.50"),
        ("x" * 50, '"' + "x" * 37 + '…"'),
    ],
)
def test_short_forms(value: JsonValue, text: str) -> None:
    assert shown(value) == text


@given(st.text() | st.integers() | st.decimals(allow_nan=False), st.integers(min_value=25, max_value=60))
def test_a_short_form_keeps_to_its_limit(value: JsonValue, limit: int) -> None:
    assert len(shown(value, limit)) <= limit


def test_an_integer_of_any_length_is_spelled_out() -> None:
    assert number_text(10**6000) == "1" + "0" * 6000
    assert number_text(-(10**6000)) == "-1" + "0" * 6000


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "null"), (True, "true"), (42.5, "42.5"), (7, "7"), ("x", "x"), (("a", "b"), "a, b"), ("", "")],
)
def test_values_in_a_cell(value: Value, text: str) -> None:
    assert plain_value(value) == text
