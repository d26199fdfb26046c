"""The raw pane: the response exactly as it came — status line, headers, body."""

from __future__ import annotations

import textwrap

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import reactive

from app.commands.run_lines import status_words
from app.domain.path import FieldPath
from app.domain.text import visible
from app.engine.content import ContentKind
from app.ui.panes.response import shortened
from app.ui.selection import Shown
from app.ui.widgets.json_raw import JsonRaw
from app.ui.widgets.line_view import LineView
from app.ui.widgets.lines import Line, Lines

_MOST_HEADERS = 8


class RawPane(Vertical):
    """Follows the tree's cursor."""

    DEFAULT_CLASSES = "pane"
    shown: reactive[Shown | None] = reactive[Shown | None](None)
    note: reactive[str] = reactive("")
    """What a search has to say; it stands before the path."""

    def __init__(self) -> None:
        super().__init__(id="raw")
        self.border_title = "Raw, as sent"

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

    def grew(self) -> None:
        """The index has come further: colours, the path and what is wrong may be known now."""
        self.query_one(JsonRaw).refresh()
        self._say_place()

    def show_next_way(self) -> None:
        """As sent, pretty-printed, hex."""
        self.query_one(JsonRaw).show_next_way()
        self._say_way()

    @property
    def node(self) -> int | None:
        """The node that the cursor's row begins in."""
        index = self.shown.index if self.shown and self.shown.is_json_raw else None
        return index.node_at(self.query_one(JsonRaw).first_letter) if index is not None else None

    @on(LineView.Highlighted)
    def _say_place(self) -> None:
        node, index = self.node, self.shown.index if self.shown else None
        path = str(FieldPath(index.segments(node))) if index is not None and node is not None else ""
        parts = [part for part in (self.note, shortened(path, max(20, self.size.width - 8 - len(self.note)))) if part]
        self.border_subtitle = Content(" · ".join(parts))

    def watch_note(self) -> None:
        """A search has come further."""
        if self.is_mounted:
            self._say_place()

    def _say_way(self) -> None:
        shown = self.shown
        encoding = f" ({shown.content.charset} shown as UTF-8)" if shown and shown.text is not shown.body else ""
        self.border_title = Content(f"Raw, {self.query_one(JsonRaw).way.value}{encoding}")

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
        raw = self.query_one(JsonRaw)
        if shown is None:
            raw.show(b"", is_json=False)
        elif shown.index is not None and shown.index is raw.index:
            raw.extend(shown.text)
            self.grew()
            return
        else:
            index = shown.index if shown.is_json_raw else None
            is_json = shown.content.kind is ContentKind.JSON
            raw.show(shown.text, is_json=is_json, index=index, original=shown.body)
        self._say_way()
        self._say_place()

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
