"""Which row of a text begins where, found little by little; of every so many rows one is remembered."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from itertools import islice

from app.ui.widgets.layouts import Layout

_STEP = 32
_MOST_BLOCKS = 64
"""Blocks of rows that are kept after they were on the screen."""


class RowMap:
    """The rows of a text in one layout."""

    def __init__(self, data: bytes, layout: Layout) -> None:
        self.count = 0
        """Rows found so far."""
        self._data = data
        self._layout = layout
        self._starts = array("q")
        self._depths = array("i")
        self._rows = layout(data, 0, 0)
        self._blocks: dict[int, list[tuple[int, int]]] = {}

    def extend(self, data: bytes) -> None:
        """Go on with a longer text that begins with the one so far; its last rows are found anew."""
        self._data = data
        self._blocks.clear()
        for _ in range(min(2, len(self._starts))):
            start, depth = self._starts.pop(), self._depths.pop()
            self._rows = self._layout(data, start, depth)
        if not self._starts:
            self._rows = self._layout(data, 0, 0)
        self.count = len(self._starts) * _STEP

    def grow(self, most: int) -> bool:
        """Find up to so many rows more; false when there are no more."""
        for _ in range(-(-most // _STEP)):
            block = list(islice(self._rows, _STEP - self.count % _STEP))
            if not block:
                return False
            if not self.count % _STEP:
                self._starts.append(block[0][0])
                self._depths.append(block[0][1])
            self.count += len(block)
        return True

    def row(self, number: int) -> tuple[int, int, int]:
        """Where a row begins and ends, and its depth."""
        block, at = divmod(number, _STEP)
        rows = self._block(block)
        start, depth = rows[at]
        end = rows[at + 1][0] if at + 1 < len(rows) else len(self._data)
        return start, end, depth

    def row_at(self, offset: int) -> int:
        """The row that holds a byte: the last one that begins at it or before, as far as rows are found."""
        block = bisect_right(self._starts, offset) - 1
        if block < 0:
            return 0
        rows = self._block(block)[:_STEP]
        return min(block * _STEP + bisect_right(rows, (offset, 1 << 60)) - 1, self.count - 1)

    def _block(self, block: int) -> list[tuple[int, int]]:
        """The rows of a block, and the first one of the next."""
        if block not in self._blocks:
            if len(self._blocks) >= _MOST_BLOCKS:
                self._blocks.clear()
            rows = self._layout(self._data, self._starts[block], self._depths[block])
            self._blocks[block] = list(islice(rows, _STEP + 1))
        return self._blocks[block]
