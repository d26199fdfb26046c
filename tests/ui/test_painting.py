"""The painter's output, drawn by a terminal emulator, gives cell for cell the screen that Textual's own would give."""

from __future__ import annotations

import pyte
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from app.ui.painting import Fragment, Painter, cells

WIDTH, HEIGHT = 24, 5
TRUE = ColorSystem.TRUECOLOR
COLOURS = st.sampled_from([None, "#ff0000", "#00ff00", "blue", "default"])
STYLES = st.builds(
    lambda color, bgcolor, flags: Style(color=color, bgcolor=bgcolor, **dict.fromkeys(flags, True)),
    COLOURS,
    COLOURS,
    st.sets(st.sampled_from(["bold", "italic", "underline", "reverse", "strike"]), max_size=2),
)
TEXTS = st.lists(st.sampled_from([*"  ab漢é─●", "e\u0301"]), min_size=1, max_size=WIDTH).map("".join)


def _fragment(row: int, column: int, pieces: list[tuple[str, Style]]) -> Fragment:
    strip = Strip([Segment(text, style) for text, style in pieces])
    return row, column, strip.crop(0, WIDTH - column)


FRAGMENTS = st.builds(
    _fragment,
    st.integers(0, HEIGHT - 1),
    st.integers(0, WIDTH - 1),
    st.lists(st.tuples(TEXTS, STYLES), min_size=1, max_size=3),
)
BLANK = Strip.blank(WIDTH, Style(bgcolor="#101010"))
WHOLE = st.lists(st.lists(st.tuples(TEXTS, STYLES), min_size=1, max_size=4), min_size=HEIGHT, max_size=HEIGHT)


def _screen() -> tuple[pyte.Screen, pyte.Stream]:
    """An emulator that does not wrap lines, as Textual asks every terminal."""
    screen = pyte.Screen(WIDTH, HEIGHT)
    stream = pyte.Stream(screen)
    stream.feed("\x1b[?7l")
    return screen, stream


def _plainly(update: list[Fragment]) -> str:
    """What Textual writes: a move and the whole strip, each in its full style."""
    parts = []
    for row, column, strip in update:
        parts.append(f"\x1b[{row + 1};{column + 1}H")
        parts += [style.render(text) if style else text for text, style, _ in strip]
    return "".join(parts)


def _look(screen: pyte.Screen) -> list[list[tuple[object, ...]]]:
    """Every cell as it is seen: of a blank only what shows."""
    rows = []
    for y in range(HEIGHT):
        row = []
        for x in range(WIDTH):
            cell = screen.buffer[y][x]
            lined = cell.underscore, cell.strikethrough, cell.reverse
            shown = (cell.fg, cell.bold, cell.italics) if cell.data.strip() or any(lined) else ()
            row.append((cell.data, cell.bg, *lined, *shown))
        rows.append(row)
    return rows


def _filled(lines: list[list[tuple[str, Style]]]) -> list[Fragment]:
    """A whole screen: every line as wide as the terminal."""
    return [
        (row, 0, Strip([Segment(text, style) for text, style in pieces]).crop_extend(0, WIDTH, Style()))
        for row, pieces in enumerate(lines)
    ]


@settings(max_examples=40)
@example([[[("x" * 17 + "漢漢漢e\u0301", Style())]] * HEIGHT, [[(" ", Style())]] * HEIGHT])
@given(st.lists(WHOLE, min_size=1, max_size=3))
def test_a_sequence_of_screens_looks_as_textual_draws_it(screens: list[list[list[tuple[str, Style]]]]) -> None:
    """Whatever stood there before, what is unchanged may be left out and nothing else."""
    painter = Painter()
    ours, our_stream = _screen()
    for lines in screens:
        update = _filled(lines)
        our_stream.feed(painter.paint(update, TRUE))
        theirs, their_stream = _screen()
        their_stream.feed(_plainly(update))
        assert _look(ours) == _look(theirs)


@settings(max_examples=40)
@given(WHOLE, st.lists(FRAGMENTS, max_size=8))
def test_what_is_shown_already_costs_nothing(lines: list[list[tuple[str, Style]]], pieces: list[Fragment]) -> None:
    """The same screen again is not one byte."""
    painter = Painter()
    painter.paint(_filled(lines), TRUE)
    painter.paint(pieces, TRUE)
    assert painter.paint(pieces[-1:], TRUE) == ""


def test_one_changed_letter_is_one_move_one_style_one_letter() -> None:
    """The price of a key press is some dozen bytes."""
    painter, style = Painter(), Style(color="#ffffff", bgcolor="#202020")
    painter.paint([(2, 0, Strip([Segment("hello world", style)]))], TRUE)
    output = painter.paint([(2, 0, Strip([Segment("hello_world", style)]))], TRUE)
    assert output == "\x1b[3;6H\x1b[0;38;2;255;255;255;48;2;32;32;32m_\x1b[m"


def test_blanks_of_another_foreground_are_the_same_blanks() -> None:
    """A foreground that nothing shows is not worth a byte."""
    painter = Painter()
    painter.paint([(0, 0, Strip([Segment("    ", Style(color="#ff0000", bgcolor="#202020"))]))], TRUE)
    assert painter.paint([(0, 0, Strip([Segment("    ", Style(color="#00ff00", bgcolor="#202020"))]))], TRUE) == ""
    assert painter.paint([(0, 0, Strip([Segment("    ", Style(underline=True, bgcolor="#202020"))]))], TRUE) != ""


def test_after_forgetting_everything_is_painted() -> None:
    """Somebody else wrote on the terminal."""
    painter, update = Painter(), [(0, 0, Strip([Segment("text", Style())]))]
    painter.paint(update, TRUE)
    painter.forget()
    assert "text" in painter.paint(update, TRUE)


def test_after_a_letter_of_doubtful_width_the_cursor_is_placed_anew() -> None:
    """Terminals disagree about emoji: an error must not move the rest of the line."""
    output = Painter().paint([(0, 0, Strip([Segment("a❤️b", Style())]))], TRUE)
    assert output.endswith("❤️\x1b[1;4Hb\x1b[m")


@given(st.text(max_size=40))
def test_no_control_character_of_a_text_gets_through(text: str) -> None:
    """The last door: whatever a widget was given, no escape sequence, no bidi override, no C1 control."""
    shown = "".join(cells(text))
    assert not [
        letter for letter in shown if letter < " " or "\x7f" <= letter < "\xa0" or letter in "\u202e\u2066\u200b"
    ]
    assert len(cells(text)) == Strip([Segment(text)]).cell_length


def test_few_colours_are_sent_as_few_colours() -> None:
    """On a terminal of 16 colours no colour of 24 bits is sent."""
    style = Style(color="#ff0000", bgcolor="#000000")
    output = Painter().paint([(0, 0, Strip([Segment("x", style)]))], ColorSystem.STANDARD)
    assert "38;2" not in output
    assert "x" in output
