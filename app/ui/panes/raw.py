"""The raw pane: the response exactly as it came — status line, headers, body."""

from __future__ import annotations

import textwrap

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.reactive import reactive

from app.commands.run_lines import status_words
from app.domain.text import visible
from app.engine.content import ContentKind
from app.ui.selection import Shown
from app.ui.widgets.json_raw import JsonRaw
from app.ui.widgets.lines import Line, Lines

_MOST_HEADERS = 8


class RawPane(Vertical):
    """Follows the tree's cursor."""

    DEFAULT_CLASSES = "pane"
    shown: reactive[Shown | None] = reactive[Shown | None](None)

    def __init__(self) -> None:
        super().__init__(id="raw")
        self.border_title = "Raw, as it came"
        self._text = b""

    def compose(self) -> ComposeResult:
        """Head and body."""
        yield Lines(id="raw-head")
        yield JsonRaw(id="raw-body", classes="body")

    def on_mount(self) -> None:
        """Nothing was sent yet."""
        self._draw()

    def watch_shown(self) -> None:
        """Another run, or none."""
        if self.is_mounted:
            self._draw()

    def show_offset(self, offset: int) -> None:
        """Bring a byte of the index into view, where these are the bytes that are shown."""
        if self.shown and self.shown.is_json_raw:
            self.query_one(JsonRaw).go_to(offset)

    def on_resize(self) -> None:
        """Wrap what is said above the headers anew."""
        self._draw_head()

    def _draw(self) -> None:
        shown = self.shown
        self._draw_head()
        text = shown.text if shown else b""
        if text is not self._text or not text:  # the same text with its index keeps its place
            is_json = bool(shown and shown.content.kind is ContentKind.JSON)
            self.query_one(JsonRaw).show(text, is_json=is_json)
        self._text = text

    def _draw_head(self) -> None:
        shown = self.shown
        head = self.query_one("#raw-head", Lines)
        lines = self._head(shown) if shown else []
        head.show(lines)
        head.styles.height = min(len(lines), _MOST_HEADERS)

    def _head(self, shown: Shown) -> list[Line]:
        response = shown.run.response
        if response is None:
            return []
        lines = [Line(f"{response.http_version} {status_words(shown.run)}", style="heading")]
        width = max(20, self.query_one("#raw-head").size.width - 1)
        for remark in (*response.remarks, *shown.content.remarks):
            lines += [Line(line, style="bad") for line in textwrap.wrap(visible(f"! {remark}"), width)]
        return lines + [Line((f"{name}: ", "key"), value) for name, value in response.headers]
