"""Only descriptions are editable: each other change is refused with its rule, and offered as a copy, shown first."""

from __future__ import annotations

import pytest
from command_kit import Bench

from app.commands.registry import REGISTRY, question_of
from app.domain.schema import attribute_of
from app.errors import InvalidInput

RULE = "Only the description of an object or an attribute can ever be edited."
REFUSED: list[tuple[str, dict[str, object], str]] = [
    ("attribute.replace", {"object": "Order", "attribute": "external_id"}, "is there from birth and cannot be repl"),
    ("attribute.replace", {"object": "Order", "attribute": "old"}, "Order.old is archived already; restore it first"),
    ("attribute.replace", {"object": "Order", "attribute": "totl"}, 'did you mean "total"?'),
    ("attribute.replace", {"object": "Order", "attribute": "total", "format": "colour"}, '"colour" is not a format'),
    ("attribute.replace", {"object": "Order", "attribute": "total", "name": "note"}, '"note" is taken on Order'),
    ("attribute.replace", {"object": "Order", "attribute": "total", "name": "a.b"}, "which Intercom refuses in names"),
    ("attribute.replace", {"object": "Order", "attribute": "note", "format": "list"}, "a list needs at least one opt"),
    (
        "attribute.replace",
        {"object": "Item", "attribute": "order", "target": "Gone"},
        '"Gone" is not an object here; choose one of Item, Order, Spare, People, Company, Conversation',
    ),
    ("object.copy", {"object": "Order", "name": "Sale"}, "Order is used by the reference Item.order, so it cannot"),
    ("object.copy", {"object": "Order", "name": "Sale"}, "Copy it with --keep, change those references"),
    ("object.copy", {"object": "Spare", "name": "Item"}, '"Item" exists already; choose another name'),
    ("object.copy", {"object": "Gone", "name": "Back"}, "Gone is archived; restore it first."),
    ("object.copy", {"object": "People", "name": "Persons"}, "only custom objects can be changed like this"),
    (
        "attribute.rename",
        {"object": "Order", "attribute": "external_id", "name": "key"},
        "is there from birth and canno",
    ),
    ("attribute.rename", {"object": "Order", "attribute": "total", "name": "note"}, '"note" is taken on Order'),
    ("attribute.retype", {"object": "Order", "attribute": "note", "format": "list"}, "a list needs at least one opt"),
    ("attribute.retype", {"object": "Order", "attribute": "note", "format": "colour"}, '"colour" is not a format'),
    ("attribute.delete", {"object": "Order", "attribute": "external_id"}, "is there from birth and cannot be archived"),
    ("attribute.delete", {"object": "Order", "attribute": "total"}, "Order.total is used by the mapping of the action"),
    ("object.rename", {"object": "Order", "name": "Sale"}, "Copy it with --keep, change those references"),
    ("object.rename", {"object": "People", "name": "Persons"}, "only custom objects can be changed like this"),
    ("object.delete", {"object": "Order"}, "Order is used by the reference Item.order"),
    ("object.delete", {"object": "People"}, "People is part of Intercom and cannot be archived."),
]
OFFERED: list[tuple[str, dict[str, object], str, str, dict[str, object]]] = [
    (
        "attribute.rename",
        {"object": "Order", "attribute": "total", "name": "sum"},
        "Archive Order.total and start the copy sum with this change?",
        "attribute.replace",
        {"object": "Order", "attribute": "total", "name": "sum"},
    ),
    (
        "attribute.retype",
        {"object": "Order", "attribute": "note", "format": "list", "option": ("a", "b")},
        "Archive Order.note and start the copy note_2 with this change?",
        "attribute.replace",
        {"object": "Order", "attribute": "note", "format": "list", "option": ("a", "b")},
    ),
    (
        "attribute.retype",
        {"object": "Order", "attribute": "note", "format": "reference", "target": "People"},
        "Order.note_2 (reference to one People) is made.",
        "attribute.replace",
        {"object": "Order", "attribute": "note", "format": "reference", "target": "People"},
    ),
    (
        "attribute.delete",
        {"object": "Order", "attribute": "status"},
        "only archived: hidden, its name taken, its values kept; restore brings it back.\nArchive Order.status?",
        "attribute.archive",
        {"object": "Order", "attribute": "status"},
    ),
    (
        "object.rename",
        {"object": "Spare", "name": "Part"},
        "Archive Spare and start the copy Part?",
        "object.copy",
        {"object": "Spare", "name": "Part"},
    ),
    (
        "object.delete",
        {"object": "Spare"},
        "only archived: hidden, its name taken, its 1 record kept; restore brings it back.\nArchive Spare?",
        "object.archive",
        {"object": "Spare"},
    ),
]


