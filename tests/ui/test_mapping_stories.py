"""The mapper from the keyboard, at 80×24 too: source, preview, filter, new object, second action, Escape."""

from __future__ import annotations

import asyncio
import json
import threading
from pathlib import Path

import pytest
from ui_driver import Driver, FakeSend, driving

from app.demo.workspace import SAMPLE_DATA
from app.ui.screens.preview import PreviewScreen
from app.ui.widgets.json_tree import JsonTree


@pytest.fixture
def orders() -> FakeSend:
    """Answers with the first page of orders."""
    return FakeSend(json.dumps({"orders": ORDERS}, indent=2).encode())


ORDERS = json.loads((SAMPLE_DATA / "shop" / "orders.json").read_text("utf-8"))[:25]
SIZES = [(80, 24), (120, 36)]


async def _mapped(driver: Driver) -> None:
    await driver.open("List orders")
    await driver.send()
    await driver.press("m")
    driver.screen.focus_pane("mapping")
    await driver.settle()


@pytest.mark.parametrize("size", SIZES)
async def test_every_record_is_shown_as_stored_beside_what_came(
    vault_path: Path, orders: FakeSend, size: tuple[int, int]
) -> None:
    """Verdicts with counts, one verdict alone, why a record is rejected."""
    async with driving(vault_path, sender=orders, size=size) as driver:
        await _mapped(driver)
        await driver.press("p")
        assert isinstance(driver.app.screen, PreviewScreen)
        driver.expect(
            "Preview → Order", "as it would be stored (new)", "as it came", "external_id: 1001", '"id": "1001"'
        )
        await driver.press("r")
        driver.expect("not stored", 'total is "n/a", not a decimal')
        await driver.press("s")
        driver.expect("No record is same.")
        await driver.press("n", "escape")
        assert driver.app.screen is driver.screen


@pytest.mark.parametrize("size", SIZES)
async def test_the_source_is_chosen_from_what_there_is(
    vault_path: Path, orders: FakeSend, size: tuple[int, int]
) -> None:
    """Each with its count."""
    async with driving(vault_path, sender=orders, size=size) as driver:
        await _mapped(driver)
        await driver.press("s")
        driver.expect("$.orders[*]", "25 records of")
        await driver.press("escape")


async def test_a_new_object_is_proposed_from_the_sample(vault_path: Path, orders: FakeSend) -> None:
    """Name and fields stand in the dialog, to be edited."""
    async with driving(vault_path, sender=orders, size=(80, 24)) as driver:
        await _mapped(driver)
        await driver.press("N")
        driver.expect("New object from sample", "Order", "$.id -> external_id: text")
        await driver.press("escape", "n")
        driver.expect("New attribute from field", "Format")
        await driver.press("escape")


async def test_b_builds_the_second_action_of_the_chain(vault_path: Path, orders: FakeSend) -> None:
    """From the mapping pane, and it is selected at once."""
    async with driving(vault_path, sender=orders) as driver:
        await _mapped(driver)
        driver.screen.focus_pane("response")
        await driver.settle()
        tree, shown = driver.screen.query_one(JsonTree), driver.screen.shown
        assert shown
        assert tree.index
        node = tree.index.node_at(shown.body.index(b'"items"') + len(b'"items": '))
        assert node is not None
        tree.go_to(node)
        await driver.press("b")
        driver.expect("Items of one order", "{{order_id}}/items")
        assert driver.screen.selection.name == "Items of one order"


async def test_escape_stops_a_preview_that_is_running(
    vault_path: Path, orders: FakeSend, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The screen answers meanwhile; the thread hears of it and ends."""
    async with driving(vault_path, sender=orders) as driver:
        await _mapped(driver)
        entered, stopped = threading.Event(), threading.Event()

        def endless(*given: object) -> None:
            entered.set()
            is_cancelled = given[-1]
            assert callable(is_cancelled)
            while not is_cancelled():
                pass
            stopped.set()

        monkeypatch.setattr("app.ui.shown.preview_document", endless)
        driver.screen.update_preview()
        await asyncio.to_thread(entered.wait)
        await driver.pilot.press("escape")
        await asyncio.to_thread(stopped.wait)
        await driver.pilot.pause()
        assert driver.screen.pane == "mapping"
        driver.expect("Stopped working out the preview.")
