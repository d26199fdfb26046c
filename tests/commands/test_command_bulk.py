"""Many records at once, one record in detail, and what a deletion leaves behind."""

from __future__ import annotations

import pytest
from command_kit import Bench

from app.commands.record_detail import DetailLine, Place, detail
from app.commands.registry import REGISTRY, question_of

REFUSED: list[tuple[str, dict[str, object], str]] = [
    (
        "record.edit-all",
        {"object": "Order", "value": ("status=paid",)},
        "--filter or --search, name them with --id, or take ev",
    ),
    (
        "record.edit-all",
        {"object": "Order", "value": ("status=paid",), "all": True, "id": ("9",)},
        "all of them: one of the three.",
    ),
    (
        "record.edit-all",
        {"object": "Order", "value": ("status=blue",), "all": True},
        'is "blue", not one of open, paid',
    ),
    ("record.edit-all", {"object": "Order", "value": ("old=x",), "all": True}, "the attribute is archived on Order"),
    (
        "record.edit-all",
        {"object": "Order", "value": ("external_id=x",), "all": True},
        "it cannot be the same for many",
    ),
    ("record.edit-all", {"object": "People", "value": ("email=x",), "all": True}, "it cannot be the same for many"),
    ("record.edit-all", {"object": "Order", "value": ("status",), "all": True}, '"status" is not attribute=value.'),
    ("record.edit-all", {"object": "Order", "value": (" ",), "all": True}, "--value attribute=value"),
    (
        "record.edit-all",
        {"object": "Gone", "value": ("external_id=x",), "all": True},
        "Gone is archived; restore it fir",
    ),
    ("record.edit-all", {"object": "Item", "value": ("order=9",), "all": True}, "No record of Item is chosen"),
    (
        "record.edit-all",
        {"object": "Order", "value": ("status=paid",), "all": True, "filter": "total > 1"},
        "one of the three.",
    ),
    (
        "record.edit-all",
        {"object": "Order", "value": ("status=paid",), "filter": "totl > 1"},
        "no attribute totl; did you mean total?\n  totl > 1",
    ),
    (
        "record.delete-all",
        {"object": "Order", "filter": "total > 1000000"},
        "No record of Order that matches total > 1000000 is chosen",
    ),
    ("record.delete-all", {"object": "Order", "search": "x", "id": ("9",)}, "one of the three."),
    ("record.delete-all", {"object": "Order"}, "Say which records"),
    ("record.delete-all", {"object": "Order", "id": ("9", "nine")}, 'Order has no record "nine"'),
    ("record.show", {"object": "Order", "record": "nine"}, 'Order has no record "nine"'),
]


@pytest.mark.parametrize(("command_id", "given", "words"), REFUSED)
async def test_refusals(command_id: str, given: dict[str, object], words: str, shop: Bench) -> None:
    """Each with its words, and nothing changed."""
    assert words in await shop.refused(command_id, **given)


async def question(bench: Bench, command_id: str, **given: object) -> str:
    """What is asked first."""
    command = REGISTRY[command_id]
    return await question_of(command, bench.workbench, command.args(**given))


async def test_one_edit_for_many(shop: Bench) -> None:
    """Counted first; those that are like that already are left alone; one undo takes it back."""
    await shop.run("record.put", object="Order", value=("external_id=9", "status=paid"))
    start = shop.stored()
    given: dict[str, object] = {"object": "Order", "value": ("status=paid", "note:=null"), "all": True}
    assert await question(shop, "record.edit-all", **given) == (
        "Chosen: 2 of 2 records of Order.\nSet status=paid, note:=null on 2?"
    )
    await shop.run("record.edit-all", **given)
    assert [(v["status"], v["note"]) for v in shop.values("Order")] == [("paid", None), ("paid", None)]
    assert "2 of them are like that already" in await question(shop, "record.edit-all", **given)
    shop.reopen()
    await shop.run("undo")
    assert shop.stored() == start


async def test_one_edit_for_those_that_a_filter_shows(shop: Bench) -> None:
    """The question names the filter and the count; the rest is left alone; one undo and one redo."""
    for number in range(40):
        await shop.run(
            "record.put", object="Order", value=(f"external_id=n{number}", f"total={number}", f"note=Zoë {number % 2}")
        )
    start, steps = shop.stored(), len(shop.vault.undo_list())
    given: dict[str, object] = {
        "object": "Order",
        "value": ("status=paid",),
        "filter": "total >= 30",
        "search": "ZOË 1",
    }
    assert await question(shop, "record.edit-all", **given) == (
        'Chosen: 5 of 42 records of Order, by total >= 30 and search "ZOË 1".\nSet status=paid on 5?'
    )
    await shop.run("record.edit-all", **given)
    paid = [v["external_id"] for v in shop.values("Order") if v.get("status") == "paid"]
    assert paid == ["n31", "n33", "n35", "n37", "n39"]
    assert len(shop.vault.undo_list()) == steps + 1
    edited = shop.stored()
    await shop.run("undo")
    assert shop.stored() == start
    await shop.run("redo")
    assert shop.stored() == edited


