"""The filter language: what it reads and writes, what it means, and how it points at a mistake."""

from __future__ import annotations

import pytest
from filter_kit import ORDER, filters, matches, records
from hypothesis import given
from hypothesis import strategies as st

from app.domain.filter_parser import parse
from app.domain.filter_tokens import FilterError
from app.domain.filters import Filter, written
from app.domain.sieves import search_sieve, sieve_of


@given(filters)
def test_what_is_written_reads_back_as_the_same(tree: Filter) -> None:
    assert parse(written(tree), ORDER) == tree


@given(filters, st.lists(records, max_size=8))
def test_a_sieve_lets_through_what_the_plainest_reading_matches(tree: Filter, rows: list[dict[str, object]]) -> None:
    expected = [place for place, row in enumerate(rows) if matches(tree, row)]
    assert sieve_of(tree)(rows, range(len(rows))) == expected


@given(
    st.text(max_size=40)
    | st.lists(st.sampled_from(["total", ">", "40", "and", "(", ")", "not", "in", "note", "=", '"a"', "is"])).map(
        " ".join
    )
)
def test_any_text_is_a_filter_or_refused_at_a_place(text: str) -> None:
    try:
        tree = parse(text, ORDER)
    except FilterError as error:
        assert error.message.endswith((".", "?"))
        assert 0 <= error.start <= len(text)
        message, shown, carets = error.pointed(text)
        assert message
        assert carets.strip(" ^") == ""
        assert "^" in carets
        assert len(shown.splitlines()) <= 1
    else:
        assert tree is None or parse(written(tree), ORDER) == tree


CANONICAL = [
    ("total > 40 and status = 'open'", 'total > 40 and status = "open"'),
    ("total>40 AND status=open", 'total > 40 and status = "open"'),
    ("(total > 40) and (gift or not gift)", "total > 40 and (gift = true or not gift = true)"),
    ("not (total > 40 and gift)", "not (total > 40 and gift = true)"),
    ("a" * 0 + "count in (1, -2,3)", "count in (1, -2, 3)"),
    ("status not in (open, paid)", 'not status in ("open", "paid")'),
    ("note is not null or note is not missing", "not note is null or not note is missing"),
    ("`first name` starts with 'O\\'Neil'", '`first name` starts with "O\'Neil"'),
    ("`is` <> true", "`is` != true"),
    ("placed_at >= 2026-01-02T03:04Z", "placed_at >= 2026-01-02T03:04Z"),
    ("placed_at < '2026-01-02 03:04'", 'placed_at < "2026-01-02 03:04"'),
    ("customer == 1001", 'customer = "1001"'),
    ('items contains "a"', 'items contains "a"'),
    ('items not contains "a"', 'not items contains "a"'),
    ("total = 1e3", "total = 1000.0"),
    ("  ", ""),
]


@pytest.mark.parametrize(("text", "expected"), CANONICAL)
def test_forms_of_the_same(text: str, expected: str) -> None:
    tree = parse(text, ORDER)
    assert (written(tree) if tree else "") == expected


