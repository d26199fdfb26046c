"""What is found out about a file, what can be said instead, and the words for what cannot be read."""

from __future__ import annotations

import pytest

from app.domain.datatypes import DataType
from app.domain.identifiers import ObjectId
from app.domain.schema import Attribute, ObjectType
from app.engine.cancel import Cancelled
from app.engine.tabular.matching import rows_for, write_row
from app.engine.tabular.proposing import proposed
from app.engine.tabular.reading import read_sheet
from app.engine.tabular.sheet import FileFormat, Reading, Sheet, format_of
from app.engine.tabular.writing import rejects_bytes
from app.errors import InvalidInput

BLANK = ObjectType(id=ObjectId("obj_0000000000001"), name="Order")


def _read(name: str, data: bytes, **given: object) -> Sheet:
    return read_sheet(name, data, Reading(**given))  # type: ignore[arg-type]


def _refused(name: str, data: bytes, **given: object) -> str:
    with pytest.raises(InvalidInput) as caught:
        _read(name, data, **given)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id,name\n1,a\n2,b\n", 'comma, quote ", with a header'),
        ("id;name\n1;1,5\n2;2,5\n", 'semicolon, quote ", with a header'),
        ("id\tname\n1\ta,b;c\n", 'tab, quote ", with a header'),
        ("id|name\n1|a\n", 'pipe, quote ", with a header'),
        ("'id','name'\n'1','a,b'\n", "comma, quote ', with a header"),
        ("1,2026-01-02\n2,2026-01-03\n", 'comma, quote ", no header'),
        ("same,same\na,b\n", 'comma, quote ", no header'),
        ("id\n1\n", 'comma, quote ", with a header'),
        ('id,note\n1,"a\nb;c;d;e"\n2,"x"\n', 'comma, quote ", with a header'),
    ],
)
def test_the_dialect_is_found_out(text: str, words: str) -> None:
    """And shown."""
    assert dict(_read("x.csv", text.encode()).facts)["delimiter"] == words


def test_every_part_of_the_dialect_can_be_said() -> None:
    """What is said wins over what would be found."""
    sheet = _read("x.txt", b"a;b\n'c;d';e\n", delimiter="semicolon", quote="'", header="no")
    assert (sheet.columns, sheet.records) == (
        ("column 1", "column 2"),
        [{"column 1": "a", "column 2": "b"}, {"column 1": "c;d", "column 2": "e"}],
    )
    assert _read("x.csv", b"a:b\n1:2\n", delimiter=":").records == [{"a": "1", "b": "2"}]
    assert _read("x.csv", b'a,b\n"",\\N\n', quote="'").records == [{"a": "", "b": None}]
    assert _read("x.csv", b"1,2\n3,4\n", header="yes").records == [{"1": "3", "2": "4"}]


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("id,name\n1,Zoë\n".encode(), "utf-8 (valid UTF-8)"),
        ("id,name\n1,Zoë\n".encode("utf-8-sig"), "utf-8 (byte order mark)"),
        ("id,name\n1,Zoë\n".encode("utf-16"), "utf-16 (byte order mark)"),
        ("id,name\n1,Zoë\n".encode("utf-32"), "utf-32 (byte order mark)"),
        ("id,name\n1,Zoë\n".encode("utf-16-le"), "utf-16-le (guessed from its NUL bytes)"),
        ("id,name\n1,Zoë\n".encode("utf-16-be"), "utf-16-be (guessed from its NUL bytes)"),
        (("id,name\n" + "1,Zoë wünscht schöne Grüße\n" * 9).encode("cp1252"), "cp1252 (guessed)"),
    ],
)
def test_the_encoding_is_found_out(data: bytes, encoding: str) -> None:
    """Marks, valid UTF-8, a guess: always said which."""
    sheet = _read("x.csv", data)
    assert dict(sheet.facts)["encoding"] == encoding
    assert sheet.columns == ("id", "name")
    first = sheet.records[0]
    assert isinstance(first, dict)
    assert str(first["name"]).startswith("Zoë")


def test_a_said_encoding_is_taken() -> None:
    """Or refused with the place that is not of it."""
    assert _read("x.csv", "id\nñ\n".encode("cp850"), encoding="cp850").records == [{"id": "ñ"}]
    assert "Byte 4 (0xe9) is not utf-8 (as given)" in _refused("x.csv", b"id\n\xe9\n", encoding="utf-8")
    assert 'no text encoding "rot13"' in _refused("x.csv", b"id\n1\n", encoding="rot13")
    assert "no text in any encoding" in _refused("x.csv", b"\x89PNG\0\x01\x02\xff" + bytes(range(256)))


