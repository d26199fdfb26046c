"""One record in its window: links followed both ways and back, edited and deleted there; a change by a copy."""

from __future__ import annotations

from pathlib import Path

from ui_driver import Driver, driving


async def _filled(driver: Driver) -> None:
    await driver.workbench_run("record.put", object="People", value=("external_id=c1", "email=zoe@example.com"))
    await driver.workbench_run("record.put", object="Order", value=("external_id=o1", "total=42.5", "customer=c1"))
    await driver.workbench_run("record.put", object="Item", value=("external_id=i1", "order=o1", "title=Tea"))
    await driver.open("Order")
    await driver.press("enter")


async def test_links_lead_both_ways_and_back(vault_path: Path) -> None:
    """Order to person, back, order to the item that refers to it, and out."""
    async with driving(vault_path, size=(80, 24)) as driver:
        await _filled(driver)
        driver.expect("Order o1", "42.5  decimal", "▸ c1  reference to one People", "▸ i1  1 in all")
        await driver.press(*["down"] * 9, "enter")
        driver.expect("People c1", "zoe@example.com", "▸ o1  1 in all", "b back")
        await driver.press("b")
        driver.expect("Order o1")
        await driver.press(*["down"] * 5, "enter")
        driver.expect("Item i1", "Tea")
        await driver.press("backspace", "escape")
        driver.expect("Records of Order")


async def test_a_record_is_changed_and_deleted_from_its_window(vault_path: Path) -> None:
    """The window shows the new values; what refers to it is shown before it is deleted, and undo brings it back."""
    async with driving(vault_path) as driver:
        await _filled(driver)
        await driver.press("e", *["tab"] * 4)
        await driver.press("end", *["backspace"] * 4)
        await driver.type("7")
        await driver.press("ctrl+s")
        driver.expect("Order o1", "7.0  decimal", "total: 42.5 → 7.0")
        await driver.press("x", "ctrl+s")
        driver.expect("1 record refers to Order o1:", "Item.order: 1 (i1)")
        await driver.press("y")
        driver.expect("Deleted Order o1")
        assert driver.workbench.records.count("Order") == 0
        await driver.press("u")
        assert driver.workbench.records.count("Order") == 1


async def test_a_change_of_an_attribute_is_offered_as_a_copy(vault_path: Path) -> None:
    """The rule, what carries over, and no as the default."""
    async with driving(vault_path) as driver:
        await driver.workbench_run("record.put", object="Order", value=("external_id=o1", "total=42.5"))
        await driver.open("Order")
        await driver.press("s", *["down"] * 4, "c", "ctrl+s")
        driver.expect("Only the description of an object or an attribute can ever", "1 of 1 value carries over.")
        await driver.press("enter")
        assert "total_2" not in driver.text
        await driver.press("c", "ctrl+s", "y")
        driver.expect("total_2", "takes the place of total")


async def test_a_counter_near_its_limit_is_marked(vault_path: Path) -> None:
    """Without colour too."""
    async with driving(vault_path) as driver:
        await driver.workbench_run("schema.limits", objects=4)
        assert "3/4 objects !" not in driver.text
        await driver.workbench_run("object.create", name="Parcel")
        driver.expect("4/4 objects !!")


async def test_what_cannot_be_edited_is_offered_as_what_can(vault_path: Path) -> None:
    """R, t and del on an attribute: the rule, what would come of it, and one key that leads on."""
    async with driving(vault_path, size=(80, 24)) as driver:
        await driver.workbench_run("record.put", object="Order", value=("external_id=o1", "total=42.5"))
        await driver.open("Order")
        await driver.press("s", "R")
        driver.expect("there from birth")
        await driver.press(*["down"] * 4, "R")
        driver.expect("Rename attribute: Order total")
        await driver.type("sum")
        await driver.press("ctrl+s")
        driver.expect("Only the description of an object or an attribute can ever", "1 of 1 value carries over.")
        await driver.press("y")
        driver.expect("sum", "takes the place of total")
        await driver.press("end", "up", "delete")
        driver.expect("An attribute is never deleted, only archived", "Archive Order.")
        await driver.press("n")
        driver.expect("Nothing was done.")
        await driver.press("f2", "delete")
        driver.expect("Order is never deleted: archive it with x")
