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

_PAGE = 40
"""Rows that are asked for at once: little more than a screen, for each costs a decoding."""
_SAMPLE = 100
"""Rows that say how wide the columns are."""
_MAX_CELL = 40
_GAP = 2


@dataclass(frozen=True, slots=True)
class Column:
    """A column's title, whether it is aligned to the right, and a mark that stands behind the title."""

    title: str
    is_right: bool = False
    mark: str = ""

    @property
    def heading(self) -> str:
        """Title and mark."""
        return f"{self.title} {self.mark}" if self.mark else self.title


class Grid(LineView):
    """The first line holds the titles and stays; left and right move a mark over the columns and bring them in view."""

    HEADER: ClassVar[int] = 1
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,l", "sideways(1)", "Next column", show=False),
        Binding("left,h", "sideways(-1)", "Previous column", show=False),
    ]

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._columns: tuple[Column, ...] = ()
        self._count = 0
        self._fetch: Fetch | None = None
        self._pages: dict[int, Sequence[Sequence[Span]]] = {}
        self._widths: list[int] = []
        self._first_column = 0
        self._column = 0
        self._empty = ""

    def show(
        self, columns: Sequence[Column], count: int, fetch: Fetch, *, empty: str = "", row: int | None = None
    ) -> None:
        """Show another table, or the same one with other rows; `empty` stands there when it has none.

        The cursor goes to `row`; without one it stays, unless the columns are others.
        """
        is_other = [column.title for column in columns] != [column.title for column in self._columns]
        is_measured = self._columns == tuple(columns) and min(self._count, count) >= _SAMPLE
        self._columns, self._count, self._fetch, self._empty = tuple(columns), count, fetch, empty
        self._pages.clear()
        self._measure(self._rows_in_view if is_measured else range(min(count, _SAMPLE)), is_measured=is_measured)
        self.rows_changed()
        if is_other:
            self._first_column = self._column = 0
        if row is not None or is_other:
            self.move_to(row or 0)

    @property
    def column(self) -> int:
        """The column that the mark is on."""
        return self._column

    def move_to_column(self, column: int) -> None:
        """Put the mark on a column and bring it into view, whole where it has room."""
        self._column = max(0, min(column, len(self._columns) - 1))
        self._first_column = min(self._first_column, self._column)
        room = self.scrollable_content_region.width
        while self._first_column < self._column and self._cells_up_to(self._column) > room:
            self._first_column += 1
        self.refresh()

    def _cells_up_to(self, column: int) -> int:
        widths = self._widths[self._first_column : column + 1]
        return sum(widths) + _GAP * (len(widths) - 1)

    def _measure(self, rows: range, *, is_measured: bool) -> None:
        """Columns are as wide as their title and some rows need; those that are wide enough stay as they are."""
        sample = [self._cells(row) for row in rows]
        least = self._widths if is_measured else [0] * len(self._columns)
        self._widths = []
        for at, column in enumerate(self._columns):
            cells = [cell_width(visible(cells[at][0])) for cells in sample]
            self._widths.append(min(_MAX_CELL, max([least[at], cell_width(visible(column.heading)), *cells])))

    @property
    def _rows_in_view(self) -> range:
        top = self.scroll_offset.y
        return range(min(top, self._count), min(top + max(0, self._rows_on_screen), self._count))

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
        marked = self._column if self._count else -1
        titles = [(c.heading, "current" if at == marked else "heading") for at, c in enumerate(self._columns)]
        return self._laid_out(titles)

    def row_spans(self, row: int) -> Iterable[Span]:
        """A row's cells in their columns."""
        cells = self._cells(row)
        if row == self.cursor and self.has_focus:
            cells = [(text, "current" if at == self._column else style) for at, (text, style) in enumerate(cells)]
        return self._laid_out(cells)

    def _laid_out(self, cells: Sequence[Span]) -> Iterable[Span]:
        for at in range(self._first_column, len(self._columns)):
            if at > self._first_column:
                yield " " * _GAP, ""
            text, style = cells[at]
            shown = clip(visible(text), self._widths[at])
            space = " " * (self._widths[at] - cell_width(shown))
            if self._columns[at].is_right:
                yield space, ""
                yield shown, style
            else:
                yield shown, style
                yield space, ""

    def action_sideways(self, step: int) -> None:
        """To the next column, or the one before."""
        self.move_to_column(self._column + step)
