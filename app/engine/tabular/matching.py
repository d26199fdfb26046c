"""Which column of a file fills which attribute: by its exact name, else as the mapper suggests, else as a person says.

A column whose attribute is no text is marked as converted, in the notation of the mapper and for everybody to see.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from app.domain.datatypes import DataType
from app.domain.mapping import FieldMapping
from app.domain.path import FieldPath
from app.domain.schema import Attribute, RecordType, active_attributes, attribute_of
from app.domain.values import JsonValue
from app.engine.suggest import suggest
from app.engine.tabular.cells import read_ids
from app.engine.tabular.sheet import FileFormat, Sheet
from app.errors import InvalidInput

MAP_FORM = "column=attribute, with (convert) behind it where texts are to become numbers"
_CONVERT = "(convert)"
_AS_IT_STANDS = (DataType.TEXT, DataType.DATE, DataType.LIST, DataType.REFERENCE)
"""Formats whose values are texts in a CSV file as well as in a record."""
_SAMPLE = 1_000


def column_path(name: str) -> str:
    """A column as the mapper knows it; a path stays as it is."""
    return str(FieldPath((name,)))


def column_name(path: str) -> str:
    """A row's column as the file calls it; the path itself where the field is inside an object."""
    segments = FieldPath.parse(path).segments
    return segments[0] if len(segments) == 1 and isinstance(segments[0], str) else path


def paths_of(sheet: Sheet) -> tuple[str, ...]:
    """Its columns as the mapper knows them, in order."""
    return tuple(map(column_path, sheet.columns)) if sheet.format is FileFormat.CSV else sheet.columns


def matched(sheet: Sheet, kind: RecordType) -> tuple[FieldMapping, ...]:
    """The columns that fill an attribute, in the file's order: by equal names, else as the mapper would suggest."""
    paths = paths_of(sheet)
    exact = {}
    for path in paths:
        attribute = attribute_of(kind, column_name(path))
        if attribute is not None and not attribute.is_archived:
            exact[path] = FieldMapping(
                path=path, attribute=attribute.name, is_converted=_is_converted(sheet, attribute)
            )
    used = {row.attribute for row in exact.values()}
    rest = replace(kind, attributes=tuple(each for each in kind.attributes if each.name not in used))
    left = [_without(record, exact) for record in sheet.records[:_SAMPLE]]
    suggested = suggest(left, "$[*]", [rest], kind.name) if len(exact) < len(paths) else None
    rows = dict(exact)
    for row in suggested.rows if suggested else ():
        if row.path not in rows and row.attribute not in used:
            rows[row.path] = row
    return tuple(rows[path] for path in paths if path in rows)


def _without(record: JsonValue, exact: Iterable[str]) -> JsonValue:
    if not isinstance(record, dict):
        return record
    names = {column_name(path) for path in exact}
    return {name: value for name, value in record.items() if name not in names}


def _is_converted(sheet: Sheet, attribute: Attribute) -> bool:
    return sheet.format is FileFormat.CSV and attribute.data_type not in _AS_IT_STANDS


def rows_for(sheet: Sheet, kind: RecordType, lines: Sequence[str]) -> tuple[FieldMapping, ...]:
    """The matched columns, with those that a person has said something else of: `Order no=external_id`, `note=-`."""
    said = {row.path: row for row in (_read_row(line.strip(), sheet) for line in lines if line.strip())}
    taken = {row.attribute for row in said.values()}
    kept = {row.path: row for row in matched(sheet, kind) if row.attribute not in taken}
    rows = {**kept, **said}
    return tuple(rows[path] for path in paths_of(sheet) if path in rows and rows[path].attribute != "-")


def _read_row(line: str, sheet: Sheet) -> FieldMapping:
    text = line.removesuffix(_CONVERT).rstrip()
    splits = list(_splits(text))
    for name, attribute in splits:
        for path in (column_path(name), name):
            if path in paths_of(sheet):
                return FieldMapping(path=path, attribute=attribute, is_converted=text != line)
    if not splits:
        raise InvalidInput(f'"{line}" is not {MAP_FORM}, as in "Order no=external_id".')
    raise InvalidInput(f'The file has no column "{splits[0][0]}"; it has {", ".join(sheet.columns)}.')


def _splits(text: str) -> Iterator[tuple[str, str]]:
    """Every way to part a line in two: both names may hold the sign itself."""
    for sign in (" -> ", "="):
        at = text.find(sign)
        while at >= 0:
            yield text[:at].strip(), text[at + len(sign) :].strip()
            at = text.find(sign, at + 1)


def write_row(row: FieldMapping) -> str:
    """The line that `read_rows` reads back."""
    return f"{column_name(row.path)} -> {row.attribute}{f' {_CONVERT}' if row.is_converted else ''}"


def hint(sheet: Sheet, rows: Iterable[FieldMapping], kind: RecordType) -> tuple[str, ...]:
    """What to say so that records can be matched, where no column fills a key."""
    rows = tuple(rows)
    if any(row.attribute in kind.keys for row in rows):
        return ()
    used = {row.path for row in rows}
    free = [column_name(path) for path in paths_of(sheet) if path not in used]
    column = (free or ["column"])[0]
    return (
        f"Say which column is the {kind.keys[0]}, as in {column}={kind.keys[0]} (--map, or Columns in the dialog).",
    )


def with_ids(sheet: Sheet, rows: Iterable[FieldMapping], kind: RecordType) -> None:
    """Turn the cells that fill references to many into lists of ids: CSV itself has no lists."""
    for row in rows if sheet.format is FileFormat.CSV else ():
        attribute = attribute_of(kind, row.attribute)
        if attribute is not None and attribute.data_type is DataType.REFERENCE and attribute.many:
            name = column_name(row.path)
            for record in sheet.records:
                if isinstance(record, dict) and isinstance(text := record.get(name), str):
                    record[name] = read_ids(text)


def left_out(sheet: Sheet, rows: Iterable[FieldMapping], kind: RecordType) -> tuple[str, ...]:
    """Which columns fill nothing, and which attributes nothing fills, a sentence each."""
    rows = tuple(rows)
    used = {row.path for row in rows}
    columns = [column_name(path) for path in paths_of(sheet) if path not in used]
    filled = {row.attribute for row in rows}
    attributes = [each.name for each in active_attributes(kind) if each.name not in filled]
    said = []
    if columns:
        said.append(f"columns left out: {', '.join(columns)}")
    if attributes:
        said.append(f"attributes not filled: {', '.join(attributes)}")
    return tuple(said)
