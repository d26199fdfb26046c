"""Many records at once, on the screen: exactly those that the grid shows under its filter; back and forth again."""

from __future__ import annotations

from pathlib import Path

from ui_driver import Driver, driving


async def _filtered(driver: Driver) -> None:
    """Twenty orders, of which the grid shows five."""
    for number in range(20):
        await driver.workbench_run("record.put", object="Order", value=(f"external_id=n{number:02}", f"total={number}"))
    await driver.open("Order")
    await driver.press("f")
    await driver.type("total >= 15")
    await driver.press("enter")
    driver.expect("total >= 15", "5 of 20 match")


def _totals(driver: Driver) -> list[object]:
    return [record.values["total"] for record in driver.workbench.records.window("Order", 0, 100)]


async def test_an_edit_of_what_the_filter_shows(vault_path: Path) -> None:
    """The dialog holds the grid's filter, the question names it with the count; u and ctrl+y go back and forth."""
    async with driving(vault_path, size=(80, 24)) as driver:
        await _filtered(driver)
        await driver.press("M")
        driver.expect("Edit many records: Order", "total >= 15")
        await driver.type("total=1")
        await driver.press("ctrl+s")
        driver.expect("Chosen: 5 of 20 records of Order, by total >= 15.", "Set total=1 on 5?")
        await driver.press("y")
        assert _totals(driver) == [*map(float, range(15)), *[1.0] * 5]
        driver.expect("No record matches.")
        await driver.press("u")
        assert _totals(driver) == [*map(float, range(20))]
        driver.expect("5 of 20 match")
        await driver.press("ctrl+y")
        driver.expect("Redo: Edit 5 records of Order.")
        assert _totals(driver)[15:] == [1.0] * 5
        await driver.press("ctrl+y")
        driver.expect("There is nothing to do again")


async def test_a_deletion_of_what_the_filter_shows(vault_path: Path) -> None:
    """Without a filter nothing is chosen by itself: that would be every record."""
    async with driving(vault_path, size=(80, 24)) as driver:
        await _filtered(driver)
        await driver.press("D", "ctrl+s")
        driver.expect("Chosen: 5 of 20 records of Order, by total >= 15.", "Delete 5 records?")
        await driver.press("y")
        assert _totals(driver) == [*map(float, range(15))]
        await driver.press("F", "D", "ctrl+s")
        driver.expect("Say which records")
        assert len(_totals(driver)) == 15
