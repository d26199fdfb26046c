"""What JSON can hold, and what an attribute can hold, as Python types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

JsonValue: TypeAlias = "None | bool | int | float | Decimal | str | Sequence[JsonValue] | Mapping[str, JsonValue]"
"""A decoded JSON value. Numbers with a point or exponent arrive as Decimal, so that no digit is lost."""

Value: TypeAlias = "None | bool | int | float | str | tuple[str, ...]"
"""What a record keeps for an attribute. None is an explicit null; an absent attribute has no entry at all."""


def json_kind(value: JsonValue) -> str:
    """The JSON type of a value as a person says it: text, integer, decimal, boolean, null, array or object."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, (float, Decimal)):
        return "decimal"
    if isinstance(value, str):
        return "text"
    return "object" if isinstance(value, Mapping) else "array"


def shown(value: JsonValue, limit: int = 40) -> str:
    """A short, quoted form of a value for use in a sentence; never longer than `limit` characters."""
    if isinstance(value, str):
        return f'"{value}"' if len(value) + 2 <= limit else f'"{value[: limit - 3]}…"'
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, Mapping):
        return f"an object of {len(value)}"
    if isinstance(value, Sequence):
        return f"an array of {len(value)}"
    text = number_text(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def number_text(value: int | float | Decimal) -> str:
    """The decimal spelling of a number, exact at any size."""
    if isinstance(value, int):
        # str() refuses integers beyond 4,300 digits; Decimal does not.
        return str(value) if value.bit_length() < 10_000 else format(Decimal(value), "f")
    return str(value)


def plain_value(value: Value) -> str:
    """A stored value as a person reads it in a cell; ids of a reference to many are parted by commas."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ", ".join(value)
    return value if isinstance(value, str) else number_text(value)
