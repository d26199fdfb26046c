"""The seven attribute formats: what fits, what converts, and why something does not.

Strict is the rule: a value fits only as the type it came in. Conversion is asked for per field, never assumed, and
never invents anything: an integer is no date, "007" is no number.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from app.domain.values import JsonValue, Value, json_kind, number_text, shown

if TYPE_CHECKING:
    from app.domain.schema import Attribute

SAFE_INTEGER = 2**53
MAX_INTEGER = 2**63 - 1
BEYOND_SAFE = "integer beyond 2^53: many systems round it, text is safer"
NO_OFFSET = "no offset: read as UTC"
NO_TIME = "no time of day"
_DAY_LENGTH = len("2024-05-31")
_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)\Z")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?\Z")
_DATE = re.compile(
    r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)?(?P<offset>Z|z|[+-]\d{2}(:?\d{2})?)?)?\Z",
    re.ASCII,
)


class DataType(StrEnum):
    """The formats an attribute can have, as Intercom names them in lower case."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    LIST = "list"
    DATE = "date"
    REFERENCE = "reference"

    @property
    def article(self) -> str:
        """With its article, for sentences: "an integer", "a date"."""
        return f"{'an' if self.value[0] in 'aeiou' else 'a'} {self.value}"


@dataclass(frozen=True, slots=True)
class Fit:
    """The value as the attribute keeps it."""

    value: Value
    note: str = ""
    """Something worth knowing that does not stop it, such as "no offset: read as UTC"."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """Why a value cannot be kept; reads after "total is "."""

    reason: str


def fit(
    attribute: Attribute, value: JsonValue, *, convert: bool = False, text_limit: int | None = None
) -> Fit | Misfit:
    """Fit a JSON value to an attribute; null fits everywhere and empties it."""
    if value is None:
        return Fit(None)
    result = _RULES[attribute.data_type](attribute, value, convert)
    if text_limit and isinstance(result, Fit) and isinstance(result.value, str) and len(result.value) > text_limit:
        return Misfit(f"{len(result.value)} characters long; at most {text_limit} are kept")
    return result


def _not(value: JsonValue, wanted: str) -> Misfit:
    kind = json_kind(value)
    said = f"{shown(value)} ({kind})" if kind in ("integer", "decimal", "boolean") else shown(value)
    return Misfit(f"{said}, not {wanted}")


def _text(_: Attribute, value: JsonValue, convert: bool) -> Fit | Misfit:
    if isinstance(value, str):
        return Fit(value)
    if convert and isinstance(value, (bool, int, float, Decimal)):
        return Fit(plain_text(value), f"converted from {json_kind(value)}")
    return _not(value, "a text")


def plain_text(value: bool | int | float | Decimal) -> str:
    """A scalar as JSON spells it, without quotes."""
    return ("true" if value else "false") if isinstance(value, bool) else number_text(value)


def _integer(_: Attribute, value: JsonValue, convert: bool) -> Fit | Misfit:
    note = ""
    if convert and isinstance(value, str) and _INTEGER.match(value) and len(value) < 30:
        value, note = int(value), "converted from text"
    if convert and isinstance(value, Decimal) and value == value.to_integral_value() and value.adjusted() < 30:
        value, note = int(value), "converted from decimal"
    if isinstance(value, bool) or not isinstance(value, int):
        return _not(value, "an integer")
    if abs(value) > MAX_INTEGER:
        return Misfit(f"{shown(value)}, larger than an integer can be; keep it as text")
    if abs(value) > SAFE_INTEGER:
        note = BEYOND_SAFE
    return Fit(value, note)


def _decimal(_: Attribute, value: JsonValue, convert: bool) -> Fit | Misfit:
    note = ""
    if convert and isinstance(value, str) and _NUMBER.match(value) and len(value) < 400:
        value, note = Decimal(value), "converted from text"
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        return _not(value, "a decimal")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        return Misfit(f"{shown(value)}, larger than a decimal can be")
    if not isinstance(value, float) and Decimal(repr(number)) != value:
        return Misfit(f"{shown(value)}, more digits than a decimal keeps; keep it as text")
    return Fit(number, note)


def _boolean(_: Attribute, value: JsonValue, convert: bool) -> Fit | Misfit:
    if isinstance(value, bool):
        return Fit(value)
    if convert and isinstance(value, str) and value.lower() in ("true", "false"):
        return Fit(value.lower() == "true", "converted from text")
    return _not(value, "a boolean")


def _list(attribute: Attribute, value: JsonValue, convert: bool) -> Fit | Misfit:
    text = plain_text(value) if convert and isinstance(value, (bool, int, float, Decimal)) else value
    if not isinstance(text, str):
        return _not(value, "a text of the list")
    if text in attribute.options:
        return Fit(text, "" if text is value else f"converted from {json_kind(value)}")
    return _not(text, f"one of {', '.join(attribute.options)}")


def _date(_: Attribute, value: JsonValue, convert: bool) -> Fit | Misfit:
    if not isinstance(value, str):
        return _not(value, "an ISO 8601 date")
    note = date_note(value)
    return _not(value, "an ISO 8601 date") if note is None else Fit(value, note)


def date_note(text: str) -> str | None:
    """None when the text is no ISO 8601 date; else what is worth knowing about it, "" for nothing."""
    found = _DATE.match(text)
    if not found:
        return None
    try:
        datetime.fromisoformat(text.replace("z", "Z").replace(",", "."))
    except ValueError:
        return None
    if len(text) == _DAY_LENGTH:
        return NO_TIME
    return "" if found["offset"] else NO_OFFSET


def is_number_text(text: str) -> bool:
    """Whether a text spells a JSON number; "007" and "1,5" do not."""
    return bool(_NUMBER.match(text))


def _reference(attribute: Attribute, value: JsonValue, convert: bool) -> Fit | Misfit:
    if attribute.many:
        if isinstance(value, str) or not isinstance(value, Sequence):
            return _not(value, f"an array of {attribute.target} ids")
        fits = [_one_id(attribute, item, convert) for item in value]
        bad = next((item for item in fits if isinstance(item, Misfit)), None)
        return bad or Fit(tuple(str(item.value) for item in fits if isinstance(item, Fit)))
    return _one_id(attribute, value, convert)


def _one_id(attribute: Attribute, value: JsonValue, convert: bool) -> Fit | Misfit:
    if convert and isinstance(value, int) and not isinstance(value, bool):
        return Fit(number_text(value), "converted from integer")
    if isinstance(value, str) and value:
        return Fit(value)
    return _not(value, f"an external_id of {attribute.target} (a text)")


_RULES: dict[DataType, Callable[[Attribute, JsonValue, bool], Fit | Misfit]] = {
    DataType.TEXT: _text,
    DataType.INTEGER: _integer,
    DataType.DECIMAL: _decimal,
    DataType.BOOLEAN: _boolean,
    DataType.LIST: _list,
    DataType.DATE: _date,
    DataType.REFERENCE: _reference,
}
