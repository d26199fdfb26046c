"""An index over the bytes of a JSON text: where each value begins and ends, and what belongs to what.

The bytes stay as they came — duplicate keys, their order, the spelling of numbers and escapes — and nothing is built
for a value before somebody looks at it: a value is a row in a few flat arrays. Values are numbered in document order,
so a container is followed by all that is in it. Broken JSON is indexed up to where it breaks.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from enum import IntEnum

from app.domain.values import JsonValue
from app.engine import json_lexer as lexer
from app.engine.json_problem import JsonProblem

_QUOTED = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_QUOTED_OR_SPACE = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[ \t\r\n]+', re.DOTALL)
_INT_DIGITS = 4000
"""More than these Python does not turn into an int."""


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


class JsonIndex:
    """The nodes of one JSON text. Node 0 is the root; an empty or hopeless text has none."""

    def __init__(self, data: bytes, lexed: lexer.Lexed) -> None:
        self.data = data
        self.problem: JsonProblem | None = lexed.problem
        self._kinds = lexed.kinds
        self._starts = lexed.starts
        self._ends = lexed.ends
        self._parents = lexed.parents
        self._keys = lexed.keys
        self._after = lexed.after
        self._sizes = lexed.sizes

    @classmethod
    def build(cls, data: bytes) -> JsonIndex:
        """Index a text; never fails: see `problem` for what is wrong with it."""
        return cls(data, lexer.lex(data))

    def __len__(self) -> int:
        return len(self._kinds)

    def kind(self, node: int) -> NodeKind:
        """What a node is."""
        return NodeKind(self._kinds[node])

    def start(self, node: int) -> int:
        """Offset of its first byte."""
        return self._starts[node]

    def source(self, node: int) -> bytes:
        """Its bytes, exactly."""
        return self.data[self._starts[node] : self._ends[node]]

    def size(self, node: int) -> int:
        """How many children it has."""
        return self._sizes[node]

    def parent(self, node: int) -> int | None:
        """The container it is in; None for the root."""
        return self._parents[node] if node else None

    def after(self, node: int) -> int:
        """The number after the last node inside it."""
        return self._after[node]

    def children(self, node: int) -> Iterator[int]:
        """Its children in order."""
        child, end = node + 1, self._after[node]
        while child < end:
            yield child
            child = self._after[child]

    def depth(self, node: int) -> int:
        """How many containers it is in."""
        depth = 0
        while node:
            node, depth = self._parents[node], depth + 1
        return depth

    def key(self, node: int) -> str | int | None:
        """Its member name or its position in an array; None for the root."""
        if not node:
            return None
        start = self._keys[node]
        if start < 0:
            return ~start
        found = _QUOTED.match(self.data, start)
        assert found is not None
        return _decoded(found[0])

    def segments(self, node: int) -> tuple[str | int, ...]:
        """The path from the root: names and positions."""
        found: list[str | int] = []
        while node:
            key = self.key(node)
            assert key is not None
            found.append(key)
            node = self._parents[node]
        return tuple(reversed(found))

    def find(self, segments: tuple[str | int, ...]) -> int | None:
        """The node at a path; the last of duplicate names, as decoders take it."""
        if not len(self):
            return None
        node = 0
        for segment in segments:
            found = None
            for child in self.children(node):
                if self.key(child) == segment:
                    found = child
                    if isinstance(segment, int):
                        break
            if found is None:
                return None
            node = found
        return node

    def node_at(self, offset: int) -> int | None:
        """The innermost node that holds a byte, its name included."""
        if not len(self) or not self._starts[0] <= offset < self._ends[0]:
            return None
        node = bisect_right(self._starts, offset) - 1
        if node + 1 < len(self) and 0 <= self._keys[node + 1] <= offset:
            return node + 1
        while self._ends[node] <= offset:
            node = self._parents[node]
        return node

    def quotes_around(self, offset: int) -> tuple[int, bool] | None:
        """Where the text in quotes that a byte is inside of ends, and whether it is a name; None if it is in none."""
        node = self.node_at(offset)
        if node is None:
            return None
        if offset < self._starts[node]:
            name = _QUOTED.match(self.data, self._keys[node])
            return (name.end(), True) if name and self._keys[node] < offset < name.end() else None
        is_inside = self.kind(node) is NodeKind.STRING and offset > self._starts[node]
        return (self._ends[node], False) if is_inside else None

    def text(self, node: int) -> str:
        """A string's characters; for anything else its source text."""
        source = self.source(node)
        return _decoded(source) if self.kind(node) is NodeKind.STRING else source.decode("utf-8", "replace")

    def value(self, node: int) -> JsonValue:
        """A scalar as a Python value, exact; a container, or a number beyond Decimal, as its source text."""
        kind = self.kind(node)
        if kind is NodeKind.NUMBER:
            return _number(self.source(node).decode())
        if kind in (NodeKind.TRUE, NodeKind.FALSE):
            return kind is NodeKind.TRUE
        return None if kind is NodeKind.NULL else self.text(node)

    def preview(self, node: int, cells: int) -> str:
        """The beginning of a node's source, on one line: space between the values of a container counts once."""
        start, end = self._starts[node], self._ends[node]
        reach = min(end, start + 4 * cells)
        text = self.data[start:reach].decode("utf-8", "replace")
        if self.kind(node).is_container:
            text = _QUOTED_OR_SPACE.sub(lambda found: found[0] if found[0][0] == '"' else " ", text)
        if reach < end:
            text = text[: cells - 1].removesuffix("\ufffd") + "…"
        return text if len(text) <= cells else text[: cells - 1] + "…"


def _number(text: str) -> JsonValue:
    if set(text).isdisjoint(".eE") and len(text) <= _INT_DIGITS:
        return int(text)
    try:
        return Decimal(text)
    except InvalidOperation:
        return text


def _decoded(quoted: bytes) -> str:
    text = quoted.decode("utf-8", "replace")
    return json.loads(text, strict=False) if "\\" in text else text[1:-1]
