"""Searching the bytes of a body for a text, in slices; matches are there as soon as they are found.

What is looked for is what a person reads: `é` also finds `\\u00e9`, and case makes no difference.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right


class Search:
    """One search. It begins at a place, goes to the end and then on from the beginning."""

    def __init__(self, data: bytes, text: str, origin: int = 0, *, is_whole: bool = True) -> None:
        self.text = text
        self.is_whole = is_whole
        """Whether `data` is all that will ever be searched; else more comes by `extend`."""
        self._data = data
        self._pattern = pattern_of(text)
        self._origin = min(origin, len(data))
        self._behind: array[int] = array("q")
        """Matches from the origin on."""
        self._before: array[int] = array("q")
        self._at = self._origin
        self._matched = 0
        """Where the last match ends."""
        self._early = 0
        """Up to where the part before the origin is searched."""

    def extend(self, data: bytes) -> None:
        """Go on in the whole text, of which the text so far is the beginning."""
        self._at = max(self._origin, self._at - 12 * len(self.text), self._matched)
        self._data, self.is_whole = data, True

    @property
    def count(self) -> int:
        """Matches found so far."""
        return len(self._behind) + len(self._before)

    @property
    def is_done(self) -> bool:
        """Whether all of the text was searched."""
        return self.is_whole and self._at >= len(self._data) and self._early >= self._origin

    @property
    def can_advance(self) -> bool:
        """Whether there is text that was not searched yet."""
        return self._at < len(self._data) or self._early < self._origin

    def advance(self, size: int) -> None:
        """Search about so many bytes more: first behind the origin, then before it."""
        if self._at < len(self._data):
            self._at = self._scan(self._at, min(self._at + size, len(self._data)), len(self._data), self._behind)
        else:
            self._early = self._scan(self._early, min(self._early + size, self._origin), self._origin, self._before)

    def _scan(self, at: int, stop: int, end: int, found: array[int]) -> int:
        """Matches that begin before `stop`; where to go on."""
        search = self._pattern.search
        reach = min(len(self._data), stop + 12 * len(self.text))
        while at < stop:
            match = search(self._data, at, reach)
            if match is None or match.start() >= stop:
                return stop
            found.append(match.start())
            at = match.end()
            self._matched = at
        return min(at, end)

    def next_after(self, offset: int) -> int | None:
        """The first match behind a place; from the beginning again when there is none and all is searched."""
        at = bisect_right(self._behind, offset)
        if at < len(self._behind):
            before = bisect_right(self._before, offset)
            return self._before[before] if before < len(self._before) else self._behind[at]
        before = bisect_right(self._before, offset)
        if before < len(self._before):
            return self._before[before]
        return self._first() if self.count else None

    def last_before(self, offset: int) -> int | None:
        """The last match before a place; the last of all when there is none."""
        for found in (self._behind, self._before):
            at = bisect_left(found, offset) - 1
            if at >= 0:
                return found[at]
        found = self._behind or self._before
        return found[-1] if found else None

    def _first(self) -> int:
        return (self._before or self._behind)[0]

    def number_of(self, match: int) -> int:
        """Which one it is, from 1, among those found so far."""
        return bisect_right(self._before, match) + bisect_right(self._behind, match)


def pattern_of(text: str) -> re.Pattern[bytes]:
    """An expression for a text in any case, plain or as JSON may escape it."""
    return re.compile(b"".join(map(_letter, text)), re.IGNORECASE)


def _letter(letter: str) -> bytes:
    if letter in '"\\':
        return b"(?:" + re.escape(letter).encode() + b"|\\\\" + re.escape(letter).encode() + b")"
    if letter == "/":
        return rb"\\?/"
    if letter in _SHORT:
        return b"(?:" + re.escape(letter.encode()) + b"|\\\\" + _SHORT[letter] + b"|" + _escape(letter) + b")"
    if letter.isascii():
        return re.escape(letter.encode())
    forms = {form for form in (letter, letter.lower(), letter.upper()) if len(form) == 1}
    return b"(?:" + b"|".join(re.escape(form.encode()) + b"|" + _escape(form) for form in sorted(forms)) + b")"


def _escape(letter: str) -> bytes:
    units = letter.encode("utf-16-be").hex()
    return b"".join(rb"\\u" + units[at : at + 4].encode() for at in range(0, len(units), 4))


_SHORT = {"\n": b"n", "\t": b"t", "\r": b"r", "\b": b"b", "\f": b"f"}
