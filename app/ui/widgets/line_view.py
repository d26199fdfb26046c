"""The base of everything that is drawn by line: a cursor over rows, and only the rows on screen are ever made.

A subclass says how many rows there are and draws one. Every text goes through the sanitiser here, so no widget built
on this can leak an escape sequence. What is wider than the widget ends in …, so nothing is missing unnoticed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Self

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from app.domain.text import visible
from app.ui.widgets.drawn import Drawn

Span = tuple[str, str]
"""A piece of text and the name of its style: "" or one of `STYLES`."""

STYLES = ("heading", "muted", "accent", "good", "bad", "key", "string", "number", "literal", "match", "current")


class LineView(ScrollView, can_focus=True):
    """Rows with a cursor. The cursor's row is a bar of another brightness, so it is seen without colour."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"line--{name}" for name in (*STYLES, "cursor", "cursor-blurred")}
    DEFAULT_CSS = """
    LineView {
        height: 1fr;
        overflow-x: hidden;
        overflow-y: auto;
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
        & > .line--current { text-style: bold underline; }
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
    left: reactive[int] = reactive(0)
    """Cells that are cut off at the left."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._pens: dict[str, Style] = {}
        """Styles by name, until the theme changes."""
        self._drawn: dict[int, Drawn] = {}
        """By line of the screen: what was drawn there last."""

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
        """Tell the view that its rows are others now; `width` is that of the widest, for `width: auto`."""
        self.virtual_size = Size(width, self.row_count() + self.HEADER)
        cursor = self._nearest(self.cursor)
        if cursor != self.cursor:
            self.set_reactive(LineView.cursor, cursor)
            self._reveal()
        self._refresh_differing()

    def _refresh_differing(self) -> None:
        """Repaint the lines that show something else now: after most changes, that is one of them."""
        lines = range(self.scrollable_content_region.height)
        if not self._is_shown or not all(y in self._drawn for y in lines):
            self.refresh()
            return
        others = [y for y in lines if self._drawn[y] != self._line(y)]
        if others:
            self.refresh(*[Region(0, y, self.size.width, 1) for y in others])

    @property
    def _is_shown(self) -> bool:
        return all(node.display for node in self.ancestors_with_self if isinstance(node, Widget))

    @property
    def told_rows(self) -> int:
        """How many rows the scroll bar knows of: asked of it, so that no second count can disagree with it."""
        return self.virtual_size.height - self.HEADER

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
        top, size = self.scroll_offset.y, self.size
        lines = [row - top + self.HEADER for row in set(rows) if row >= top]
        regions = [Region(0, line, size.width, 1) for line in lines if line < size.height]
        if regions:
            self.refresh(*regions)

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Repaint; while hidden, only forget what was drawn.

        After a hidden widget has asked for a repaint, Textual 8.2 may lose the next one of others: a toast that has
        gone stays on the terminal, because its compositor makes its map anew before it compares it with the old one.
        """
        if self._is_shown:
            return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
        self._styles_cache.clear()
        return super().refresh(repaint=False, layout=layout, recompose=recompose)

    def on_resize(self) -> None:
        """Keep the cursor in view where there is less room now."""
        self._reveal()

    @property
    def _rows_on_screen(self) -> int:
        return self.scrollable_content_region.height - self.HEADER

    def _reveal(self) -> None:
        height, top = self._rows_on_screen, self.scroll_offset.y
        if height > 0 and self.cursor < top:
            self._scroll_rows(self.cursor)
        elif height > 0 and self.cursor >= top + height:
            self._scroll_rows(self.cursor - height + 1)

    def _scroll_rows(self, top: int) -> None:
        # By force: before the next layout Textual takes a view that was short so far for one that cannot scroll.
        self.scroll_to(y=top, animate=False, immediate=True, force=True)

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
        width, plain = self.scrollable_content_region.width, self.rich_style
        drawn = self._drawn[y] = self._line(y)
        if drawn.is_header:
            return self._fitted(drawn.spans, plain, width)
        if drawn.is_below:
            return Strip.blank(width, plain)
        base = self._cursor_style if drawn.is_cursor else plain
        right = drawn.right
        end = Strip([*self._segments([right, (" ", "")], base, is_cursor=drawn.is_cursor)]) if right else Strip([])
        room = max(0, width - end.cell_length)
        return Strip.join([self._fitted(drawn.spans, base, room, is_cursor=drawn.is_cursor), end]).crop(0, width)

    def _line(self, y: int) -> Drawn:
        if y < self.HEADER:
            return Drawn(tuple(self.header_spans(y)), is_header=True)
        row = y - self.HEADER + self.scroll_offset.y
        if row >= self.row_count():
            return Drawn((), is_below=True)
        is_cursor = row == self.cursor and self.can_rest_on(row)
        return Drawn(tuple(self.row_spans(row)), self.right_span(row), is_cursor=is_cursor)

    def _fitted(self, spans: Iterable[Span], base: Style, width: int, *, is_cursor: bool = False) -> Strip:
        strip = Strip([*self._segments(spans, base, is_cursor=is_cursor)])
        if self.left:
            strip = Strip.join([Strip([Segment("…", base)]), strip.crop(self.left + 1)])
        if strip.cell_length <= width or not width:
            return strip.crop_extend(0, width, base)
        return Strip.join([strip.crop(0, width - 1), Strip([Segment("…", base)])])

    @property
    def _cursor_style(self) -> Style:
        return self.get_component_rich_style("line--cursor" if self.has_focus else "line--cursor-blurred")

    def _style_of(self, name: str) -> Style:
        """The attributes and the colour of a style. The partial style alone knows no colour that suits the theme."""
        pen = self._pens.get(name)
        if pen is None:
            names = f"line--{name}"
            partial, whole = (self.get_component_rich_style(names, partial=is_partial) for is_partial in (True, False))
            pen = partial.without_color + Style.from_color(whole.color) if partial.color else partial
            self._pens[name] = pen
        return pen

    def notify_style_update(self) -> None:
        """Other colours may be in force now."""
        self._pens.clear()
        super().notify_style_update()

    def _segments(self, spans: Iterable[Span], base: Style, *, is_cursor: bool) -> Iterable[Segment]:
        for text, name in spans:
            style = base
            if name:
                part = self._style_of(name)
                # On the cursor's row the cursor's colours win: any other may be unreadable on it.
                style = part + base if is_cursor and self.has_focus else base + part
            yield Segment(visible(text), style)

    def watch_has_focus(self, has_focus: bool) -> None:
        """The cursor looks different in a pane without focus."""
        super().watch_has_focus(has_focus)
        self.refresh_rows(self.cursor)

    def action_move(self, step: int) -> None:
        """One row up or down, over rows that the cursor cannot stand on."""
        self._go(step, step)

    def action_page(self, pages: int) -> None:
        """One screen up or down."""
        self._go(pages * max(1, self._rows_on_screen - 1), pages)

    def _go(self, step: int, direction: int) -> None:
        """Move the cursor by so many rows; where it can go no further, scroll."""
        target = self._nearest(self.cursor + step, direction)
        if (target - self.cursor) * direction > 0 and self.can_rest_on(target):
            self.cursor = target
        else:
            self.scroll_relative(y=step, animate=False)

    def action_jump(self, to_end: bool) -> None:
        """To the first or the last row, and as far as there are rows that the cursor cannot stand on."""
        self.cursor = self._nearest(self.row_count() - 1, -1) if to_end else self._nearest(0)
        self._scroll_rows(self.max_scroll_y if to_end else 0)
        self._reveal()

    def row_at(self, event: events.Click) -> int | None:
        """The row under the pointer that the cursor may stand on."""
        line = event.get_content_offset_capture(self).y
        row = line - self.HEADER + self.scroll_offset.y
        return row if line >= self.HEADER and row < self.row_count() and self.can_rest_on(row) else None

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor; a double click chooses."""
        row = self.row_at(event)
        if row is not None:
            self.cursor = row
            if event.chain == 2:
                self.post_message(self.Chosen(row))
