"""Where and why a text stops being JSON, in words. Looked into once, after the index has stopped."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SPACE = re.compile(rb"[ \t\n\r]*")
_TEXT = re.compile(rb'"[^"\\\x00-\x1f]*+(?:\\(?=["\\/bfnrt]|u[0-9a-fA-F]{4}).[^"\\\x00-\x1f]*+)*+')
_WORD = re.compile(rb"[A-Za-z0-9_+\-.]{1,24}")
_END = "the text ends too early"
_NOT_JSON = (b"NaN", b"Infinity", b"-Infinity")


@dataclass(frozen=True, slots=True)
class JsonProblem:
    """Where and why a text stops being JSON."""

    offset: int
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.message}"

    @classmethod
    def at(cls, data: bytes, offset: int, message: str) -> JsonProblem:
        """A problem at a byte; line and column count from 1, columns in characters."""
        line_start = data.rfind(b"\n", 0, offset) + 1
        column = len(data[line_start:offset].decode("utf-8", "replace")) + 1
        return cls(offset, data.count(b"\n", 0, offset) + 1, column, message)


@dataclass(frozen=True, slots=True)
class Place:
    """What may stand where the text stopped."""

    closing: str | None
    """What ends the container; None at the root."""
    is_first: bool
    """Whether nothing stands in the container yet."""


def problem_after(data: bytes, at: int, place: Place | None) -> JsonProblem | None:
    """What is wrong from a byte on. Without a place the root has ended, and only space may follow."""
    at = _skip(data, at)
    if place is None:
        return JsonProblem.at(data, at, "the JSON ended before, and something follows") if at < len(data) else None
    if not place.is_first:
        if data[at : at + 1] != b",":
            message = f"expected , or {place.closing} here" if at < len(data) else _END
            return JsonProblem.at(data, at, message)
        at = _skip(data, at + 1)
    if place.closing == "}":
        return _in_member(data, at)
    return JsonProblem.at(data, *_no_value(data, at))


def _in_member(data: bytes, at: int) -> JsonProblem:
    name = _TEXT.match(data, at)
    if name is None:
        return JsonProblem.at(data, at, "expected a name in double quotes here" if at < len(data) else _END)
    at = name.end()
    if data[at : at + 1] != b'"':
        return JsonProblem.at(data, at, _in_quotes(data, at))
    at = _skip(data, at + 1)
    if data[at : at + 1] != b":":
        return JsonProblem.at(data, at, "expected : after the name" if at < len(data) else _END)
    return JsonProblem.at(data, *_no_value(data, _skip(data, at + 1)))


def _no_value(data: bytes, at: int) -> tuple[int, str]:
    if at >= len(data):
        return at, _END
    text = _TEXT.match(data, at)
    if text:
        return text.end(), _in_quotes(data, text.end())
    word = _WORD.match(data, at)
    if word is None:
        shown = data[at : at + 4].decode("utf-8", "replace")[0]
        return at, f"expected a value here, not {shown}"
    shown = word[0].decode()
    return at, f"{shown} is not JSON" if word[0] in _NOT_JSON else f"{shown} is not JSON here"


def _in_quotes(data: bytes, at: int) -> str:
    """Why a text in quotes goes no further."""
    if at >= len(data):
        return "the text ends within quotes"
    if data[at] == ord("\\"):
        return "this escape is unknown or not whole"
    return "a control character stands in quotes; it must be written as an escape"


def _skip(data: bytes, at: int) -> int:
    space = _SPACE.match(data, at)
    return space.end() if space else at
