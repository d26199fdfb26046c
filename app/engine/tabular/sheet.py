"""A file's records as the mapper takes them, whatever the file's format, with all that was found out about the file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from app.domain.values import JsonValue
from app.engine.cancel import IsCancelled, never
from app.engine.tabular.dialect import Dialect
from app.errors import InvalidInput

Tell: TypeAlias = Callable[[int, int], None]
"""Hears how much of how much is done, now and then, from the thread that does the work."""


def silent(_: int, __: int) -> None:
    """For work that nobody watches."""


class FileFormat(StrEnum):
    """What a file of records can be."""

    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"
    TINYDB = "tinydb"


_ENDINGS = {
    "csv": FileFormat.CSV,
    "tsv": FileFormat.CSV,
    "txt": FileFormat.CSV,
    "json": FileFormat.JSON,
    "jsonl": FileFormat.JSONL,
    "ndjson": FileFormat.JSONL,
}


def format_of(name: str, given: str = "") -> FileFormat:
    """The format said, else the one that the name's ending says; InvalidInput when neither says it."""
    if given:
        if given not in list(FileFormat):
            raise InvalidInput(f'"{given}" is not a format; choose one of {", ".join(FileFormat)}.')
        return FileFormat(given)
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if ending not in _ENDINGS:
        raise InvalidInput(f"The ending of {name} does not tell its format. Say --format {', '.join(FileFormat)}.")
    return _ENDINGS[ending]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a file is to be read; "" means: find out."""

    format: str = ""
    encoding: str = ""
    delimiter: str = ""
    quote: str = ""
    header: str = ""
    """`yes`, `no`."""
    source: str = ""
    """Where in a JSON document the records are: `$.orders[*]`."""
    target: str = ""
    """The object that the records go to: the name of the table that a TinyDB file is likely to have."""
    known: Collection[str] = ()
    """Attribute names: they tell a header from a row."""
    tell: Tell = silent
    is_cancelled: IsCancelled = never


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a file holds."""

    format: FileFormat
    records: list[JsonValue]
    """One for each row or element; a CSV row of the wrong width is the list of its cells."""
    columns: tuple[str, ...]
    """A CSV file's columns in order; for the other formats the paths of the fields in the first records."""
    facts: tuple[tuple[str, str], ...]
    """What was found out: `delimiter` and `comma, quote ", with a header`, for a person."""
    dialect: Dialect | None = None
    reasons: Mapping[int, str] = field(default_factory=dict)
    """Why records cannot be, by their place."""
    notes: Sequence[str] = ()
    """What else is to be known."""
