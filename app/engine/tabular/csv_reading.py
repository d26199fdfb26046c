"""CSV to records, row by row: texts as they stand, nothing guessed, a row of another width told and kept apart."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from app.domain.values import JsonValue
from app.engine.cancel import check
from app.engine.columns import MISSING
from app.engine.tabular.cells import may_need_reading, read_cell
from app.engine.tabular.dialect import Dialect, dialect_of
from app.engine.tabular.encodings import Encoding, encoding_of, not_in
from app.engine.tabular.sheet import FileFormat, Reading, Sheet
from app.errors import InvalidInput

_BATCH = 2_000
"""Rows between two questions whether to go on."""
_SAMPLE = 200 * 1024


def read_csv(data: bytes, reading: Reading) -> Sheet:
    """The records of a CSV file; InvalidInput when it cannot be read to its end."""
    encoding = encoding_of(data, reading.encoding)
    sample = _Strict(data, encoding).read(_SAMPLE)
    dialect = dialect_of(sample, reading.known, delimiter=reading.delimiter, quote=reading.quote, header=reading.header)
    rows = _Rows(data, encoding, dialect, reading)
    return rows.sheet()


class _Strict(io.TextIOWrapper):
    """The text of a file, decoded piece by piece: a StringIO of the whole would take four bytes a letter."""

    def __init__(self, data: bytes, encoding: Encoding) -> None:
        self._bytes = io.BytesIO(data)
        super().__init__(self._bytes, encoding=encoding.name, newline="")
        self._data, self._known = data, encoding

    @property
    def done(self) -> int:
        """Bytes that were taken so far."""
        return self._bytes.tell()

    def read(self, size: int | None = -1, /) -> str:
        """As usual, but a wrong byte is told in words."""
        try:
            return super().read(size)
        except UnicodeDecodeError:
            raise InvalidInput(self.complaint()) from None

    def complaint(self) -> str:
        """Which byte is not of the encoding: decoders count from the piece they are at, so the whole is decoded."""
        try:
            self._data.decode(self._known.name)
        except UnicodeDecodeError as error:
            return not_in(self._known, self._data, error.start)
        return f"The file is not {self._known.words}. Name the right encoding."


class _Rows:
    """Reads the rows of one file."""

    def __init__(self, data: bytes, encoding: Encoding, dialect: Dialect, reading: Reading) -> None:
        self._data, self._encoding, self._dialect, self._reading = data, encoding, dialect, reading
        self._is_plain = encoding.name.startswith("utf-8") and not may_need_reading(data, dialect.quote)
        self._records: list[JsonValue] = []
        self._reasons: dict[int, str] = {}
        self._columns: tuple[str, ...] = ()

    def sheet(self) -> Sheet:
        """All of them."""
        text = _Strict(self._data, self._encoding)
        csv.field_size_limit(max(1, len(self._data)))
        reader = csv.reader(
            text, delimiter=self._dialect.delimiter, quotechar=self._dialect.quote, strict=True, skipinitialspace=False
        )
        try:
            self._read(filter(None, reader), text)
        except UnicodeDecodeError:
            raise InvalidInput(text.complaint()) from None
        except csv.Error as error:
            raise InvalidInput(_complaint(str(error), reader.line_num, self._dialect)) from None
        return Sheet(
            format=FileFormat.CSV,
            records=self._records,
            columns=self._columns,
            facts=(("encoding", self._encoding.words), ("delimiter", self._dialect.words)),
            dialect=self._dialect,
            reasons=self._reasons,
        )

    def _read(self, rows: Iterator[list[str]], text: _Strict) -> None:
        first = next(rows, None)
        if first is None:
            raise InvalidInput("The file is empty.")
        self._columns = _names(first) if self._dialect.has_header else _numbered(first)
        if not self._dialect.has_header:
            self._take([first])
        while batch := list(islice(rows, _BATCH)):
            check(self._reading.is_cancelled)
            self._take(batch)
            self._reading.tell(text.done, len(self._data))

    def _take(self, batch: list[list[str]]) -> None:
        columns, width = self._columns, len(self._columns)
        made: list[JsonValue] = []
        for row in batch:
            if len(row) != width:
                self._reasons[len(self._records) + len(made)] = f"it has {len(row):,} cells instead of {width:,}"
                made.append(row)
            elif self._is_plain:
                record = dict(zip(columns, row))  # noqa: B905 - as wide, as was just seen
                made.append({name: cell for name, cell in record.items() if cell} if "" in row else record)
            else:
                cells = zip(columns, map(read_cell, row), strict=True)
                made.append({name: cell for name, cell in cells if cell is not MISSING})
        self._records.extend(made)


def _names(first: list[str]) -> tuple[str, ...]:
    """The header's names without blanks around them; a nameless column gets its number."""
    read = (read_cell(cell.strip()) for cell in first)
    names = tuple(cell if isinstance(cell, str) and cell else f"column {at}" for at, cell in enumerate(read, start=1))
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise InvalidInput(
            f'The header names the column "{twice[0]}" more than once. Rename one, or read it without a header.'
        )
    return names


def _numbered(first: list[str]) -> tuple[str, ...]:
    return tuple(f"column {number}" for number in range(1, len(first) + 1))


def _complaint(reason: str, line: int, dialect: Dialect) -> str:
    if "unexpected end" in reason:
        what = f"a quote ({dialect.quote}) is opened and never closed"
    elif "expected after" in reason:
        what = f"something follows a closing quote ({dialect.quote}) before the next delimiter"
    else:
        what = reason
    return f"Line {line:,}: {what}. Correct the file, or name another quote or delimiter."
