"""The rows of a raw body in each way of showing it: as sent and wrapped, pretty-printed, or as hex.

A layout goes on from any row that it has made, so that only every so many rows have to be remembered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from app.ui.widgets.wrapping import row_starts

Layout = Callable[[bytes, int, int], Iterator[tuple[int, int]]]
"""Rows of a text from an offset and a depth on: where each begins, and how far it is indented."""

HEX_WIDTH = 16
_BOM = b"\xef\xbb\xbf"
_GAP = rb"[ \t\n\r]*+"
_TEXT = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?'
_LINE = re.compile(
    rb"(?P<closing>[}\]])" + _GAP + rb",?"
    rb"|(?:[^\"{}\[\],]++|" + _TEXT + rb")*(?:(?P<opening>[{\[])(?P<empty>" + _GAP + rb"[}\]]" + _GAP + rb",?)?|,)?",
    re.DOTALL,
)
"""One line: what closes a container, or a member or element with its comma or with what opens its value."""
_SPACE = re.compile(_GAP)
_OUTSIDE = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[ \t\n\r]*(?::[ \t\n\r]*|[ \t\n\r]+)', re.DOTALL)


def as_sent(width: int) -> Layout:
    """Lines as they came, wrapped at a width."""

    def rows(data: bytes, at: int, depth: int) -> Iterator[tuple[int, int]]:
        return ((start, 0) for start in row_starts(data, width, at))

    return rows


def as_hex(data: bytes, at: int, depth: int) -> Iterator[tuple[int, int]]:
    """Sixteen bytes a row."""
    return ((start, 0) for start in range(at, len(data), HEX_WIDTH))


def pretty(data: bytes, at: int, depth: int) -> Iterator[tuple[int, int]]:
    """One value a line, whatever the text looks like; a text that is no JSON has lines all the same.

    `depth` is that of the row at `at`.
    """
    if not at and data.startswith(_BOM):
        at = len(_BOM)
    size = len(data)
    at = first = _skip(data, at)
    while at < size:
        found = _LINE.match(data, at)
        assert found is not None
        if found["closing"] and at > first:
            depth = max(0, depth - 1)
        yield at, depth
        if found["opening"] and found["empty"] is None:
            depth += 1
        at = _skip(data, found.end())


def pretty_text(piece: str) -> str:
    """A pretty line without the spaces it came with: one after a colon, one between words."""
    return _OUTSIDE.sub(_spaced, piece)


def _spaced(found: re.Match[str]) -> str:
    text = found[0]
    if text[0] == '"':
        return text
    return ": " if ":" in text else " "


def _skip(data: bytes, at: int) -> int:
    found = _SPACE.match(data, at)
    assert found is not None
    return found.end()
