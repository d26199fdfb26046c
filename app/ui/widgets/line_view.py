"""The base of everything that is drawn by line: a cursor over rows, and only the rows on screen are ever made.

A subclass says how many rows there are and draws one. Text goes through `Painter`, which passes every character
through the sanitiser, so no widget built on this can leak an escape sequence.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from app.domain.text import visible

Span = tuple[str, str]
"""A piece of text and the name of its style: "", heading, muted, accent, good, bad, key, string, number, literal."""

STYLES = ("heading", "muted", "accent", "good", "bad", "key", "string", "number", "literal", "match")


class LineView(ScrollView, can_focus=True):
    """Rows with a cursor. The cursor's row is shown reversed, so it is seen without colour."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"line--{name}" for name in (*STYLES, "cursor", "cursor-blurred")}
    DEFAULT_CSS = """
    LineView {
        height: 1fr;
        scrollbar-size: 1 1;
        & > .line--heading { text-style: bold; }
        & > .line--muted { color: $text-muted; }
        & > .line--accent { color: $text-accent; }
        & > .line--good { color: $text-success; }
        & > .line--bad { color: $text-error; text-style: bold; }
        & > .line--key { color: $text-primary; }
        & > .line--string { color: $text-success; }
        & > .line--number { color: $text-warning; }
        & > .line--literal { color: $text-accent; text-style: italic; }
        & > .line--match { text-style: underline; }
        & > .line--cursor { background: $block-cursor-background; color: $block-cursor-foreground; }
        & > .line--cursor-blurred { background: $surface-lighten-2; text-style: bold; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home,g", "jump(False)", "First", show=False),
        Binding("end,G", "jump(True)", "Last", show=False),
    ]
    HEADER: ClassVar[int] = 0
    """Lines at the top that stay while the rows scroll."""
    cursor: reactive[int] = reactive(0, repaint=False)

    @dataclass
    class Highlighted(Message):
        """The cursor is on another row."""

        row: int

    @dataclass
    class Chosen(Message):
        """A double click on the cursor's row. Enter belongs to the screen, which acts before the next key is read."""

        row: int

    def row_count(self) -> int:
        """How many rows there are."""
        raise NotImplementedError

    def row_spans(self, row: int) -> Iterable[Span]:
        """The text of a row, as styled pieces; may be wider than the widget."""
        raise NotImplementedError

    def right_span(self, row: int) -> Span | None:
        """A piece that stands at the right edge of a row, if any."""
        return None

    def can_rest_on(self, row: int) -> bool:
        """Whether the cursor may stand on a row."""
        return True

    def header_spans(self, line: int) -> Iterable[Span]:
        """The text of a header line."""
        raise NotImplementedError

    def rows_changed(self, *, width: int = 0) -> None:
        """Tell the view that its rows are others now; `width` is that of the widest, for sideways scrolling."""
        self.virtual_size = Size(max(width, 0), self.row_count() + self.HEADER)
        self.set_reactive(LineView.cursor, self._nearest(self.cursor))
        self.refresh()

    def move_to(self, row: int) -> None:
        """Put the cursor on a row and bring it into view."""
        self.cursor = row
        self._reveal()

    def validate_cursor(self, row: int) -> int:
        """Keep the cursor among the rows."""
        return max(0, min(row, self.row_count() - 1))

    def watch_cursor(self, before: int, after: int) -> None:
        """Repaint the two rows that differ, nothing else."""
        self.refresh_rows(before, after)
        self._reveal()
        if before != after:
            self.post_message(self.Highlighted(after))

    def refresh_rows(self, *rows: int) -> None:
        """Repaint some rows, where they are on screen."""
        top, width, height = self.scroll_offset.y, self.size.width, self.size.height
        lines = [row - top + self.HEADER for row in set(rows) if row >= top]
        regions = [Region(0, line, width, 1) for line in lines if line < height]
        if regions:
            self.refresh(*regions)

    def _reveal(self) -> None:
        height, top = self.scrollable_content_region.height - self.HEADER, self.scroll_offset.y
        if height > 0 and self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False, immediate=True)
        elif height > 0 and self.cursor >= top + height:
            self.scroll_to(y=self.cursor - height + 1, animate=False, immediate=True)

    def _nearest(self, row: int, step: int = 1) -> int:
        """The row itself, else the next one in the direction of `step` that the cursor may stand on, else back."""
        count = self.row_count()
        row = max(0, min(row, count - 1))
        for direction in (step, -step):
            at = row
            while 0 <= at < count:
                if self.can_rest_on(at):
                    return at
                at += direction
        return row

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        row, width, left = y - self.HEADER + self.scroll_offset.y, self.size.width, self.scroll_offset.x
        if y < self.HEADER:
            header = Strip(self._segments(self.header_spans(y), self.rich_style))
            return header.crop_extend(left, left + width, self.rich_style)
        if row >= self.row_count():
            return Strip.blank(width, self.rich_style)
        base = self._row_style(row)
        strip = Strip([*self._segments(self.row_spans(row), base)])
        right = self.right_span(row)
        if right is None:
            return strip.crop_extend(left, left + width, base)
        end = Strip([*self._segments([right, (" ", "")], base)])
        return Strip.join([strip.crop_extend(left, left + max(0, width - end.cell_length), base), end]).crop(0, width)

    def _row_style(self, row: int) -> Style:
        if row != self.cursor or not self.can_rest_on(row):
            return self.rich_style
        name = "line--cursor" if self.has_focus else "line--cursor-blurred"
        return self.rich_style + self.get_component_rich_style(name, partial=True)

    def _segments(self, spans: Iterable[Span], base: Style) -> Iterable[Segment]:
        is_cursor = base is not self.rich_style and base != self.rich_style
        for text, name in spans:
            style = base
            if name:
                part = self.get_component_rich_style(f"line--{name}", partial=True)
                # On the cursor's row the cursor's colours win: any other may be unreadable on it.
                style = part + base if is_cursor and self.has_focus else base + part
            yield Segment(visible(text), style)

    def watch_has_focus(self, has_focus: bool) -> None:
        """The cursor looks different in a pane without focus."""
        super().watch_has_focus(has_focus)
        self.refresh_rows(self.cursor)

    def action_move(self, step: int) -> None:
        """One row up or down, over rows that the cursor cannot stand on."""
        target = self._nearest(self.cursor + step, step)
        if (target - self.cursor) * step > 0:
            self.cursor = target
        else:
            self.scroll_relative(y=step, animate=False)

    def action_page(self, pages: int) -> None:
        """One screen up or down."""
        step = max(1, self.scrollable_content_region.height - self.HEADER - 1)
        self.cursor = self._nearest(self.cursor + pages * step, 1 if pages > 0 else -1)

    def action_jump(self, to_end: bool) -> None:
        """To the first or the last row."""
        self.cursor = self._nearest(self.row_count() - 1, -1) if to_end else self._nearest(0)

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor; a double click chooses."""
        row = event.get_content_offset_capture(self).y - self.HEADER + self.scroll_offset.y
        if 0 <= row < self.row_count() and self.can_rest_on(row):
            self.cursor = row
            if event.chain == 2:
                self.post_message(self.Chosen(row))
