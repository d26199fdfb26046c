"""How a CSV file is written: delimiter, quote and header, found out from its beginning; each can be said instead."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from app.domain.datatypes import date_note, is_number_text
from app.engine.tabular.cells import read_cell
from app.errors import InvalidInput

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
_SAMPLE = 64 * 1024
_ROWS = 200
_NAMES = {name: sign for sign, name in DELIMITERS.items()} | {"\\t": "\t", "space": " "}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """The signs of a CSV file."""

    delimiter: str
    quote: str
    has_header: bool

    @property
    def words(self) -> str:
        """`semicolon, quote ", with a header`."""
        name = DELIMITERS.get(self.delimiter, f'"{self.delimiter}"')
        return f"{name}, quote {self.quote}, {'with a header' if self.has_header else 'no header'}"


def dialect_of(text: str, known: Collection[str], *, delimiter: str = "", quote: str = "", header: str = "") -> Dialect:
    """The dialect of a text's beginning. `known` are the names that a header may hold; "" means: find out."""
    is_whole = len(text) <= _SAMPLE
    sample = text[:_SAMPLE]
    quote = _sign(quote, "quote") if quote else _quote(sample)
    signs = (_sign(_NAMES.get(delimiter, delimiter), "delimiter"),) if delimiter else tuple(DELIMITERS)
    if quote in signs:
        raise InvalidInput(f"The delimiter and the quote are both {quote}. Choose different ones.")
    parsed = {sign: _rows(sample, sign, quote, is_whole) for sign in signs}
    best = max(signs, key=lambda sign: _score(parsed[sign], known))
    has_header = _has_header(parsed[best], known) if header not in ("yes", "no") else header == "yes"
    return Dialect(delimiter=best, quote=quote, has_header=has_header)


def _sign(given: str, what: str) -> str:
    if len(given) != 1 or given in "\r\n":
        raise InvalidInput(f'The {what} is one character, not "{given}".')
    return given


def _rows(sample: str, delimiter: str, quote: str, is_whole: bool) -> Sequence[list[str]]:
    """The first rows; one that the sample's end may have cut is left out."""
    csv.field_size_limit(_SAMPLE * 4)
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter, quotechar=quote)
    rows: list[list[str]] = []
    try:
        for row in reader:
            if row:
                rows.append(row)
            if len(rows) > _ROWS:
                break
    except csv.Error:
        return rows
    return rows if is_whole or len(rows) < 2 else rows[:-1]


def _score(rows: Sequence[list[str]], known: Collection[str]) -> tuple[int, float, int]:
    """Known names first, then how many rows are as wide as most are, then how wide."""
    if not rows:
        return 0, 0.0, 0
    width, count = Counter(map(len, rows)).most_common(1)[0]
    names = sum(read_cell(cell.strip()) in known for cell in rows[0]) if known else 0
    return names, count / len(rows) if width > 1 else 0.0, width


def _quote(sample: str) -> str:
    """An apostrophe where no quotation mark is used and most cells stand in apostrophes."""
    if '"' in sample or "'" not in sample:
        return '"'
    for delimiter in DELIMITERS:
        cells = [cell for line in sample.splitlines()[:_ROWS] for cell in line.split(delimiter) if cell]
        quoted = sum(len(cell) > 1 and cell[0] == cell[-1] == "'" for cell in cells)
        if 2 * quoted > len(cells):
            return "'"
    return '"'


def _has_header(rows: Sequence[list[str]], known: Collection[str]) -> bool:
    """A first row of different, filled texts, none of them a number or a date; or one that names attributes."""
    if not rows:
        return True
    first = [cell.strip() for cell in rows[0]]
    if any(read_cell(cell) in known for cell in first):
        return True
    is_plain = not any(is_number_text(cell) or date_note(cell) is not None for cell in first)
    return is_plain and all(first) and len(set(first)) == len(first)
