"""One node of a JSON index as a row of a tree; and which nodes a tree opens by itself."""

from __future__ import annotations

from itertools import islice

from app.domain.text import clip, visible
from app.engine.json_index import JsonIndex
from app.engine.json_topology import NodeKind
from app.ui.widgets.glyphs import GLYPHS
from app.ui.widgets.line_view import Span

_STYLES = {NodeKind.STRING: "string", NodeKind.NUMBER: "number"}
_FIRST_ROWS = 400
"""A tree opens by itself as deep as this many rows go."""
_FIRST_LEVELS = 4
_KEY_CELLS = 60
_VALUE_CELLS = 200


def node_spans(index: JsonIndex, node: int, *, is_open: bool, indent: str) -> list[Span]:
    """Indentation, glyph, key, value or size with a preview."""
    key, glyph = index.key(node), " "
    if index.size(node):
        glyph = GLYPHS.opened if is_open else GLYPHS.closed
    spans = [(indent, "muted"), (f"{glyph} ", "muted")]
    if key is not None:
        spans += [(_name(key), "key" if isinstance(key, str) else "muted"), ("  ", "")]
    return [*spans, *_value(index, node, is_open=is_open)]


def indent(depth: int, room: int) -> str:
    """Two spaces a level; where there is no room for them, the level in figures."""
    return "  " * depth if 2 * depth <= room else f"{depth:,} ".rjust(room)


def _value(index: JsonIndex, node: int, *, is_open: bool) -> list[Span]:
    kind = index.kind(node)
    if not kind.is_container:
        return [(index.preview(node, _VALUE_CELLS), _STYLES.get(kind, "literal"))]
    brackets = "{}" if kind is NodeKind.OBJECT else "[]"
    more = "…" if index.is_open_ended(node) else ""
    size = f"{brackets[0]}{index.size(node):,}{more}{brackets[1]}"
    if is_open or not index.size(node):
        return [(size, "accent")]
    return [(size, "accent"), (f"  {index.preview(node, 80)}", "muted")]


def _name(key: str | int) -> str:
    """A member name as it is shown: in quotes if its ends would not be seen otherwise."""
    text = visible(str(key))
    return clip(text if text and text == text.strip() else f'"{text}"', _KEY_CELLS)


def first_open(index: JsonIndex) -> set[int]:
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
