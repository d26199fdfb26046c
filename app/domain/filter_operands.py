"""What a value may be compared with: a number with a number, a date with a date, a list with one of its options."""

from __future__ import annotations

import difflib
import math
import re
from dataclasses import dataclass

from app.domain.datatypes import DataType, Misfit, date_note
from app.domain.filter_tokens import Kind, Token
from app.domain.filters import KEYWORDS, Operand, Operator, written_text
from app.domain.ordering import instant
from app.domain.schema import Attribute

_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
_MAX_DIGITS = 400
_FORMS = {
    DataType.INTEGER: "a whole number, such as 40",
    DataType.DECIMAL: "a number, such as 42.50",
    DataType.DATE: "an ISO 8601 date, such as 2026-01-31 or 2026-01-31T09:30Z",
    DataType.BOOLEAN: "true or false",
    DataType.TEXT: 'a text in quotes, such as "open"',
    DataType.LIST: "one of its options",
    DataType.REFERENCE: 'an external_id in quotes, such as "1001"',
}


@dataclass(frozen=True, slots=True)
class Read:
    """An operand that fits."""

    operand: Operand


def read_operand(attribute: Attribute, operator: Operator, token: Token) -> Read | Misfit:
    """The value that a word means for an attribute, or why it cannot."""
    if token.kind is Kind.END or token.kind is Kind.SIGN:
        return Misfit(f"{attribute.name} is compared with {_FORMS[attribute.data_type]}.")
    if token.is_word("null", "missing", "empty"):
        return Misfit(f"Write {attribute.name} is {token.text.casefold()}.")
    found = _read(attribute, token)
    if found is None:
        is_what = f"{attribute.name} is {attribute.data_type.article}"
        return Misfit(f"{is_what}: compare it with {_FORMS[attribute.data_type]}.")
    if attribute.data_type is DataType.LIST and operator in (Operator.EQUAL, Operator.UNEQUAL):
        return _option(attribute, str(found))
    return Read(found)


def _read(attribute: Attribute, token: Token) -> Operand | None:
    if attribute.data_type in (DataType.INTEGER, DataType.DECIMAL):
        return _number(token)
    if attribute.data_type is DataType.BOOLEAN:
        return token.text.casefold() == "true" if token.is_word("true", "false") else None
    if attribute.data_type is DataType.DATE:
        is_date = token.kind in (Kind.LITERAL, Kind.TEXT) and date_note(token.text) is not None
        return token.text if is_date and instant(token.text) else None
    if token.kind is Kind.QUOTED_NAME or token.is_word(*KEYWORDS):
        return None
    return token.text


def _number(token: Token) -> int | float | None:
    if token.kind is not Kind.LITERAL or not _NUMBER.fullmatch(token.text) or len(token.text) > _MAX_DIGITS:
        return None
    if token.text.lstrip("+-").isdigit():
        return int(token.text)
    number = float(token.text)
    return number if math.isfinite(number) else None


def _option(attribute: Attribute, text: str) -> Read | Misfit:
    if text in attribute.options:
        return Read(text)
    near = difflib.get_close_matches(text, attribute.options, n=1, cutoff=0.5)
    hint = f"did you mean {written_text(near[0])}?" if near else f"it has {', '.join(attribute.options)}."
    return Misfit(f'{attribute.name} has no option "{text}"; {hint}')