async def question(bench: Bench, command_id: str, **given: object) -> str:
    """What is asked before a command is carried out; nothing may have changed by asking."""
    before = bench.stored()
    command = REGISTRY[command_id]
    text = await question_of(command, bench.workbench, command.args(**given))
    assert bench.stored() == before
    return text


@pytest.mark.parametrize(("command_id", "given", "words"), REFUSED)
async def test_refusals(command_id: str, given: dict[str, object], words: str, shop: Bench) -> None:
    """The same words before the question and without it; nothing changed."""
    assert words in await shop.refused(command_id, **given)
    with pytest.raises(InvalidInput) as caught:
        await question(shop, command_id, **given)
    assert words in str(caught.value)


@pytest.mark.parametrize(("command_id", "given", "words", "other", "same"), OFFERED)
async def test_what_people_try_leads_on(
    command_id: str, given: dict[str, object], words: str, other: str, same: dict[str, object], shop: Bench
) -> None:
    """The refusal offers what there is, and a yes does exactly that; one undo takes it back."""
    assert words in await question(shop, command_id, **given)
    start = shop.stored()
    await shop.run(command_id, **given)
    done = shop.stored()
    assert done != start
    await shop.run("undo")
    assert shop.stored() == start
    if other != "object.copy":  # which draws new ids
        await shop.run(other, **same)
        assert shop.stored() == done


async def test_a_change_of_format_shows_what_fits_and_carries_it(shop: Bench) -> None:
    """A number fits, a fraction does not; the mapping fills the copy; the archived values stay; undo is exact."""
    await shop.run("record.put", object="Order", value=("external_id=1001", "total=1"))
    start = shop.stored()
    asked = await question(shop, "attribute.replace", object="Order", attribute="total", format="integer")
    assert asked.splitlines() == [
        RULE,
        "Order.total (decimal) is archived: hidden, its values kept, its name taken.",
        "Order.total_2 (integer) is made.",
        "1 of 2 values carries over.",
        "1 value stays behind, for what does not fit:",
        "  9: is 9.5 (decimal), not an integer",
        'The mapping of the action "List orders" fills the copy then.',
        "Archive Order.total and start the copy total_2 with this change?",
    ]
    result = await shop.run("attribute.replace", object="Order", attribute="total", format="integer")
    assert result.data == {
        "attribute": attribute_of(shop.workspace.type_named("Order"), "total_2"),  # type: ignore[arg-type]
        "carried": 1,
        "lost": 1,
        "associations_dropped": 0,
    }
    kind = shop.workspace.type_named("Order")
    assert kind
    assert attribute_of(kind, "total").is_archived  # type: ignore[union-attr]
    assert [values.get("total_2") for values in shop.values("Order")] == [1, None]
    assert [values["total"] for values in shop.values("Order")] == [1.0, 9.5]
    (mapping,) = shop.workspace.mappings.values()
    assert "total_2" in {row.attribute for row in mapping.rows}
    assert "total" not in {row.attribute for row in mapping.rows}
    await shop.run("undo")
    assert shop.stored() == start