MISTAKES = [
    ("totl > 40", "Order has no attribute totl; did you mean total?", "^^^^"),
    ("Total > 40", "Order has no attribute Total; did you mean total?", "^^^^^"),
    ("old = 1", "old is archived on Order; restore it first.", "^^^"),
    ('total > "x"', "total is a decimal: compare it with a number, such as 42.50.", "        ^^^"),
    ("total >", "total is compared with a number, such as 42.50.", "       ^"),
    ("count = 4x", "count is an integer: compare it with a whole number, such as 40.", "        ^^"),
    (
        "total contains 4",
        "total is a decimal: contains does not go with it; =, !=, <, <=, >, >=, in, is do.",
        "      ^^^^^^^^",
    ),
    ("items = a", "items is a reference to many: = does not go with it; contains, in, is do.", "      ^"),
    ("total 40", "After total comes one of: =, !=, <, <=, >, >=, in, is, not.", "      ^^"),
    ("status = opn", 'status has no option "opn"; did you mean "open"?', "         ^^^"),
    (
        "placed_at > 2026-13-01",
        "placed_at is a date: compare it with an ISO 8601 date, such as 2026-01-31",
        " " * 12 + "^" * 10,
    ),
    ("gift = 1", "gift is a boolean: compare it with true or false.", "       ^"),
    ("gift = null", "Write gift is null.", "       ^^^^"),
    ("total > 40 status = open", "Put and or or between two conditions.", "           ^^^^^^"),
    ("(total > 40", "This bracket is not closed.", "^"),
    ("(total > 40 note", "Put and or or between two conditions, or close the bracket.", "            ^^^^"),
    ("count in 1", "After in comes a list in brackets, such as (1, 2).", "         ^"),
    ("count in (1 2)", "Put a comma between two values, or close the bracket.", "            ^"),
    ("count in (1, 2", "This bracket is not closed.", "         ^"),
    ("note is open", "After is comes null, missing or empty, or not and one of them.", "        ^^^^"),
    ("note starts a", "After starts comes with: starts with.", "            ^"),
    ('note = "abc', "The text has no closing quote.", "       ^^^^"),
    ("`note = 1", "The name has no closing backquote `.", "^^^^^^^^^"),
    ('note = "a\\q"', '"\\q" means nothing; write \\\\ for a backslash.', "         ^^"),
    ("total > 40 and", "A condition is missing here, such as note is missing.", "              ^"),
    ("is = true", "is cannot stand here; an attribute of that name is written `is`.", "^^"),
    ("40 < total", "A condition begins with an attribute's name, as in note is missing.", "^^"),
    ("total ; 4", "; means nothing here; texts stand in double quotes.", "      ^"),
    ("(" * 60, "More than 50 levels of brackets and nots are too many.", " " * 50 + "^"),
]


@pytest.mark.parametrize(("text", "message", "carets"), MISTAKES)
def test_a_mistake_is_worded_and_pointed_at(text: str, message: str, carets: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse(text, ORDER)
    said, shown, under = caught.value.pointed(text)
    assert said.startswith(message)
    assert (shown, under) == (f"  {text}", f"  {carets}")


def test_carets_stand_under_the_mistake_of_a_long_and_hostile_text() -> None:
    """They count cells, not letters; what a terminal could act on is made visible."""
    text = 'note = "日本語\x1b" and ' + "total > 1 and " * 20 + "totl > 1" + " or gift" * 20
    with pytest.raises(FilterError) as caught:
        parse(text, ORDER)
    _, shown, carets = caught.value.pointed(text)
    assert shown[carets.index("^") :].startswith("totl > 1 or")
    assert (shown.strip()[0], shown[-1]) == ("…", "…")
    with pytest.raises(FilterError) as caught:
        parse('note = "日本\x1b" and totl > 1', ORDER)
    _, shown, carets = caught.value.pointed('note = "日本\x1b" and totl > 1')
    assert shown == '  note = "日本␛" and totl > 1'
    assert carets == " " * 21 + "^^^^"


def test_one_of_less_equal_and_more_is_true_of_every_date() -> None:
    """A day is all of its moments."""
    rows = [{"placed_at": text} for text in ("2026-01-01T23:59Z", "2026-01-02", "2026-01-02T23:59:59Z", "2026-01-03")]
    found = []
    for operator in "<=>":
        tree = parse(f"placed_at {operator} 2026-01-02", ORDER)
        assert tree
        found.append(sieve_of(tree)(rows, range(4)))
    assert found == [[0], [1, 2], [3]]


def test_search_finds_every_word_in_any_text() -> None:
    """In texts, options and references; in any case; not in attributes that are not asked."""
    rows: list[dict[str, object]] = [
        {"note": "Two boxes", "status": "open"},
        {"note": "boxes", "items": ["Open-1"]},
        {"note": "boxes", "old": "open"},
        {"total": 2.0},
    ]
    sieve = search_sieve("OPEN box", ("note", "status", "items"))
    assert sieve
    assert sieve(rows, range(4)) == [0, 1]
    assert search_sieve("  ", ("note",)) is None
