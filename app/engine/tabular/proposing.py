"""A new object from a file: an attribute for each column, in the narrowest format that keeps every value of it.

Nothing is guessed: a column is a number or a date only if all of its values are, and "007" is none. Each proposal can
be changed, line by line, before anything is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from app.domain.datatypes import DataType, Fit, fit
from app.domain.identifiers import name_problem
from app.domain.mapping import FieldMapping
from app.domain.path import FieldPath
from app.domain.schema import EXTERNAL_ID, Attribute, ObjectType, attribute_of
from app.domain.values import JsonValue
from app.engine.cancel import IsCancelled, check
from app.engine.columns import MISSING
from app.engine.columns import read as read_column
from app.engine.infer import describe
from app.engine.naming import words
from app.engine.tabular.matching import column_name, column_path, matched, paths_of
from app.engine.tabular.sheet import FileFormat, Sheet
from app.errors import InvalidInput

FIELD_FORM = "column -> name: format, as in status -> status: list(open|paid); column -> - leaves it out"
_LINE = re.compile(r"(?P<name>[^:]+?)\s*:\s*(?P<format>[a-z]+)\s*(?:\((?P<of>[^)]*)\))?\Z")
_TRIED = (DataType.BOOLEAN, DataType.INTEGER, DataType.DECIMAL, DataType.DATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """One column and the attribute that it would fill."""

    path: str
    attribute: Attribute
    is_converted: bool

    @property
    def line(self) -> str:
        """As a person reads and writes it."""
        made = self.attribute
        of = "|".join(made.options) or f"{'many ' if made.many else ''}{made.target}"
        return f"{column_name(self.path)} -> {made.name}: {made.data_type}{f'({of})' if of else ''}"

    @property
    def row(self) -> FieldMapping:
        """The row of the mapping that fills it."""
        return FieldMapping(path=self.path, attribute=self.attribute.name, is_converted=self.is_converted)


def proposed(sheet: Sheet, blank: ObjectType, lines: Sequence[str], is_cancelled: IsCancelled) -> tuple[Proposed, ...]:
    """A proposal for each column that can be kept, in the file's order; `lines` stand in place of what they name."""
    said = dict(_said(lines, sheet, blank))
    born = {row.path: row.attribute for row in matched(sheet, blank)}
    if EXTERNAL_ID not in born.values() and (path := _id_path(sheet, [*born, *said])):
        born[path] = EXTERNAL_ID
    taken = {each.name for each in said.values() if each} | {*born.values()}
    found = []
    for path in paths_of(sheet):
        check(is_cancelled)
        made = said[path] if path in said else _born(blank, born.get(path, ""), said) or _made(path, sheet, taken)
        if made is not None:
            taken.add(made.name)
            found.append(Proposed(path=path, attribute=made, is_converted=_is_converted(path, sheet, made)))
    return tuple(found)


def _id_path(sheet: Sheet, used: Sequence[str]) -> str:
    """The first column with a different text or integer in every record; "" when there is none."""
    for path in paths_of(sheet):
        values = _values(path, sheet)
        is_plain = all(
            isinstance(value, (str, int)) and not isinstance(value, bool) and value != "" for value in values
        )
        if path not in used and values and is_plain and len(set(values)) == len(sheet.records):
            return path
    return ""


def _values(path: str, sheet: Sheet) -> list[JsonValue]:
    """What a column holds, without what is missing or null."""
    cells = read_column(FieldPath.parse(path), sheet.records)
    return [cell for cell in cells if cell is not MISSING and cell is not None]


def _is_converted(path: str, sheet: Sheet, made: Attribute) -> bool:
    """Whether the values need it: a CSV file's numbers are texts, another file's ids may be integers."""
    if made.data_type in (DataType.DATE, DataType.LIST):
        return False
    if made.data_type in (DataType.TEXT, DataType.REFERENCE):
        return not all(isinstance(value, (str, list)) for value in _values(path, sheet))
    return sheet.format is FileFormat.CSV


def _born(blank: ObjectType, name: str, said: Mapping[str, Attribute | None]) -> Attribute | None:
    is_said = any(each is not None and each.name == name for each in said.values())
    return None if is_said else attribute_of(blank, name)


def _made(path: str, sheet: Sheet, taken: set[str]) -> Attribute | None:
    """None for arrays: an attribute holds none, unless somebody says that they are ids."""
    values = _values(path, sheet)
    if any(isinstance(value, (list, dict)) for value in values):
        return None
    blank = Attribute(name=_name(path, taken), data_type=DataType.TEXT, description=f"{column_name(path)} of the file")
    is_csv = sheet.format is FileFormat.CSV
    for data_type in _TRIED if values else ():
        tried = replace(blank, data_type=data_type)
        if all(isinstance(fit(tried, value, convert=is_csv), Fit) for value in values):
            return tried
    choices = describe(path, values, len(sheet.records)).choices if _are_texts(values) else ()
    return replace(blank, data_type=DataType.LIST, options=choices) if choices else blank


def _are_texts(values: Sequence[JsonValue]) -> bool:
    return all(isinstance(value, str) for value in values)


def _name(path: str, taken: set[str]) -> str:
    """The column's own name where it may be one, else its words, numbered where it is taken."""
    name = column_name(path)
    if name_problem(name) or name.startswith("$"):
        name = "_".join(words(name)) or "column"
    number, first = 2, name
    while name in taken:
        name, number = f"{first}_{number}", number + 1
    return name


def _said(lines: Iterable[str], sheet: Sheet, blank: ObjectType) -> Iterator[tuple[str, Attribute | None]]:
    for line in lines:
        left, sign, right = line.rpartition(" -> ")
        if not sign:
            raise InvalidInput(f'"{line}" is not "{FIELD_FORM}".')
        name = left.strip()
        path = column_path(name) if sheet.format is FileFormat.CSV or not name.startswith("$") else name
        if path not in paths_of(sheet):
            raise InvalidInput(f'The file has no column "{name}"; it has {", ".join(sheet.columns)}.')
        yield path, None if right.strip() == "-" else _attribute(right.strip(), line, name, blank)


def _attribute(text: str, line: str, column: str, blank: ObjectType) -> Attribute:
    found = _LINE.match(text)
    if not found or found["format"] not in list(DataType):
        raise InvalidInput(f'"{line}" is not "{FIELD_FORM}"; formats are {", ".join(DataType)}.')
    if born := attribute_of(blank, found["name"]):
        return born
    of, made = (found["of"] or "").strip(), DataType(found["format"])
    return Attribute(
        name=found["name"],
        data_type=made,
        description=f"{column} of the file",
        options=tuple(each.strip() for each in of.split("|")) if made is DataType.LIST and of else (),
        target=of.removeprefix("many ") if made is DataType.REFERENCE else "",
        many=made is DataType.REFERENCE and of.startswith("many "),
    )
