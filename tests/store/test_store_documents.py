"""Documents survive exactly, or are refused."""

from __future__ import annotations

import json
import math
from collections import OrderedDict
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InvalidInput
from app.store import documents
from app.store.documents import NotJson, decode, encode

any_text = st.text(st.characters(codec=None), max_size=20)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**200), 2**200)
    | st.floats(allow_nan=False, allow_infinity=False)
    | any_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(any_text, inner, max_size=4),
    max_leaves=12,
)
json_documents = st.dictionaries(any_text, json_values, max_size=5)


def same(left: object, right: object) -> bool:
    """Equal, of equal types, in equal order, down to the sign of zero."""
    return repr(left) == repr(right)


@given(st.lists(json_documents, max_size=4))
def test_documents_come_back_exactly(batch: list[dict[str, object]]) -> None:
    encoded = encode(batch)
    assert same(encoded.documents, batch)
    assert same(decode(b"[" + encoded.raw + b"]", exact=encoded.exact), batch)
    assert same(decode(b"[" + encoded.raw + b"]", exact=True), batch)
    raw, exact = documents.encode_again(encoded.documents)
    assert same(decode(b"[" + raw + b"]", exact=exact), batch)
    for document in batch:
        assert same(documents.copy(document), document)
        assert documents.size(document) > 0


@pytest.mark.parametrize(
    ("value", "exact"),
    [
        (2**64 - 1, False),
        (2**64, True),
        (-(2**63), False),
        (-(2**63) - 1, True),
        ("\ud800", True),
        ("12345678901234567890123", False),
        ("\U0001f600", False),
    ],
)
def test_a_batch_says_whether_it_needs_an_exact_parser(value: object, exact: bool) -> None:
    assert encode([{"value": [value]}]).exact is exact


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, b"bytes", {1, 2}, Decimal(1), object()])
def test_what_json_cannot_say_is_refused(value: object) -> None:
    with pytest.raises(NotJson) as caught:
        encode([{"deep": [{"value": value}]}])
    assert isinstance(caught.value, InvalidInput)
    assert isinstance(caught.value, TypeError)
    assert isinstance(caught.value, ValueError)


def test_a_number_of_thousands_of_digits_is_refused() -> None:
    with pytest.raises(NotJson):
        encode([{"value": 10**5000}])


def test_a_document_is_a_dict() -> None:
    with pytest.raises(NotJson):
        encode([["not", "a", "dict"]])  # type: ignore[list-item]  # what is tested


def test_endless_nesting_is_refused() -> None:
    loop: dict[str, object] = {}
    loop["self"] = loop
    with pytest.raises(NotJson):
        encode([loop])


def test_odd_keys_and_sequences_become_what_json_makes_of_them() -> None:
    odd: dict[object, object] = {1: "a", False: "b", None: "c", 1.5: (1, 2), "o": OrderedDict(x=1)}
    assert encode([odd]).documents == [json.loads(json.dumps(odd))]  # type: ignore[list-item]  # what is tested


def test_nothing_is_shared_with_the_caller() -> None:
    mine: dict[str, object] = {"list": [1, {"deep": 2}]}
    kept = encode([mine]).documents[0]
    mine["list"].append(3)  # type: ignore[attr-defined]
    assert kept == {"list": [1, {"deep": 2}]}
    copied = documents.copy(kept)
    copied["list"][1]["deep"] = 9  # type: ignore[index]
    assert kept == {"list": [1, {"deep": 2}]}


def test_bytes_that_are_no_array_of_json_are_a_value_error() -> None:
    for raw in (b"{}", b"[1", b"[NaN]", b"\xff"):
        for exact in (True, False):
            with pytest.raises((ValueError, TypeError)):
                decode(raw, exact=exact)
