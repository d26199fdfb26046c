"""The text somebody typed for an input or an attribute, as it is sent: exactly, when it is of the type."""

from __future__ import annotations

import re

from app.domain.datatypes import DataType, Misfit, fit, is_number_text
from app.domain.schema import Attribute

_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)\Z")


def exact_text(data_type: DataType, text: str) -> str | Misfit:
    """The text itself when it is of the type, however many digits it has; booleans in lower case."""
    if data_type is DataType.INTEGER and _INTEGER.match(text):
        return text
    if data_type is DataType.DECIMAL and is_number_text(text):
        return text
    if data_type is DataType.BOOLEAN and text.lower() in ("true", "false"):
        return text.lower()
    if data_type in (DataType.INTEGER, DataType.DECIMAL, DataType.BOOLEAN):
        result = fit(Attribute(name="", data_type=data_type), text, convert=True)
        return result if isinstance(result, Misfit) else text
    return text
