"""Finding records in the shell's words: filters, searches, orders, columns, and counts that do not pretend."""

from __future__ import annotations

import pytest
from command_kit import Bench


@pytest.fixture
async def orders(shop: Bench) -> Bench:
    """Seven orders of Order, in all states that a value can have."""
    rows = [
        ("external_id=1", "total=50", "status=open", "note=Two boxes", "placed_at=2026-01-02"),
        ("external_id=2", "total=7", "status=open", "note="),
        ("external_id=3", "total:=null", "status=paid", "note:=null"),
        ("external_id=4", "total=60", "status=paid", "note=null", "customers=c-1,c-2"),
        ("external_id=5", "status=open"),
    ]
    for row in rows:
        await shop.run("record.put", object="Order", value=row)
    return shop


async def listed(bench: Bench, **given: object) -> tuple[str, list[str]]:
    """The message, and the external ids in their order."""
    result = await bench.run("record.list", object="Order", **given)
    assert isinstance(result.data, dict)
    return result.message, [record.external_id for record in result.data["records"]]


FOUND: list[tuple[dict[str, object], str, list[str]]] = [
    ({}, "7 of 7 records shown.", ["1001", "9", "1", "2", "3", "4", "5"]),
    ({"filter": 'total > 40 and status = "open"'}, "1 of 1 shown; 1 of 7 matches.", ["1"]),
    ({"filter": "total > 5", "sort": "total"}, "4 of 4 shown; 4 of 7 match.", ["2", "9", "1", "4"]),
    ({"sort": "total"}, "7 of 7 records shown.", ["1001", "2", "9", "1", "4", "3", "5"]),
    ({"sort": "total", "descending": True}, "7 of 7 records shown.", ["4", "1", "9", "2", "1001", "3", "5"]),
    ({"sort": "total", "start": 1, "limit": 2}, "2 of 7 records shown.", ["2", "9"]),
    ({"search": "BOX two"}, "1 of 1 shown; 1 of 7 matches.", ["1"]),
    ({"filter": "total > 5", "limit": 1}, "1 of 4 shown; 4 of 7 match.", ["9"]),
    ({"filter": "note is empty or note is null"}, "2 of 2 shown; 2 of 7 match.", ["2", "3"]),
    ({"filter": 'customers contains "c-2"'}, "1 of 1 shown; 1 of 7 matches.", ["4"]),
    ({"filter": "total > 1000"}, "0 of 0 shown; 0 of 7 match.", []),
]


@pytest.mark.parametrize(("given", "message", "ids"), FOUND)
async def test_found(given: dict[str, object], message: str, ids: list[str], orders: Bench) -> None:
    assert await listed(orders, **given) == (message, ids)


async def test_null_empty_missing_and_texts_like_them_are_told_apart(orders: Bench) -> None:
    result = await orders.run("record.list", object="Order", columns="external_id, note, total", start=2)
    assert [" ".join(line.split()) for line in result.lines] == [
        "external_id note total",
        "1 Two boxes 50.0",
        '2 "" 7.0',
        "3 null null",
        '4 "null" 60.0',
        "5 · ·",
    ]


REFUSED: list[tuple[dict[str, object], str]] = [
    ({"filter": "totl > 4"}, "Order has no attribute totl; did you mean total?\n  totl > 4\n  ^^^^"),
    (
        {"filter": 'total > "x"'},
        'total is a decimal: compare it with a number, such as 42.50.\n  total > "x"\n          ^^^',
    ),
    ({"sort": "totl"}, 'There is no attribute on Order called "totl"; did you mean "total"?'),
    ({"sort": "old"}, "old is archived on Order; restore it first."),
    ({"columns": "total,nope"}, 'There is no attribute on Order called "nope"'),
]


@pytest.mark.parametrize(("given", "words"), REFUSED)
async def test_refused(given: dict[str, object], words: str, orders: Bench) -> None:
    assert (await orders.refused("record.list", object="Order", **given)).startswith(words)


async def test_columns_are_remembered(shop: Bench) -> None:
    """Across a reopening, as a definition; an attribute that comes later is shown too; none at all is all again."""
    made = await shop.run("record.columns", object="Order", column=("note", "external_id"))
    assert made.message == "Order shows 2 of 8 attributes."
    shop.reopen()
    titles = (await shop.run("record.list", object="Order")).lines[0].split()
    assert titles == ["note", "external_id"]
    await shop.run("attribute.add", object="Order", name="later", format="text")
    await shop.run("attribute.archive", object="Order", attribute="note")
    assert (await shop.run("record.list", object="Order")).lines[0].split() == ["external_id", "later"]
    await shop.run("record.columns", object="Order")
    assert shop.workspace.views == {}
    assert len((await shop.run("record.list", object="Order")).lines[0].split()) == 8


async def test_columns_refuse(shop: Bench) -> None:
    assert await shop.refused("record.columns", object="Order", column=("total", "total")) == "total is named twice."
    assert "called" in await shop.refused("record.columns", object="Order", column=("nope",))
    assert "archived" in await shop.refused("record.columns", object="Order", column=("old",))
