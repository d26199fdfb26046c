"""Keeping a filter with an action: only one that can be read."""

from __future__ import annotations

from command_kit import Bench

LIST = "List orders"


async def test_a_query_that_cannot_be_read_is_not_kept(shop: Bench) -> None:
    words = await shop.refused("action.filter", action=LIST, query="$.orders[")
    assert "The query cannot be read" in words
    await shop.run("action.filter", action=LIST, query="$.orders[*].id")
    action = shop.workspace.action_named(LIST)
    assert action is not None
    assert action.view_filter == "$.orders[*].id"
