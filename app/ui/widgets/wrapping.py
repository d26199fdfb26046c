"""Where the rows of a text begin that is wrapped at a width: every byte is in exactly one row, no row is too wide."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Generator, Iterator
from itertools import accumulate

from app.domain.text import EMOJI_JOINTS, cell_width, visible

_LATIN = rb"(?:[ -~]|\xc3[\x80-\xbf])"
"""ASCII and the letters from À to ÿ: one cell each, nothing joins them."""
_BLOCK = 2_048
"""Bytes of a line that are measured at once; a row never has more."""
_LEAST_WIDTH = 10
"""One invisible character takes as much: ‹U+E0001›. In a narrower widget rows are cut."""
_MOST_KEPT_TOGETHER = 8
"""Letters that may be moved to the next row so that a mark stays with what it belongs to."""

_JOINING = re.compile("[\u200d\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]")


class _Cells(dict[str, int]):
    """How many cells a letter takes in a row, at most."""

    def __missing__(self, letter: str) -> int:
        if letter == "\t":
            cells = 8
        elif "\ud800" <= letter <= "\udfff":
            cells = 1  # a byte that is not UTF-8 is shown as one replacement character
        else:
            cells = cell_width(visible("a" + letter)) - 1
        self[letter] = cells
        return cells


_CELLS = _Cells()


def row_starts(data: bytes, width: int, at: int = 0) -> Iterator[int]:
    """Offsets of the rows of a body: after each line break, and where a line reaches the width. `at` begins a row."""
    width = max(_LEAST_WIDTH, width)
    plain_row, latin_row = _row(rb"[ -~]", width), _row(_LATIN, width)
    size = len(data)
    while at < size:
        found = plain_row(data, at) or latin_row(data, at)
        if found:
            yield at
            at = found.end()
        else:
            at = yield from _measured(data, at, width)


def _row(letter: bytes, width: int) -> Callable[[bytes, int], re.Match[bytes] | None]:
    """Finds a row of letters of one cell each, if what follows does not belong to the last one."""
    letters = b"|".join(
        [letter + b"{0,%d}" % width + rb"\r?\n", letter + b"{%d}(?=[ -~])" % width, letter + b"{1,%d}" % width + rb"\Z"]
    )
    return re.compile(letters, re.DOTALL).match


def _measured(data: bytes, at: int, width: int) -> Generator[int, None, int]:
    """The rows of the line, or of the next block of a long one; returns where they end."""
    end = data.find(b"\n", at, at + _BLOCK)
    is_whole = end >= 0 or at + _BLOCK >= len(data)
    text = data[at : end if end >= 0 else at + _BLOCK].decode("utf-8", "surrogateescape")
    if end >= 0:
        text = text.removesuffix("\r")
    elif not is_whole:
        text = _without_cut_letter(text)
    reached = list(accumulate(_cells(text), initial=0))
    start = 0
    while True:
        stop = bisect_right(reached, reached[start] + width) - 1
        is_last = stop >= len(text)
        if is_last and not is_whole and start:
            return at
        yield at
        if is_last:
            break
        stop = _together(text, start, stop)
        at += len(text[start:stop].encode("utf-8", "surrogateescape"))
        start = stop
    return end + 1 if end >= 0 else at + len(text[start:].encode("utf-8", "surrogateescape"))


def _cells(text: str) -> list[int]:
    """How many cells each letter takes; what `visible` leaves out of an emoji takes none."""
    cells = list(map(_CELLS.__getitem__, text))
    if _JOINING.search(text):
        for found in EMOJI_JOINTS.finditer(text):
            cells[found.start() : found.end()] = [0] * (found.end() - found.start())
    return cells


def _without_cut_letter(text: str) -> str:
    """The text without the bytes of a letter whose rest lies in the next block."""
    for _ in range(3):
        if text and "\udc80" <= text[-1] <= "\udcff":
            text = text[:-1]
    return text


def _together(text: str, start: int, stop: int) -> int:
    """A place to wrap, at or a little before `stop`, where no mark, selector or joiner loses its letter."""
    for place in range(stop, max(start, stop - _MOST_KEPT_TOGETHER), -1):
        letter, before = text[place], text[place - 1]
        if _CELLS[letter] and not _JOINING.match(letter) and before != "\u200d":
            return place
    return stop
