"""A body as it came: its text line by line, long lines wrapped at the width, JSON coloured; binary as hex."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator

from textual import events

from app.domain.text import cell_width, visible
from app.ui.widgets.line_view import LineView, Span

_TOKEN = re.compile(
    r'(?P<key>"(?:[^"\\]|\\.)*"(?=\s*:))|(?P<string>"(?:[^"\\]|\\.)*"?)|(?P<number>-?\d[\d.eE+-]*)|(?P<literal>true|false|null)'
)
_HEX_WIDTH = 16
_BINARY_SAMPLE = 4096


class JsonRaw(LineView):
    """Rows are slices of the body; nothing is decoded but what is on screen."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._data = b""
        self._starts: array[int] = array("q")
        self._is_json = False
        self._is_binary = False

    def show(self, data: bytes, *, is_json: bool) -> None:
        """Show another body from its beginning."""
        self._data, self._is_json = data, is_json
        self._is_binary = b"\0" in data[:_BINARY_SAMPLE]
        self._lay_out()
        self.move_to(0)

    def go_to(self, offset: int) -> None:
        """Move to the row that holds a byte."""
        low, high = 0, len(self._starts)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._starts[middle] <= offset else (low, middle)
        self.move_to(low)

    @property
    def offset_shown(self) -> int:
        """Offset of the first byte of the cursor's row."""
        return self._starts[self.cursor] if self.cursor < len(self._starts) else 0

    def on_resize(self, event: events.Resize) -> None:
        """Wrap anew, keeping the place."""
        offset = self.offset_shown
        self._lay_out()
        self.go_to(offset)

    def _lay_out(self) -> None:
        width = max(8, self.scrollable_content_region.width or 80)
        self._starts = array("q", _hex_starts(self._data) if self._is_binary else _line_starts(self._data, width))
        self.rows_changed()

    def row_count(self) -> int:
        """How many rows the body takes at this width."""
        return len(self._starts)

    def _slice(self, row: int) -> bytes:
        end = self._starts[row + 1] if row + 1 < len(self._starts) else len(self._data)
        return self._data[self._starts[row] : end]

    def row_spans(self, row: int) -> Iterable[Span]:
        """The text of a row, in the colours of JSON if it is that."""
        piece = self._slice(row)
        if self._is_binary:
            return _hex(self._starts[row], piece)
        text = visible(piece.decode("utf-8", "replace").removesuffix("\n").removesuffix("\r").expandtabs(8))
        return _coloured(text) if self._is_json else [(text, "")]


def _line_starts(data: bytes, width: int) -> Iterator[int]:
    """Where each row begins: after a line break, or where a long line reaches the width."""
    start, size = 0, len(data)
    while start < size:
        end = data.find(b"\n", start)
        end = size if end < 0 else end + 1
        yield start
        while end - start > width:
            start += _fitting(data[start : min(end, start + 4 * width)], width)
            if start >= end or data[start:end] in (b"\n", b"\r\n"):
                break
            yield start
        start = end


def _fitting(piece: bytes, width: int) -> int:
    """How many bytes of a line fit into the width, at a boundary of characters."""
    if piece[:width].isascii() and b"\t" not in piece[:width] and b"\x1b" not in piece[:width]:
        return min(width, len(piece))
    used = taken = 0
    for letter in piece.decode("utf-8", "replace"):
        cells = 8 if letter == "\t" else cell_width(visible(letter))
        if used + cells > width and taken:
            break
        used += cells
        taken += len(letter.encode()) if letter != "\ufffd" else _replaced(piece, taken)
    return max(1, taken)


def _replaced(piece: bytes, at: int) -> int:
    """How many bytes stand behind a replacement character."""
    return 3 if piece[at : at + 3] == b"\xef\xbf\xbd" else 1


def _hex_starts(data: bytes) -> Iterable[int]:
    return range(0, len(data), _HEX_WIDTH)


def _hex(offset: int, piece: bytes) -> list[Span]:
    letters = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in piece)
    return [(f"{offset:08x}  ", "muted"), (f"{piece.hex(' '):<{_HEX_WIDTH * 3}} ", ""), (letters, "string")]


def _coloured(text: str) -> Iterator[Span]:
    at = 0
    for found in _TOKEN.finditer(text):
        if found.start() > at:
            yield text[at : found.start()], ""
        yield found[0], found.lastgroup or ""
        at = found.end()
    if at < len(text):
        yield text[at:], ""
