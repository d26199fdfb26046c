"""What may be done to objects and attributes, and how a refusal names the rule and the way out."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest

from app.domain.action import Action
from app.domain.datatypes import DataType
from app.domain.identifiers import ActionId, MappingId, ObjectId
from app.domain.mapping import FieldMapping, Mapping
from app.domain.schema import Attribute, ObjectType, RecordType, active_attributes
from app.domain.schema_rules import (
    check_archive,
    check_new_attribute,
    check_new_object,
    check_object_quota,
    where_used,
)
from app.domain.settings import Settings
from app.domain.workspace import Workspace


def attribute(name: str, data_type: DataType = DataType.TEXT, **more: object) -> Attribute:
    return replace(Attribute(name=name, data_type=data_type), **more)  # type: ignore[arg-type]  # fields by name


def object_type(number: int, name: str, *attributes: Attribute, is_archived: bool = False) -> ObjectType:
    born = ObjectType(id=ObjectId(f"obj_{number}"), name=name, is_archived=is_archived)
    return replace(born, attributes=(*born.attributes, *attributes))


def workspace(*kinds: ObjectType, settings: Settings | None = None) -> Workspace:
    return Workspace(objects=MappingProxyType(dict(enumerate(kinds, 1))), settings=settings or Settings())


def people(space: Workspace, name: str = "People") -> RecordType:
    found = space.type_named(name)
    assert found
    return found


ORDER = object_type(1, "Order", attribute("status"), attribute("old", is_archived=True))
ITEM = object_type(2, "Item", attribute("order", DataType.REFERENCE, target="Order"))
GONE = object_type(3, "Gone", is_archived=True)
SPACE = workspace(ORDER, ITEM, GONE)


def said(problems: tuple[object, ...]) -> list[str]:
    return [str(problem) for problem in problems]


def test_a_new_object_is_born_with_three_attributes() -> None:
    assert [(a.name, a.data_type.value) for a in object_type(9, "New").attributes] == [
        ("external_id", "text"),
        ("external_created_at", "date"),
        ("external_updated_at", "date"),
    ]
    assert check_new_object(SPACE, "Shipment") == ()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("Order", 'name: "Order" exists already; choose another name'),
        ("People", 'name: "People" exists already; choose another name'),
        ("Gone", 'name: "Gone" is archived but keeps its name; choose another name'),
        ("a.b", 'name: "a.b" holds ., which Intercom refuses in names. Use letters, digits, spaces, _ and -.'),
        ("", "name: A name is needed."),
    ],
)
def test_a_name_that_cannot_be_taken(name: str, sentence: str) -> None:
    assert said(check_new_object(SPACE, name)) == [sentence]


def test_names_are_case_sensitive() -> None:
    assert check_new_object(SPACE, "order") == ()


def test_the_object_limit_counts_active_objects_only() -> None:
    full = workspace(ORDER, ITEM, GONE, settings=Settings(object_limit=2))
    sentence = "A workspace holds at most 2 custom objects and has that many. Archive one to make room."
    assert said(check_new_object(full, "Shipment")) == [sentence]
    assert said(check_object_quota(full)) == [sentence]
    assert check_object_quota(workspace(ORDER, GONE, settings=Settings(object_limit=2))) == ()


def test_the_limits_are_the_documented_ones() -> None:
    assert (Settings().object_limit, Settings().record_limit, Settings().standard_attribute_limit) == (15, 100_000, 250)


@pytest.mark.parametrize(
    ("new", "sentences"),
    [
        (attribute("total", DataType.DECIMAL), []),
        (attribute("Status"), []),
        (attribute("state", DataType.LIST, options=("a", "b")), []),
        (attribute("items", DataType.REFERENCE, target="Item", many=True), []),
        (attribute("customer", DataType.REFERENCE, target="People"), []),
        (
            attribute("status"),
            [
                'name: "status" is taken on Order. Only descriptions can be edited: '
                "archive that attribute and add one under another name, "
                'or start a copy of it ("attribute replace").'
            ],
        ),
        (
            attribute("old"),
            [
                'name: "old" is taken on Order (archived). Only descriptions can be edited: '
                "archive that attribute and add one under another name, "
                'or start a copy of it ("attribute replace").'
            ],
        ),
        (attribute("x", DataType.LIST), ["options: a list needs at least one option"]),
        (
            attribute("x", DataType.LIST, options=("a", "a")),
            ["options: each option of a list is a different, non-empty text"],
        ),
        (
            attribute("x", DataType.LIST, options=("a", " ")),
            ["options: each option of a list is a different, non-empty text"],
        ),
        (attribute("x", DataType.INTEGER, options=("a",)), ["options: only a list has options, not an integer"]),
        (
            attribute("x", DataType.REFERENCE, target="Nope"),
            ['target: "Nope" is not an object here; choose one of Item, Order, People, Company, Conversation'],
        ),
        (
            attribute("x", DataType.REFERENCE, target="Gone"),
            ['target: "Gone" is not an object here; choose one of Item, Order, People, Company, Conversation'],
        ),
        (attribute("x", target="Order"), ["target: only a reference has a target, not a text"]),
        (attribute("x", DataType.DATE, many=True), ["target: only a reference has a target, not a date"]),
        (
            attribute("a$"),
            ['name: "a$" holds $, which Intercom refuses in names. Use letters, digits, spaces, _ and -.'],
        ),
    ],
)
def test_new_attributes(new: Attribute, sentences: list[str]) -> None:
    assert said(check_new_attribute(SPACE, ORDER, new)) == sentences


def test_an_archived_object_takes_no_attribute() -> None:
    assert said(check_new_attribute(SPACE, GONE, attribute("x"))) == ["Gone is archived; restore it first."]


def test_names_are_unique_across_people_and_company() -> None:
    numbers = {
        number: replace(kind, attributes=(*kind.attributes, attribute("vip"))) if kind.name == "Company" else kind
        for number, kind in Workspace().standards.items()
    }
    space = Workspace(standards=MappingProxyType(numbers))
    (problem,) = said(check_new_attribute(space, people(space), attribute("vip")))
    assert problem.startswith('name: "vip" is taken on Company.')
    assert check_new_attribute(space, people(space, "Conversation"), attribute("vip")) == ()


def test_the_attribute_limit_is_shared_by_people_and_company() -> None:
    numbers = {
        number: replace(kind, attributes=(*kind.attributes, attribute(f"own_{kind.name}")))
        for number, kind in Workspace().standards.items()
    }
    space = Workspace(standards=MappingProxyType(numbers), settings=Settings(standard_attribute_limit=2))
    sentence = "People and Company take at most 2 custom data attributes together. Archive one to make room."
    assert said(check_new_attribute(space, people(space), attribute("more"))) == [sentence]
    assert check_new_attribute(space, people(space, "Conversation"), attribute("more")) == ()


def with_mapping(space: Workspace) -> Workspace:
    action = Action(id=ActionId("act_1"), name="List orders", url="https://x.example/")
    mapping = Mapping(
        id=MappingId("map_1"),
        action_id=action.id,
        target="Order",
        rows=(FieldMapping(path="$.id", attribute="external_id"), FieldMapping(path="$.s", attribute="status")),
    )
    return replace(space, actions=MappingProxyType({1: action}), mappings=MappingProxyType({1: mapping}))


def test_where_used_names_references_and_mappings() -> None:
    space = with_mapping(SPACE)
    assert where_used(space, ORDER) == ("the reference Item.order", 'the mapping of the action "List orders"')
    assert where_used(space, ORDER, "status") == ('the mapping of the action "List orders"',)
    assert where_used(space, ORDER, "old") == ()
    assert where_used(space, ITEM) == ()


def test_an_object_may_refer_to_itself_and_still_be_archived() -> None:
    node = object_type(1, "Node", attribute("parent", DataType.REFERENCE, target="Node"))
    assert check_archive(workspace(node), node) == ()


def test_archiving_what_is_used_lists_the_users() -> None:
    assert said(check_archive(with_mapping(SPACE), ORDER)) == [
        'Order is used by the reference Item.order, the mapping of the action "List orders". '
        "Remove that first, then archive."
    ]


@pytest.mark.parametrize(
    ("kind", "name", "sentence"),
    [
        (people(SPACE), None, "People is part of Intercom and cannot be archived."),
        (people(SPACE), "email", "People.email is there from birth and cannot be archived."),
        (ORDER, "external_id", "Order.external_id is there from birth and cannot be archived."),
        (GONE, None, "Gone is archived already."),
        (ORDER, "old", "Order.old is archived already."),
    ],
)
def test_what_cannot_be_archived(kind: RecordType, name: str | None, sentence: str) -> None:
    assert said(check_archive(SPACE, kind, name)) == [sentence]


def test_unused_things_can_be_archived() -> None:
    assert check_archive(SPACE, ITEM) == ()
    assert check_archive(SPACE, ORDER, "status") == ()


def test_archived_attributes_are_not_active_and_formats_read_well() -> None:
    assert [a.name for a in active_attributes(ORDER)][-1] == "status"
    assert attribute("x", DataType.LIST, options=("a", "b")).format == "list of 2"
    assert attribute("x", DataType.REFERENCE, target="Item", many=True).format == "reference to many Item"
    assert attribute("x", DataType.REFERENCE, target="Item").format == "reference to one Item"
    assert attribute("x", DataType.DECIMAL).format == "decimal"
