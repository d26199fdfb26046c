"""Redaction takes out what it names and nothing else; what cannot be read is not kept."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.values import JsonValue
from app.engine.body import decode
from app.engine.redact import MASK, UNREADABLE, redacted

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=12,
)


def _expected(value: JsonValue) -> JsonValue:
    """What `$.a[*].b` means, said by hand."""
    if not isinstance(value, dict) or not isinstance(value.get("a"), (list, dict)):
        return value
    inner = value["a"]

    def masked(item: JsonValue) -> JsonValue:
        return {**item, "b": MASK} if isinstance(item, dict) and "b" in item else item

    made = {k: masked(v) for k, v in inner.items()} if isinstance(inner, dict) else [masked(v) for v in inner]  # type: ignore[union-attr]
    return {**value, "a": made}


@given(values)
def test_only_what_is_named_is_masked(value: JsonValue) -> None:
    body = json.dumps(value).encode()
    assert decode(redacted(body, ["$.a[*].b"])) == _expected(value)


def test_numbers_and_spelling_of_the_rest_stay() -> None:
    body = b'{"a": [{"b": 1, "c": 1.50e0, "d" : "\\u00e9"}], "n": 12345678901234567890123}'
    found = redacted(body, ["$.a[*].b"])
    assert b"1.50e0" in found
    assert b'"\\u00e9"' in found
    assert b"12345678901234567890123" in found
    assert decode(found)["a"][0]["c"] == Decimal("1.50")  # type: ignore[index,call-overload]


@pytest.mark.parametrize("body", [b'{"a": "secret', b"<html>secret</html>", b'"\xff secret"', b"[" * 5000])
def test_what_is_no_whole_json_is_not_kept(body: bytes) -> None:
    assert redacted(body, ["$.a"]) == UNREADABLE


def test_without_redactions_a_body_is_left_alone() -> None:
    assert redacted(b'{"a": ', []) == b'{"a": '
    assert redacted(b'\xef\xbb\xbf{"a":1,"a":2}', ["$.a"]) == b'{"a":"[redacted]"}'
