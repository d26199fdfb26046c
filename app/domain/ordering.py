"""In which order values stand: what sorts a column is what `<` in a filter means.

Texts are compared without regard to case; where that leaves two alike, small letters come first; dates as instants, one
without an offset as UTC; false before true. What has no place among its column's values has no key.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

from app.domain.datatypes import DataType

SortKey: TypeAlias = int | float | str | datetime
Keyed: TypeAlias = Callable[[object], SortKey | None]


def sort_key(data_type: DataType) -> Keyed:
    """The function from a stored value of that format to its place; None for null and for what does not fit."""
    if data_type in (DataType.INTEGER, DataType.DECIMAL):
        return _number
    if data_type is DataType.BOOLEAN:
        return _boolean
    return instant if data_type is DataType.DATE else _text


def text_key(text: str) -> str:
    """The text without case, and behind it the text itself where that differs; most texts are their own key."""
    folded = text.casefold()
    return text if folded == text else f"{folded}\0{text}"


def instant(value: object) -> datetime | None:
    """The moment that an ISO 8601 text names, in UTC; the beginning of one that names a day."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        try:
            found = datetime.fromisoformat(value.replace("z", "Z").replace(",", "."))
        except ValueError:
            return None
    if found.tzinfo is UTC:
        return found
    try:
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except OverflowError:
        return None


def _number(value: object) -> int | float | None:
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _boolean(value: object) -> int | None:
    return int(value) if isinstance(value, bool) else None


def _text(value: object) -> str | None:
    if isinstance(value, str):
        return text_key(value)
    return text_key(", ".join(map(str, value))) if isinstance(value, (list, tuple)) else None
