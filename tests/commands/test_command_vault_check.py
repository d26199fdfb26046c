"""`vault check`: every broken rule of the domain is found and named."""

from __future__ import annotations

import pytest
from command_kit import Bench, checked, write


def edit(bench: Bench, table: str, named: str, /, **fields: object) -> None:
    """Change the document of that name."""
    store = bench.vault.store
    number, document = next((n, d) for n, d in store.scan(table) if d.get("name") == named)
    write(bench, table, number, **{**document, **fields})


async def test_a_vault_that_commands_wrote_has_nothing_wrong(shop: Bench) -> None:
    """Also after archiving, deleting, undoing, and with a reference to what is not there: that is a note."""
    await shop.run("record.put", object="Order", value=("external_id=77", "customers=c-1,c-9"))
    await shop.run("action.delete", action="Cancel")
    await shop.run("object.archive", object="Spare")
    await shop.run("undo")
    words = await checked(shop, code=0)
    assert "note   Order.customers: 1 ids are not in People" in words
    assert "WRONG" not in words
    assert (await shop.run("vault.check")).message == "Nothing is wrong."


def _body_gone(shop: Bench) -> None:
    with shop.vault.store.transaction() as tx:
        tx.clear("bodies")


def _mapping_row(shop: Bench) -> None:
    store = shop.vault.store
    number, document = next(store.scan("mappings"))
    rows = [{"path": "$.x", "attribute": "nowhere"}]
    write(shop, "mappings", number, **{**document, "rows": rows})


BREAKS = {
    "a record that is none": (
        lambda s: write(s, "records/Order", 5, values=7),
        "Document 5 of the table records/Order does not have the expected shape",
    ),
    "a value that does not fit": (
        lambda s: write(s, "records/Order", 5, values={"external_id": "5", "total": "x"}),
        'document 5 of the table records/Order: total: is "x", not a decimal',
    ),
    "an attribute that is none": (
        lambda s: write(s, "records/Order", 5, values={"external_id": "5", "colour": "x"}),
        "colour: the attribute does not exist on Order",
    ),
    "no key": (lambda s: write(s, "records/Order", 5, values={"note": "x"}), "external_id: is missing or empty"),
    "a key twice": (
        lambda s: write(s, "records/Order", 5, values={"external_id": "9"}),
        '2 records have the external_id "9"',
    ),
    "records of nothing": (lambda s: write(s, "records/Parcel", 5, values={}), 'there is no object "Parcel"'),
    "a name twice": (lambda s: edit(s, "objects", "Item", name="Order"), "the object Order: 2 have this name"),
    "a name that is refused": (lambda s: edit(s, "objects", "Item", name="It$m"), "Intercom refuses in names"),
    "a token that is gone": (
        lambda s: edit(s, "actions", "Cancel", token_id="tok_0000000000001"),
        "the action Cancel: sends a token that does not exist",
    ),
    "an empty token": (lambda s: edit(s, "tokens", "Key", value=""), "the token Key: its value: is empty"),
    "a mapping to no attribute": (_mapping_row, "the attribute nowhere does not exist on Order"),
    "a mapping of no action": (
        lambda s: write(s, "mappings", 5, action_id="act_0000000000001"),
        "belongs to an action that does not exist",
    ),
    "a reference to nothing": (
        lambda s: edit(s, "objects", "Item", attributes=[{"name": "r", "data_type": "reference", "target": "No"}]),
        "the attribute Item.r",
    ),
    "a body that is gone": (_body_gone, "1 of 1 parts of its response's body are missing"),
    "a body of no run": (
        lambda s: write(s, "bodies", 5, run_id="run_0000000000001", data=""),
        "document 5 of the table bodies: belongs to no run",
    ),
    "too many objects": (lambda s: write(s, "settings", 1, object_limit=1), "custom objects: 3 are active and 1"),
    "too many records": (lambda s: write(s, "settings", 1, record_limit=1), "records: "),
    "undo that cannot be": (lambda s: write(s, "commits", 1, title=5), "Document 1 of the table commits, which undo"),
    "undo of nothing": (lambda s: write(s, "undo", 999_999, a=1), "belongs to no step of undo"),
}


@pytest.mark.parametrize("name", BREAKS)
async def test_every_broken_rule_is_named(name: str, shop: Bench) -> None:
    """One broken thing at a time, each by its place."""
    assert "WRONG" not in await checked(shop, code=0)
    spoil, words = BREAKS[name]
    spoil(shop)
    found = await checked(shop)
    assert words in found
    assert "WRONG" in found


async def test_many_findings_are_counted_and_the_first_named(shop: Bench) -> None:
    with shop.vault.store.transaction() as tx:
        tx.put_many("records/Order", [(n, {"values": 0}) for n in range(5, 405)])
    result = await shop.run("vault.check")
    assert result.message == "400 things are wrong. The first 200 are named."
    assert sum(line.startswith("WRONG") for line in result.lines) == 200
