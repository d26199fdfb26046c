"""Records by hand: upsert, values that fit, limits, pages."""

from __future__ import annotations

from dataclasses import replace

import pytest
from command_kit import NOW_TEXT, Bench

from app.domain.changes import SETTINGS, Change, Changes
from app.domain.settings import SETTINGS_NUMBER

PUT_REFUSED: list[tuple[str, tuple[str, ...], str]] = [
    ("Order", ("total=1",), "external_id: is missing or empty; a record of Order is matched by external_id"),
    ("Order", ("external_id=",), "external_id: is missing or empty"),
    ("Order", ("external_id=1", "total=n/a"), 'total: is "n/a", not a decimal'),
    ("Order", ("external_id=1", "placed_at=yesterday"), 'placed_at: is "yesterday", not an ISO 8601 date'),
    ("Order", ("external_id=1", "status=lost"), 'status: is "lost", not one of open, paid'),
    ("Order", ("external_id=1", "nope=1"), 'nope: the attribute does not exist on Order; see "object show Order"'),
    ("Order", ("external_id=1", "old=1"), "old: the attribute is archived on Order"),
    ("Order", ("external_id",), '"external_id" is not attribute=value.'),
    ("Gone", ("external_id=1",), "Gone is archived; restore it first."),
    ("People", ("name=Nobody",), "a record of People is matched by external_id or email"),
    ("People", ("email=a@b.example", "phone=" + "1" * 256), "phone: is 256 characters long; at most 255 are kept"),
    ("Nope", ("external_id=1",), 'There is no object "Nope"'),
]


@pytest.mark.parametrize(("object_name", "value", "words"), PUT_REFUSED)
async def test_put_refuses(object_name: str, value: tuple[str, ...], words: str, shop: Bench) -> None:
    """Each with the attribute and the rule, and nothing written."""
    assert words in await shop.refused("record.put", object=object_name, value=value)


async def test_all_problems_are_said_at_once(shop: Bench) -> None:
    """So that nobody corrects one to see the next."""
    words = await shop.refused("record.put", object="Order", value=("external_id=1", "total=x", "status=y"))
    assert words.splitlines() == ['total: is "x", not a decimal', 'status: is "y", not one of open, paid']


async def test_put_creates_then_changes(shop: Bench) -> None:
    """The same external_id is the same record; what is not given stays."""
    made = await shop.run("record.put", object="Order", value=("external_id=7", "total=1.50", "note=a=b"))
    assert made.message == "Created Order 7."
    changed = await shop.run("record.put", object="Order", value=("external_id=7", "total=2", "placed_at=2026-01-02"))
    assert changed.message == "Changed Order 7."
    record = shop.workbench.records.by_key("Order", "external_id", "7")
    assert record
    assert record.values == {"external_id": "7", "total": 2.0, "note": "a=b", "placed_at": "2026-01-02"}
    assert (record.created_at, record.updated_at, record.run_id) == (NOW_TEXT, NOW_TEXT, None)
    same = await shop.run("record.put", object="Order", value=("external_id=7", "total=2"))
    assert same.message == "Order 7 is like that already."
    assert shop.workbench.records.count("Order") == 3


async def test_null_and_empty_text_are_different(shop: Bench) -> None:
    """`note=` keeps an empty text, `note:=null` an explicit null, and what was never given is missing."""
    await shop.run("record.put", object="Order", value=("external_id=a", "note="))
    await shop.run("record.put", object="Order", value=("external_id=b", "note:=null"))
    await shop.run("record.put", object="Order", value=("external_id=c",))
    found = [values.get("note", "missing") for values in shop.values("Order")[2:]]
    assert found == ["", None, "missing"]
    shown = (await shop.run("record.show", object="Order", record="b")).lines
    assert "note                              null  (text)" in shown
    assert (
        "note                              (missing)  (text)"
        in (await shop.run("record.show", object="Order", record="c")).lines
    )


async def test_a_reference_to_many_takes_commas(shop: Bench) -> None:
    """The ids of a reference to many are parted by commas."""
    await shop.run("record.put", object="Order", value=("external_id=7", "customers=c-1, c-2,"))
    assert shop.values("Order")[-1]["customers"] == ("c-1", "c-2")


async def test_a_person_is_found_by_email_too(shop: Bench) -> None:
    """Put, show and delete know both keys; the message names the one that there is."""
    changed = await shop.run("record.put", object="People", value=("email=zoe@example.com", "name=Zoë B."))
    assert changed.message == "Changed People c-1."
    made = await shop.run("record.put", object="People", value=("email=bo@example.org",))
    assert made.message == "Created People bo@example.org."
    shown = await shop.run("record.show", object="People", record="zoe@example.com")
    assert "name                              Zoë B.  (text)" in shown.lines
    await shop.run("record.delete", object="People", record="bo@example.org")
    assert [values["name"] for values in shop.values("People")] == ["Zoë B."]


async def test_the_record_limit_is_the_settings(shop: Bench) -> None:
    """A new record beyond it is refused; changing one that exists is not; standard objects do not count."""
    before = shop.workspace.settings
    count = shop.workbench.records.count_custom(shop.workspace)
    changed = replace(before, record_limit=count)
    await shop.workbench.commit(Changes.of("Settings", [Change(SETTINGS, SETTINGS_NUMBER, before, changed)]))
    words = await shop.refused("record.put", object="Order", value=("external_id=new",))
    assert words == f"The workspace holds {count} records, the most it may. Delete some first."
    await shop.run("record.put", object="Order", value=("external_id=9", "total=10"))
    await shop.run("record.put", object="People", value=("external_id=c-9",))
    await shop.run("record.delete", object="Order", record="9")
    await shop.run("record.put", object="Order", value=("external_id=new",))


async def test_pages(shop: Bench) -> None:
    """Oldest first, with how many there are in all."""
    for number in range(5):
        await shop.run("record.put", object="Spare", value=(f"external_id=x{number}",))
    result = await shop.run("record.list", object="Spare", start=2, limit=3)
    assert isinstance(result.data, dict)
    assert [record.external_id for record in result.data["records"]] == ["x1", "x2", "x3"]
    assert (result.data["total"], result.data["start"]) == (6, 2)
    assert result.message == "3 of 6 records shown."
    assert [line.split()[0] for line in result.lines] == ["external_id", "x1", "x2", "x3"]
    beyond = await shop.run("record.list", object="Spare", start=6)
    assert (beyond.lines, beyond.message) == ((), "0 of 6 records shown.")
    for given in ({"start": -1}, {"limit": 0}):
        words = await shop.refused("record.list", object="Spare", **given)
        assert words == "--start is 0 or more and --limit is 1 or more."


@pytest.mark.parametrize("command_id", ["record.show", "record.delete"])
async def test_an_unknown_record_is_refused(command_id: str, shop: Bench) -> None:
    """With the way to find it."""
    words = await shop.refused(command_id, object="Order", record="4711")
    assert words == 'Order has no record "4711"; "record list Order" shows what there is.'
    assert "no record" in await shop.refused(command_id, object="Order", record="")
