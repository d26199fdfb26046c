"""A list of prepared lines, for what is short: navigator, request, schema, help."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from app.domain.text import cell_width, visible
from app.ui.widgets.line_view import LineView, Span


class Line:
    """One line: texts or (text, style) pairs from the left, one text at the right edge."""

    __slots__ = ("right", "spans")

    def __init__(self, *parts: str | Span, style: str = "", right: str = "") -> None:
        self.spans: tuple[Span, ...] = tuple((part, style) if isinstance(part, str) else part for part in parts)
        self.right = right

    @property
    def width(self) -> int:
        """Cells it takes, without the right part."""
        return sum(cell_width(visible(text)) for text, _ in self.spans)


class Lines(LineView):
    """Shows lines; the cursor passes over those that are not selectable. Left and right show long lines whole."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,l", "sideways(1)", "Further right", show=False),
        Binding("left,h", "sideways(-1)", "Further left", show=False),
    ]

    def __init__(self, lines: Iterable[str | Line] = (), *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._lines = [line if isinstance(line, Line) else Line(line) for line in lines]
        self._selectable: Sequence[bool] = ()

    def on_mount(self) -> None:
        """Lines that were given from the start."""
        self.rows_changed(width=self._width())

    def show(self, lines: Iterable[Line], *, selectable: Sequence[bool] = ()) -> None:
        """Show other lines; without `selectable` the cursor may stand on all of them."""
        self._lines = list(lines)
        self._selectable = selectable
        self.action_sideways(0)
        self.rows_changed(width=self._width())

    def _width(self) -> int:
        return max((line.width for line in self._lines), default=0)

    def row_count(self) -> int:
        """How many lines there are."""
        return len(self._lines)

    def row_spans(self, row: int) -> Iterable[Span]:
        """A line's pieces."""
        return self._lines[row].spans

    def right_span(self, row: int) -> Span | None:
        """A line's right part."""
        right = self._lines[row].right
        return (right, "") if right else None

    def can_rest_on(self, row: int) -> bool:
        """Whether the line is selectable."""
        return self._selectable[row] if row < len(self._selectable) else True

    def action_sideways(self, step: int) -> None:
        """Bring what is cut off at a side into view, half a width at a time."""
        width = self.scrollable_content_region.width
        self.left = max(0, min(self.left + step * max(1, width // 2), self._width() - width))
