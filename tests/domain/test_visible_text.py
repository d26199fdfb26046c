"""The sanitiser, swept over all of Unicode: nothing that a terminal could act on comes out of it."""

from __future__ import annotations

from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len, get_character_cell_size

from app.domain.text import cell_width, clip, visible, visible_lines

ALL = tuple(
    map(chr, (*range(0x40000), *range(0x40000, 0xE0000, 255), *range(0xE0000, 0xE2000), *range(0xE2000, 0x110000, 255)))
)
"""All but the planes in which characters are unassigned or private throughout: these by samples."""
MARKS = st.sampled_from(["\u0301", "\u20dd", "\u0e34", "\u0903", "\u1161", "\U0001d167"])
EMOJI = st.sampled_from(["\u2764", "\ufe0f", "\ufe0e", "\u200d", "\U0001f469", "\U0001f3fd", "1", "\u20e3"])
CHARACTERS = st.characters() | MARKS | EMOJI | st.sampled_from(["\x1b", "\x9b", "\u202e", "\ud800", "\t", "\r\n"])
ODD_TEXTS = st.lists(CHARACTERS, max_size=20).map("".join)


def is_harmless(text: str) -> bool:
    """No control, format, surrogate or separator character."""
    return not any(category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp") for letter in text)


def test_no_character_of_unicode_comes_out_harmful() -> None:
    """Each alone, made visible twice."""
    for letter in ALL:
        shown = visible(letter)
        assert is_harmless(shown), hex(ord(letter))
        assert visible(shown) == shown, hex(ord(letter))


def test_every_text_and_mark_of_unicode_stays_as_it_is() -> None:
    """After a letter; but for those that show nothing or change what stands before them."""
    unseen = {letter for letter in ALL if visible("a" + letter) != "a" + letter}
    for letter in unseen:
        assert visible("a" + letter).startswith(("a‹U+", "a␀", "a␡")) or ord(letter) < 0x20, hex(ord(letter))
    kept = {letter for letter in unseen if category(letter)[0] not in "CZ"}
    ranges = [(0xFE00, 0xFE10), (0x1F3FB, 0x1F400), (0xE0100, 0xE01F0), (0x180B, 0x1810)]
    singles = {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0, 0x16FE4}
    expected = singles.union(*(range(*each) for each in ranges)) - {0x180E}
    assert {ord(letter) for letter in kept} == expected


def test_a_visible_character_is_as_wide_as_the_screen_takes_it_to_be() -> None:
    """Columns align only if both count alike. Characters that nobody has assigned yet may differ."""
    width_of = get_character_cell_size.__wrapped__
    for letter in ALL:
        if category(letter) not in ("Cc", "Cf", "Cs", "Cn", "Zl", "Zp", "Co") and visible("a" + letter) == "a" + letter:
            assert cell_width(letter) == width_of(letter), hex(ord(letter))


@given(ODD_TEXTS)
def test_any_text_is_harmless_visible_once_and_measured(text: str) -> None:
    shown = visible(text)
    assert is_harmless(shown)
    assert visible(shown) == shown
    if all(category(letter) != "Cn" for letter in shown):
        assert cell_width(shown) == cell_len(shown)


@given(ODD_TEXTS)
def test_lines_keep_their_number_and_hold_no_tab(text: str) -> None:
    shown = visible_lines(text)
    assert shown.count("\n") == text.count("\n")
    assert is_harmless(shown.replace("\n", ""))


@given(ODD_TEXTS.map(visible), st.integers(-1, 30))
def test_a_clipped_text_fits_and_says_what_is_missing(text: str, cells: int) -> None:
    cut = clip(text, cells)
    assert cell_width(cut) <= max(0, cells)
    if cell_width(text) <= cells:
        assert cut == text
    elif cells > 0:
        assert cut.endswith("…")
        assert text.startswith(cut[:-1])
        assert cell_width(cut) >= cells - 1, "no more is left out than must be"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text, [red]markup[/]", "plain text, [red]markup[/]"),
        ("Zürich, Ελλάδα, 東京, 한국, עברית, ไทย, हिन्दी", "Zürich, Ελλάδα, 東京, 한국, עברית, ไทย, हिन्दी"),
        ("1\u202f000\u00a0€", "1\u202f000\u00a0€"),
        ("\x1b[2J", "␛[2J"),
        ("\x1b]52;c;aGk=\x07", "␛]52;c;aGk=␇"),
        ("\x9b31m\x7f", "‹U+009B›31m␡"),
        ("a\nb\tc\r", "a␊b␉c␍"),
        ("abc\u202etxt.exe", "abc‹U+202E›txt.exe"),
        ("pay\u200bpal", "pay‹U+200B›pal"),
        ("\u06dd\u070f\U000110bd\U00013430", "‹U+06DD›‹U+070F›‹U+110BD›‹U+13430›"),
        ("\ud83d", "‹U+D83D›"),
        ("\ufdd0\U0010ffff", "‹U+FDD0›‹U+10FFFF›"),
    ],
)
def test_what_is_shown(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("❤\ufe0f!", "❤!"),
        ("👍🏽", "👍"),
        ("👩🏽\u200d💻", "👩💻"),
        ("👨\u200d👩\u200d👧", "👨👩👧"),
        ("1\ufe0f\u20e3", "1\u20e3"),
        ("\U0001fa77", "\U0001fa77"),
        ("a\ufe0f", "a‹U+FE0F›"),
        ("❤\ufe0f\ufe0f", "❤‹U+FE0F›"),
        ("👍🏽🏽", "👍‹U+1F3FD›"),
        ("❤\u200d", "❤‹U+200D›"),
        ("می\u200cخواهم", "می‹U+200C›خواهم"),
        ("🏴\U000e0067\U000e007f", "🏴‹U+E0067›‹U+E007F›"),
    ],
)
def test_emoji_are_drawn_by_their_base_signs(text: str, shown: str) -> None:
    """What belongs to an emoji is left out; what hides anywhere else, or twice, is shown."""
    assert visible(text) == shown


def test_marks_do_not_pile_up() -> None:
    """On any script's letter, and never on the neighbour to the left."""
    for mark in ("\u0301", "\u0e34", "\u20dd", "\u0941", "\u1161", "\U0001d167"):
        assert visible("a" + mark * 4 + "b") == "a" + mark * 4 + "b"
        assert visible("a" + mark * 1_000 + "b") == "a" + mark * 4 + "b"
        assert visible(mark + "b") == "◌" + mark + "b"


def test_tabs_reach_the_next_column_of_eight_cells() -> None:
    assert visible_lines("ab\tc\r\n東京\td\n\te") == "ab      c\n東京    d\n        e"
