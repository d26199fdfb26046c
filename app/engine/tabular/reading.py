"""Any file of records: the reader that its format needs, and what to show of the file."""

from __future__ import annotations

from dataclasses import replace

from app.engine.tabular.csv_reading import read_csv
from app.engine.tabular.json_reading import read_json, read_json_lines
from app.engine.tabular.sheet import FileFormat, Reading, Sheet, format_of
from app.errors import InvalidInput


def read_sheet(name: str, data: bytes, reading: Reading) -> Sheet:
    """The records of a file called `name` with these bytes; InvalidInput says why there are none."""
    format = format_of(name, reading.format)
    reader = {FileFormat.CSV: read_csv, FileFormat.JSONL: read_json_lines}.get(format, read_json)
    if not data.strip():
        raise InvalidInput(f"{name} is empty.")
    try:
        sheet = reader(data, reading)
    except InvalidInput as error:
        raise InvalidInput([f"{name}: {problem}" for problem in error.problems]) from None
    size = f"{name}, {format.value.upper() if format is not FileFormat.TINYDB else 'TinyDB'}, {len(data):,} bytes"
    return replace(sheet, facts=(("file", size), *sheet.facts, ("records", f"{len(sheet.records):,}")))
