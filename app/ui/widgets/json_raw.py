"""A body as it came: its text line by line, long lines wrapped at the width, JSON coloured; binary as hex."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from app.domain.text import visible_line
from app.engine.json_index import JsonIndex
from app.ui.widgets.line_view import LineView, Span
from app.ui.widgets.wrapping import row_starts

_TOKEN = re.compile(
    r'(?P<key>"(?:[^"\\]|\\.)*"(?=\s*:))|(?P<string>"(?:[^"\\]|\\.)*"?)|(?P<number>-?\d[\d.eE+-]*)|(?P<literal>true|false|null)'
)
_HEX_WIDTH = 16
_BINARY_SAMPLE = 4096


class JsonRaw(LineView):
    """Rows are slices of the body; nothing is decoded but what is on screen."""

    DEFAULT_CSS = """
    JsonRaw { scrollbar-gutter: stable; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._data = b""
        self._starts: array[int] = array("q")
        self._width = 0
        self._place = 0
        """The byte that the cursor's row holds at any width."""
        self._is_json = False
        self._is_binary = False
        self._index: JsonIndex | None = None

    def show(self, data: bytes, *, is_json: bool, index: JsonIndex | None = None) -> None:
        """Show another body from its beginning; with its index, texts that go over several rows have their colour."""
        self._data, self._is_json, self._index = data, is_json, index
        self._is_binary = b"\0" in data[:_BINARY_SAMPLE]
        self._lay_out()
        self.go_to(0)

    def go_to(self, offset: int) -> None:
        """Move to the row that holds a byte."""
        self.move_to(max(0, bisect_right(self._starts, offset) - 1))
        self._place = offset

    @property
    def offset_shown(self) -> int:
        """Offset of the first byte of the cursor's row."""
        return self._starts[self.cursor] if self.cursor < len(self._starts) else self._place

    def watch_cursor(self, before: int, after: int) -> None:
        """Remember the place for when rows are wider or narrower."""
        super().watch_cursor(before, after)
        self._place = self.offset_shown

    def on_resize(self) -> None:
        """Wrap anew if there is more or less room, keeping the place."""
        if self.scrollable_content_region.width != self._width:
            place = self._place
            self._lay_out()
            self.go_to(place)

    def _lay_out(self) -> None:
        """Where each row begins. A view that has no size yet waits until it has one."""
        self._width = self.scrollable_content_region.width
        starts: Iterable[int] = ()
        if self._width:
            is_hex = self._is_binary
            starts = range(0, len(self._data), _HEX_WIDTH) if is_hex else row_starts(self._data, self._width)
        self._starts = array("q", starts)
        self.rows_changed()

    def row_count(self) -> int:
        """How many rows the body takes at this width."""
        return len(self._starts)

    def row_bytes(self, row: int) -> bytes:
        """The bytes of a row; those of all rows together are the body."""
        end = self._starts[row + 1] if row + 1 < len(self._starts) else len(self._data)
        return self._data[self._starts[row] : end]

    def row_spans(self, row: int) -> Iterable[Span]:
        """The text of a row, in the colours of JSON if it is that."""
        start, piece = self._starts[row], self.row_bytes(row)
        if self._is_binary:
            return _hex(start, piece)
        piece = piece.removesuffix(b"\r\n").removesuffix(b"\n")
        if not self._is_json:
            return [(_shown(piece), "")]
        quotes = self._index.quotes_around(start) if self._index else None
        if quotes is None:
            return _coloured(_shown(piece))
        inside = quotes[0] - start
        return [(_shown(piece[:inside]), "key" if quotes[1] else "string"), *_coloured(_shown(piece[inside:]))]


def _shown(piece: bytes) -> str:
    return visible_line(piece.decode("utf-8", "replace"))


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
