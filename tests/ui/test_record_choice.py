"""Running an action with a record that is chosen on the screen: searched while one types, at 80×24, by keys alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from ui_driver import Driver, driving

from app.ui.screens import record_choice
from app.ui.screens.record_choice import RecordChoice

FIND = "Find customer"


def values(d: Driver, name: str) -> dict[str, str]:
    action = d.screen.workspace.action_named(name)
    assert action is not None
    return dict(action.test_values)


async def test_a_person_is_searched_and_taken(vault_path: Path) -> None:
    """The likeliest object stands first; what the record under the cursor gives is said; nothing is sent."""
    async with driving(vault_path, size=(80, 24)) as d:
        await d.open(FIND)
        await d.press("w")
        assert isinstance(d.app.screen, RecordChoice)
        d.expect("Run Find customer with a record", "[People]  Company · 18 records", "c-101")
        await d.type("example.org bo")
        d.expect("matches", "bo@example.org", "gives person.email = bo@example.org")
        await d.press("enter")
        assert d.app.screen is d.screen
        assert values(d, FIND) == {"person.email": "bo@example.org"}
        d.expect("Find customer runs with People:c-111: person.email.", 'person.email = "bo@example.org"')
        assert d.sender.requests == []


async def test_arrows_move_while_one_types_and_tab_turns_to_another_object(vault_path: Path) -> None:
    """An order gives its id to an input called order_id; what gives nothing is not taken."""
    async with driving(vault_path, size=(80, 24)) as d:
        for number in ("4711", "4712"):
            await d.workbench_run("record.put", object="Order", value=(f"external_id={number}",))
        await d.open("List items of an order")
        await d.press("w")
        d.expect("[Order]", "2 records", "gives order_id = 4711")
        await d.press("down")
        d.expect("gives order_id = 4712")
        await d.press("tab")
        d.expect("[People]", "gives nothing that the action asks for")
        await d.press("enter")
        assert isinstance(d.app.screen, RecordChoice)
        await d.type("nobody has this")
        d.expect("0 of 18 match", "No record holds these words.")
        await d.press("enter", "shift+tab")
        d.expect("[Order]", "0 of 2 match")
        await d.press(*["backspace"] * len("nobody has this"), "pagedown", "enter")
        assert values(d, "List items of an order") == {"order_id": "4712"}


async def test_it_says_why_there_is_nothing_to_choose(vault_path: Path) -> None:
    async with driving(vault_path, size=(80, 24)) as d:
        await d.open("Broken page (500)")
        await d.press("w")
        d.expect("Broken page (500) asks for no values.")


async def test_escape_changes_nothing(vault_path: Path) -> None:
    async with driving(vault_path) as d:
        await d.open(FIND)
        await d.press("w", "escape")
        assert d.app.screen is d.screen
        assert values(d, FIND) == {}


async def test_what_is_many_is_searched_beside_the_keys(vault_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pause is in a worker; the newest words win, and what they find is shown when they are found."""
    monkeypatch.setattr(record_choice, "AT_ONCE", 0)
    async with driving(vault_path, size=(80, 24)) as d:
        await d.open(FIND)
        await d.press("w")
        d.expect("18 records")
        await d.type("bobby")
        d.expect("1 of 18 matches", "gives person.email = bobby@example.net")
        await d.press("enter")
        assert values(d, FIND) == {"person.email": "bobby@example.net"}
