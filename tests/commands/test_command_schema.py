"""Objects and attributes: the rules of the product, each refusal in words that name the rule and the way out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from command_kit import NOW_TEXT, Bench

from app.domain.changes import SETTINGS, STANDARDS, Change, Changes
from app.domain.datatypes import DataType
from app.domain.schema import Attribute, StandardName, attribute_of
from app.domain.settings import SETTINGS_NUMBER, Settings

REFUSED: list[tuple[str, dict[str, object], str]] = [
    ("object.create", {"name": "Order"}, '"Order" exists already; choose another name'),
    ("object.create", {"name": "People"}, '"People" exists already; choose another name'),
    ("object.create", {"name": "Gone"}, '"Gone" is archived but keeps its name; choose another name'),
    ("object.create", {"name": ""}, "A name is needed."),
    ("object.create", {"name": "a.b$c"}, "holds $ ., which Intercom refuses in names"),
    ("object.create", {"name": "tab\there"}, "U+0009"),
    ("object.describe", {"object": "Ordre", "description": "x"}, 'There is no object "Ordre"; did you mean "Order"?'),
    ("object.describe", {"object": "Company", "description": "x"}, "Company is one of Intercom's own objects"),
    ("object.show", {"object": "order"}, 'There is no object "order"; did you mean "Order"?'),
    ("object.show", {"object": "zzz"}, '"object list" shows what there is.'),
    ("object.archive", {"object": "People"}, "People is part of Intercom and cannot be archived."),
    ("object.archive", {"object": "Gone"}, "Gone is archived already."),
    ("object.archive", {"object": "Order"}, "Order is used by the reference Item.order, the mapping of the action"),
    ("object.archive", {"object": "Order"}, "Remove that first, then archive."),
    ("object.restore", {"object": "Order"}, "Order is not archived."),
    ("object.restore", {"object": "People"}, "only custom objects can be changed like this"),
    ("attribute.add", {"object": "Order", "name": "total", "format": "text"}, '"total" is taken on Order. Only descr'),
    ("attribute.add", {"object": "Order", "name": "old", "format": "text"}, '"old" is taken on Order (archived)'),
    ("attribute.add", {"object": "Order", "name": "external_id", "format": "text"}, "is taken on Order"),
    ("attribute.add", {"object": "Gone", "name": "x", "format": "text"}, "Gone is archived; restore it first."),
    ("attribute.add", {"object": "Order", "name": "x", "format": "colour"}, '"colour" is not a format; choose one of'),
    ("attribute.add", {"object": "Order", "name": "x", "format": "list"}, "a list needs at least one option"),
    (
        "attribute.add",
        {"object": "Order", "name": "x", "format": "list", "option": ("a", "a")},
        "each option of a list is a different, non-empty text",
    ),
    (
        "attribute.add",
        {"object": "Order", "name": "x", "format": "text", "option": ("a",)},
        "only a list has options, not a text",
    ),
    (
        "attribute.add",
        {"object": "Order", "name": "x", "format": "reference"},
        "choose one of Item, Order, Spare, P",
    ),
    (
        "attribute.add",
        {"object": "Order", "name": "x", "format": "reference", "target": "Gone"},
        '"Gone" is not an object here',
    ),
    (
        "attribute.add",
        {"object": "Order", "name": "x", "format": "date", "target": "Item"},
        "only a reference has a target, not a date",
    ),
    ("attribute.describe", {"object": "Order", "attribute": "totl", "description": "x"}, 'did you mean "total"?'),
    ("attribute.archive", {"object": "Order", "attribute": "external_id"}, "is there from birth and cannot be"),
    ("attribute.archive", {"object": "Order", "attribute": "old"}, "Order.old is archived already."),
    ("attribute.archive", {"object": "Order", "attribute": "total"}, 'is used by the mapping of the action "List ord'),
    ("attribute.restore", {"object": "Order", "attribute": "total"}, "Order.total is not archived."),
    ("attribute.restore", {"object": "Order", "attribute": "x"}, '"object show Order" lists them.'),
]


@pytest.mark.parametrize(("command_id", "given", "words"), REFUSED)
async def test_refusals(command_id: str, given: dict[str, object], words: str, shop: Bench) -> None:
    """Each with its words, and nothing changed."""
    assert words in await shop.refused(command_id, **given)


async def test_an_object_is_born_with_three_attributes(bench: Bench) -> None:
    """The upsert key and the two dates, all built in."""
    await bench.run("object.create", name="Order", description="What was bought.")
    kind = bench.workspace.type_named("Order")
    assert kind
    assert [(a.name, a.data_type.value, a.is_built_in) for a in kind.attributes] == [
        ("external_id", "text", True),
        ("external_created_at", "date", True),
        ("external_updated_at", "date", True),
    ]
    (stored,) = bench.stored()["objects"].values()
    assert stored["created_at"] == NOW_TEXT


async def test_a_workspace_takes_fifteen_objects(bench: Bench) -> None:
    """The sixteenth is refused; archiving makes room, and then restoring has none."""
    for number in range(15):
        await bench.run("object.create", name=f"Object {number}")
    words = "A workspace holds at most 15 custom objects and has that many. Archive one to make room."
    assert await bench.refused("object.create", name="Object 15") == words
    await bench.run("object.archive", object="Object 3")
    await bench.run("object.create", name="Object 15")
    assert await bench.refused("object.restore", object="Object 3") == words


async def test_a_plan_may_raise_the_limit(bench: Bench) -> None:
    """The limit is a setting."""
    before = bench.workspace.settings
    await bench.workbench.commit(
        Changes.of("Settings", [Change(SETTINGS, SETTINGS_NUMBER, before, replace(before, object_limit=16))])
    )
    for number in range(16):
        await bench.run("object.create", name=f"Object {number}")
    assert "at most 16" in await bench.refused("object.create", name="One more")


async def test_archived_objects_keep_their_records_and_free_their_quota(shop: Bench) -> None:
    """Records count again once the object is back, and the limit is asked first."""
    workbench = shop.workbench
    before = workbench.records.count_custom(shop.workspace)
    await shop.run("object.archive", object="Spare")
    assert workbench.records.count_custom(shop.workspace) == before - 1
    assert workbench.records.count("Spare") == 1
    settings = shop.workspace.settings
    await workbench.commit(
        Changes.of("Settings", [Change(SETTINGS, SETTINGS_NUMBER, settings, Settings(record_limit=before - 1))])
    )
    words = await shop.refused("object.restore", object="Spare")
    assert words == f"With Spare there would be {before} records; at most {before - 1} are allowed."


async def test_an_object_is_not_restored_with_a_reference_into_nowhere(shop: Bench) -> None:
    """What it refers to was archived meanwhile: that one comes back first."""
    await shop.run("attribute.add", object="Spare", name="of", format="reference", target="Item")
    await shop.run("object.archive", object="Spare")
    await shop.run("object.archive", object="Item")
    assert await shop.refused("object.restore", object="Spare") == (
        "Spare.of refers to Item, which is archived. Restore it first."
    )
    await shop.run("object.restore", object="Item")
    await shop.run("object.restore", object="Spare")


async def test_names_are_unique_across_people_and_company(shop: Bench) -> None:
    """A custom attribute of one cannot have the name of one of the other; Conversation stands apart."""
    await shop.run("attribute.add", object="People", name="tier", format="text")
    words = await shop.refused("attribute.add", object="Company", name="tier", format="text")
    assert '"tier" is taken on People' in words
    await shop.run("attribute.add", object="Conversation", name="tier", format="text")


async def test_people_and_company_take_250_attributes_together(bench: Bench) -> None:
    """Active ones; archiving one makes room. Conversation does not count."""
    number, people = next((n, t) for n, t in bench.workspace.standards.items() if t.name is StandardName.PEOPLE)
    many = tuple(Attribute(name=f"a{n}", data_type=DataType.TEXT) for n in range(249))
    full = replace(people, attributes=(*people.attributes, *many))
    await bench.workbench.commit(Changes.of("Fill", [Change(STANDARDS, number, people, full)]))
    await bench.run("attribute.add", object="Company", name="last", format="text")
    words = "People and Company take at most 250 custom data attributes together. Archive one to make room."
    assert await bench.refused("attribute.add", object="Company", name="more", format="text") == words
    await bench.run("attribute.add", object="Conversation", name="more", format="text")
    await bench.run("attribute.archive", object="People", attribute="a7")
    await bench.run("attribute.add", object="Company", name="room", format="text")
    assert await bench.refused("attribute.restore", object="People", attribute="a7") == words


async def test_only_descriptions_can_be_edited(shop: Bench) -> None:
    """Describing changes the description and nothing else of an object or an attribute."""
    before = shop.workspace.type_named("Order")
    await shop.run("object.describe", object="Order", description="New words.")
    await shop.run("attribute.describe", object="Order", attribute="total", description="All of it.")
    after = shop.workspace.type_named("Order")
    assert before
    assert after
    total = attribute_of(after, "total")
    assert total
    assert total.description == "All of it."
    assert replace(
        after,
        description=before.description,
        attributes=tuple(replace(a, description="") if a.name == "total" else a for a in after.attributes),
    ) == replace(before)


async def test_where_used_is_shown(shop: Bench) -> None:
    """The schema names what depends on it; "nothing" when nothing does."""
    shown = await shop.run("object.show", object="Order")
    assert isinstance(shown.data, dict)
    assert shown.data["used_by"] == ("the reference Item.order", 'the mapping of the action "List orders"')
    assert "used by      nothing" in (await shop.run("object.show", object="Spare")).lines


async def test_the_list_of_objects(shop: Bench) -> None:
    """Custom objects by name, archived ones last, then Intercom's own."""
    result = await shop.run("object.list")
    assert isinstance(result.data, list)
    assert [(row["name"], row["kind"], row["records"]) for row in result.data] == [
        ("Item", "custom", 0),
        ("Order", "custom", 2),
        ("Spare", "custom", 1),
        ("Gone", "archived", 1),
        ("People", "standard", 1),
        ("Company", "standard", 0),
        ("Conversation", "standard", 0),
    ]
    assert result.lines[0].split() == ["name", "kind", "records", "attributes", "description"]
    assert len(result.lines) == 8


async def test_every_format_can_be_added(shop: Bench) -> None:
    """All seven, with what makes each particular."""
    for name in DataType:
        extra = {"list": {"option": ("a", "b")}, "reference": {"target": "People", "many": True}}.get(name.value, {})
        await shop.run("attribute.add", object="Spare", name=f"x {name}", format=name.value, **extra)
    kind = shop.workspace.type_named("Spare")
    assert kind
    assert [a.format for a in kind.attributes[3:]] == [
        "text",
        "integer",
        "decimal",
        "boolean",
        "list of 2",
        "date",
        "reference to many People",
    ]