async def test_those_that_a_filter_shows_are_deleted(shop: Bench) -> None:
    """In one commit; nobody else goes with them."""
    start = shop.stored()
    found = await shop.run("record.list", object="Order", filter="total > 5")
    asked = await question(shop, "record.delete-all", object="Order", filter="total>5")
    assert asked.splitlines()[0] == "Chosen: 1 of 2 records of Order, by total > 5."
    await shop.run("record.delete-all", object="Order", filter="total>5")
    assert [v["external_id"] for v in shop.values("Order")] == ["1001"]
    assert (await shop.run("record.list", object="Order", filter="total > 5")).data["matching"] == 0  # type: ignore[index]
    assert found.data["matching"] == 1  # type: ignore[index]
    await shop.run("undo")
    assert shop.stored() == start


async def test_many_deleted_with_what_refers_to_them(shop: Bench) -> None:
    """Records among the deleted do not count as referring; one undo brings all back."""
    await shop.run("attribute.add", object="Order", name="after", format="reference", target="Order", many=True)
    await shop.run("record.put", object="Order", value=("external_id=9", "after=1001"))
    start = shop.stored()
    assert "refer" not in await question(shop, "record.delete-all", object="Order", all=True)
    asked = await question(shop, "record.delete-all", object="Order", id=("1001", "1001"))
    assert asked.splitlines()[0] == "Chosen: 1 of 2 records of Order."
    assert "1 of them: other records refer to them" in asked
    await shop.run("record.delete-all", object="Order", all=True)
    assert shop.values("Order") == []
    await shop.run("undo")
    assert shop.stored() == start


async def test_deleting_shows_what_refers_to_it(shop: Bench) -> None:
    """By e-mail as well as by external_id, through one and many; nothing is asked where nothing refers."""
    assert await question(shop, "record.delete", object="Order", record="9") == ""
    await shop.run("record.put", object="Item", value=("external_id=i1", "order=9"))
    await shop.run("record.put", object="Order", value=("external_id=9", "customers=x,zoe@example.com"))
    await shop.run("record.put", object="Order", value=("external_id=1001", "customers=c-1"))
    asked = await question(shop, "record.delete", object="Order", record="9")
    assert asked.splitlines()[:2] == ["1 record refers to Order 9:", "  Item.order: 1 (i1)"]
    asked = await question(shop, "record.delete", object="People", record="c-1")
    assert asked.splitlines()[:2] == ["2 records refer to People c-1:", "  Order.customers: 2 (1001, 9)"]


async def test_a_record_with_its_links_both_ways(shop: Bench) -> None:
    """An id without a record says so; the other end lists who refers to it."""
    await shop.run("record.put", object="Item", value=("external_id=i1", "order=9"))
    await shop.run("record.put", object="Order", value=("external_id=9", "customers=c-1,nobody"))
    lines = detail(shop.workbench, "Order", "9").lines
    assert (
        DetailLine(name="customers", value="c-1", note="reference to many People", link=Place("People", "c-1")) in lines
    )
    assert DetailLine(value="nobody", name="", note="reference to many People, no such record yet") in lines
    assert DetailLine(name="Item.order", value="i1", note="1 in all", link=Place("Item", "i1")) in lines
    assert (
        DetailLine(name="Order.customers", value="9", note="1 in all", link=Place("Order", "9"))
        in detail(shop.workbench, "People", "zoe@example.com").lines
    )


async def test_a_records_history(shop: Bench) -> None:
    """Each commit that undo keeps, newest first, with what it changed; over a reopening."""
    await shop.run("record.put", object="Order", value=("external_id=9", "total=10", "note=a"))
    await shop.run("record.edit-all", object="Order", value=("note:=null",), all=True)
    shop.reopen()
    lines = detail(shop.workbench, "Order", "9").lines
    at = next(n for n, line in enumerate(lines) if line.name.startswith("History"))
    assert [line.value for line in lines[at + 1 :]] == [
        "Edit 2 records of Order",
        'note: "a" → null',
        "Changed a record of Order",
        "total: 9.5 → 10.0",
        'note: (missing) → "a"',
        "Created a record of Order",
    ]


async def test_a_record_names_the_run_that_wrote_it(shop: Bench) -> None:
    """And its action."""
    await shop.run("mapping.apply", action="List orders")
    written = {line.name: line.value for line in detail(shop.workbench, "Order", "1002").lines}
    assert written["by"].endswith(" of List orders")
    assert {line.name: line.value for line in detail(shop.workbench, "Order", "9").lines}["by"] == "by hand"
