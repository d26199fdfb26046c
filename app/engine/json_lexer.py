"""Finding the values of a JSON text, strictly by RFC 8259, in one pass and without recursion.

One match of one expression finds a whole entry of a container — the comma before it, its name, its value — so that
the loop turns once for each value. The expressions never backtrack: time is linear in the text, whatever is in it.
"""

from __future__ import annotations

import re
from array import array

from app.engine.json_problem import JsonProblem, Place, problem_after

STRING, NUMBER, TRUE, FALSE, NULL, OBJECT, ARRAY = range(2, 9)
"""The kinds of nodes, numbered as the groups of the expressions that find them; the first group is a name."""
_BOM = b"\xef\xbb\xbf"
_GAP = rb"[ \t\n\r]*+"
# An escape is looked ahead at, not matched: Pythons before 3.11.5 go wrong where a possessive loop holds a choice.
_STRING = rb'"[^"\\\x00-\x1f]*+(?:\\(?=["\\/bfnrt]|u[0-9a-fA-F]{4}).[^"\\\x00-\x1f]*+)*+"'
_NUMBER = rb"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?"
_VALUE = _GAP + b"(?:(" + _STRING + b")|(" + _NUMBER + rb")|(true)|(false)|(null)|({)|(\[))"
_MEMBER = _GAP + b"(" + _STRING + b")" + _GAP + b":" + _VALUE
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


class Lexed:
    """The nodes of a text in document order, as flat arrays of one entry a node."""

    __slots__ = ("after", "ends", "keys", "kinds", "parents", "problem", "sizes", "starts")

    def __init__(self, size: int) -> None:
        typecode = "i" if size < 2**31 else "q"
        self.kinds = bytearray()
        self.starts = array(typecode)
        self.ends = array(typecode)
        self.parents = array(typecode)
        """The root has -1."""
        self.keys = array(typecode)
        """Offset of the member name; negative for an element: ~ its position in the array."""
        self.after = array(typecode)
        """The number after the last node inside."""
        self.sizes = array(typecode)
        """How many children it has."""
        self.problem: JsonProblem | None = None

    def close(self, node: int, end: int, size: int) -> None:
        """Say where a container ends, after all that is in it."""
        self.ends[node], self.after[node], self.sizes[node] = end, len(self.kinds), size


def lex(data: bytes) -> Lexed:
    """Index a text up to its end, or up to where it breaks."""
    lexed = Lexed(len(data))
    at, place = _walk(data, lexed)
    lexed.problem = problem_after(data, at, place)
    return lexed


def _walk(data: bytes, lexed: Lexed) -> tuple[int, Place | None]:
    """Fill the arrays; returns where the text stops, and the place in which nothing fits. None: the root has ended."""
    add_kind, add_start, add_end, add_parent = (
        each.append for each in (lexed.kinds, lexed.starts, lexed.ends, lexed.parents)
    )
    add_key, add_after, add_size = (each.append for each in (lexed.keys, lexed.after, lexed.sizes))
    above: list[tuple[int, int]] = []
    node = parent = -1
    count = 0
    match, following = _ROOT, _ROOT
    at = len(_BOM) if data.startswith(_BOM) else 0
    while found := match(data, at):
        at = found.end()
        kind = found.lastindex
        if kind:
            node += 1
            add_kind(kind)
            add_start(found.start(kind))
            add_end(at)
            add_parent(parent)
            add_key(found.start(1) if following is _NEXT_MEMBER else ~count)
            add_after(node + 1)
            add_size(0)
            count += 1
            match = following
            if kind >= OBJECT:
                above.append((parent, count))
                parent, count = node, 0
                match, following = _INSIDE[kind]
        else:
            lexed.close(parent, at, count)
            parent, count = above.pop()
            match = following = _INSIDE[lexed.kinds[parent]][1] if parent >= 0 else _ROOT
        if parent < 0:
            return at, None
    while parent >= 0:
        lexed.close(parent, at, count)
        parent, count = above.pop()
    return at, _PLACES[match]
