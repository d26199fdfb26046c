"""A secret in plain text, on the screen: said in the request pane, sealed with s, at 80×24."""

from __future__ import annotations

from pathlib import Path

from textual.widgets import Select
from ui_driver import driving

CANARY = "canary-plain-4711"


async def test_it_is_said_and_sealed_by_one_key(vault_path: Path) -> None:
    async with driving(vault_path, size=(80, 24)) as d:
        await d.open("List orders")
        await d.press("s")
        d.expect("No secret stands in List orders in plain text.")
        await d.workbench_run("action.edit", action="List orders", token="", header=("X-Key: a", f"X-Token: {CANARY}"))
        d.expect("Secret   header X-Token in plain text  s seals it as a token")
        d.expect("X-Token: ●●●●●●●●")
        assert CANARY not in d.text
        await d.press("R")
        d.expect(f"X-Token: {CANARY}")
        await d.press("f2", "up", "down", "enter")
        assert CANARY not in d.text
        await d.press("s")
        d.expect("Seal as token: List orders", "List orders X-Token")
        assert d.app.screen.query_one("#arg-secret", Select).value == "header X-Token"
        await d.press("ctrl+s")
        assert CANARY not in d.text
        assert "in plain text" not in d.text
        d.expect("Token    List orders X-Token  X-Token: ●●●●●●●●")
