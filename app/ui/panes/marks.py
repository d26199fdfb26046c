"""What stands at the right edge of the tree: the source of the mapping, its fields, the records that are rejected.

A mark is worked out when its row is drawn: a hundred thousand records have as many marks, of which a screen shows few.
"""

from __future__ import annotations

from app.domain.path import FieldPath
from app.engine.json_index import JsonIndex
from app.engine.preview import Level, Preview, Verdict
from app.ui.widgets.glyphs import GLYPHS
from app.ui.widgets.line_view import Span

_LEVELS = {Level.OK: "good", Level.NOTE: "accent", Level.PROBLEM: "bad"}


class Marks:
    """The marks of a preview on the nodes of its response."""

    def __init__(self, index: JsonIndex, preview: Preview) -> None:
        source = FieldPath.parse(preview.source)
        self._index = index
        self._verdicts = preview.verdicts
        self._base = tuple(segment for segment in source.segments if isinstance(segment, (str, int)))
        self._is_many = bool(source.wildcards)
        self._fields: dict[tuple[object, ...], str] = {
            FieldPath.parse(field.path).segments: _LEVELS[field.level] for field in preview.fields
        }

    def __call__(self, node: int) -> Span | None:
        """The mark of a node, if it has one."""
        segments, size = self._index.segments(node), len(self._base)
        if segments[:size] != self._base:
            return None
        inside = segments[size + self._is_many :]
        if len(segments) == size + self._is_many:
            at = self._index.position(node) if self._is_many else 0
            if at < len(self._verdicts) and self._verdicts[at] is Verdict.REJECTED:
                return "rejected", "bad"
        if len(segments) == size:
            return GLYPHS.source, "accent"
        style = self._fields.get(inside)
        return (GLYPHS.picked, style) if style else None
