"""Samples on the screen: kept under a name with K, chosen with m, answered with, at 80×24."""

from __future__ import annotations

from pathlib import Path

from textual.widgets import Input, Select
from ui_driver import FakeSend, driving


async def test_a_response_is_kept_under_a_name_and_another_is_chosen(vault_path: Path) -> None:
    async with driving(vault_path, size=(80, 24), sender=FakeSend(b'{"orders": []}')) as d:
        await d.open("List orders")
        await d.press("m")
        d.expect("There are no samples yet.", "then K keeps")
        await d.send()
        d.screen.focus_pane("response")
        for name in ("sample", "sample 2"):
            await d.press("K")
            d.expect("Keep response as sample: List orders")
            assert d.app.screen.query_one("#arg-name", Input).value == name
            await d.press("ctrl+s")
        d.expect("as the sample sample 2 of List orders.")
        await d.press("K")
        d.app.screen.query_one("#arg-name", Input).value = "out of stock"
        await d.press("enter")
        d.screen.focus_pane("request")
        await d.settle()
        d.expect("Sample   out of stock  200, for MOCK  others: sample, sample 2")
        await d.press("m")
        chosen = d.app.screen.query_one("#arg-sample", Select)
        assert chosen.value == "out of stock"
        chosen.value = "sample"
        await d.press("ctrl+s")
        d.expect("MOCK answers for List orders with the sample sample.", "Sample   sample  200, for MOCK")
        await d.press("L", "f5")
        d.expect("MOCK · 200 OK")
        assert len(d.sender.requests) == 1
