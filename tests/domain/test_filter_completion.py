"""What a filter offers while it is typed."""

from __future__ import annotations

import pytest
from filter_kit import ORDER, filters
from hypothesis import given
from hypothesis import strategies as st

from app.domain.filter_completion import completion
from app.domain.filter_parser import parse
from app.domain.filter_tokens import FilterError
from app.domain.filters import Filter, written

OFFERED = [
    (
        "",
        (
            "note",
            "`first name`",
            "count",
            "total",
            "`is`",
            "gift",
            "status",
            "placed_at",
            "customer",
            "items",
            "not",
            "(",
        ),
    ),
    ("to", ("total",)),
    ("fir", ("`first name`",)),
    ("`fir", ("`first name`",)),
    ("total ", ("=", "!=", "<", "<=", ">", ">=", "in", "is", "not")),
    ("total > 40 ", ("and", "or")),
    ("total > 40 a", ("and",)),
    ("(total > 40 ", ("and", "or", ")")),
    ("status = ", ('"open"', '"paid"', '"sent back"')),
    ("status = p", ('"paid"',)),
    ('status = "se', ('"sent back"',)),
    ("status in (paid, ", ('"open"', '"paid"', '"sent back"')),
    ("gift = ", ("true", "false")),
    ("note is ", ("null", "missing", "empty", "not")),
    ("note is not m", ("missing",)),
    ("note starts ", ("with",)),
    ("total > 40 and cus", ("customer",)),
    ("totl > 40 and cus", ()),
    ("total > ", ()),
]


@pytest.mark.parametrize(("text", "words"), OFFERED)
def test_words_that_could_come_next(text: str, words: tuple[str, ...]) -> None:
    assert completion(text, len(text), ORDER).words == words


def test_taking_a_word_puts_the_cursor_behind_it() -> None:
    """One word whole, with a space; of several what they share."""
    assert completion("fi > 1", 2, ORDER).applied("fi > 1", 2) == ("`first name` > 1", 12)
    assert completion("to", 2, ORDER).applied("to", 2) == ("total ", 6)
    assert completion("status = ", 9, ORDER).applied("status = ", 9) == ('status = "', 10)
    assert completion("total > ", 8, ORDER).applied("total > ", 8) == ("total > ", 8)


@given(filters, st.data())
def test_whatever_was_typed_so_far_can_be_gone_on_with(tree: Filter, data: st.DataObject) -> None:
    """Every word that is offered is accepted, or at least not what a refusal points at."""
    text = written(tree)
    cursor = data.draw(st.integers(0, len(text)))
    offered = completion(text[:cursor], cursor, ORDER)
    assert 0 <= offered.start <= cursor
    for word in offered.words:
        try:
            parse(text[: offered.start] + word, ORDER)
        except FilterError as error:
            assert error.start >= offered.start + len(word) or error.expected[-1:] == (")",)
