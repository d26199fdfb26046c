"""What is written is read back: every value in every format, null, missing and empty told apart."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tinydb import TinyDB

from app.domain.datatypes import MAX_INTEGER, DataType
from app.domain.identifiers import ActionId, MappingId, ObjectId, RecordId, encode
from app.domain.mapping import Mapping
from app.domain.record import Record
from app.domain.schema import Attribute, ObjectType
from app.domain.values import Value
from app.engine.columns import MISSING, Missing
from app.engine.mapper import preview
from app.engine.tabular.cells import is_formula, read_cell, write_cell
from app.engine.tabular.matching import rows_for, with_ids
from app.engine.tabular.reading import read_sheet
from app.engine.tabular.sheet import FileFormat, Reading
from app.engine.tabular.writing import Export

KIND = ObjectType(
    id=ObjectId("obj_0000000000001"),
    name="Order",
    attributes=(
        *ObjectType(id=ObjectId(""), name="").attributes,
        Attribute(name="note", data_type=DataType.TEXT),
        Attribute(name="=sum", data_type=DataType.TEXT),
        Attribute(name="number", data_type=DataType.INTEGER),
        Attribute(name="2024", data_type=DataType.DECIMAL),
        Attribute(name="is gift", data_type=DataType.BOOLEAN),
        Attribute(name="status", data_type=DataType.LIST, options=("open", "-", "null", 'Ünï, "x"')),
        Attribute(name="owner", data_type=DataType.REFERENCE, target="People"),
        Attribute(name="items", data_type=DataType.REFERENCE, target="Item", many=True),
        Attribute(name="gone", data_type=DataType.TEXT, is_archived=True),
    ),
)
TRICKY = [
    "",
    "\\N",
    "\\\\N",
    '""',
    '\\""',
    "'=1",
    "''=1",
    "=1+1",
    "+1",
    "-",
    "@x",
    "\tx",
    "\rx",
    "null",
    "[1]",
    "a;b,c|d",
    'say "hi"',
    "two\nlines\r\n",
    " padded ",
    "\ufeff",
    "'",
    "\\",
    "007",
    "\0",
    "1" * 5000,
    "9" * 40,
]
texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=12) | st.sampled_from(TRICKY)
ids = texts.filter(bool)
dates = st.sampled_from(["2026-01-02", "2026-01-02T03:04:05Z", "2026-01-02 03:04", "2026-01-02T03:04:05.123456+05:30"])
VALUES: dict[str, st.SearchStrategy[Value]] = {
    "external_created_at": dates,
    "external_updated_at": dates,
    "note": texts,
    "=sum": texts,
    "number": st.integers(-MAX_INTEGER, MAX_INTEGER) | st.sampled_from([2**53 + 1, 0]),
    "2024": st.floats(allow_nan=False, allow_infinity=False),
    "is gift": st.booleans(),
    "status": st.sampled_from(["open", "-", "null", 'Ünï, "x"']),
    "owner": ids,
    "items": st.lists(ids, max_size=3).map(tuple),
}
missing: st.SearchStrategy[Value | Missing] = st.just(MISSING)
rows = st.fixed_dictionaries({name: missing | st.none() | values for name, values in VALUES.items()})


class Empty:
    """A vault without records."""

    def by_key(self, *_: str) -> None: ...
    def by_keys(self, *_: object) -> dict[str, Record]:
        return {}

    def exists(self, *_: str) -> bool:
        return False

    def absent(self, *_: object) -> int:
        return 0

    def count_all_custom(self) -> int:
        return 0


def _records(found: list[dict[str, Value | Missing]]) -> list[Record]:
    return [
        Record(
            id=RecordId(encode("rec", at + 1)),
            type_name="Order",
            values={
                "external_id": f"={at}",
                "gone": "never written",
                **{name: value for name, value in row.items() if not isinstance(value, Missing)},
            },
        )
        for at, row in enumerate(found)
    ]


def _read_back(format: FileFormat, data: bytes) -> list[dict[str, Value]]:
    known = [each.name for each in KIND.attributes]
    sheet = read_sheet("x", data, Reading(format=format, known=known, target="Order"))
    mapping = rows_for(sheet, KIND, ())
    with_ids(sheet, mapping, KIND)
    numbers = iter(range(1, 1_000))
    found = preview(
        sheet.records,
        Mapping(id=MappingId(""), action_id=ActionId(""), source="$[*]", target="Order", rows=mapping),
        KIND,
        Empty(),
        ids=lambda: next(numbers),
        now="",
        run_id=None,
        record_limit=1_000,
    )
    assert [*found.problems, *(row.reasons for row in found.rejections)] == []
    return [dict(row.after.values) for row in found.rows if row.after]


@pytest.mark.parametrize("format", FileFormat)
@given(found=st.lists(rows, min_size=1, max_size=6))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_exported_is_imported_as_it_was(format: FileFormat, found: list[dict[str, Value | Missing]]) -> None:
    """Also where all of a column is missing, null or empty; only archived attributes stay behind."""
    records = _records(found)
    data = b"".join(Export(KIND, records).pieces(format))
    wanted = [{name: value for name, value in record.values.items() if name != "gone"} for record in records]
    assert _read_back(format, data) == wanted


@given(value=texts | st.none() | missing)
def test_a_cell_says_which_of_the_four_it_is(value: str | Missing | None) -> None:
    """A missing value, null, an empty text, a text; and a spreadsheet finds no formula in any."""
    cell = write_cell(value)
    assert read_cell(cell) == value
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_the_words_of_a_csv_cell() -> None:
    """As the documentation has them."""
    written = [write_cell(value) for value in (MISSING, None, "", "\\N", "=1", "'=1", ("a", "b"), -5, True)]
    assert written == ["", "\\N", '""', "\\\\N", "'=1", "''=1", '["a", "b"]', "-5", "true"]
    assert is_formula("'=1")


def test_formulas_are_counted_and_every_cell_is_harmless() -> None:
    """Names of attributes too; typed numbers are no formulas."""
    records = _records([{"note": start + "cmd|'/c calc'!A1", "number": -5} for start in "=+-@\t\r"])
    export = Export(KIND, records)
    table = list(csv.reader(io.StringIO(b"".join(export.pieces(FileFormat.CSV)).decode(), newline="")))
    assert export.guarded == 2 * len(records)  # the ids begin with = as well
    texts = [cell for row in table for cell in row if cell != "-5"]
    assert not [cell for cell in texts if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_stock_tinydb_opens_the_export() -> None:
    """Under the object's name, with whole numbers as document ids."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "orders.json"
        path.write_bytes(b"".join(Export(KIND, _records([{"note": "a"}, {"note": None}])).pieces(FileFormat.TINYDB)))
        with TinyDB(path, encoding="utf-8") as database:
            table = database.table("Order")
            assert [dict(document) for document in table.all()] == [
                {"external_id": "=0", "note": "a"},
                {"external_id": "=1", "note": None},
            ]
            assert table.insert({"external_id": "x"}) == 3


def test_an_export_of_nothing_is_a_file_of_its_format() -> None:
    """A header, an empty array, no line, an empty table."""
    made = {format: b"".join(Export(KIND, []).pieces(format)) for format in FileFormat}
    assert made[FileFormat.CSV].startswith(b"external_id,")
    assert json.loads(made[FileFormat.JSON]) == []
    assert made[FileFormat.JSONL] == b""
    assert json.loads(made[FileFormat.TINYDB]) == {"Order": {}}
