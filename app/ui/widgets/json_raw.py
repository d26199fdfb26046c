"""A body as it came: line by line, long lines wrapped at the width, JSON coloured; or pretty-printed, or hex."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import Enum

from app.domain.text import visible_line
from app.engine.json_index import JsonIndex
from app.engine.json_problem import JsonProblem
from app.ui.widgets.growing import GrowingView
from app.ui.widgets.layouts import HEX_WIDTH, Layout, as_hex, as_sent, pretty, pretty_text
from app.ui.widgets.line_view import Span
from app.ui.widgets.row_map import RowMap

_TOKEN = re.compile(
    r'(?P<key>"(?:[^"\\]|\\.)*"(?=\s*:))|(?P<string>"(?:[^"\\]|\\.)*"?)|(?P<number>-?\d[\d.eE+-]*)|(?P<literal>true|false|null)'
)
_BINARY_SAMPLE = 4096
_ROWS_AT_ONCE = 256
_MOST_INDENT = 4_096


class Way(Enum):
    """The ways of showing a body, in the order in which a key goes through them."""

    SENT = "as sent"
    PRETTY = "pretty-printed"
    HEX = "hex"


class JsonRaw(GrowingView):
    """Rows are slices of the body; nothing is decoded but what is on screen."""

    DEFAULT_CSS = """
    JsonRaw { scrollbar-gutter: stable; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._data = b""
        self._map = RowMap(b"", as_hex)
        self._width = 0
        self._place = 0
        """The byte that the cursor's row holds at any width."""
        self._is_json = False
        self._index: JsonIndex | None = None
        self._original: bytes | None = None
        self.way = Way.SENT

    def show(
        self, data: bytes, *, is_json: bool, index: JsonIndex | None = None, original: bytes | None = None
    ) -> None:
        """Show another body from its beginning; with its index, texts that go over several rows have their colour.

        `original` are the bytes for the hex view, if the text came in another encoding.
        """
        self._data, self._is_json, self._index, self._original = data, is_json, index, original
        is_binary = b"\0" in data[:_BINARY_SAMPLE] and not is_json
        self.way = Way.HEX if is_binary else Way.SENT if self.way is Way.HEX else self.way
        self._place = 0
        self._lay_out()
        self.go_to(0)

    @property
    def index(self) -> JsonIndex | None:
        """The index of the body on show."""
        return self._index

    @property
    def _bytes(self) -> bytes:
        """What the rows are slices of."""
        return self._original if self.way is Way.HEX and self._original is not None else self._data

    def extend(self, data: bytes) -> None:
        """Show the whole body, of which the one on show is the beginning."""
        self._data = self._original = data
        if self._width:
            self._map.extend(data)
            self.grow()

    def show_next_way(self) -> Way:
        """As sent, pretty-printed, hex; the place is kept."""
        ways = [Way.SENT, Way.PRETTY, Way.HEX] if self._is_json else [Way.SENT, Way.HEX]
        self.way = ways[(ways.index(self.way) + 1) % len(ways)] if self.way in ways else ways[0]
        self._keep_place()
        return self.way

    def go_to(self, offset: int) -> None:
        """Move to the row that holds a byte."""
        self._place = offset
        self.want(offset)

    @property
    def offset_shown(self) -> int:
        """Offset of the first byte of the cursor's row."""
        return self._map.row(self.cursor)[0] if self.cursor < self._map.count else self._place

    @property
    def bytes_shown(self) -> tuple[int, int]:
        """Where the cursor's row begins and ends."""
        return self._map.row(self.cursor)[:2] if self.cursor < self._map.count else (self._place, self._place)

    @property
    def first_letter(self) -> int:
        """Offset of the first byte of the cursor's row that is no space; that of the place where one was sent to."""
        if self.cursor >= self._map.count:
            return self._place
        start, end, _ = self._map.row(self.cursor)
        piece = self._data[start : min(end, start + _MOST_INDENT)]
        return max(start + len(piece) - len(piece.lstrip()), self._place if start <= self._place < end else 0)

    def watch_cursor(self, before: int, after: int) -> None:
        """Remember the place for when rows are wider or narrower."""
        super().watch_cursor(before, after)
        if self._wanted is None:
            self._place = self.offset_shown

    def on_resize(self) -> None:
        """Wrap anew if there is more or less room, keeping the place."""
        if self.scrollable_content_region.width != self._width:
            self._keep_place()

    def _keep_place(self) -> None:
        place = self._place
        self._lay_out()
        self.go_to(place)

    def _lay_out(self) -> None:
        """Find the rows anew. A view that has no size yet waits until it has one."""
        self._width = self.scrollable_content_region.width
        self._map = RowMap(self._bytes if self._width else b"", self._layout())
        self._wanted = self._place
        self.grow()
        self._tell_all()

    def _layout(self) -> Layout:
        if self.way is Way.HEX:
            return as_hex
        return pretty if self.way is Way.PRETTY else as_sent(self._width)

    def find_rows(self) -> bool:
        """Lay out some more rows."""
        return self._map.grow(_ROWS_AT_ONCE)

    def row_of_wanted(self, wanted: int) -> int | None:
        """The row that holds a byte, once the rows have come so far."""
        count = self._map.count
        if not count:
            return None if self._bytes else 0
        row = self._map.row_at(wanted)
        return row if row + 1 < count or not self._is_waiting else None

    def reached(self, row: int) -> None:
        """Move there, and keep the byte as the place."""
        place = self._place
        super().reached(row)
        self._place = place

    def row_count(self) -> int:
        """How many rows the body takes, as far as they are found."""
        return self._map.count

    def row_bytes(self, row: int) -> bytes:
        """The bytes of a row; those of all rows together are the body."""
        start, end, _ = self._map.row(row)
        return self._bytes[start:end]

    @property
    def _problem(self) -> JsonProblem | None:
        return self._index.problem if self._index and self._is_json else None

    def right_span(self, row: int) -> Span | None:
        """Where JSON breaks, what is wrong."""
        problem = self._problem
        if problem is None or self.way is Way.HEX:
            return None
        start, end, _ = self._map.row(row)
        is_last = row == self._map.count - 1 and problem.offset >= end
        return (f" breaks: {problem.message}", "bad") if start <= problem.offset < end or is_last else None

    def row_spans(self, row: int) -> Iterable[Span]:
        """The text of a row, in the colours of JSON if it is that."""
        start, end, depth = self._map.row(row)
        if self.way is Way.HEX:
            return _hex(start, self._bytes[start:end])
        if self.way is Way.PRETTY:
            most = 4 * max(80, self._width)
            piece = pretty_text(self._data[start : min(end, start + most)].decode("utf-8", "replace").rstrip(" \t\r\n"))
            return [("  " * min(depth, self._width // 4), ""), *_coloured(visible_line(piece))]
        piece_bytes = self._data[start:end].removesuffix(b"\r\n").removesuffix(b"\n")
        if not self._is_json:
            return [(_shown(piece_bytes), "")]
        quotes = self._index.quotes_around(start) if self._index else None
        if quotes is None:
            return _coloured(_shown(piece_bytes))
        inside = quotes[0] - start
        style = "key" if quotes[1] else "string"
        return [(_shown(piece_bytes[:inside]), style), *_coloured(_shown(piece_bytes[inside:]))]


def _shown(piece: bytes) -> str:
    return visible_line(piece.decode("utf-8", "replace"))


def _hex(offset: int, piece: bytes) -> list[Span]:
    letters = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in piece)
    return [(f"{offset:08x}  ", "muted"), (f"{piece.hex(' '):<{HEX_WIDTH * 3}} ", ""), (letters, "string")]


def _coloured(text: str) -> Iterator[Span]:
    at = 0
    for found in _TOKEN.finditer(text):
        if found.start() > at:
            yield text[at : found.start()], ""
        yield found[0], found.lastgroup or ""
        at = found.end()
    if at < len(text):
        yield text[at:], ""
