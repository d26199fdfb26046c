"""A collapsible tree over a JSON index: only rows that are open exist, only rows on screen are drawn."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from app.domain.text import clip
from app.engine.json_index import JsonIndex, NodeKind
from app.ui.widgets.glyphs import GLYPHS
from app.ui.widgets.line_view import LineView, Span

_STYLES = {NodeKind.STRING: "string", NodeKind.NUMBER: "number"}
_FIRST_ROWS = 400
"""A tree opens by itself as deep as this many rows go."""
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
        self._open = set(_first_open(index))
        self._lay_out()
        self.move_to(0)
        self._tell()

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
        assert self._index is not None
        above = self._index.parent(node)
        while above is not None:
            self._open.add(above)
            above = self._index.parent(above)
        self._lay_out()
        self.move_to(self._rows.index(node))

    def row_count(self) -> int:
        """How many rows are open."""
        return len(self._rows) if self._index else len(self._message)

    def row_spans(self, row: int) -> Iterable[Span]:
        """Indentation, glyph, key, value or size with a preview."""
        if self._index is None:
            return [(self._message[row], "heading" if row == 0 else "muted")]
        node = self._rows[row]
        index, kind = self._index, self._index.kind(node)
        spans: list[Span] = [("  " * min(index.depth(node), 40), "")]
        key = index.key(node)
        glyph = " "
        if kind.is_container and index.size(node):
            glyph = GLYPHS.opened if node in self._open else GLYPHS.closed
        spans.append((f"{glyph} ", "muted"))
        if key is not None:
            spans.append((clip(str(key), 60), "key" if isinstance(key, str) else "muted"))
            spans.append(("  ", ""))
        return [*spans, *self._value(node, kind)]

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

    def _lay_out(self) -> None:
        index = self._index
        assert index is not None
        rows, node, count, opened = array("q"), 0, len(index), self._open
        while node < count:
            rows.append(node)
            node = node + 1 if node in opened else index.after(node)
        self._rows = rows
        self.rows_changed()

    def _change_open(self, node: int, *, is_open: bool) -> None:
        (self._open.add if is_open else self._open.discard)(node)
        self._lay_out()

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
            self.move_to(self._rows.index(parent))

    def action_level(self, level: int) -> None:
        """Open exactly so many levels."""
        index, node = self._index, self.node
        if index is None or node is None:
            return
        depths = array("q", [0])
        opened = {0}
        for each in range(1, len(index)):
            parent = index.parent(each)
            assert parent is not None
            depths.append(depths[parent] + 1)
            if depths[each] < level and index.kind(each).is_container:
                opened.add(each)
        self._open = opened
        while node is not None and any(above not in opened for above in self._above(node)):
            node = index.parent(node)
        self._lay_out()
        self.move_to(self._rows.index(node or 0))

    def _above(self, node: int) -> Iterable[int]:
        assert self._index is not None
        above = self._index.parent(node)
        while above is not None:
            yield above
            above = self._index.parent(above)

    def watch_cursor(self, before: int, after: int) -> None:
        """Tell which node the cursor is on."""
        super().watch_cursor(before, after)
        self._tell()

    def _tell(self) -> None:
        node = self.node
        if node is not None:
            self.post_message(self.NodeHighlighted(node))


def _first_open(index: JsonIndex) -> Iterable[int]:
    """Level by level while it fits: the root, what is in it, and of an array's elements only the first."""
    level, rows = [0] if len(index) else [], 1
    while level:
        below: list[int] = []
        for node in level:
            if not index.kind(node).is_container or not index.size(node):
                continue
            rows += index.size(node)
            if rows > _FIRST_ROWS and node:
                return
            yield node
            children = index.children(node)
            below += [next(children)] if index.kind(node) is NodeKind.ARRAY else list(children)
        level = below if index.depth(below[0] if below else 0) < 4 else []