async def test_many_to_one_counts_the_associations_it_would_drop(shop: Bench) -> None:
    """The first one is kept; the others are counted before anything is done."""
    await shop.run("record.put", object="Order", value=("external_id=9", "customers=c-1,c-2,c-3"))
    asked = await question(shop, "attribute.replace", object="Order", attribute="customers", number="one")
    assert "1 of 1 value carries over.\n2 associations would be dropped." in asked
    result = await shop.run("attribute.replace", object="Order", attribute="customers", number="one")
    assert "Dropped: 2 associations." in result.message
    assert shop.values("Order")[1]["customers_2"] == "c-1"


async def test_one_to_many_drops_nothing(shop: Bench) -> None:
    """One id becomes a list of one."""
    await shop.run("record.put", object="Item", value=("external_id=i", "order=9"))
    asked = await question(shop, "attribute.replace", object="Item", attribute="order", number="many")
    assert "dropped" not in asked
    await shop.run("attribute.replace", object="Item", attribute="order", number="many", name="orders")
    assert shop.values("Item")[0]["orders"] == ("9",)


async def test_another_target_keeps_what_is_there(shop: Bench) -> None:
    """An id that the new target has carries over, any other stays behind and is named."""
    for key, order in (("i1", "s-1"), ("i2", "9")):
        await shop.run("record.put", object="Item", value=(f"external_id={key}", f"order={order}"))
    asked = await question(shop, "attribute.replace", object="Item", attribute="order", target="Spare")
    assert 'i2: is "9", which is no record of Spare' in asked
    await shop.run("attribute.replace", object="Item", attribute="order", target="Spare")
    assert [values.get("order_2") for values in shop.values("Item")] == ["s-1", None]


async def test_a_list_loses_an_option(shop: Bench) -> None:
    """Values of the options that stay carry over."""
    await shop.run("record.put", object="Order", value=("external_id=9", "status=open"))
    await shop.run("record.put", object="Order", value=("external_id=1001", "status=paid"))
    await shop.run("attribute.replace", object="Order", attribute="status", option=("open", "sent"))
    assert [values.get("status_2") for values in shop.values("Order")] == [None, "open"]


async def test_an_object_under_another_name(shop: Bench) -> None:
    """Its records come along; the old one is archived with its own; one undo takes all of it back."""
    start = shop.stored()
    asked = await question(shop, "object.copy", object="Spare", name="Part")
    assert asked.startswith(f"{RULE}\nPart is made with 3 attributes.\nCarried over: 1 record.\nSpare is archived")
    await shop.run("object.copy", object="Spare", name="Part")
    assert shop.values("Part") == shop.values("Spare") == [{"external_id": "s-1"}]
    assert [kind.name for kind in shop.workspace.active_objects] == ["Item", "Order", "Part"]
    await shop.run("undo")
    assert shop.stored() == start


async def test_what_is_referred_to_is_copied_beside_itself(shop: Bench) -> None:
    """The way out that the refusal names: keep, point the reference to the copy, archive."""
    await shop.run("object.copy", object="Order", name="Sale", keep=True)
    await shop.run("attribute.replace", object="Item", attribute="order", target="Sale")
    await shop.run("mapping.target", action="List orders", target="Sale")
    await shop.run("object.archive", object="Order")
    assert [kind.name for kind in shop.workspace.active_objects] == ["Item", "Sale", "Spare"]


async def test_a_copy_needs_room_for_its_records(shop: Bench) -> None:
    """Records that stay count too."""
    await shop.run("schema.limits", records=4)
    words = "With the copy there would be 5 records; at most 4 are allowed."
    assert words in await shop.refused("object.copy", object="Order", name="Sale", keep=True)
    await shop.run("object.copy", object="Spare", name="Part")


async def test_taken_names_offer_the_copy(shop: Bench) -> None:
    """Whoever adds an attribute again wanted to change it."""
    words = await shop.refused("attribute.add", object="Order", name="total", format="text")
    assert 'start a copy of it ("attribute replace")' in words
