"""What could be typed next in a filter: made of the parser's answers, so that nothing is offered that it refuses."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.filter_parser import parse
from app.domain.filter_tokens import FilterError, Kind, tokens
from app.domain.schema import RecordType

_QUOTES = "`\"'"


@dataclass(frozen=True, slots=True)
class Completion:
    """Words that could stand from `start` to the cursor, in place of what was typed of them."""

    start: int
    words: tuple[str, ...]

    def applied(self, text: str, cursor: int) -> tuple[str, int]:
        """The text with as much of the words as they share, and the cursor behind it."""
        if not self.words:
            return text, cursor
        word = self.words[0]
        if len(self.words) > 1:
            word = _common(self.words, at_least=text[self.start : cursor])
        else:
            word += "" if text[cursor : cursor + 1] == " " else " "
        return text[: self.start] + word + text[cursor:], self.start + len(word)


def completion(text: str, cursor: int, kind: RecordType) -> Completion:
    """What could be typed at the cursor."""
    before = text[:cursor]
    start = _begun(before)
    if start == cursor and before and (before[-1].isalnum() or before[-1] in f"_{_QUOTES}"):
        return Completion(start, ())  # a blank comes first
    typed = before[start:].casefold().lstrip(_QUOTES)
    words = [word for word in _expected(before[:start], kind) if word.casefold().lstrip(_QUOTES).startswith(typed)]
    return Completion(start, tuple(words))


def _begun(text: str) -> int:
    """Where the word begins that the text ends in; its end when it ends in none."""
    last = None
    try:
        for last in tokens(text):
            if last.kind is Kind.WORD and last.end == len(text):
                return last.start
    except FilterError as error:
        if text[error.start] in _QUOTES:
            return error.start
    return len(text)


def _expected(text: str, kind: RecordType) -> tuple[str, ...]:
    try:
        found = parse(text, kind)
    except FilterError as error:
        is_at_end = error.start >= len(text.rstrip()) or error.expected[-1:] == (")",)
        return error.expected if is_at_end else ()
    return ("and", "or") if found else _expected(f"{text} not ", kind)


def _common(words: tuple[str, ...], *, at_least: str) -> str:
    """The letters with which all words begin; what was typed when those are no more."""
    first, last = min(words), max(words)
    length = next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
    return first[:length] if length > len(at_least) else at_least
