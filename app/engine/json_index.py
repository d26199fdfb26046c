"""An index over the bytes of a JSON text: where each value begins and ends, and what belongs to what.

The bytes stay as they came — duplicate keys, their order, the spelling of numbers and escapes — and nothing is built
for a value before somebody looks at it: a value is its place, the rest is read from the text again. Values are numbered
in document order, so a container is followed by all that is in it, and a number stays true while the index grows.
Broken JSON is indexed up to where it breaks.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from decimal import Decimal, InvalidOperation

from app.domain.values import JsonValue
from app.engine import json_lexer as lexer
from app.engine.json_topology import JsonTopology, NodeKind

_SCALAR = re.compile(lexer.STRING_SOURCE + b"|" + lexer.NUMBER_SOURCE + b"|true|false|null", re.DOTALL)
_NAME = re.compile(rb"[ \t\n\r]*+,?[ \t\n\r]*+(" + lexer.STRING_SOURCE + b")", re.DOTALL)
_QUOTED_OR_SPACE = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[ \t\r\n]+', re.DOTALL)
_INT_DIGITS = 4000
"""More than these Python does not turn into an int."""
_BRACKET = ord("[")
_LONG = 16 * 1024
"""Bytes from which on the end of a text or number is remembered."""


class JsonIndex(JsonTopology):
    """The nodes of one JSON text. Node 0 is the root; an empty or hopeless text has none."""

    def __init__(self, data: bytes, *, is_whole: bool = True) -> None:
        super().__init__(data, is_whole=is_whole)
        self._long_ends: dict[int, int] = {}

    @classmethod
    def build(cls, data: bytes) -> JsonIndex:
        """Index a text to its end; never fails: see `problem` for what is wrong with it."""
        index = cls(data)
        index.advance(len(data) + 1)
        return index

    def end(self, node: int) -> int:
        """The offset after its last byte, as far as it is indexed."""
        container = self.container(node)
        if container is None:
            return self._long_ends.get(node) or self._scalar_end(node)
        end = self._ends[container]
        return end if end >= 0 else self.reached

    def _scalar_end(self, node: int) -> int:
        """Found in the text, and remembered where that takes long: each row of a long text asks for it."""
        start = self._starts[node]
        found = _SCALAR.match(self.data, start)
        assert found is not None
        if found.end() - start > _LONG:
            self._long_ends[node] = found.end()
        return found.end()

    def is_open_ended(self, node: int) -> bool:
        """Whether a container's end was not found, yet or ever."""
        container = self.container(node)
        return container is not None and self._ends[container] < 0

    def source(self, node: int) -> bytes:
        """Its bytes, exactly."""
        return self.data[self._starts[node] : self.end(node)]

    def key(self, node: int) -> str | int | None:
        """Its member name or its position in an array; None for the root."""
        if not node:
            return None
        name = self.name_span(node)
        return self.position(node) if name is None else _decoded(self.data[name[0] : name[1]])

    def name_span(self, node: int) -> tuple[int, int] | None:
        """Where its member name stands, quotes included; None for elements and the root."""
        above = self.above(node)
        if above < 0 or self.data[self._starts[self._nodes[above]]] == _BRACKET:
            return None
        if node - 1 == self._nodes[above]:
            at = self._starts[node - 1] + 1
        else:
            before = self.sibling_before(node, above)
            at = (
                self._ends[before]
                if before is not None and self.after_container(before) == node
                else self.end(node - 1)
            )
        found = _NAME.match(self.data, at)
        assert found is not None
        return found.span(1)

    def position(self, node: int) -> int:
        """Which child of its container it is, from 0."""
        container = self.container(node)
        if container is not None:
            return self._places[container]
        above = self.above(node)
        before = self.sibling_before(node, above)
        if before is None:
            return node - self._nodes[above] - 1
        return self._places[before] + 1 + node - self.after_container(before)

    def segments(self, node: int) -> tuple[str | int, ...]:
        """The path from the root: names and positions."""
        found: list[str | int] = []
        while node:
            key = self.key(node)
            assert key is not None
            found.append(key)
            node = self._nodes[self.above(node)]
        return tuple(reversed(found))

    def find(self, segments: tuple[str | int, ...]) -> int | None:
        """The node at a path; the last of duplicate names, as decoders take it."""
        node = 0 if len(self) else None
        for segment in segments:
            if node is None or not self.size(node):
                return None
            is_array = self.kind(node) is NodeKind.ARRAY
            if isinstance(segment, int):
                node = self.element(node, segment) if is_array and 0 <= segment < self.size(node) else None
            else:
                named = () if is_array else self.children(node)
                node = next((child for child in reversed([*named]) if self.key(child) == segment), None)
        return node

    def element(self, node: int, position: int) -> int:
        """The child at a position, found by halving."""
        low, high = node + 1, self.after(node)
        while True:
            middle = (low + high) // 2
            child = self._child_around(middle, node)
            found = self.position(child)
            if found == position:
                return child
            if found < position:
                low = self.after(child)
            else:
                high = child

    def _child_around(self, node: int, parent: int) -> int:
        """The child of a container that a node inside of it is, or is in."""
        above = self._nodes[self.above(node)]
        while above != parent:
            node, above = above, self._nodes[self.above(above)]
        return node

    def node_at(self, offset: int) -> int | None:
        """The innermost node that holds a byte, its name included; None if it is in none or not indexed yet."""
        if not len(self) or not self._starts[0] <= offset < self.end(0):
            return None
        node = bisect_right(self._starts, offset) - 1
        if node + 1 < len(self):
            name = self.name_span(node + 1)
            if name and name[0] <= offset:
                return node + 1
        while self.end(node) <= offset:
            node = self._nodes[self.above(node)]
        return node

    def quotes_around(self, offset: int) -> tuple[int, bool] | None:
        """Where the text in quotes that a byte is inside of ends, and whether it is a name; None if it is in none."""
        node = self.node_at(offset)
        if node is None:
            return None
        if offset < self._starts[node]:
            name = self.name_span(node)
            return (name[1], True) if name and name[0] < offset < name[1] else None
        is_inside = self.kind(node) is NodeKind.STRING and offset > self._starts[node]
        return (self.end(node), False) if is_inside else None

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
        start, end = self._starts[node], self.end(node)
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
