"""Records to a file's bytes, piece by piece: CSV, JSON, JSON lines, and the JSON that stock TinyDB opens.

Only the values of active attributes are written: no ids of this workbench, no tokens, no archived attributes.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice

from app.domain.record import Record
from app.domain.schema import RecordType, active_attributes
from app.domain.values import JsonValue, Value
from app.engine.cancel import IsCancelled, check, never
from app.engine.columns import MISSING
from app.engine.tabular.cells import guarded, is_formula, write_cell
from app.engine.tabular.sheet import FileFormat

_BATCH = 1_000


class Export:
    """Writes records once; afterwards it knows how many, and what was changed to be harmless."""

    def __init__(self, kind: RecordType, records: Iterable[Record], *, is_cancelled: IsCancelled = never) -> None:
        self._names = [attribute.name for attribute in active_attributes(kind)]
        self._kind, self._records, self._is_cancelled = kind, iter(records), is_cancelled
        self.count = 0
        self.guarded = 0
        """CSV cells that got an apostrophe, since a spreadsheet may take them for formulas."""

    def pieces(self, format: FileFormat) -> Iterator[bytes]:
        """The file, in order."""
        if format is FileFormat.CSV:
            return self._csv()
        if format is FileFormat.JSONL:
            return (b"".join(_line(each) + b"\n" for each in batch) for batch in self._documents())
        if format is FileFormat.TINYDB:
            return self._tinydb()
        return self._json()

    def _batches(self) -> Iterator[list[Record]]:
        while batch := list(islice(self._records, _BATCH)):
            check(self._is_cancelled)
            self.count += len(batch)
            yield batch

    def _documents(self) -> Iterator[list[dict[str, Value]]]:
        for batch in self._batches():
            yield [{n: record.values[n] for n in self._names if n in record.values} for record in batch]

    def _csv(self) -> Iterator[bytes]:
        yield csv_bytes([[guarded(name) for name in self._names]])
        for batch in self._batches():
            values = [[record.values.get(name, MISSING) for name in self._names] for record in batch]
            self.guarded += sum(isinstance(value, str) and is_formula(value) for row in values for value in row)
            yield csv_bytes([list(map(write_cell, row)) for row in values])

    def _json(self) -> Iterator[bytes]:
        yield b"["
        is_first = True
        for batch in self._documents():
            yield (b"\n" if is_first else b",\n") + b",\n".join(map(_line, batch))
            is_first = False
        yield b"\n]\n"

    def _tinydb(self) -> Iterator[bytes]:
        yield b"{" + json.dumps(self._kind.name, ensure_ascii=False).encode() + b": {"
        number = 0
        for batch in self._documents():
            rows = []
            for document in batch:
                number += 1
                rows.append(b'"%d": %b' % (number, _line(document)))
            yield (b", " if number > len(batch) else b"") + b", ".join(rows)
        yield b"}}\n"


def csv_bytes(rows: Sequence[Sequence[str]], delimiter: str = ",", quote: str = '"') -> bytes:
    """Rows as UTF-8 with CRLF, as RFC 4180 has them."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, quotechar=quote, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode()


def _line(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, allow_nan=False).encode()


def rejects_bytes(
    format: FileFormat,
    columns: Sequence[str],
    rejected: Iterable[tuple[JsonValue, str]],
    *,
    delimiter: str = ",",
    quote: str = '"',
) -> bytes:
    """Records that were not taken, in the format they came in, each with why as its first column or member."""
    if format is not FileFormat.CSV:
        lines = [_exact(_with_reason(record, why)) for record, why in rejected]
        return b"".join(line + b"\n" for line in lines) if format is FileFormat.JSONL else _array(lines)
    rows = [[_free("reason", columns), *map(guarded, columns)]]
    for record, why in rejected:
        rows.append([guarded(why), *_cells(record, columns)])
    return csv_bytes(rows, delimiter, quote)


def _cells(record: JsonValue, columns: Sequence[str]) -> list[str]:
    if isinstance(record, list):  # of the wrong width: its cells as they came
        return [guarded(str(cell)) for cell in record]
    assert isinstance(record, dict)
    return [_cell(record.get(name, MISSING)) for name in columns]


def _cell(value: object) -> str:
    """A cell as it was read; ids that were parted come back as an array."""
    if isinstance(value, list):
        return write_cell(tuple(map(str, value)))
    return write_cell(value)  # type: ignore[arg-type]  # a CSV file gives texts, null and what is missing


def _with_reason(record: JsonValue, why: str) -> JsonValue:
    if isinstance(record, dict):
        return {_free("reason", list(record)): why, **record}
    return {"reason": why, "value": record}


def _free(name: str, taken: Sequence[str]) -> str:
    while name in taken:
        name += " of rejection"
    return name


def _array(lines: Sequence[bytes]) -> bytes:
    return b"[\n" + b",\n".join(lines) + b"\n]\n"


def _exact(value: JsonValue) -> bytes:
    """JSON with every digit: numbers that came as Decimal are written as they were spelled."""
    import msgspec

    encode = msgspec.json.Encoder(decimal_format="number").encode
    try:
        return encode(value)
    except OverflowError:
        return encode(_with_big_integers(value))


def _with_big_integers(value: JsonValue) -> JsonValue:
    """Integers beyond 64 bits as Decimal, which msgspec writes at any size."""
    if isinstance(value, dict):
        return {name: _with_big_integers(child) for name, child in value.items()}
    if isinstance(value, list):
        return [_with_big_integers(child) for child in value]
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value
