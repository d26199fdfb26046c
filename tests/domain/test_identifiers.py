"""Ids: numbers in clothes that sort as the numbers do; and the rule for names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.identifiers import MAX_NUMBER, decode, encode, name_problem, time_ordered

numbers = st.integers(min_value=1, max_value=MAX_NUMBER)


@given(numbers)
def test_an_id_reads_back(number: int) -> None:
    assert decode(encode("rec", number)) == number


@given(numbers, numbers)
def test_ids_sort_as_their_numbers_do(one: int, other: int) -> None:
    assert (encode("rec", one) < encode("rec", other)) == (one < other)


def test_the_form_of_an_id() -> None:
    assert encode("rec", 1) == "rec_0000000000001"
    assert encode("map", MAX_NUMBER) == "map_7zzzzzzzzzzzz"


@pytest.mark.parametrize("number", [0, -1, MAX_NUMBER + 1])
def test_no_id_without_a_document_number(number: int) -> None:
    with pytest.raises(ValueError, match="is not a document number"):
        encode("rec", number)


@pytest.mark.parametrize(
    "text", ["", "rec_", "rec_1", "rec_0000000000000", "rec_zzzzzzzzzzzzz", "rec_000000000000U", "rec_00000000000001"]
)
def test_what_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not an id"):
        decode(text)


@given(st.lists(st.integers(min_value=0, max_value=2**42), min_size=2, max_size=30))
def test_new_numbers_only_grow_even_if_the_clock_goes_back(times: list[int]) -> None:
    clock = iter(times)
    ids = time_ordered(lambda: next(clock))
    made = [ids() for _ in times]
    assert made == sorted(set(made))
    assert made[-1] >= max(times) << 20


@pytest.mark.parametrize("name", ["Order", "external_id", "Bestellung Größe", "a-b", "订单", "x" * 100])
def test_good_names(name: str) -> None:
    assert name_problem(name) is None


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "A name is needed."),
        (" Order", '" Order" begins or ends with a space; names do not.'),
        ("x" * 101, "The name has 101 characters; at most 100 are allowed."),
        ("a.b$c", '"a.b$c" holds $ ., which Intercom refuses in names. Use letters, digits, spaces, _ and -.'),
        ("a\0b", "holds U+0000, which Intercom refuses"),
        ("a\nb", "holds U+000A, which Intercom refuses"),
        ("a\u202eb", "holds U+202E, which Intercom refuses"),
    ],
)
def test_bad_names_say_why(name: str, said: str) -> None:
    assert said in (name_problem(name) or "")


@pytest.mark.parametrize("letter", list(".$`~!@#%^&*'{}[]|\\\"\0"))
def test_every_character_that_intercom_refuses_is_refused(letter: str) -> None:
    assert name_problem(f"a{letter}b")
