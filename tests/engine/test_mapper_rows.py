"""The verdict on each row of a mapping, in the words of the mapping pane."""

from __future__ import annotations

from dataclasses import replace

import pytest
from mapper_kit import PEOPLE, Store, mapping, orders, previewed, rows, words

from app.domain.mapping import CHAIN_RULE, FieldMapping
from app.domain.values import JsonValue
from app.engine.preview import Level


@pytest.mark.parametrize(
    ("attribute", "path", "values", "said", "level"),
    [
        ("note", "$.x", ["a", "b"], "ok", Level.OK),
        ("note", "$.x", [1, 2], "2 of 2 rejected: 1; conversion would keep them all", Level.PROBLEM),
        ("note", "$.x", ["a", 1], "1 of 2 rejected: 1; conversion would keep it", Level.PROBLEM),
        ("total", "$.x", ["1", "n/a", "2"], '3 of 3 rejected: "1"; conversion would keep 2 of them', Level.PROBLEM),
        ("note", "$.x!", [1, 2], "converted from integer", Level.NOTE),
        ("note", "$.x!", [1, "a"], "converted from integer in 1", Level.NOTE),
        ("status", "$.x", ["open", "lost"], '1 of 2 rejected: "lost"', Level.PROBLEM),
        ("quantity", "$.x", [2**53 + 1, 2], "integer beyond 2^53 in 1", Level.NOTE),
        (
            "external_created_at",
            "$.x",
            ["2026-01-01T00:00:00", "2026-01-01T00:00:00Z"],
            "date without offset in 1",
            Level.NOTE,
        ),
        ("external_created_at", "$.x", ["2026-01-01T00:00:00"] * 2, "no offset: read as UTC", Level.NOTE),
        ("gift", "$.x", [True, None], "null in 1 of 2", Level.NOTE),
        ("gift", "$.nope", [True, False], "not in this response", Level.NOTE),
        ("note", "$.x[0]", [["a", "b"], []], "missing in 1", Level.NOTE),
        ("note", "$.x.y", [{"y": "a"}, "no object"], "missing in 1", Level.NOTE),
        ("note", "$.x", [[{"sku": 1}], []], CHAIN_RULE, Level.PROBLEM),
        ("items", "$.x", [["i1"], []], "1 not found in Item", Level.NOTE),
    ],
)
def test_the_verdict_on_a_row(attribute: str, path: str, values: list[JsonValue], said: str, level: Level) -> None:
    document: JsonValue = {"orders": [{"id": str(at), "x": value} for at, value in enumerate(values)]}
    found = previewed(document, mapping(**{"external_id": "$.id", attribute: path}))
    assert (found.fields[1].words, found.fields[1].level) == (said, level)


def test_a_row_shows_the_type_the_format_and_examples() -> None:
    found = previewed(orders("1.50", None, "n/a"), mapping(external_id="$.id", total="$.total!"))
    field = found.fields[1]
    assert (field.path, field.kind, field.format, field.example) == ("$.total", "text", "decimal", '"1.50"')
    assert field.examples == ("1.50", "n/a")
    assert (field.rejected, field.nulls, field.missing, field.is_converted) == (1, 1, 0, True)


def test_an_unfinished_mapping_shows_its_rows_and_writes_nothing() -> None:
    unfinished = replace(
        mapping(total="$.total"), rows=(*rows(total="$.total"), FieldMapping(path="$.id", attribute=""))
    )
    found = previewed(orders(1, "x"), unfinished)
    assert [str(problem) for problem in found.problems] == [
        "$.id: choose an attribute for it, or remove the row",
        "external_id: must be mapped: records are matched by external_id",
    ]
    assert found.sentence == "$.id: choose an attribute for it, or remove the row; and 1 more problem"
    assert [field.words for field in found.fields] == [
        '1 of 2 rejected: "x"',
        "choose an attribute for it, or remove the row",
    ]
    assert found.fields[1].examples == ("1001", "1002")
    assert not found.changes
    assert found.rows == ()


def test_without_a_target_the_rows_still_show_examples() -> None:
    found = previewed(orders(1), replace(mapping(), target=""), kind=None)
    assert found.sentence == "target: choose the object that the records go to"
    assert [(field.example, field.words) for field in found.fields] == [
        ('"1001"', "no object chosen yet"),
        ("1", "no object chosen yet"),
    ]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("$.results[*]", "source: $.results is not in this response"),
        ("$.orders", "source: $.orders is an array; write $.orders[*] to take each of its elements as a record"),
        ("$.orders[*].items[*]", f"source: {CHAIN_RULE}"),
        ("orders", 'source: a path begins with $, as in $.orders[*]; "orders" does not'),
    ],
)
def test_a_source_that_gives_nothing_is_a_problem(source: str, said: str) -> None:
    found = previewed(orders(1), mapping(source=source))
    assert [str(problem) for problem in found.problems] == [said]
    assert not found.changes


def test_a_bad_row_path_is_a_problem_of_that_row() -> None:
    found = previewed(orders(1), mapping(external_id="$.id", note="nope", total="$.items[*].price"))
    assert [field.words for field in found.fields] == [
        "ok",
        'a path begins with $, as in $.orders[*]; "nope" does not',
        CHAIN_RULE,
    ]


def test_references_that_lead_nowhere_are_a_note() -> None:
    store = Store()
    people = mapping(source="$[*]", target="People", external_id="$.id", email="$.email")
    document: JsonValue = [{"id": "p1", "email": "a@x.example"}]
    store.apply(previewed(document, people, kind=PEOPLE, store=store, first_id=900).changes)
    wanted = mapping(external_id="$.id", customer="$.who", parent="$.parent", items="$.items")
    records: JsonValue = {
        "orders": [
            {"id": "1", "who": "p1", "items": ["i1", "i2"]},
            {"id": "2", "who": "a@x.example", "parent": "1", "items": ["i2"]},
            {"id": "3", "who": "b@x.example", "parent": "0", "items": []},
            {"id": "4", "who": "b@x.example", "parent": None},
            {"id": "", "who": "nobody sees this one"},
        ]
    }
    found = previewed(records, wanted, store=store)
    tail = "; the ids are stored and link up once those records exist"
    assert found.notes == (
        f"customer: 1 not found in People{tail}",
        f"parent: 1 not found in Order{tail}",
        f"items: 2 not found in Item{tail}",
    )
    assert words(found)["customer"] == "1 not found in People"
    assert found.new == 4
    after = found.rows[0].after
    assert after
    assert after.values["items"] == ("i1", "i2")


@pytest.mark.parametrize(
    ("attribute", "values", "detected"),
    [
        ("note", [1, 2], "detected integer, declared text"),
        ("total", ["1", "2"], "detected text, declared decimal"),
        ("gift", ["2026-01-01T00:00:00Z"] * 2, "detected date, declared boolean"),
        ("note", ["a", "b"], ""),
        ("note", ["2026-01-01T00:00:00Z"] * 2, ""),
        ("total", [1, 2], ""),
        ("gift", [None, None], ""),
    ],
)
def test_what_is_detected_against_what_is_declared(attribute: str, values: list[JsonValue], detected: str) -> None:
    """A format never changes, so there is no overwriting: it says so, and that merging adds."""
    document: JsonValue = {"orders": [{"id": str(at), "x": value} for at, value in enumerate(values)]}
    clash = previewed(document, mapping(**{"external_id": "$.id", attribute: "$.x"})).fields[1].clash
    assert clash.startswith(detected)
    assert ("cannot be overwritten" in clash, "merging adds a new one" in clash) == (bool(detected), bool(detected))
