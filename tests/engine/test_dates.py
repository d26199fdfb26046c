"""A column of dates said to be alike holds nothing that a look at each of them would remark."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.datatypes import date_note
from app.engine.dates import are_all_whole

parts = st.tuples(
    st.sampled_from(["2026-01-31", "2026-02-29", "2024-02-29", "2026-13-01", "0000-01-01", "2026-1-1"]),
    st.sampled_from(["T", " ", ""]),
    st.sampled_from(["10:00", "23:59:60", "24:00", "10:00:00.123456", "10:00:00,5", "10:00:00.1234567", ""]),
    st.sampled_from(["Z", "z", "+02:00", "-0230", "+02", "+25:00", "", "\n"]),
)


@given(st.lists(parts.map("".join), max_size=4))
def test_yes_is_only_said_of_dates_without_a_remark(texts: list[str]) -> None:
    if are_all_whole(texts):
        assert {date_note(text) for text in texts} <= {""}


@pytest.mark.parametrize("text", ["2026-01-31T10:00:00Z", "2024-02-29 10:00:00.123456+02:00"])
def test_the_usual_spellings_are_told_at_once(text: str) -> None:
    assert are_all_whole([text] * 3)
    assert not are_all_whole([text, "n/a"])
