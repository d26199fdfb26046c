"""Finding the values of a JSON text, strictly by RFC 8259, in one pass and without recursion."""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass, field

_OBJECT, _ARRAY, _STRING, _NUMBER, _TRUE, _FALSE, _NULL = range(7)
_TOKEN = re.compile(
    rb'[ \t\n\r]*(?:("(?:[^"\\\x00-\x1f]+|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")'
    rb"|(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)|([{}\[\]:,])|(true|false|null))"
)
_WORDS = {b"true": _TRUE, b"false": _FALSE, b"null": _NULL}
_BOM = b"\xef\xbb\xbf"
_SPACE = re.compile(rb"[ \t\n\r]*")
_ODD_WORD = re.compile(rb"[A-Za-z0-9_+\-.]{1,24}")


@dataclass(frozen=True, slots=True)
class JsonProblem:
    """Where and why a text stops being JSON."""

    offset: int
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.message}"


def _numbers() -> array[int]:
    return array("q")


@dataclass(slots=True)
class Lexed:
    """The nodes of a text in document order, as flat arrays of one entry a node."""

    kinds: bytearray = field(default_factory=bytearray)
    starts: array[int] = field(default_factory=_numbers)
    ends: array[int] = field(default_factory=_numbers)
    parents: array[int] = field(default_factory=_numbers)
    keys: array[int] = field(default_factory=_numbers)
    """Offset of the member name, -1 for elements and the root."""
    places: array[int] = field(default_factory=_numbers)
    after: array[int] = field(default_factory=_numbers)
    sizes: array[int] = field(default_factory=_numbers)
    problem: JsonProblem | None = None

    def add(self, kind: int, start: int, end: int, parent: int, key: int) -> int:
        """Append a node; returns its number."""
        node = len(self.kinds)
        self.kinds.append(kind)
        self.starts.append(start)
        self.ends.append(end)
        self.parents.append(parent)
        self.keys.append(key)
        self.after.append(node + 1)
        self.sizes.append(0)
        if parent >= 0:
            self.places.append(self.sizes[parent])
            self.sizes[parent] += 1
        else:
            self.places.append(0)
        return node


class _Broken(Exception):  # noqa: N818 - never leaves this module
    def __init__(self, offset: int, message: str) -> None:
        self.offset = offset
        self.message = message


def lex(data: bytes) -> Lexed:
    """Index a text up to its end, or up to where it breaks."""
    lexed = Lexed()
    walk = _Walk(data, lexed)
    try:
        walk.run()
    except _Broken as broken:
        lexed.problem = _problem(data, broken.offset, broken.message)
        walk.close_all()
    return lexed


class _Walk:
    """One pass over the tokens. `expects` says what may come next."""

    def __init__(self, data: bytes, lexed: Lexed) -> None:
        self._data = data
        self._lexed = lexed
        self._at = len(_BOM) if data.startswith(_BOM) else 0
        self._open: list[int] = []

    def run(self) -> None:
        self._value(-1, -1)
        while self._open:
            self._inside(self._open[-1])
        end = _SPACE.match(self._data, self._at)
        if end and end.end() < len(self._data):
            raise _Broken(end.end(), "the JSON ended before, and something follows")

    def _inside(self, container: int) -> None:
        """The next member or element of the innermost container, or its end."""
        is_object = self._lexed.kinds[container] == _OBJECT
        closing = b"}" if is_object else b"]"
        is_first = not self._lexed.sizes[container]
        start, token = self._token()
        if token == closing:
            self._close(container)
            return
        if not is_first:
            if token != b",":
                raise _Broken(start, f"expected , or {closing.decode()} here")
            start, token = self._token()
        if is_object:
            self._member(container, start, token)
        else:
            self._put(start, token, container, -1)

    def _member(self, container: int, start: int, token: bytes) -> None:
        if not token.startswith(b'"'):
            raise _Broken(start, "expected a name in double quotes here")
        colon, sign = self._token()
        if sign != b":":
            raise _Broken(colon, "expected : after the name")
        self._value(container, start)

    def _value(self, parent: int, key: int) -> None:
        start, token = self._token()
        self._put(start, token, parent, key)

    def _put(self, start: int, token: bytes, parent: int, key: int) -> None:
        first = token[:1]
        if first == b'"':
            self._lexed.add(_STRING, start, self._at, parent, key)
        elif first in (b"{", b"["):
            self._open.append(self._lexed.add(_OBJECT if first == b"{" else _ARRAY, start, self._at, parent, key))
        elif token in _WORDS:
            self._lexed.add(_WORDS[token], start, self._at, parent, key)
        elif first in b"-0123456789":
            self._lexed.add(_NUMBER, start, self._at, parent, key)
        else:
            raise _Broken(start, f"expected a value here, not {token.decode()}")

    def _token(self) -> tuple[int, bytes]:
        found = _TOKEN.match(self._data, self._at)
        if not found or found.lastindex is None:
            raise _Broken(*_unreadable(self._data, self._at))
        self._at = found.end()
        return found.start(found.lastindex), found[found.lastindex]

    def _close(self, container: int) -> None:
        self._lexed.ends[container] = self._at
        self._lexed.after[container] = len(self._lexed.kinds)
        self._open.pop()

    def close_all(self) -> None:
        """End every open container where the text broke."""
        while self._open:
            self._at = max(self._at, self._lexed.ends[self._open[-1]])
            self._close(self._open[-1])


def _unreadable(data: bytes, at: int) -> tuple[int, str]:
    space = _SPACE.match(data, at)
    start = space.end() if space else at
    if start >= len(data):
        return start, "the text ends too early"
    if data[start] == ord('"'):
        return start, "this text in quotes does not end, or holds a raw control character or an unknown escape"
    word = _ODD_WORD.match(data, start)
    if word and word[0] in (b"NaN", b"Infinity", b"-Infinity"):
        return start, f"{word[0].decode()} is not JSON"
    shown = word[0].decode() if word else data[start : start + 1].decode("utf-8", "replace")
    return start, f"{shown} is not JSON here"


def _problem(data: bytes, offset: int, message: str) -> JsonProblem:
    line_start = data.rfind(b"\n", 0, offset) + 1
    column = len(data[line_start:offset].decode("utf-8", "replace")) + 1
    return JsonProblem(offset, data.count(b"\n", 0, offset) + 1, column, message)
