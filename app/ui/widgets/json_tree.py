"""A collapsible tree over a JSON index: only rows that are open exist, only rows on screen are drawn."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from app.domain.text import cell_width, clip, visible
from app.engine.json_index import JsonIndex, NodeKind
from app.ui.widgets.glyphs import GLYPHS
from app.ui.widgets.line_view import LineView, Span

_STYLES = {NodeKind.STRING: "string", NodeKind.NUMBER: "number"}
_FIRST_ROWS = 400
"""A tree opens by itself as deep as this many rows go."""
_FIRST_LEVELS = 4
_KEY_CELLS = 60
_VALUE_CELLS = 200


class JsonTree(LineView):
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
        self._open: set[int] = set()
        self._rows: array[int] = array("q")
        self._message: tuple[str, ...] = ()
        self._marks: Mapping[int, Span] = {}

    def show(self, index: JsonIndex) -> None:
        """Show another document, opened as far as is pleasant."""
        self._index, self._message, self._marks = index, (), {}
        self._open = _first_open(index)
        self._lay_out(0)

    def clear(self, *lines: str) -> None:
        """Show lines instead of a document."""
        self._index, self._message, self._rows = None, lines, array("q")
        self.rows_changed()

    def mark(self, marks: Mapping[int, Span]) -> None:
        """Mark nodes, each with a text and its style."""
        if dict(marks) != dict(self._marks):
            self._marks = dict(marks)
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
        closed = [above for above in self._above(node) if above not in self._open]
        if closed:
            self._open.update(closed)
            at = self._row_of(closed[-1]) + 1
            self._rows[at:at] = self._inside(closed[-1])
            self.rows_changed()
        self._rest_on(node)

    def row_count(self) -> int:
        """How many rows are open."""
        return len(self._rows) if self._index else len(self._message)

    def row_spans(self, row: int) -> Iterable[Span]:
        """Indentation, glyph, key, value or size with a preview."""
        if self._index is None:
            return [(self._message[row], "heading" if row == 0 else "muted")]
        node = self._rows[row]
        kind, key = self._index.kind(node), self._index.key(node)
        glyph = " "
        if self._index.size(node):
            glyph = GLYPHS.opened if node in self._open else GLYPHS.closed
        spans = [(self._indent(node), "muted"), (f"{glyph} ", "muted")]
        if key is not None:
            spans += [(_name(key), "key" if isinstance(key, str) else "muted"), ("  ", "")]
        return [*spans, *self._value(node, kind)]

    def _indent(self, node: int) -> str:
        """Two spaces a level; deeper than a third of the width, the level in figures."""
        assert self._index is not None
        depth, room = self._index.depth(node), self.scrollable_content_region.width // 3
        return "  " * depth if 2 * depth <= room else f"{depth:,} ".rjust(room)

    def _value(self, node: int, kind: NodeKind) -> list[Span]:
        assert self._index is not None
        if not kind.is_container:
            source = self._index.preview(node, _VALUE_CELLS)
            return [(source, _STYLES.get(kind, "literal"))]
        brackets = "{}" if kind is NodeKind.OBJECT else "[]"
        size = f"{brackets[0]}{self._index.size(node):,}{brackets[1]}"
        if node in self._open or not self._index.size(node):
            return [(size, "accent")]
        return [(size, "accent"), (f"  {self._index.preview(node, 80)}", "muted")]

    def right_span(self, row: int) -> Span | None:
        """The mark of a marked node."""
        return self._marks.get(self._rows[row]) if self._index else None

    def can_rest_on(self, row: int) -> bool:
        """The cursor goes over nodes, not over a message."""
        return self._index is not None

    def _lay_out(self, node: int) -> None:
        """Find all rows anew and rest on a node that is not hidden."""
        assert self._index is not None
        self._rows = array("q", [0] if len(self._index) else [])
        self._rows.extend(self._inside(0) if 0 in self._open else ())
        self.rows_changed()
        self._rest_on(node)

    def _inside(self, node: int) -> array[int]:
        """What is to be seen of the inside of an open node."""
        assert self._index is not None
        rows, opened, after = array("q"), self._open, self._index.after
        each, end = node + 1, after(node)
        while each < end:
            rows.append(each)
            each = each + 1 if each in opened else after(each)
        return rows

    def _row_of(self, node: int) -> int:
        """The row of a node that is not hidden; rows are in document order."""
        return bisect_left(self._rows, node)

    def _rest_on(self, node: int) -> None:
        """Move to a node that is not hidden, and tell, even if its row has the number that another's had."""
        row = self._row_of(node)
        if row == self.cursor:
            self._tell()
        self.move_to(row)

    def _change_open(self, node: int, *, is_open: bool) -> None:
        assert self._index is not None
        at = self._row_of(node) + 1
        if is_open:
            self._open.add(node)
            self._rows[at:at] = self._inside(node)
        else:
            self._open.discard(node)
            del self._rows[at : self._row_of(self._index.after(node))]
        self.rows_changed()

    def action_fold(self) -> None:
        """Expand or collapse the node under the cursor."""
        node = self.node
        if node is not None and self._index and self._index.size(node):
            self._change_open(node, is_open=node not in self._open)

    def action_inward(self) -> None:
        """Expand; on an expanded node, go to its first child."""
        node = self.node
        if node is None or self._index is None or not self._index.size(node):
            return
        if node in self._open:
            self.action_move(1)
        else:
            self._change_open(node, is_open=True)

    def action_outward(self) -> None:
        """Collapse; on anything else, go to the container."""
        node = self.node
        if node is None or self._index is None:
            return
        if node in self._open and self._index.size(node):
            self._change_open(node, is_open=False)
            return
        parent = self._index.parent(node)
        if parent is not None:
            self.move_to(self._row_of(parent))

    def action_level(self, level: int) -> None:
        """Open exactly so many levels."""
        index, node = self._index, self.node
        if index is None or node is None:
            return
        opened, nodes = {0}, [0]
        for _ in range(level - 1):
            nodes = [child for above in nodes for child in index.children(above) if index.size(child)]
            opened.update(nodes)
        self._open = opened
        hidden_by = [above for above in self._above(node) if above not in opened]
        self._lay_out(hidden_by[-1] if hidden_by else node)

    def _above(self, node: int) -> Iterable[int]:
        assert self._index is not None
        above = self._index.parent(node)
        while above is not None:
            yield above
            above = self._index.parent(above)

    def on_click(self, event: events.Click) -> None:
        """A click on the mark before a container folds it, as enter does."""
        row = self.row_at(event)
        if row is not None and event.chain == 1:
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


def _name(key: str | int) -> str:
    """A member name as it is shown: in quotes if its ends would not be seen otherwise."""
    text = visible(str(key))
    return clip(text if text and text == text.strip() else f'"{text}"', _KEY_CELLS)


def _first_open(index: JsonIndex) -> set[int]:
    """Level by level while it fits: the root, what is in it, and of an array's elements only the first."""
    opened: set[int] = set()
    level, rows = [0] if len(index) else [], 1
    for _ in range(_FIRST_LEVELS):
        below: list[int] = []
        for node in level:
            rows += index.size(node)
            if rows > _FIRST_ROWS and node:
                return opened
            opened.add(node)
            shown = islice(index.children(node), 1 if index.kind(node) is NodeKind.ARRAY else _FIRST_ROWS)
            below += [child for child in shown if index.size(child)]
        level = below
    return opened
