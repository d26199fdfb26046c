"""Which values of a JSON text belong to which: the arrays of the lexer, and walking in them.

Values are numbered in document order, so a container is followed by all that is in it, and a number stays true while
more is found.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator
from enum import IntEnum

from app.engine import json_lexer as lexer
from app.engine.json_problem import JsonProblem


class NodeKind(IntEnum):
    """What a node is."""

    STRING = lexer.STRING
    NUMBER = lexer.NUMBER
    TRUE = lexer.TRUE
    FALSE = lexer.FALSE
    NULL = lexer.NULL
    OBJECT = lexer.OBJECT
    ARRAY = lexer.ARRAY

    @property
    def is_container(self) -> bool:
        """Whether it can have children."""
        return self >= NodeKind.OBJECT

    @property
    def words(self) -> str:
        """The kind as `json_kind` says it, numbers aside."""
        return ("text", "number", "boolean", "boolean", "null", "object", "array")[self - NodeKind.STRING]


_KINDS = {
    ord('"'): NodeKind.STRING,
    ord("t"): NodeKind.TRUE,
    ord("f"): NodeKind.FALSE,
    ord("n"): NodeKind.NULL,
    ord("{"): NodeKind.OBJECT,
    ord("["): NodeKind.ARRAY,
}
_BRACKET = ord("[")


class JsonTopology:
    """The nodes of one JSON text. Node 0 is the root; an empty or hopeless text has none."""

    def __init__(self, data: bytes, *, is_whole: bool = True) -> None:
        """Nothing is indexed yet: see `advance`. When `data` is only a beginning, the rest comes by `extend`."""
        self._lexer = lexer.Lexer(data, is_whole=is_whole)
        self._starts = self._lexer.starts
        self._nodes = self._lexer.container_nodes
        self._ends = self._lexer.container_ends
        self._sizes = self._lexer.container_sizes
        self._parents = self._lexer.container_parents
        self._places = self._lexer.container_places

    def advance(self, size: int) -> None:
        """Index about so many bytes more. Other threads may look at what is there meanwhile."""
        self._lexer.advance(size)

    def extend(self, data: bytes) -> None:
        """Go on with the whole text; what is indexed is its beginning."""
        self._lexer.extend(data)

    def add(self, growth: lexer.Growth) -> None:
        """Take over what was found elsewhere in the same text."""
        self._lexer.add(growth)

    @property
    def data(self) -> bytes:
        """The text as far as it is known."""
        return self._lexer.data

    @property
    def is_whole(self) -> bool:
        """Whether `data` is all of the text."""
        return self._lexer.is_whole

    @property
    def is_done(self) -> bool:
        """Whether the text is indexed to its end, or to where it breaks."""
        return self._lexer.is_done

    @property
    def reached(self) -> int:
        """The offset up to which the text is indexed."""
        return self._lexer.at

    @property
    def problem(self) -> JsonProblem | None:
        """What is wrong with the text, once that is known."""
        return self._lexer.problem

    def __len__(self) -> int:
        return len(self._starts)

    def kind(self, node: int) -> NodeKind:
        """What a node is."""
        return _KINDS.get(self.data[self._starts[node]], NodeKind.NUMBER)

    def start(self, node: int) -> int:
        """Offset of its first byte."""
        return self._starts[node]

    def size(self, node: int) -> int:
        """How many children it has."""
        container = self.container(node)
        return 0 if container is None else self._sizes[container]

    def parent(self, node: int) -> int | None:
        """The container it is in; None for the root."""
        return self._nodes[self.above(node)] if node else None

    def after(self, node: int) -> int:
        """The number after the last node inside it."""
        container = self.container(node)
        if container is None:
            return node + 1
        end = self._ends[container]
        return len(self) if end < 0 else bisect_left(self._starts, end, node)

    def children(self, node: int) -> Iterator[int]:
        """Its children in order."""
        child, end = node + 1, self.after(node)
        at = bisect_left(self._nodes, child)
        while child < end:
            following = self._nodes[at] if at < len(self._nodes) else end
            if child < following:
                yield from range(child, min(following, end))
                child = following
            else:
                yield child
                child = self.after(child)
                at = bisect_left(self._nodes, child, at)

    def rows(self, node: int, stop: int, opened: Callable[[int, int], bool], most: int) -> tuple[array[int], int]:
        """Up to about `most` nodes from `node` on, without what is inside of those that are not `opened`.

        `opened` is asked with a container and its depth. Returns the nodes, and where to go on.
        """
        found = array("i")
        stop = min(stop, len(self))
        at = bisect_left(self._nodes, node)
        depth: int | None = None
        while node < stop and len(found) < most:
            following = min(stop, self._nodes[at]) if at < len(self._nodes) else stop
            if node < following:
                following = min(following, node + most)
                found.extend(range(node, following))
                node, depth = following, None
                continue
            found.append(node)
            depth = self.depth(node) if depth is None else depth
            if opened(node, depth):
                node, at, depth = node + 1, at + 1, depth + 1
            elif self._ends[at] < 0:
                return found, len(self)
            else:
                node, depth = self.after(node), None
                at = bisect_left(self._nodes, node, at)
        return found, node

    def depth(self, node: int) -> int:
        """How many containers it is in."""
        depth, container = 0, self.above(node)
        while container >= 0:
            container, depth = self._parents[container], depth + 1
        return depth

    def container(self, node: int) -> int | None:
        """Its place among the containers, if it is one."""
        at = bisect_left(self._nodes, node)
        return at if at < len(self._nodes) and self._nodes[at] == node else None

    def above(self, node: int) -> int:
        """The place among the containers of the one it is in; -1 for the root."""
        at, start = bisect_left(self._nodes, node) - 1, self._starts[node]
        while at >= 0 and 0 <= self._ends[at] <= start:
            at = self._parents[at]
        return at

    def after_container(self, container: int) -> int:
        return bisect_left(self._starts, self._ends[container], self._nodes[container])

    def sibling_before(self, node: int, above: int) -> int | None:
        """The last container among its siblings before it."""
        at, before = bisect_left(self._nodes, node) - 1, None
        while at != above:
            before, at = at, self._parents[at]
        return before
