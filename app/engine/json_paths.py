"""From the paths that a query answers with to nodes of the index."""

from __future__ import annotations

from collections.abc import Iterable

from app.engine.json_index import JsonIndex
from app.engine.json_topology import NodeKind

_WIDE = 32
"""Objects with more members than this are remembered: a query may ask for each of them."""


class Finder:
    """Finds many paths in one document."""

    def __init__(self, index: JsonIndex) -> None:
        self._index = index
        self._members: dict[int, dict[str, int]] = {}

    def nodes(self, paths: Iterable[tuple[str | int, ...]]) -> list[int]:
        """The nodes at paths; a path that is not in the document has none."""
        found = (self._node(path) for path in paths)
        return [node for node in found if node is not None]

    def _node(self, path: tuple[str | int, ...]) -> int | None:
        index, node = self._index, 0
        for segment in path:
            is_array = index.kind(node) is NodeKind.ARRAY
            if isinstance(segment, int) and is_array and 0 <= segment < index.size(node):
                node = index.element(node, segment)
            elif isinstance(segment, str) and index.kind(node) is NodeKind.OBJECT:
                child = self._named(node).get(segment)
                if child is None:
                    return None
                node = child
            else:
                return None
        return node

    def _named(self, node: int) -> dict[str, int]:
        """The members of an object; of duplicate names the last."""
        members = self._members.get(node)
        if members is None:
            members = {str(self._index.key(child)): child for child in self._index.children(node)}
            if len(members) > _WIDE:
                self._members[node] = members
        return members
