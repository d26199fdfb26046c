"""An index over the bytes of a JSON text: where each value begins and ends, and what belongs to what.

The bytes stay as they came — duplicate keys, their order, the spelling of numbers and escapes — and nothing is built
for a value before somebody looks at it: a value is a row in a few flat arrays. Values are numbered in document order,
so a container is followed by all that is in it. Broken JSON is indexed up to where it breaks.
"""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Iterator
from decimal import Decimal
from enum import IntEnum

from app.domain.values import JsonValue
from app.engine.json_lexer import JsonProblem, Lexed, lex

_QUOTED = re.compile(rb'"(?:[^"\\]|\\.)*"')
_UNESCAPED = re.compile(rb'"[^\\\x00-\x1f]*"\Z')


class NodeKind(IntEnum):
    """What a node is."""

    OBJECT = 0
    ARRAY = 1
    STRING = 2
    NUMBER = 3
    TRUE = 4
    FALSE = 5
    NULL = 6

    @property
    def is_container(self) -> bool:
        """Whether it can have children."""
        return self <= NodeKind.ARRAY

    @property
    def words(self) -> str:
        """The kind as `json_kind` says it, numbers aside."""
        return ("object", "array", "text", "number", "boolean", "boolean", "null")[self]


class JsonIndex:
    """The nodes of one JSON text. Node 0 is the root; an empty or hopeless text has none."""

    def __init__(self, data: bytes, lexed: Lexed) -> None:
        self.data = data
        self.problem: JsonProblem | None = lexed.problem
        self._kinds = lexed.kinds
        self._starts: array[int] = lexed.starts
        self._ends: array[int] = lexed.ends
        self._parents: array[int] = lexed.parents
        self._keys: array[int] = lexed.keys
        self._places: array[int] = lexed.places
        self._after: array[int] = lexed.after
        self._sizes: array[int] = lexed.sizes

    @classmethod
    def build(cls, data: bytes) -> JsonIndex:
        """Index a text; never fails: see `problem` for what is wrong with it."""
        return cls(data, lex(data))

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
            return self._places[node]
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
            wanted = [child for child in self.children(node) if self.key(child) == segment]
            if not wanted:
                return None
            node = wanted[-1]
        return node

    def node_at(self, offset: int) -> int | None:
        """The innermost node that holds a byte."""
        if not len(self) or not self._starts[0] <= offset < self._ends[0]:
            return None
        node = 0
        while True:
            inner = (c for c in self.children(node) if self._reach(c) <= offset < self._ends[c])
            found = next(inner, None)
            if found is None:
                return node
            node = found

    def _reach(self, node: int) -> int:
        """Where a node begins, its name included."""
        return self._keys[node] if self._keys[node] >= 0 else self._starts[node]

    def text(self, node: int) -> str:
        """A string's characters; for anything else its source text."""
        source = self.source(node)
        return _decoded(source) if self.kind(node) is NodeKind.STRING else source.decode("utf-8", "replace")

    def value(self, node: int) -> JsonValue:
        """A scalar as a Python value, exact; containers and broken values as their source text."""
        kind = self.kind(node)
        if kind is NodeKind.NUMBER:
            text = self.source(node).decode()
            return Decimal(text) if set(text) & set(".eE") or len(text) > 4000 else int(text)
        if kind in (NodeKind.TRUE, NodeKind.FALSE):
            return kind is NodeKind.TRUE
        return None if kind is NodeKind.NULL else self.text(node)

    def preview(self, node: int, cells: int) -> str:
        """The beginning of a container's source on one line."""
        source = self.data[self._starts[node] : min(self._ends[node], self._starts[node] + 4 * cells)]
        text = re.sub(r"\s+", " ", source.decode("utf-8", "replace"))
        return text if len(text) <= cells else text[: cells - 1] + "…"


def _decoded(quoted: bytes) -> str:
    if _UNESCAPED.match(quoted):
        return quoted[1:-1].decode("utf-8", "replace")
    try:
        text: str = json.loads(quoted.decode("utf-8", "replace"), strict=False)
    except ValueError:
        return quoted[1:].removesuffix(b'"').decode("utf-8", "replace")
    return text
