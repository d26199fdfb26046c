"""A large body decoded in pieces is what it is when decoded at once; what cannot be parted is not."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.values import JsonValue
from app.engine import body_pieces
from app.engine.body import BodyError, decode
from app.engine.body_pieces import decoded
from app.engine.cancel import Cancelled, never

_TEXTS = st.text(st.sampled_from('},{"][: aé\\'), max_size=12)
_PLAIN = _TEXTS | st.integers(-5, 5) | st.none() | st.booleans() | st.floats(0, 1)
_VALUES = st.recursive(_PLAIN, lambda inner: st.lists(inner) | st.dictionaries(_TEXTS, inner, max_size=4), max_leaves=8)
_RECORDS = st.dictionaries(st.sampled_from(["id", "a", "items"]), _VALUES)


class Reading:
    """Decodes, and remembers how much at a time."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def __call__(self, body: bytes) -> JsonValue:
        self.sizes.append(len(body))
        value: JsonValue = msgspec.json.decode(body)
        return value


@pytest.fixture(autouse=True)
def small_head(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bodies of a test are smaller than those that are looked into for 64 kB."""
    monkeypatch.setattr(body_pieces, "_HEAD", 120)


@given(st.lists(_RECORDS, max_size=30) | st.lists(_VALUES, max_size=30), st.booleans(), st.sampled_from([None, 1]))
def test_the_values_are_those_of_the_whole(elements: list[object], is_root: bool, indent: int | None) -> None:
    document = elements if is_root else {"page": 1, "data": {"orders": elements}, "end": [1]}
    body = json.dumps(document, indent=indent, ensure_ascii=False).encode()
    assert decoded(body, Reading(), never, piece=20) == msgspec.json.decode(body)


def test_no_more_than_a_piece_is_decoded_at_a_time() -> None:
    records = [{"id": number, "items": [{"id": 1}, {"id": 2}], "text": '},{"id":'} for number in range(500)]
    body, read = json.dumps({"orders": records}).encode(), Reading()
    assert decoded(body, read, never, piece=2_000) == {"orders": records}
    assert max(read.sizes) < 5_000 < len(body)


def test_an_array_of_the_same_name_is_not_taken_for_the_other() -> None:
    body = b'{"orders": [%s], "orders": [9]}' % b",".join(b'{"id": %d}' % number for number in range(100))
    assert decoded(body, Reading(), never, piece=100) == {"orders": [9]}


def test_a_body_of_one_long_text_is_decoded_at_once() -> None:
    read = Reading()
    assert decoded(b'{"text": "%s"}' % (b"x" * 1000), read, never, piece=100) == {"text": "x" * 1000}
    assert read.sizes == [1012]


def test_whoever_waits_can_give_up_between_two_pieces() -> None:
    with pytest.raises(Cancelled):
        decoded(b"[%s]" % b",".join([b"1"] * 500), Reading(), lambda: True, piece=100)


def test_what_is_wrong_with_a_large_body_is_said_of_the_place_in_the_whole() -> None:
    body = b"[\n%s,\n{a}]" % b",\n".join(b'{"id": %d, "text": "%s"}' % (n, b"x" * 90) for n in range(12_000))
    with pytest.raises(BodyError) as caught:
        decode(body)
    assert caught.value.line == 12_002
