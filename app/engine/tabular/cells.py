"""How a CSV cell carries what CSV has no word for: null, an empty text, several ids, and texts that look like formulas.

An empty cell is a missing value, `\\N` is null, `""` is an empty text, a JSON array the ids of a reference to many. A
text that a spreadsheet would take for a formula gets an apostrophe before it. A text that is spelled like one of these
itself gets one more backslash or apostrophe, and reading takes exactly one away: every value comes back as it was.
"""

from __future__ import annotations

import json
import re

from app.domain.values import JsonValue, Value, plain_value
from app.engine.columns import MISSING, Missing

NULL, EMPTY = "\\N", '""'
FORMULA_STARTS = "= + - @ tab CR"
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
_WORD = re.compile(r'\\*(?:\\N|"")\Z')
_ESCAPED = re.compile(r'\\+(?:\\N|"")\Z')


def write_cell(value: Value | Missing) -> str:
    """The cell that `read_cell` reads back, once it is converted to its attribute's format."""
    if value is MISSING:
        return ""
    if value is None:
        return NULL
    if isinstance(value, tuple):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, str):
        return guarded(value) if value else EMPTY
    return plain_value(value)


def guarded(text: str) -> str:
    """The text with an apostrophe before what looks like a formula, or a backslash before what means something else."""
    if is_formula(text):
        return f"'{text}"
    return f"\\{text}" if _WORD.match(text) else text


def is_formula(text: str) -> bool:
    """Whether a spreadsheet may take the text for a formula; also once a guard of it is taken away."""
    return bool(_FORMULA.match(text))


def read_cell(text: str) -> JsonValue | Missing:
    """What a cell says: nothing, null, or a text."""
    if not text:
        return MISSING
    if text == NULL:
        return None
    if text == EMPTY:
        return ""
    return text[1:] if _GUARDED.match(text) or _ESCAPED.match(text) else text


def may_need_reading(data: bytes, quote: str) -> bool:
    """Whether any cell may be more than its plain text; false means that only empty cells need a look."""
    empty = b'""""' if quote == '"' else b'""'
    return b"\\N" in data or empty in data or (b"'" in data and bool(re.search(rb"'[=+\-@\t\r]", data)))


def read_ids(text: str) -> JsonValue:
    """The ids of a reference to many: a JSON array, or texts parted by commas."""
    if text.startswith("["):
        try:
            found: JsonValue = json.loads(text)
        except (ValueError, RecursionError):
            return text
        return found
    return [item.strip() for item in text.split(",") if item.strip()]
