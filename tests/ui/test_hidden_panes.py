"""A pane that changed while it was hidden: it scrolls, and its scroll bar knows how far."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ui_driver import FakeSend, driving

from app.ui.widgets.json_tree import JsonTree

_BODY = json.dumps({"orders": [{"id": str(1000 + n), "total": n} for n in range(40)], "page": {"total": 25}}).encode()


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_the_same_response_scrolls_after_a_look_elsewhere(vault_path: Path, size: tuple[int, int]) -> None:
    """It was cleared meanwhile, and has as many rows as it had: its scroll bar must be told of them again."""
    async with driving(vault_path, size=size, sender=FakeSend(_BODY)) as d:
        await d.open("List orders")
        await d.send()
        await d.open("Order")
        await d.open("List orders")
        await d.press("tab", "end")
        d.expect("$.page.total", "▸ 39  {2}")
        tree = d.screen.query_one(JsonTree)
        assert (tree.show_vertical_scrollbar, tree.told_rows) == (True, tree.row_count())
        await d.press("home")
        d.expect("▾ {2}")
