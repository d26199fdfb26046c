"""What the terminal shows, remembered cell by cell, so that only what changed is sent.

Textual sends whole regions: 3 to 38 times the bytes that are needed, which is felt over SSH. The painter takes the
same updates and writes the least that turns the old screen into the new one. It is also the last door: no control
character of any widget's text gets through it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from unicodedata import category

from rich.cells import split_graphemes
from rich.color import ColorSystem
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.strip import Strip

from app.ui.pens import Pen, blank_of, change, pen_of, shows_alike

Fragment = tuple[int, int, Strip]
"""Row, column and what is to stand from there on."""

_SURE = re.compile(
    "[\x20-\x7e\xa1-\xac\xae-\u02ff\u0370-\u052f\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2190-\u21ff\u2500-\u25fc]+"
)
"""Letters that are one cell wide on every terminal; after any other the cursor is placed anew."""
_GAP = 4
"""Unchanged cells that are cheaper to send again than to jump over."""
_UNKNOWN = "\0"
_SECOND = ""
"""Stands in the second cell of a wide letter."""
_JOINER = "\u200d"
_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def fragments(update: LayoutUpdate | ChopsUpdate) -> Iterator[Fragment]:
    """What Textual would write, piece by piece."""
    if isinstance(update, LayoutUpdate):
        for row, strips in enumerate(update.strips, update.region.y):
            column = update.region.x
            for strip in strips:
                yield row, column, strip
                column += strip.cell_length
        return
    for row, first, last in update.spans:
        for end, (column, chop) in zip(update.chop_ends[row], update.chops[row].items(), strict=False):
            if chop is not None and column <= last and end > first:
                yield row, column, chop if end <= last else chop.crop(0, last - column)


class Painter:
    """Knows what stands on the terminal; what it does not know is painted."""

    def __init__(self) -> None:
        self._letters: list[list[str]] = []
        self._pens: list[list[Pen | None]] = []
        self._out: list[str] = []
        self._pen: Pen | None = None
        self._at: tuple[int, int] | None = None
        """Row and column of the terminal's cursor; None when that is not certain."""

    def forget(self) -> None:
        """Somebody else wrote on the terminal, or it has another size: paint everything next time."""
        self._letters.clear()
        self._pens.clear()

    def paint(self, pieces: Iterable[Fragment], system: ColorSystem) -> str:
        """The output after which the terminal shows the pieces; "" when it shows them already."""
        self._out, self._pen, self._at = [], None, None
        for row, column, strip in pieces:
            for text, style, control in strip:
                if control is None:
                    letters = list(text) if text.isascii() and text.isprintable() else cells(text)
                    self._compare(row, column, letters, pen_of(style, system))
                    column += len(letters)
        if self._out:
            self._out.append("\x1b[m")
        return "".join(self._out)

    def _compare(self, row: int, column: int, letters: list[str], pen: Pen) -> None:
        end, blank = column + len(letters), blank_of(pen)
        pens = [pen] * len(letters) if blank is pen else [blank if letter == " " else pen for letter in letters]
        self._reach(row, end)
        if self._letters[row][column:end] != letters or self._pens[row][column:end] != pens:
            self._draw(row, column, letters, pens)

    def _reach(self, row: int, end: int) -> None:
        while len(self._letters) <= row:
            self._letters.append([])
            self._pens.append([])
        missing = end - len(self._letters[row])
        if missing > 0:
            self._letters[row] += [_UNKNOWN] * missing
            self._pens[row] += [None] * missing

    def _draw(self, row: int, column: int, letters: Sequence[str], pens: Sequence[Pen]) -> None:
        known, known_pens = self._letters[row], self._pens[row]
        for at, (letter, pen) in enumerate(zip(letters, pens, strict=True), column):
            if known[at] == letter and known_pens[at] == pen:
                continue
            known[at], known_pens[at] = letter, pen
            if letter != _SECOND:
                self._move(row, at)
                sequence, self._pen = ("", self._pen) if shows_alike(self._pen, pen) else change(self._pen, pen)
                self._out += [sequence, letter]
                self._at = (row, at + 1) if _SURE.fullmatch(letter) else None

    def _move(self, row: int, column: int) -> None:
        if self._at == (row, column):
            return
        if self._at and self._at[0] == row and self._at[1] < column:
            start = self._at[1]
            between = "".join(self._letters[row][start:column])
            is_alike = all(shows_alike(self._pen, pen) for pen in self._pens[row][start:column])
            if column - start <= _GAP and is_alike and len(between) == column - start and _SURE.fullmatch(between):
                self._out.append(between)
            else:
                self._out.append(f"\x1b[{column - start}C")
        else:
            self._out.append(f"\x1b[{row + 1};{column + 1}H")


def cells(text: str) -> list[str]:
    """The text cell by cell, as Textual measures it: a wide letter takes two, what controls a terminal is left out."""
    found: list[str] = []
    for start, end, width in split_graphemes(text)[0]:
        if width:
            seen = "".join(letter for letter in text[start:end] if letter == _JOINER or category(letter) not in _HIDDEN)
            found += [seen or "·" * width, *[_SECOND] * (width - 1)]
    return found
