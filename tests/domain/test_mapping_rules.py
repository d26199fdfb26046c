"""What stops a mapping from being applied, in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.datatypes import DataType
from app.domain.identifiers import ActionId, MappingId, ObjectId
from app.domain.mapping import CHAIN_RULE, FieldMapping, Mapping, check_mapping, row_problems
from app.domain.problems import Problem
from app.domain.schema import Attribute, ObjectType
from app.domain.workspace import standard_types

BORN = ObjectType(id=ObjectId("obj_1"), name="Order")
ORDER = replace(
    BORN,
    attributes=(
        *BORN.attributes,
        Attribute(name="total", data_type=DataType.DECIMAL),
        Attribute(name="old", data_type=DataType.TEXT, is_archived=True),
    ),
)
PEOPLE = standard_types()[1]
KEY = FieldMapping(path="$.id", attribute="external_id")
GOOD = Mapping(id=MappingId("map_1"), action_id=ActionId("act_1"), source="$.orders[*]", target="Order", rows=(KEY,))


def said(mapping: Mapping, kind: ObjectType | None = ORDER) -> list[str]:
    return [str(problem) for problem in check_mapping(mapping, kind)]


@pytest.mark.parametrize("source", ["$", "$.customer", "$.orders[*]", "$[*]", "$.data[0].orders[*]"])
def test_good_sources(source: str) -> None:
    assert said(replace(GOOD, source=source)) == []


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("orders", 'source: a path begins with $, as in $.orders[*]; "orders" does not'),
        ("$.orders[*].items[*]", f"source: {CHAIN_RULE}"),
        (
            "$.orders[*].customer",
            "source: $.orders[*].customer goes on after [*]; end it there and put the rest into the rows",
        ),
    ],
)
def test_bad_sources(source: str, sentence: str) -> None:
    assert said(replace(GOOD, source=source)) == [sentence]


def test_the_chain_rule_tells_the_way_out() -> None:
    assert CHAIN_RULE.startswith("an array inside an array cannot come from one call.")
    assert "a second action that fetches the inner one by its id (b builds it), with a reference between" in CHAIN_RULE


def test_a_mapping_needs_a_target_that_is_there() -> None:
    assert said(replace(GOOD, target=""), None) == ["target: choose the object that the records go to"]
    assert said(replace(GOOD, target="Gone"), None) == ['target: there is no object "Gone"']
    assert said(GOOD, replace(ORDER, is_archived=True)) == ["target: Order is archived; restore it first"]


def test_a_mapping_needs_rows_and_the_key_among_them() -> None:
    assert said(replace(GOOD, rows=())) == ["rows: pick at least one field"]
    rows = (FieldMapping(path="$.total", attribute="total"),)
    assert said(replace(GOOD, rows=rows)) == ["external_id: must be mapped: records are matched by external_id"]


def test_people_are_matched_by_either_key() -> None:
    email = replace(GOOD, target="People", rows=(FieldMapping(path="$.email", attribute="email"),))
    name = replace(GOOD, target="People", rows=(FieldMapping(path="$.name", attribute="name"),))
    assert check_mapping(email, PEOPLE) == ()
    assert check_mapping(name, PEOPLE) == (
        Problem("external_id", "must be mapped: records are matched by external_id or email"),
    )


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (FieldMapping(path="x", attribute="total"), 'x: a path begins with $, as in $.orders[*]; "x" does not'),
        (FieldMapping(path="$.items[*].sku", attribute="total"), f"$.items[*].sku: {CHAIN_RULE}"),
        (FieldMapping(path="$.total", attribute=""), "$.total: choose an attribute for it, or remove the row"),
        (FieldMapping(path="$.x", attribute="nope"), "$.x: the attribute nope does not exist on Order"),
        (FieldMapping(path="$.x", attribute="old"), "$.x: the attribute old is archived on Order"),
    ],
)
def test_bad_rows(row: FieldMapping, sentence: str) -> None:
    assert said(replace(GOOD, rows=(KEY, row))) == [sentence]
    assert [str(problem) for problem in row_problems(row, ORDER)] == [sentence]


def test_an_attribute_is_filled_once() -> None:
    twice = FieldMapping(path="$.number", attribute="external_id")
    assert said(replace(GOOD, rows=(KEY, twice))) == ["external_id: is filled by two rows; remove one"]
