"""A collapsible tree over a JSON index: only rows that are open exist, only rows on screen are drawn."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from app.domain.text import cell_width
from app.engine.json_index import JsonIndex
from app.ui.widgets.growing import GrowingView
from app.ui.widgets.kept import Kept
from app.ui.widgets.line_view import LineView, Span
from app.ui.widgets.node_spans import first_open, indent, node_spans

_ROWS_AT_ONCE = 250
"""Rows that are found without a look at the clock."""
_MOST_INSERTED = 1_000
"""An opened node with more inside than this has the rows behind it found anew."""


class JsonTree(GrowingView):
    """The nodes of a document. Marks stand at the right edge of marked nodes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,l", "inward", "Expand", show=False),
        Binding("left,h", "outward", "Collapse", show=False),
        Binding("enter", "fold", "Expand or collapse", show=False),
        *(Binding(str(level), f"level({level})", f"Open {level} levels", show=False) for level in range(1, 10)),
    ]

    @dataclass
    class NodeHighlighted(Message):
        """The cursor is on another node."""

        node: int

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._index: JsonIndex | None = None
        self._level = 0
        """Containers in fewer containers than this are open, but for those in `_turned`."""
        self._turned: set[int] = set()
        """Containers that are open where the level says closed, or the other way round."""
        self._rows: array[int] = array("i")
        self._next = 0
        """The node at which the rows go on."""
        self._kept: Kept | None = None
        self._message: tuple[str, ...] = ()
        self._mark: Callable[[int], Span | None] | None = None
        self._open_ended: set[int] = set()
        """Rows whose containers had no end when they were drawn."""

    def show(self, index: JsonIndex) -> None:
        """Show another document, opened as far as is pleasant."""
        self._index, self._message, self._mark, self._kept = index, (), None, None
        self._level, self._turned = 0, first_open(index)
        self._lay_out(0)

    def clear(self, *lines: str) -> None:
        """Show lines instead of a document."""
        self._index, self._message, self._rows, self._kept = None, lines, array("i"), None
        self.rows_changed()

    def keep(self, nodes: Iterable[int] | None) -> None:
        """Show only these nodes, what they are in and what is in them; None shows everything again."""
        if self._index is None:
            return
        node = self.node or 0
        self._kept = None if nodes is None else Kept(self._index, nodes)
        if self._kept:
            self._turned = {n for n in self._turned if n not in self._kept.nodes}
        self._lay_out(node)

    def refresh_open_ended(self) -> None:
        """More of the text is indexed: draw anew what was drawn as a container without its end; it has grown."""
        rows, self._open_ended = self._open_ended, set()
        self.refresh_rows(*rows)

    def mark(self, mark: Callable[[int], Span | None] | None) -> None:
        """Mark nodes: the function gives each that is drawn a text and its style, or nothing."""
        if mark is not self._mark:
            self._mark = mark
            self.refresh()

    @property
    def index(self) -> JsonIndex | None:
        """The document on show."""
        return self._index

    @property
    def node(self) -> int | None:
        """The node under the cursor."""
        return self._rows[self.cursor] if self._index and self.cursor < len(self._rows) else None

    def go_to(self, node: int) -> None:
        """Open what hides a node and move to it."""
        closed = [above for above in self._above(node) if not self._is_open(above)]
        self._turned.symmetric_difference_update(closed)
        if closed:
            self._shown_inside(closed[-1])
        self.want(node)
        self.grow()

    def row_count(self) -> int:
        """How many rows are open, as far as they are found, and one for what breaks the text."""
        return len(self._rows) + self._has_break if self._index else len(self._message)

    @property
    def _has_break(self) -> bool:
        index = self._index
        return bool(index and index.problem and not self._kept and self._next >= len(index))

    def row_spans(self, row: int) -> Iterable[Span]:
        """Indentation, glyph, key, value or size with a preview."""
        if self._index is None:
            return [(self._message[row], "heading" if row == 0 else "muted")]
        if row >= len(self._rows):
            return [(f"broken here: {self._index.problem}", "bad")]
        node = self._rows[row]
        if self._index.is_open_ended(node):
            self._open_ended.add(row)
        return node_spans(self._index, node, is_open=self._is_open(node), indent=self._indent(node))

    def _indent(self, node: int) -> str:
        assert self._index is not None
        return indent(self._index.depth(node), self.scrollable_content_region.width // 3)

    def right_span(self, row: int) -> Span | None:
        """The mark of a marked node."""
        return self._mark(self._rows[row]) if self._mark and self._index and row < len(self._rows) else None

    def can_rest_on(self, row: int) -> bool:
        """The cursor goes over nodes, not over a message."""
        return self._index is not None and row < len(self._rows)

    def _is_open(self, node: int, depth: int | None = None) -> bool:
        assert self._index is not None
        if self._kept and node in self._kept.around:
            return True
        if depth is None:
            depth = self._index.depth(node) if self._level else 0
        return (depth < self._level) != (node in self._turned)

    def _lay_out(self, node: int) -> None:
        """Find all rows anew and rest on a node, or on what hides it."""
        self._rows, self._next = array("i"), 0
        self.set_reactive(LineView.cursor, 0)
        self.want(self._not_hidden(node))
        self.grow()
        self._tell_all()
        self.refresh()

    def _not_hidden(self, node: int) -> int:
        above = [above for above in self._above(node) if not self._is_open(above)]
        node = above[-1] if above else node
        return node if self._kept is None else self._kept.nearest(node)

    def find_rows(self) -> bool:
        """Go on with the rows; false where the index has not come further."""
        index = self._index
        if index is None:
            return False
        if self._kept:
            found, self._next = self._kept.rows(self._next, self._is_open, _ROWS_AT_ONCE)
        else:
            self._next = self._resumed(index)
            found, self._next = index.rows(self._next, len(index), self._is_open, _ROWS_AT_ONCE)
        self._rows.extend(found)
        return bool(found) and self._next < len(index)

    def _resumed(self, index: JsonIndex) -> int:
        """Where to go on: if the node found last is inside of a closed container, behind that one."""
        if self._next >= len(index):
            return self._next
        closed = [above for above in self._above(self._next) if not self._is_open(above)]
        return index.after(closed[-1]) if closed else self._next

    def _row_of(self, node: int) -> int:
        """The row of a node that is not hidden; rows are in document order."""
        return bisect_left(self._rows, node)

    def row_of_wanted(self, wanted: int) -> int | None:
        """The row of a node, once the rows have come so far."""
        row = self._row_of(wanted)
        return row if row < len(self._rows) and self._rows[row] == wanted else None

    def reached(self, row: int) -> None:
        """Move there, and tell, even if the row has the number that another's had."""
        is_same = row == self.cursor
        super().reached(row)
        if is_same:
            self._tell()

    def _shown_inside(self, node: int) -> None:
        """Put the rows of a node that was opened in their place. Of many, the rows behind are found anew."""
        index = self._index
        assert index is not None
        at, after = self._row_of(node) + 1, index.after(node)
        if self._kept:
            self._lay_out(node)
        elif after - node <= _MOST_INSERTED and not index.is_open_ended(node) and node < self._next:
            self._rows[at:at], _ = index.rows(node + 1, after, self._is_open, after)
            self._next = max(self._next, after)
        elif node < self._next:
            del self._rows[at:]
            self._next = node + 1

    def _turn(self, node: int) -> None:
        """Open what is closed, close what is open."""
        index = self._index
        assert index is not None
        was_open = self._is_open(node)
        self._turned ^= {node}
        if not was_open:
            self._shown_inside(node)
        elif self._kept:
            self._lay_out(node)
        else:
            after = index.after(node)
            del self._rows[self._row_of(node) + 1 : self._row_of(after)]
            self._next = max(self._next, after)
        self.grow()
        self._tell_all()
        self.refresh()

    def action_fold(self) -> None:
        """Expand or collapse the node under the cursor."""
        node = self.node
        if node is not None and self._index and self._index.size(node) and self._can_turn(node):
            self.forget_wish()
            self._turn(node)

    def _can_turn(self, node: int) -> bool:
        return not (self._kept and node in self._kept.around)

    def action_inward(self) -> None:
        """Expand; on an expanded node, go to its first child."""
        node = self.node
        if node is None or self._index is None or not self._index.size(node):
            return
        if self._is_open(node):
            self.action_move(1)
        else:
            self.action_fold()

    def action_outward(self) -> None:
        """Collapse; on anything else, go to the container."""
        node = self.node
        if node is None or self._index is None:
            return
        if self._is_open(node) and self._index.size(node) and self._can_turn(node):
            self.action_fold()
            return
        parent = self._index.parent(node)
        if parent is not None:
            self.forget_wish()
            self.move_to(self._row_of(parent))

    def action_level(self, level: int) -> None:
        """Open exactly so many levels."""
        node = self.node
        if self._index is not None and node is not None:
            self._level, self._turned = level, set()
            self._lay_out(node)

    def _above(self, node: int) -> Iterable[int]:
        assert self._index is not None
        above = self._index.parent(node)
        while above is not None:
            yield above
            above = self._index.parent(above)

    def on_click(self, event: events.Click) -> None:
        """A click on the mark before a container folds it, as enter does."""
        row = self.row_at(event)
        if row is not None and event.chain == 1 and row < len(self._rows):
            self.cursor = row
            mark = cell_width(self._indent(self._rows[row]))
            if mark <= event.get_content_offset_capture(self).x <= mark + 1:
                self.action_fold()

    def watch_cursor(self, before: int, after: int) -> None:
        """Tell which node the cursor is on."""
        super().watch_cursor(before, after)
        self._tell()

    def _tell(self) -> None:
        node = self.node
        if node is not None:
            self.post_message(self.NodeHighlighted(node))
