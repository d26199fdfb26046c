"""JSON, JSON lines and TinyDB files to records: decoded as a response's body is, and a fault's place is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.domain.path import FieldPath, Wildcard
from app.domain.problems import Problem
from app.domain.values import JsonValue
from app.engine.body import BodyError
from app.engine.body import decode as decode_body
from app.engine.cancel import check
from app.engine.sources import candidates, records
from app.engine.tabular.encodings import decoded, encoding_of
from app.engine.tabular.sheet import FileFormat, Reading, Sheet
from app.errors import InvalidInput

_BATCH = 2_000


def read_json(data: bytes, reading: Reading) -> Sheet:
    """The records of a JSON document: an array, an array inside an object, or the tables of a TinyDB file."""
    encoding = encoding_of(data, reading.encoding)
    text = data if encoding.name in ("utf-8", "utf-8-sig") else decoded(data, encoding).encode()
    try:
        document = decode_body(text)
    except BodyError as error:
        raise InvalidInput(_worded(error, "The file")) from None
    check(reading.is_cancelled)
    reading.tell(len(data), len(data))
    source = reading.source or _source(document, reading)
    found = records(document, source)
    if isinstance(found, Problem):
        raise InvalidInput(f"{found}. Name another source, such as $.orders[*].".replace("this response", "the file"))
    facts = (("encoding", encoding.words), ("source", source))
    return _sheet(FileFormat.JSON, found, facts)


def _source(document: JsonValue, reading: Reading) -> str:
    if tables := _tinydb_tables(document):
        table = reading.target if reading.target in tables else next(iter(tables)) if len(tables) == 1 else ""
        if not table:
            raise InvalidInput(
                f'The file has the tables {", ".join(tables)}: name one as source, such as $["Order"][*].'
            )
        return str(FieldPath((table, Wildcard.ALL)))
    found = candidates(document)
    if not found:
        raise InvalidInput("The file holds no object and no array of objects, so there are no records in it.")
    return found[0].path


def _tinydb_tables(document: JsonValue) -> tuple[str, ...]:
    """The tables of a file as TinyDB writes it: objects of objects under numbers; () for every other document."""
    if not isinstance(document, dict) or not document:
        return ()
    for rows in document.values():
        if not isinstance(rows, dict) or not all(
            key.isdecimal() and isinstance(row, dict) for key, row in rows.items()
        ):
            return ()
    return tuple(name for name, rows in document.items() if rows) or tuple(document)


def read_json_lines(data: bytes, reading: Reading) -> Sheet:
    """The records of a file with one JSON document a line; empty lines are passed over."""
    encoding = encoding_of(data, reading.encoding)
    text = data if encoding.name == "utf-8" else decoded(data, encoding).encode()
    found: list[JsonValue] = []
    done = 0
    for number, line in enumerate(text.split(b"\n"), start=1):
        if line.strip():
            try:
                found.append(decode_body(line))
            except BodyError as error:
                raise InvalidInput(_worded(error, f"Line {number:,}")) from None
        done += len(line) + 1
        if number % _BATCH == 0:
            check(reading.is_cancelled)
            reading.tell(done, len(text))
    if not found:
        raise InvalidInput("The file is empty.")
    return _sheet(FileFormat.JSONL, found, (("encoding", encoding.words),))


def _sheet(format: FileFormat, found: list[JsonValue], facts: tuple[tuple[str, str], ...]) -> Sheet:
    return Sheet(format=format, records=found, columns=tuple(_paths(found)), facts=facts)


def _paths(found: Sequence[JsonValue]) -> Iterator[str]:
    """The path of every field that any of the records has, in the order they come; objects are descended into."""
    waiting: list[tuple[tuple[str, ...], Sequence[JsonValue]]] = [((), found)]
    while waiting:
        names, values = waiting.pop()
        columns: dict[str, list[JsonValue]] = {}
        for value in values:
            if isinstance(value, dict):
                for name, child in value.items():
                    columns.setdefault(name, []).append(child)
        has_own_values = not all(isinstance(value, dict) or value is None for value in values)
        if names and (has_own_values or not columns):
            yield str(FieldPath(names))
        waiting.extend(((*names, name), column) for name, column in reversed(columns.items()))


def _worded(error: BodyError, subject: str) -> str:
    reason = str(error).removeprefix("The body is not JSON: ").partition(". Only JSON")[0]
    return f"{subject} is not JSON: {reason}."
