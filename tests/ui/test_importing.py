"""Importing cURL on the screen: paste, look at what it makes, accept."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import TextArea
from ui_driver import Driver, driving

CANARY = "canary-4711-secret"
TEXT = f"curl 'https://shop.example/orders' \\\n  -H 'Authorization: Bearer {CANARY}' -L --data a=1"


async def _paste(driver: Driver, text: str) -> None:
    driver.app.screen.query_one("#arg-text", TextArea).insert(text)
    await driver.settle()
    await driver.settle()


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_paste_preview_accept(vault_path: Path, size: tuple[int, int]) -> None:
    """What will be made is on the screen before it is made, credentials as dots."""
    async with driving(vault_path, size=size) as driver:
        await driver.press("c")
        driver.expect("Import cURL", "Paste a cURL command line above", "OK  ctrl+s")
        await _paste(driver, TEXT)
        driver.expect("POST https://shop.example/orders", "Bearer ●●●●●●●●")
        assert driver.workbench.workspace.action_named("POST shop.example/orders") is None
        await driver.press("ctrl+s")
        driver.expect("POST shop.example/orders", "Imported the action")
        assert CANARY not in driver.text
        action = driver.workbench.workspace.action_named("POST shop.example/orders")
        assert action is not None
        assert driver.screen.selection.action == action.name
        assert any(token.id == action.token_id for token in driver.workbench.workspace.tokens.values())


async def test_what_cannot_be_imported_is_said_while_typing(vault_path: Path) -> None:
    """And nothing typed is lost to the refusal."""
    async with driving(vault_path) as driver:
        await driver.press("c")
        await _paste(driver, "wget https://shop.example")
        driver.expect("This is wget, not cURL.")
        await driver.press("ctrl+s")
        driver.expect("This is wget, not cURL.", "wget https://shop.example")
        await driver.press("escape")
        driver.expect("Workspace")
