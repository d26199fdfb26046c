"""Where a field sits in a JSON document, in the notation of RFC 9535.

The workbench needs the part of the standard that names places: member names, indexes and the wildcard. Searching
with filters is a library's work, elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from app.domain.values import JsonValue


class Wildcard(Enum):
    """`[*]`: every element of an array."""

    ALL = "*"


Segment: TypeAlias = str | int | Wildcard

# RFC 9535 allows every letter beyond ASCII; naming what ASCII forbids compiles ten times faster than all ranges.
_SHORTHAND = re.compile(r"[^\x00-@\[-^`{-\x7f][^\x00-/:-@\[-^`{-\x7f]*")
_INDEX = re.compile(r"\[[ \t\n\r]*(0|-?[1-9][0-9]{0,15})[ \t\n\r]*\]")
_ALL = re.compile(r"\.\*|\[[ \t\n\r]*\*[ \t\n\r]*\]")
_QUOTED = re.compile(r"""\[[ \t\n\r]*('(?:[^'\\\x00-\x1f]|\\.)*'|"(?:[^"\\\x00-\x1f]|\\.)*")[ \t\n\r]*\]""")
_ESCAPE = re.compile(r"\\(u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)", re.DOTALL)
_PLAIN_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "/": "/", "\\": "\\"}
_NAMED = {code: name for name, code in _PLAIN_ESCAPES.items() if name != "/"}


@dataclass(frozen=True, slots=True)
class FieldPath:
    """A path from the root of a document; `str(path)` is its RFC 9535 text."""

    segments: tuple[Segment, ...] = ()

    @classmethod
    def parse(cls, text: str) -> FieldPath:
        """Read `$`, `.name`, `['name']`, `[0]`, `[*]` in any mix; ValueError says what was expected where."""
        if not text.startswith("$"):
            raise ValueError(f'a path begins with $, as in $.orders[*]; "{text}" does not')
        segments: list[Segment] = []
        position = 1
        while position < len(text):
            segment, position = _segment(text, position)
            segments.append(segment)
        return cls(tuple(segments))

    def __str__(self) -> str:
        return "$" + "".join(_text(segment) for segment in self.segments)

    @property
    def wildcards(self) -> int:
        """How many segments are `[*]`."""
        return sum(segment is Wildcard.ALL for segment in self.segments)

    @property
    def name(self) -> str:
        """The last member name on the path, "" when there is none."""
        return next((segment for segment in reversed(self.segments) if isinstance(segment, str)), "")

    def values(self, document: JsonValue) -> Iterator[JsonValue]:
        """Every value at this path, in document order; nothing where a step does not exist."""
        found: list[JsonValue] = [document]
        for segment in self.segments:
            found = [child for value in found for child in _step(value, segment)]
        return iter(found)

    def relative_to(self, base: FieldPath) -> FieldPath | None:
        """This path as seen from a node at `base` (whose `[*]` matches any index), or None if not below it."""
        size = len(base.segments)
        if len(self.segments) < size:
            return None
        for mine, theirs in zip(self.segments, base.segments, strict=False):
            if theirs is Wildcard.ALL and isinstance(mine, int):
                continue
            if mine != theirs:
                return None
        return FieldPath(self.segments[size:])


def _step(value: JsonValue, segment: Segment) -> Sequence[JsonValue]:
    if isinstance(segment, str):
        return (value[segment],) if isinstance(value, Mapping) and segment in value else ()
    if segment is Wildcard.ALL and isinstance(value, Mapping):
        return tuple(value.values())
    if isinstance(value, str) or not isinstance(value, Sequence):
        return ()
    if isinstance(segment, int):
        return (value[segment],) if -len(value) <= segment < len(value) else ()
    return value


def _segment(text: str, at: int) -> tuple[Segment, int]:
    if found := _ALL.match(text, at):
        return Wildcard.ALL, found.end()
    if text[at] == "." and (found := _SHORTHAND.match(text, at + 1)):
        return found[0], found.end()
    if found := _INDEX.match(text, at):
        return int(found[1]), found.end()
    if found := _QUOTED.match(text, at):
        return _unquote(found[1]), found.end()
    raise ValueError(f'"{text}" stops making sense at "{text[at:]}": expected .name, [\'name\'], [0] or [*]')


def _unquote(quoted: str) -> str:
    quote = quoted[0]

    def plain(found: re.Match[str]) -> str:
        code = found[1]
        if code == quote:
            return quote
        if code in _PLAIN_ESCAPES:
            return _PLAIN_ESCAPES[code]
        if code[0] == "u" and len(code) > 5:
            return bytes.fromhex(code[1:5] + code[7:]).decode("utf-16-be")
        if code[0] == "u" and len(code) == 5 and not "d800" <= code[1:].lower() <= "dfff":
            return chr(int(code[1:], 16))
        raise ValueError(f"\\{code} is not an escape of RFC 9535")

    return _ESCAPE.sub(plain, quoted[1:-1])


def _text(segment: Segment) -> str:
    if segment is Wildcard.ALL:
        return "[*]"
    if isinstance(segment, int):
        return f"[{segment}]"
    assert isinstance(segment, str)
    if _SHORTHAND.fullmatch(segment) and segment.isprintable():  # no blank of any kind: a line of text ends there
        return f".{segment}"
    return "['" + "".join(_quoted(letter) for letter in segment) + "']"


def _quoted(letter: str) -> str:
    if letter == "'":
        return "\\'"
    if letter in _NAMED:
        return f"\\{_NAMED[letter]}"
    is_unseen = not letter.isprintable() and letter < "\ud800"
    return f"\\u{ord(letter):04x}" if is_unseen else letter
