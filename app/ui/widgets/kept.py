"""A selection of nodes for the tree: they, what they are in, and, where one is opened, what is in it."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable

from app.engine.json_index import JsonIndex


class Kept:
    """The nodes that a filter has left."""

    def __init__(self, index: JsonIndex, nodes: Iterable[int]) -> None:
        self._index = index
        self.nodes = frozenset(nodes)
        self.around = self._containers()
        """What the nodes are in, and what is not one of them: always open."""
        self._order = array("i", sorted(self.nodes | self.around))

    def _containers(self) -> frozenset[int]:
        found: set[int] = set()
        for node in self.nodes:
            above = self._index.parent(node)
            while above is not None and above not in found:
                found.add(above)
                above = self._index.parent(above)
        return frozenset(found - self.nodes)

    def nearest(self, node: int) -> int:
        """The node itself if it is kept or inside of one that is; else the kept one before it."""
        at = bisect_right(self._order, node) - 1
        return self._order[max(0, at)] if self._order else 0

    def rows(self, node: int, opened: Callable[[int, int], bool], most: int) -> tuple[array[int], int]:
        """Up to about `most` rows from a node on, and where to go on."""
        found: array[int] = array("i")
        while len(found) < most:
            inside = self._match_around(node)
            if inside is not None:
                rows, node = self._index.rows(node, self._index.after(inside), opened, most)
                found.extend(rows)
                continue
            at = bisect_left(self._order, node)
            if at == len(self._order):
                return found, len(self._index)
            node = self._order[at]
            found.append(node)
            is_open = node in self.around or (self._index.size(node) and opened(node, self._index.depth(node)))
            node = node + 1 if is_open else self._index.after(node)
        return found, node

    def _match_around(self, node: int) -> int | None:
        """The outermost kept node that a node is inside of."""
        if node >= len(self._index):
            return None
        match, above = None, self._index.parent(node)
        while above is not None:
            match = above if above in self.nodes else match
            above = self._index.parent(above)
        return match
