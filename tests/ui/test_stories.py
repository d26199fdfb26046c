"""What a person does on the screen, in the product's words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ui_driver import Driver, FakeSend, driving

from app.demo.workspace import SAMPLE_DATA

ORDERS = json.loads((SAMPLE_DATA / "shop" / "orders.json").read_text("utf-8"))[:25]


@pytest.fixture
def orders() -> FakeSend:
    """Answers with the first page of orders."""
    return FakeSend(json.dumps({"orders": ORDERS}, indent=2).encode())


async def _dialog(driver: Driver, *fields: str) -> None:
    """Fill a dialog's rows in order and accept it."""
    for number, text in enumerate(fields):
        if number:
            await driver.press("tab")
        await driver.type(text)
    await driver.press("ctrl+s")


async def test_nothing_is_needed_from_the_shell(vault_path: Path) -> None:
    """An object, its attributes, a token and an action are made with dialogs alone."""
    async with driving(vault_path) as driver:
        await driver.press("n")
        await _dialog(driver, "Ticket", "A case")
        driver.expect("4/15 objects", "Ticket", "Created the custom object Ticket.")
        await driver.press("enter", "s", "n")
        await _dialog(driver, "priority")
        driver.expect("choose", "Add attribute: Ticket")
        assert driver.workbench.workspace.type_named("Ticket") is not None


async def test_a_refusal_stays_in_the_dialog_and_loses_nothing(vault_path: Path) -> None:
    """The rule is named where it was broken; what was typed is still there."""
    async with driving(vault_path) as driver:
        await driver.press("n")
        await _dialog(driver, "Order")
        driver.expect('"Order" exists already; choose another name')
        await driver.type("s")
        await driver.press("ctrl+s")
        driver.expect("Created the custom object Orders.")


async def test_pick_suggest_preview_apply_undo(vault_path: Path, orders: FakeSend) -> None:
    """The main job with the keys of the panes."""
    async with driving(vault_path, sender=orders) as driver:
        await driver.open("List orders")
        await driver.send()
        driver.expect("200 OK · 34 ms", "orders  [25]", "HTTP/1.1 200 OK", "x-shop: demo")
        await driver.press("home", "down", "space")
        driver.expect("Mapping", "source  $.orders[*]")
        await driver.press("down", "down", "space")
        driver.expect("$.id → external_id")
        await driver.press("space")
        assert "$.id → external_id" not in driver.text
        await driver.press("m")
        driver.expect_preview(new=24, changed=0, same=0, rejected=1)
        await driver.press("a")
        driver.expect("rejected: record 16 (1017)")
        await driver.press("enter")
        driver.expect("24/100,000 records")
        driver.expect_preview(new=0, changed=0, same=24, rejected=1)
        await driver.press("u")
        driver.expect("0/100,000 records")
        driver.expect_preview(new=24, rejected=1)


async def test_mapping_rows_can_be_changed_one_by_one(vault_path: Path, orders: FakeSend) -> None:
    """Convert, attribute, remove: each from its key, each an undo step."""
    async with driving(vault_path, sender=orders) as driver:
        await driver.open("List orders")
        await driver.send()
        await driver.press("m", "tab", "home", "down", "down")
        driver.expect("$.total (text) → total, decimal, convert")
        await driver.press("c")
        driver.expect("$.total (text) → total, decimal, strict", "25 rejected")
        await driver.press("c", "x")
        assert "$.total" not in driver.mapped_paths
        await driver.press("u")
        assert "$.total" in driver.mapped_paths


async def test_a_mutating_action_asks_and_no_is_the_default(vault_path: Path) -> None:
    """POST is confirmed; enter alone does not send."""
    async with driving(vault_path) as driver:
        await driver.open("Cancel item")
        await driver.press("i")
        await _dialog(driver, "1001", "1001-1")
        await driver.press("f5")
        driver.expect("POST", "/orders/1001/items/1001-1/cancel", "really change the other system. Send it?")
        await driver.press("enter")
        assert driver.sender.requests == []
        await driver.press("f5", "y")
        assert [request.method for request in driver.sender.requests] == ["POST"]


async def test_a_missing_required_input_is_named_and_nothing_is_sent(vault_path: Path) -> None:
    """No value, no request."""
    async with driving(vault_path) as driver:
        await driver.open("Cancel item")
        await driver.press("f5")
        driver.expect("input order_id: has no value")
        assert driver.sender.requests == []


async def test_a_quick_key_acts_on_what_the_cursor_is_on(vault_path: Path) -> None:
    """Down and F5 without a pause send the action under the cursor, not the one before."""
    async with driving(vault_path) as driver:
        await driver.open("List items of an order")
        await driver.press("escape")
        await driver.pilot.press("down", "f5")
        await driver.settle()
        assert [request.url.split("?")[0][-7:] for request in driver.sender.requests] == ["/orders"]


async def test_records_are_written_changed_and_deleted_by_hand(vault_path: Path) -> None:
    """The dialog has a row for each attribute; undo brings a deleted record back."""
    async with driving(vault_path) as driver:
        await driver.open("Item")
        driver.expect("No records yet")
        await driver.press("n")
        await _dialog(driver, "i1", "", "", "Lamp")
        driver.expect("Created Item i1.", "1 record", "Lamp")
        await driver.press("e", "tab", "tab", "tab")
        await driver.type("s")
        await driver.press("ctrl+s")
        driver.expect("Changed Item i1.")
        await driver.press("x", "ctrl+s")
        driver.expect("Deleted Item i1.", "No records yet")
        await driver.press("u")
        driver.expect("1 record")


async def test_hostile_text_is_shown_never_obeyed(vault_path: Path) -> None:
    """Escape sequences, markup and bidi overrides of a response are made visible in every pane."""
    bad = "\x1b]52;c;Y2FuYXJ5\x07[red]x[/] \u202eevil"
    sender = FakeSend(json.dumps({bad: bad, "list": [bad]}).encode())
    async with driving(vault_path, sender=sender) as driver:
        await driver.open("List orders")
        await driver.send()
        shown = driver.text
        assert "\x1b" not in shown
        assert "\u202e" not in shown
        driver.expect("[red]x[/]")


async def test_search_moves_through_the_matches(vault_path: Path, orders: FakeSend) -> None:
    """Slash asks, n goes on, the count is said."""
    async with driving(vault_path, sender=orders) as driver:
        await driver.open("List orders")
        await driver.send()
        await driver.press("slash")
        await driver.type("n/a")
        await driver.press("enter")
        driver.expect('"n/a" 1 of 1', "$.orders[16].total")


async def test_help_lists_the_keys_and_the_palette_finds_commands(vault_path: Path) -> None:
    """Two ways to find what can be done."""
    async with driving(vault_path, size=(80, 24)) as driver:
        await driver.press("question_mark")
        driver.expect("Help and keys", "In the navigator pane", "New custom object")
        await driver.press("escape", "ctrl+p")
        await driver.type("new action")
        driver.expect("New action")


@pytest.mark.parametrize("size", [(20, 5), (40, 10), (250, 70)])
async def test_any_size_is_survived(size: tuple[int, int], vault_path: Path, orders: FakeSend) -> None:
    """Small and large windows draw something and take keys."""
    async with driving(vault_path, size=size, sender=orders) as driver:
        await driver.open("List orders")
        await driver.send()
        await driver.press("tab", "tab", "m", "tab", "escape")
        assert driver.text.strip()
