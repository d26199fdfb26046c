"""Searching: every match once, whatever the slices; what a person reads is what is found."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.json_search import Search, pattern_of


def found(search: Search) -> list[int]:
    """All matches in order, by stepping."""
    matches: list[int] = []
    at = -1
    while len(matches) < search.count:
        match = search.next_after(at)
        assert match is not None
        matches.append(match)
        at = match
    return matches


@given(st.text("ab", max_size=60), st.text("ab", min_size=1, max_size=3), st.integers(0, 60), st.integers(1, 20))
def test_every_match_is_found_once_whatever_the_slices(text: str, wanted: str, origin: int, step: int) -> None:
    """Those that lie over the origin or over the edge of a slice, too."""
    data = text.encode()
    search = Search(data, wanted, origin)
    origin = min(origin, len(data))
    while not search.is_done:
        search.advance(step)
    behind = [match.start() for match in re.finditer(wanted.encode(), data[origin:])]
    matches = found(search)
    assert [match - origin for match in matches if match >= origin] == behind
    before = [match for match in matches if match < origin]
    assert all(data[match:].startswith(wanted.encode()) for match in before)
    assert bool(before) == any(data[at:].startswith(wanted.encode()) for at in range(origin))
    for number, match in enumerate(matches, start=1):
        assert search.number_of(match) == number
        assert search.last_before(match) == matches[number - 2]
    if matches:
        assert search.next_after(len(data)) == matches[0]


def test_the_first_match_is_there_before_the_search_ends() -> None:
    search = Search(b"x" * 1_000 + b"needle" + b"x" * 100_000 + b"needle", "needle", 500)
    search.advance(1_000)
    assert not search.is_done
    assert (search.count, search.next_after(500)) == (1, 1_000)


def test_a_body_that_is_still_read_is_searched_on() -> None:
    search = Search(b"one nee", "needle", is_whole=False)
    while search.can_advance:
        search.advance(3)
    assert not search.is_done
    search.extend(b"one needle, two needle")
    while not search.is_done:
        search.advance(3)
    assert search.count == 2


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        ("zoë", '"Zo\\u00EB"'),
        ("zoë", "ZOË"),
        ("ZOË", "zoë"),
        ("𝄞", "\\ud834\\udd1e"),
        ('say "hi"', 'say \\"hi\\"'),
        ("a/b", "a\\/b"),
        ("a\\b", "a\\\\b"),
        ("one\ntwo", "one\\ntwo"),
        ("(a|aa)+", "(a|aa)+"),
    ],
)
def test_what_a_person_reads_is_found_as_json_writes_it(wanted: str, text: str) -> None:
    assert pattern_of(wanted).search(text.encode())
    assert not pattern_of(wanted).search(b"something else")
