"""Finding the values of a JSON text, strictly by RFC 8259, in one pass that can rest at any byte, without recursion.

One match of one expression finds a whole entry of a container — the comma before it, its name, its value — so that
the loop turns once for each value. The expressions never backtrack: time is linear in the text, whatever is in it.
A value costs the four bytes of its place; only containers keep more. All that is kept is appended, so another thread
may read what was found so far.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass, field

from app.engine.json_problem import JsonProblem, Place, problem_after

STRING, NUMBER, TRUE, FALSE, NULL, OBJECT, ARRAY = range(2, 9)
"""The kinds of nodes, numbered as the groups of the expressions that find them; the first group is a name."""
_BOM = b"\xef\xbb\xbf"
_GAP = rb"[ \t\n\r]*+"
# An escape is looked ahead at, not matched: Pythons before 3.11.5 go wrong where a possessive loop holds a choice.
STRING_SOURCE = rb'"[^"\\\x00-\x1f]*+(?:\\(?=["\\/bfnrt]|u[0-9a-fA-F]{4}).[^"\\\x00-\x1f]*+)*+"'
NUMBER_SOURCE = rb"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?"
_VALUE = _GAP + b"(?:(" + STRING_SOURCE + b")|(" + NUMBER_SOURCE + rb")|(true)|(false)|(null)|({)|(\[))"
_MEMBER = _GAP + b"(" + STRING_SOURCE + b")" + _GAP + b":" + _VALUE
_ELEMENT = b"()" + _VALUE
_ROOT = re.compile(_ELEMENT).match
_FIRST_MEMBER = re.compile(_MEMBER + b"|" + _GAP + b"}").match
_NEXT_MEMBER = re.compile(_GAP + b"(?:," + _MEMBER + b"|})").match
_FIRST_ELEMENT = re.compile(_ELEMENT + b"|" + _GAP + rb"\]").match
_NEXT_ELEMENT = re.compile(_GAP + b"(?:," + _ELEMENT + rb"|\])").match
_INSIDE = {OBJECT: (_FIRST_MEMBER, _NEXT_MEMBER), ARRAY: (_FIRST_ELEMENT, _NEXT_ELEMENT)}
_PLACES = {
    _ROOT: Place(None, is_first=True),
    _FIRST_MEMBER: Place("}", is_first=True),
    _NEXT_MEMBER: Place("}", is_first=False),
    _FIRST_ELEMENT: Place("]", is_first=True),
    _NEXT_ELEMENT: Place("]", is_first=False),
}
_BRACKET = ord("[")
_UNSURE = 3
"""Bytes at the end of a part of a text of which the next part may make another value: 1 and .5, 1 and e+5."""


@dataclass(frozen=True, slots=True)
class Growth:
    """What was found by going on: the ends of the arrays of a `Lexer`, and what has changed before them."""

    at: int
    nodes: int
    """How many nodes there were before."""
    containers: int
    """How many containers there were before."""
    problem: JsonProblem | None
    is_done: bool
    parts: list[bytes] = field(repr=False)
    """Bytes of arrays: the new starts, nodes, ends, sizes, parents, places; then, for containers from before that
    have changed, which ones, and their ends and sizes."""


class Lexer:
    """The nodes of a text in document order, as far as they have been found."""

    __slots__ = (
        "_above",
        "_following",
        "_match",
        "_open",
        "at",
        "container_ends",
        "container_nodes",
        "container_parents",
        "container_places",
        "container_sizes",
        "data",
        "is_done",
        "is_whole",
        "problem",
        "starts",
    )

    def __init__(self, data: bytes, *, is_whole: bool) -> None:
        self.data = data
        self.is_whole = is_whole
        """Whether `data` is the text to its end; else more comes by `extend`."""
        typecode = "i" if len(data) < 2**30 else "q"
        self.starts = array(typecode)
        """Offset of each node's first byte."""
        self.container_nodes = array(typecode)
        """The number of each container; the arrays below have one entry for each container, too."""
        self.container_ends = array(typecode)
        """The offset after its last byte; -1 while that was not found."""
        self.container_sizes = array(typecode)
        """How many children it has."""
        self.container_parents = array(typecode)
        """The container it is in, as a place in these arrays; the root has -1."""
        self.container_places = array(typecode)
        """The position in its parent."""
        self.problem: JsonProblem | None = None
        self.is_done = False
        """Whether nothing more will be found."""
        self.at = len(_BOM) if data.startswith(_BOM) else 0
        self._match = self._following = _ROOT
        self._open = -1
        self._above: list[int] = [0]
        """Children found so far of every open container and, first, of none."""

    def extend(self, data: bytes) -> None:
        """Go on with the whole text, of which the text so far is the beginning."""
        self.data, self.is_whole = data, True

    def advance(self, size: int) -> None:
        """Go on for about so many bytes."""
        if self.is_done:
            return
        stop = min(len(self.data), self.at + size)
        is_stuck = self._walk(stop)
        for container, count in zip(self.open_containers(), reversed(self._above), strict=False):
            self.container_sizes[container] = count
        if is_stuck and self.is_whole:
            place = None if self._has_ended else _PLACES[self._match]
            self.problem = problem_after(self.data, self.at, place)
            self.is_done = True

    def growth(self, nodes: int, containers: int, opened: list[int]) -> Growth:
        """What has been found since there were so many nodes and containers, and these were open."""
        changed: list[int] = []
        for container in opened:
            changed.append(container)
            if self.container_ends[container] < 0:
                break  # what is around an open container has not changed
        arrays = [self.starts[nodes:], *(found[containers:] for found in self._of_containers)]
        typecode = self.starts.typecode
        arrays += [
            array(typecode, changed),
            array(typecode, [self.container_ends[container] for container in changed]),
            array(typecode, [self.container_sizes[container] for container in changed]),
        ]
        return Growth(self.at, nodes, containers, self.problem, self.is_done, [found.tobytes() for found in arrays])

    def add(self, growth: Growth) -> None:
        """Take over what another lexer has found in the same text; nothing if this one has come as far.

        After that it can only go on so: it does not know what may come next.
        """
        if growth.at <= self.at and not growth.is_done:
            return
        starts, *new, changed, ends, sizes = (self._array(part) for part in growth.parts)
        self.starts[growth.nodes :] = starts
        for known, found in zip(self._of_containers, new, strict=True):
            known[growth.containers :] = found
        for container, end, size in zip(changed, ends, sizes, strict=True):
            self.container_ends[container], self.container_sizes[container] = end, size
        self.at, self.problem, self.is_done = growth.at, growth.problem, growth.is_done

    @property
    def _of_containers(self) -> tuple[array[int], ...]:
        return (
            self.container_nodes,
            self.container_ends,
            self.container_sizes,
            self.container_parents,
            self.container_places,
        )

    def _array(self, part: bytes) -> array[int]:
        found = array(self.starts.typecode)
        found.frombytes(part)
        return found

    @property
    def _has_ended(self) -> bool:
        """Whether the root is complete."""
        return self._open < 0 and self._above[0] > 0

    def open_containers(self) -> list[int]:
        """Those whose end was not found, the innermost first."""
        found, container = [], self._open
        while container >= 0:
            found.append(container)
            container = self.container_parents[container]
        return found

    def _walk(self, stop: int) -> bool:
        """Find what begins before a byte; true when nothing further fits, or nothing further should be there."""
        data, at, match, following, container = self.data, self.at, self._match, self._following, self._open
        starts, nodes, parents, above = self.starts, self.container_nodes, self.container_parents, self._above
        add_start, add_container, push, pop = starts.append, self._add_container, above.append, above.pop
        count = pop()
        sure = len(data) if self.is_whole else len(data) - _UNSURE
        is_stuck = container < 0 and count > 0
        while at < stop and not is_stuck:
            found = match(data, at)
            if found is None:
                is_stuck = True
                break
            kind = found.lastindex
            if kind:
                start, end = found.span(kind)
                if end > sure:
                    is_stuck = True
                    break
                at = end
                count += 1
                if kind < OBJECT:
                    add_start(start)
                    match = following
                    is_stuck = container < 0
                else:
                    push(count)
                    container, count = add_container(start, container, count - 1), 0
                    match, following = _INSIDE[kind]
            else:
                at = found.end()
                self.container_sizes[container], self.container_ends[container] = count, at
                container, count = parents[container], pop()
                is_stuck = container < 0
                if not is_stuck:
                    match = following = _NEXT_ELEMENT if data[starts[nodes[container]]] == _BRACKET else _NEXT_MEMBER
        above.append(count)
        self.at, self._match, self._following, self._open = at, match, following, container
        return is_stuck or at >= len(data)

    def _add_container(self, start: int, parent: int, place: int) -> int:
        """Append a container that begins at a byte; its place among the containers.

        Its number and its start come last: whoever reads in another thread finds all the rest there.
        """
        self.container_ends.append(-1)
        self.container_sizes.append(0)
        self.container_parents.append(parent)
        self.container_places.append(place)
        self.container_nodes.append(len(self.starts))
        self.starts.append(start)
        return len(self.container_nodes) - 1
