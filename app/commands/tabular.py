"""Rows as aligned plain text, for the shell. Every text passes the one sanitiser."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.domain.text import cell_width, visible


def table(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> tuple[str, ...]:
    """Lines of a table: titles first, columns as wide as their widest cell, two spaces between."""
    cells = [[visible(title) for title in titles], *([visible(_shown(cell)) for cell in row] for row in rows)]
    widths = [max(cell_width(row[column]) for row in cells) for column in range(len(titles))]
    return tuple(_line(row, widths) for row in cells)


def _shown(cell: object) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell + " " * (width - cell_width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()


def fields(pairs: Iterable[tuple[str, object]]) -> tuple[str, ...]:
    """Lines of `name  value`, names aligned."""
    shown = [(visible(name), visible(_shown(value))) for name, value in pairs]
    width = max((cell_width(name) for name, _ in shown), default=0)
    return tuple(_line(pair, (width, 0)) for pair in shown)
