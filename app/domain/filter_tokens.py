"""The words of a filter, each with its place in the text; what is no word is an error that points at it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from app.domain.filters import BARE_NAME
from app.domain.text import cell_width, visible

_SPACE = re.compile(r"\s+")
_SIGN = re.compile(r"==|!=|<>|<=|>=|[=<>(),]")
_LITERAL = re.compile(r"[+-]?\d[\w:.+-]*")
_ESCAPE = re.compile(r"\\(.?)", re.DOTALL)
_MEANT = {'"': '"', "'": "'", "\\": "\\", "n": "\n", "r": "\r", "t": "\t"}
_EXCERPT = 76
"""Cells of a long expression that are shown around a mistake."""


class FilterError(ValueError):
    """What is wrong with a filter, and from where to where."""

    def __init__(self, message: str, start: int, end: int, expected: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = max(end, start + 1)
        self.expected = expected
        """What could stand there, as it would be typed."""

    def pointed(self, text: str) -> tuple[str, ...]:
        """The message, the expression, and a line with carets under the mistake."""
        shown, at, length = _excerpt(text, self.start, self.end)
        return visible(self.message), f"  {shown}", f"  {' ' * at}{'^' * length}"


def _excerpt(text: str, start: int, end: int) -> tuple[str, int, int]:
    """The expression, cut on both sides of a mistake where it is long, and the cells that the mistake takes."""
    first = last = start
    before = _EXCERPT if cell_width(visible(text)) <= _EXCERPT else _EXCERPT // 2
    while first > 0 and cell_width(visible(text[first - 1 : start])) < before:
        first -= 1
    while last < len(text) and cell_width(visible(text[first : last + 1])) <= _EXCERPT:
        last += 1
    left = ("…" if first else "") + visible(text[first:start])
    bad = visible(text[start : min(end, last)])
    shown = left + visible(text[start:last]) + ("…" if last < len(text) else "")
    return shown, cell_width(left), max(1, cell_width(bad))


class Kind(Enum):
    """What a word is."""

    WORD = "word"
    QUOTED_NAME = "name"
    TEXT = "text"
    LITERAL = "number"
    SIGN = "sign"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """One word; `text` is what it means, without quotes."""

    kind: Kind
    text: str
    start: int
    end: int

    def is_word(self, *words: str) -> bool:
        """Whether it is one of these keywords, in any case."""
        return self.kind is Kind.WORD and self.text.casefold() in words

    def is_sign(self, *signs: str) -> bool:
        """Whether it is one of these signs."""
        return self.kind is Kind.SIGN and self.text in signs


def tokens(text: str) -> Iterator[Token]:
    """The words of a filter, an END last; raises FilterError as soon as it comes to what is none."""
    at = 0
    while at < len(text):
        space = _SPACE.match(text, at)
        if space:
            at = space.end()
            continue
        token = _token(text, at)
        yield token
        at = token.end
    yield Token(Kind.END, "", len(text), len(text))


def _token(text: str, at: int) -> Token:
    if text[at] in "\"'":
        return _quoted(text, at)
    if text[at] == "`":
        end = text.find("`", at + 1)
        if end < 0:
            raise FilterError("The name has no closing backquote `.", at, len(text))
        return Token(Kind.QUOTED_NAME, text[at + 1 : end], at, end + 1)
    for kind, pattern in ((Kind.SIGN, _SIGN), (Kind.WORD, BARE_NAME), (Kind.LITERAL, _LITERAL)):
        found = pattern.match(text, at)
        if found:
            return Token(kind, found[0], at, found.end())
    raise FilterError(f"{visible(text[at])} means nothing here; texts stand in double quotes.", at, at + 1)


def _quoted(text: str, start: int) -> Token:
    quote, at = text[start], start + 1
    parts: list[str] = []
    while at < len(text) and text[at] != quote:
        escape = _ESCAPE.match(text, at)
        if escape is None:
            parts.append(text[at])
            at += 1
        elif escape[1] in _MEANT:
            parts.append(_MEANT[escape[1]])
            at = escape.end()
        elif not escape[1]:
            break
        else:
            raise FilterError(f'"\\{visible(escape[1])}" means nothing; write \\\\ for a backslash.', at, escape.end())
    if at >= len(text) or text[at] != quote:
        raise FilterError("The text has no closing quote.", start, len(text))
    return Token(Kind.TEXT, "".join(parts), start, at + 1)
