"""Finding things among records on the screen, with the keys of the pane."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual.widgets import Input, Label
from ui_driver import Driver, FakeSend, driving

from app.demo.workspace import SAMPLE_DATA
from app.ui.panes import records as pane_module
from app.ui.panes.records import Asked, RecordsPane
from app.ui.widgets.grid import Grid

ORDERS = json.loads((SAMPLE_DATA / "shop" / "orders.json").read_text("utf-8"))[:25]


@pytest.fixture
def orders() -> FakeSend:
    """Answers with the first page of orders."""
    return FakeSend(json.dumps({"orders": ORDERS}, indent=2).encode())


async def _records(driver: Driver) -> RecordsPane:
    """The 24 orders of the first page, in their pane."""
    await driver.open("List orders")
    await driver.send()
    await driver.press("m", "a", "enter")
    await driver.open("Order")
    return driver.screen.query_one(RecordsPane)


def _ids(driver: Driver, count: int) -> list[str]:
    return [line.split()[1] for line in driver.text.splitlines()[4 : 4 + count]]


async def test_sort_filter_and_back(vault_path: Path, orders: FakeSend) -> None:
    """The count says how many match; all records come back with one key."""
    async with driving(vault_path, size=(80, 24), sender=orders) as driver:
        await _records(driver)
        await driver.press("right", "right", "S")
        driver.expect("total ▲", "24 records")
        assert _ids(driver, 3) == ["1004", "1011", "1020"]
        await driver.press("S")
        driver.expect("total ▼")
        assert _ids(driver, 3) == ["1008", "1022", "1024"]
        await driver.press("f")
        await driver.type("status = open and total > 40")
        driver.expect("2 of 24 match")
        await driver.press("enter")
        driver.expect('Records of Order: status = "open" and total > 40', "2 of 24 match")
        assert _ids(driver, 2) == ["1022", "1025"]
        await driver.press("F")
        driver.expect("Records of Order ", "24 records")
        assert _ids(driver, 2) == ["1001", "1002"]


async def test_a_mistake_stays_in_the_dialog_and_is_pointed_at(vault_path: Path, orders: FakeSend) -> None:
    """What can still become right is no mistake; tab completes; nothing typed is lost."""
    async with driving(vault_path, size=(80, 24), sender=orders) as driver:
        pane = await _records(driver)
        await driver.press("f")
        await driver.type("tot")
        assert str(driver.app.screen.query_one("#said", Label).content).strip() == ""
        await driver.press("tab")
        await driver.type("> x")
        driver.expect("total > x", "        ^", "total is a decimal: compare it with a number")
        await driver.press("enter")
        driver.expect("total > x")
        assert pane.asked == Asked()
        await driver.press("backspace", "5", "enter")
        assert pane.asked.filter == "total > 5"
        await driver.press("f", "escape")
        assert pane.asked.filter == "total > 5"


async def test_nothing_matches_says_how_to_go_on(vault_path: Path, orders: FakeSend) -> None:
    """Instead of an empty grid."""
    async with driving(vault_path, size=(80, 24), sender=orders) as driver:
        await _records(driver)
        await driver.press("slash")
        await driver.type("zzz")
        await driver.press("enter")
        driver.expect("No record matches. F shows all", "0 of 24 match", 'search "zzz"')
        await driver.press("v", "o", "S")


async def test_a_value_is_changed_where_it_stands(vault_path: Path, orders: FakeSend) -> None:
    """A refusal stays in the dialog; the cursor goes with its record to its new place; undo brings it back."""
    async with driving(vault_path, size=(80, 24), sender=orders) as driver:
        pane = await _records(driver)
        await driver.press("right", "right", "S", "down", "v")
        driver.expect("total of Order 1011", "decimal")
        await driver.press("end", "x", "enter")
        driver.expect('total: is "0.0x", not a decimal')
        driver.app.screen.query_one(Input).value = "999"
        await driver.press("enter")
        driver.expect("Changed Order 1011.")
        assert driver.screen.query_one(Grid).cursor == 23
        assert pane.selected
        assert pane.selected.values["total"] == 999.0
        await driver.press("u")
        assert driver.screen.query_one(Grid).cursor == 1
        await driver.press("home", "left", "left", "v")
        driver.expect("external_id is what the record is found by")


async def test_an_option_is_chosen_with_tab_and_an_empty_line_is_null(vault_path: Path, orders: FakeSend) -> None:
    async with driving(vault_path, size=(80, 24), sender=orders) as driver:
        pane = await _records(driver)
        await driver.press("right", "v", "tab", "enter")
        assert pane.selected
        changed = pane.selected.values["status"]
        assert changed != "shipped"
        driver.expect("Changed Order 1001.")
        await driver.press("v")
        driver.app.screen.query_one(Input).value = ""
        await driver.press("enter")
        assert pane.selected.values["status"] is None
        driver.expect("null")


async def test_columns_are_chosen_and_remembered(vault_path: Path, orders: FakeSend) -> None:
    """Also from the palette, which opens the same dialog."""
    async with driving(vault_path, size=(80, 24), sender=orders) as driver:
        await _records(driver)
        await driver.press("c", "J", "down", "space", "enter")
        driver.expect("Order shows 9 of 10 attributes.", "│ status     external_id  currency")
        driver.screen.run_entry("record.columns")
        await driver.settle()
        driver.expect("Columns of Order", "[ ] total")
        await driver.press("a", "enter")
        driver.expect("Order shows 10 of 10 attributes.")
    async with driving(vault_path, size=(80, 24)) as driver:
        await driver.open("Order")
        driver.expect("│ status     external_id  currency")


async def test_a_long_value_and_a_list_open_in_a_viewer(vault_path: Path, orders: FakeSend) -> None:
    async with driving(vault_path, size=(80, 24), sender=orders) as driver:
        await _records(driver)
        await driver.press("right", "o")
        driver.expect("status (list of 5) of 1001", "shipped")


async def test_many_records_are_arranged_off_the_event_loop(
    vault_path: Path, orders: FakeSend, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until they are, the pane shows what it showed; escape goes back to that."""
    monkeypatch.setattr(pane_module, "AT_ONCE", 3)
    async with driving(vault_path, size=(80, 24), sender=orders) as driver:
        pane = await _records(driver)
        pane.ask(Asked(sort="total"))
        assert pane.is_finding
        driver.screen.verbs.back()
        assert not pane.is_finding
        assert pane.asked == Asked()
        await driver.settle()
        assert driver.screen.pane == "records"
        driver.expect("24 records")
        await driver.press("right", "right", "S")
        driver.expect("total ▲")
        assert _ids(driver, 2) == ["1004", "1011"]


async def test_a_filter_on_what_was_archived_meanwhile_is_let_go(vault_path: Path, orders: FakeSend) -> None:
    async with driving(vault_path, size=(80, 24), sender=orders) as driver:
        pane = await _records(driver)
        pane.ask(Asked(filter="external_created_at is missing", search="1001"))
        await driver.settle()
        driver.expect("1 of 24 matches")
        pane.ask(Asked(filter="nothing = 1"))
        await driver.settle()
        assert pane.asked == Asked()
        driver.expect("24 records")