def test_rows_of_another_width_are_kept_apart() -> None:
    """Not one cell is guessed into a column, not one is dropped."""
    sheet = _read("x.csv", b"id,a\n1,2\n3\n4,5,6\n\n7,\n")
    assert sheet.records == [{"id": "1", "a": "2"}, ["3"], ["4", "5", "6"], {"id": "7"}]
    assert sheet.reasons == {1: "it has 1 cells instead of 2", 2: "it has 3 cells instead of 2"}
    file = rejects_bytes(FileFormat.CSV, sheet.columns, [(sheet.records[2], "too wide"), (sheet.records[3], "=why")])
    assert file.decode() == "reason,id,a\r\ntoo wide,4,5,6\r\n'=why,7,\r\n"


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("x.csv", b"", "x.csv is empty"),
        ("x.csv", b'id,a\n1,"b\n2,c\n', 'a quote (") is opened and never closed'),
        ("x.csv", b'id,a\n1,"b"c\n', 'Line 2: something follows a closing quote (")'),
        ("x.csv", b"id,id,a\n1,2,3\n", 'names the column "id" more than once'),
        ("x.json", b"[1, 2", "The file is not JSON: it stops before it is complete (line 1, column 6)."),
        ("x.json", b"3", "no object and no array of objects"),
        ("x.jsonl", b'{"id": 1}\n\n{"id" 2}\n', "Line 3 is not JSON: expected : after the key"),
        ("x.json", b'{"a": {"1": {}}, "b": {"1": {}}}', "has the tables a, b: name one as source"),
        ("x.xlsx", b"PK", "does not tell its format. Say --format csv, json, jsonl, tinydb"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(name: str, data: bytes, words: str) -> None:
    """A sentence, never half of the records."""
    assert words in _refused(name, data, header="yes")


def test_where_the_records_are_in_a_document() -> None:
    """The largest array, or what is said; a TinyDB file's table by the object's name."""
    document = b'{"page": 1, "orders": [{"id": 1, "c": {"d": 2}}, {"e": 3}], "few": [{"x": 1}]}'
    sheet = _read("x.json", document)
    assert (dict(sheet.facts)["source"], sheet.columns) == ("$.orders[*]", ("$.id", "$.c.d", "$.e"))
    assert _read("x.json", document, source="$.few[*]").records == [{"x": 1}]
    assert "is not in the file" in _refused("x.json", document, source="$.none[*]")
    tables = b'{"_default": {"1": {"a": 1}}, "Order": {"7": {"a": 2}}}'
    assert _read("x.json", tables, target="Order").records == [{"a": 2}]
    assert _read("x.jsonl", '\ufeff{"a": 1}\r\n{"a": 2}\r\n'.encode()).records == [{"a": 1}, {"a": 2}]


def test_reading_stops_when_it_is_told_to() -> None:
    """Between two batches."""
    for name, data in (("x.csv", b"id,a\n" + b"1,2\n" * 9_000), ("x.jsonl", b'{"a": 1}\n' * 9_000)):
        seen: list[tuple[int, int]] = []
        with pytest.raises(Cancelled):
            _read(name, data, tell=lambda *far: seen.append(far), is_cancelled=lambda: len(seen) > 1)  # noqa: B023
        assert len(seen) == 2
        assert seen[0][0] <= len(data)


def test_columns_find_their_attributes() -> None:
    """By equal names, else as the mapper would suggest; what is said stands in place of that."""
    kind = ObjectType(
        id=BLANK.id,
        name="Order",
        attributes=(
            *BLANK.attributes,
            Attribute(name="total", data_type=DataType.DECIMAL),
            Attribute(name="a=b", data_type=DataType.TEXT),
        ),
    )
    sheet = _read("x.csv", b"orderId,Total,x,a=b\n1,2.5,3,4\n2,3.5,4,5\n")
    assert [write_row(row) for row in rows_for(sheet, kind, ())] == [
        "orderId -> external_id",
        "Total -> total (convert)",
        "a=b -> a=b",
    ]
    said = rows_for(sheet, kind, ("x=external_id", "Total -> total", "a=b=-"))
    assert [write_row(row) for row in said] == ["Total -> total", "x -> external_id"]
    with pytest.raises(InvalidInput, match='no column "y"; it has orderId, Total, x, a=b'):
        rows_for(sheet, kind, ("y=total",))


def test_an_object_is_proposed_from_all_values() -> None:
    """The narrowest format that keeps each of them; the first column of different texts is the id."""
    text = "Order no,placed,total,n,zip,ok,state,empty\n"
    text += "".join(f"A{n},2026-01-02,1.5,{n},0{n},true,{('a', 'b')[n % 2]},\n" for n in range(8))
    sheet = _read("x.csv", text.encode())
    lines = [each.line for each in proposed(sheet, BLANK, (), lambda: False)]
    assert lines == [
        "Order no -> external_id: text",
        "placed -> external_created_at: date",
        "total -> total: decimal",
        "n -> n: integer",
        "zip -> zip: text",
        "ok -> ok: boolean",
        "state -> state: list(a|b)",
        "empty -> empty: text",
    ]
    said = ("Order no -> number: text", "zip -> -", "n -> buyers: reference(many People)", "ok -> external_id: text")
    lines = [each.line for each in proposed(sheet, BLANK, said, lambda: False)]
    assert lines[0] == "Order no -> number: text"
    assert "n -> buyers: reference(many People)" in lines
    assert "ok -> external_id: text" in lines
    assert not [line for line in lines if line.startswith("zip")]
    for wrong in ("zip", "zip -> x", "zip -> x: money", "none -> x: text"):
        with pytest.raises(InvalidInput):
            proposed(sheet, BLANK, (wrong,), lambda: False)


def test_a_proposal_for_json_names_nested_fields_and_leaves_arrays_out() -> None:
    """Integers that are ids are converted, and say so."""
    data = b'[{"id": 7, "who": {"e-mail": "a@b.c"}, "tags": ["x"], "mixed": 1}, {"id": 8, "mixed": "a"}]'
    found = proposed(_read("x.json", data), BLANK, (), lambda: False)
    assert [(each.line, each.is_converted) for each in found] == [
        ("id -> external_id: text", True),
        ("$.who['e-mail'] -> who_e_mail: text", False),
        ("mixed -> mixed: text", True),
    ]


def test_formats_go_by_ending_or_by_what_is_said() -> None:
    """Upper case too."""
    assert format_of("A.CSV") is FileFormat.CSV
    assert format_of("a.ndjson") is FileFormat.JSONL
    assert format_of("a.json", "tinydb") is FileFormat.TINYDB
    with pytest.raises(InvalidInput, match="choose one of csv, json"):
        format_of("a.csv", "xml")
