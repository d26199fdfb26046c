"""A large body decoded a piece at a time, so that whoever waits for the interpreter waits for a piece, not for all.

Where the elements of the array that holds nearly everything may be parted is guessed from how the first one begins.
Decoding proves the guess: a piece that begins with an element and is parted inside of one, or inside of a text, is no
JSON. What cannot be parted so is decoded as a whole; the values are the same either way.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from app.domain.values import JsonValue
from app.engine.cancel import IsCancelled, check
from app.engine.json_index import JsonIndex
from app.engine.json_topology import NodeKind

PIECE = 256 * 1024
"""Bytes; a millisecond or two of decoding."""
_HEAD = 64 * 1024
"""Bytes in which the array must show what its elements are like."""
_TRIES = 6
"""Places at which a piece may end that are tried before the rest is decoded at once."""
_GAP = rb"[ \t\n\r]*+"
_COMMA = _GAP + b"," + _GAP
_MARK = "\u0000 elements that were decoded before \u0000"
"""Stands in the array for them, and shows that it is this array that was found again, not one of the same name."""

Read = Callable[[bytes], JsonValue]


def decoded(body: bytes, read: Read, is_cancelled: IsCancelled, piece: int = PIECE) -> JsonValue:
    """What `read` makes of the whole body; it raises what `read` does, perhaps of a part that is not the whole."""
    head = JsonIndex(body[:_HEAD], is_whole=False)
    head.advance(_HEAD)
    array = _long_array(head)
    if array is None:
        return read(body)
    start, parting = head.start(array + 1), _parting(head, array + 1)
    found: list[JsonValue] = []
    at = start
    while len(body) - at > 2 * piece:
        check(is_cancelled)
        end = _read_some(body, at, piece, parting, read, found)
        if end is None:
            break
        at = end
    if not found:
        return read(body)
    rest = read(body[:start] + msgspec.json.encode(_MARK) + b"," + body[at:])
    return rest if _put_back(rest, head.segments(array), found) else read(body)


def _long_array(head: JsonIndex) -> int | None:
    """The outermost array that goes on behind the beginning of a body and has shown its first element."""
    node = len(head) - 1 if len(head) else None
    best = None
    while node is not None:
        if head.kind(node) is NodeKind.ARRAY and head.is_open_ended(node) and head.size(node) > 1:
            best = node
        node = head.parent(node)
    return best


def _parting(head: JsonIndex, element: int) -> re.Pattern[bytes]:
    """What stands between two elements like this one, and before it."""
    kind = head.kind(element)
    if kind is NodeKind.OBJECT:
        span = head.name_span(element + 1) if head.size(element) else None
        name = re.escape(head.data[slice(*span)]) if span else b""
        return re.compile(rb"(?<=\})" + _COMMA + rb"(?=\{" + _GAP + name + b")")
    if kind is NodeKind.ARRAY:
        return re.compile(rb"(?<=\])" + _COMMA + rb"(?=\[)")
    return re.compile(rb'(?<=")' + _COMMA + rb'(?=")' if kind is NodeKind.STRING else _COMMA)


def _read_some(
    body: bytes, at: int, piece: int, parting: re.Pattern[bytes], read: Read, found: list[JsonValue]
) -> int | None:
    """Decode about so many bytes of elements; returns where the next one begins, or None where that is not found."""
    candidates = parting.finditer(body, at + piece, min(len(body), at + 2 * piece))
    for _, candidate in zip(range(_TRIES), candidates, strict=False):
        try:
            elements = read(b"[" + body[at : candidate.start()] + b"]")
        except msgspec.DecodeError:
            continue
        assert isinstance(elements, list)
        found += elements
        return candidate.end()
    return None


def _put_back(document: JsonValue, path: tuple[str | int, ...], found: list[JsonValue]) -> bool:
    """Put the elements where their mark stands; false when it is not there."""
    value: object = document
    for segment in path:
        try:
            value = value[segment]  # type: ignore[index]  # a dict by name, a list by position, as it was before
        except (KeyError, IndexError, TypeError):
            return False
    if not isinstance(value, list) or not value or value[0] != _MARK:
        return False
    value[:1] = found
    return True
