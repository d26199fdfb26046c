"""A response body as values, exactly: no digit lost, nothing accepted that is not JSON.

Integers keep any size, other numbers become Decimal with the digits they came with. Of a key that comes twice the last
value counts, as in every common parser; the raw view shows both.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from typing import NoReturn

import msgspec

from app.domain.values import JsonValue
from app.engine.body_pieces import PIECE, decoded
from app.engine.cancel import IsCancelled, never
from app.engine.collector import paused
from app.errors import InvalidInput

MAX_DIGITS = 10_000
"""Digits an integer may have; each further one would cost more time than the one before."""
_BOM = b"\xef\xbb\xbf"
_OWN_LIMIT = 4_300
"""Digits beyond which neither msgspec nor `int` reads an integer."""
_MUCH = 4 * PIECE
"""Bytes from which on a body is decoded in pieces."""
_SPELLINGS = 50_000
"""Different numbers of a document that are remembered."""
_MARK = "e-000"
"""Put behind an integer that is too long for msgspec, so that it comes to the hook for decimals instead."""
_STRING_OR_LONG = re.compile(rb'"(?:[^"\\]|\\.)*"|-?[0-9]{%d,}(?![0-9.eE])' % (_OWN_LIMIT - 300), re.DOTALL)
_HALF_PAIR = re.compile(
    rb"(?<!\\)(?:\\\\)*(?:\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"
    rb"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2})"
)
_EXPECTED = {
    "Expecting value": "expected a value",
    "Expecting property name enclosed in double quotes": "expected a key in double quotes",
    "Illegal trailing comma before end of object": "a comma stands before the closing }",
    "Illegal trailing comma before end of array": "a comma stands before the closing ]",
    "Expecting ':' delimiter": "expected : after the key",
    "Expecting ',' delimiter": "expected a comma or the closing bracket",
    "Unterminated string starting at": "a text is not closed; it begins",
    "Invalid control character at": "a text holds a control character",
    "Invalid \\escape": "a text holds an escape that JSON does not have",
    "Invalid \\uXXXX escape": "a text holds a \\u that is not followed by four hex digits",
    "Extra data": "something follows after the end of the document",
}


class BodyError(InvalidInput):
    """The body is not JSON; `line` and `column` (both from 1) say where, or are None."""

    def __init__(self, reason: str, line: int | None = None, column: int | None = None) -> None:
        self.line, self.column = line, column
        place = f" (line {line}, column {column})" if line else ""
        super().__init__(
            f"The body is not JSON: {reason}{place}. Only JSON can be mapped; its raw view shows it as it is."
        )


def decode(body: bytes, is_cancelled: IsCancelled = never) -> JsonValue:
    """Decode a body: dicts, lists, str, int, Decimal, bool and None.

    BodyError says why it cannot be; Cancelled comes only of a large one.
    """
    body = body.removeprefix(_BOM)
    if not body.strip():
        raise BodyError("it is empty")
    try:
        return _decode(body, is_cancelled)
    except RecursionError:
        raise BodyError("it is nested about a thousand levels deep or more") from None
    except InvalidOperation:
        raise BodyError("it holds a number whose exponent is beyond any use") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        _explain(body)


def _decode(body: bytes, is_cancelled: IsCancelled) -> JsonValue:
    try:
        return _parsed(body, is_cancelled)
    except msgspec.ValidationError:
        return _parsed(_STRING_OR_LONG.sub(_marked, body), is_cancelled)


def _parsed(body: bytes, is_cancelled: IsCancelled) -> JsonValue:
    read = msgspec.json.Decoder(float_hook=_Numbers().__getitem__).decode
    with paused():
        value: JsonValue = decoded(body, read, is_cancelled) if len(body) > _MUCH else read(body)
    return value


class _Numbers(dict[str, "Decimal | int"]):
    """The numbers of one document: what is spelled alike is read once, up to so many spellings."""

    def __missing__(self, text: str) -> Decimal | int:
        number = _number(text)
        if len(self) < _SPELLINGS:
            self[text] = number
        return number


def _number(text: str) -> Decimal | int:
    return int(Decimal(text.removesuffix(_MARK))) if text.endswith(_MARK) else Decimal(text)


def _marked(found: re.Match[bytes]) -> bytes:
    text = found[0]
    if text.startswith(b'"'):
        return text
    digits = len(text.removeprefix(b"-"))
    if digits > MAX_DIGITS:
        raise BodyError(f"it holds an integer of {digits:,} digits; at most {MAX_DIGITS:,} are read")
    return text + _MARK.encode()


def _explain(body: bytes) -> NoReturn:
    """Find out, with the slower parser that knows lines and columns, what stops the fast one."""
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        before = body[: error.start].decode()
        raise _at(before, f"byte {body[error.start]:#04x} is not UTF-8") from None
    try:
        json.loads(text, parse_constant=_refuse, parse_int=str, parse_float=str)
    except json.JSONDecodeError as error:
        raise _at(text[: error.pos], _reason(error)) from None
    except RecursionError:
        raise BodyError("it is nested about a thousand levels deep or more") from None
    found = _HALF_PAIR.search(body)
    raise _at(body[: found.start()].decode() if found else "", "a text holds half of a character (a lone surrogate)")


def _refuse(name: str) -> NoReturn:
    raise BodyError(f"it holds {name}, which JSON has no number for")


def _reason(error: json.JSONDecodeError) -> str:
    rest = error.doc[error.pos :].lstrip()
    if not rest:
        return "it stops before it is complete"
    reason = _EXPECTED.get(error.msg, error.msg)
    return f'{reason}, found "{rest[0]}"' if reason.startswith("expected") and rest[0].isprintable() else reason


def _at(before: str, reason: str) -> BodyError:
    return BodyError(reason, before.count("\n") + 1, len(before) - before.rfind("\n"))
