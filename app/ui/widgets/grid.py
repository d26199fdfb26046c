"""A table over a window of rows: it asks for the rows on screen and for no others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType

from app.domain.text import cell_width, clip, visible
from app.ui.widgets.line_view import LineView, Span

Fetch = Callable[[int, int], Sequence[Sequence[Span]]]
"""Rows from a position, at most so many; each cell a text and its style."""

_PAGE = 200
_MAX_CELL = 40
_GAP = 2


@dataclass(frozen=True, slots=True)
class Column:
    """A column's title, and whether it is aligned to the right."""

    title: str
    is_right: bool = False


class Grid(LineView):
    """The first line holds the titles and stays; left and right move by whole columns."""

    HEADER: ClassVar[int] = 1
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,l", "sideways(1)", "Next columns", show=False),
        Binding("left,h", "sideways(-1)", "Previous columns", show=False),
    ]

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._columns: tuple[Column, ...] = ()
        self._count = 0
        self._fetch: Fetch | None = None
        self._pages: dict[int, Sequence[Sequence[Span]]] = {}
        self._widths: list[int] = []
        self._first_column = 0
        self._empty = ""

    def show(self, columns: Sequence[Column], count: int, fetch: Fetch, *, empty: str = "") -> None:
        """Show another table, or the same one with other rows; `empty` stands there when it has none."""
        is_other = tuple(columns) != self._columns
        self._columns, self._count, self._fetch, self._empty = tuple(columns), count, fetch, empty
        self._pages.clear()
        self._measure()
        self.rows_changed()
        if is_other:
            self._first_column = 0
            self.move_to(0)

    def _measure(self) -> None:
        """Columns are as wide as their title and the first rows need."""
        sample = [self._cells(row) for row in range(min(self._count, 100))]
        self._widths = []
        for at, column in enumerate(self._columns):
            cells = [cell_width(visible(cells[at][0])) for cells in sample]
            self._widths.append(min(_MAX_CELL, max([cell_width(visible(column.title)), *cells])))

    def _cells(self, row: int) -> Sequence[Span]:
        page = row // _PAGE
        if page not in self._pages:
            assert self._fetch is not None
            if len(self._pages) > 8:
                self._pages.clear()
            self._pages[page] = self._fetch(page * _PAGE, _PAGE)
        rows = self._pages[page]
        return rows[row % _PAGE] if row % _PAGE < len(rows) else [("", "")] * len(self._columns)

    def row_count(self) -> int:
        """How many rows the table has, below its titles."""
        return self._count

    def header_spans(self, line: int) -> Iterable[Span]:
        """The titles; without rows, what is to be said about that."""
        if not self._count and self._empty:
            return [(self._empty, "muted")]
        return self._laid_out([(column.title, "heading") for column in self._columns])

    def row_spans(self, row: int) -> Iterable[Span]:
        """A row's cells in their columns."""
        return self._laid_out(self._cells(row))

    def _laid_out(self, cells: Sequence[Span]) -> Iterable[Span]:
        for at in range(self._first_column, len(self._columns)):
            text, style = cells[at]
            shown = clip(visible(text), self._widths[at])
            space = " " * (self._widths[at] - cell_width(shown))
            yield (space + shown if self._columns[at].is_right else shown + space), style
            yield " " * _GAP, ""

    def action_sideways(self, step: int) -> None:
        """Bring further columns into view."""
        self._first_column = max(0, min(self._first_column + step, len(self._columns) - 1))
        self.refresh()
