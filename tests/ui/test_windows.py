"""Windows over the panes: the help, the first steps, a question, the palette; and the top line where it is narrow."""

from __future__ import annotations

from pathlib import Path

from textual.widgets import Button
from ui_driver import driving

from app.ui.palette import CommandProvider
from app.ui.screens.confirm import Confirm
from app.ui.screens.text import TextScreen

SMALL = (80, 24)


async def test_the_help_opens_at_the_keys_of_the_pane_and_scrolls(vault_path: Path) -> None:
    """By page down and by space, at once."""
    async with driving(vault_path, size=SMALL) as d:
        await d.open("List orders")
        await d.press("question_mark")
        d.expect("In the request pane")
        first = d.text
        await d.press("pagedown")
        second = d.text
        assert second != first
        await d.press("space")
        assert d.text not in (first, second)
        await d.press("home")
        assert d.text == first


async def test_start_here_opens_the_first_steps_where_they_have_no_room(vault_path: Path) -> None:
    """From 100 columns on they stand beside the navigator."""
    async with driving(vault_path, size=SMALL) as d:
        await d.press("home", "enter")
        assert isinstance(d.app.screen, TextScreen)
        d.expect("From an API to records in five steps", "? lists every key")
        await d.press("escape")
    async with driving(vault_path) as d:
        await d.press("home", "enter")
        assert d.app.screen is d.screen
        d.expect("From an API to records in five steps")


async def test_a_question_names_method_and_host_and_its_yes_is_quiet(vault_path: Path) -> None:
    """No is the default, and no size is parted from its unit."""
    async with driving(vault_path, size=SMALL) as d:
        await d.open("Add note to order")
        await d.workbench_run("action.values", action="Add note to order", value=("order_id=1001", "note=hi"))
        await d.press("f5")
        assert isinstance(d.app.screen, Confirm)
        d.expect("PATCH to 127.0.0.1", "14\u00a0B in Demo shop may really change")
        yes, no = d.app.screen.query(Button)
        assert (yes.variant, no.variant, no.has_focus) == ("default", "primary", True)
        await d.press("n")
        d.expect("Nothing was done.")


async def test_the_palette_begins_with_the_pane_and_ends_with_the_vault(vault_path: Path) -> None:
    """What one is about to do comes first."""
    async with driving(vault_path, size=SMALL) as d:
        await d.open("Order")
        provider = CommandProvider(d.screen)
        found = [str(hit.text) async for hit in provider.discover()]
        assert found[0] == "Edit object's description  (d)"
        assert (
            found.index("About this vault") > found.index("Quit  (ctrl+q)") > found.index("New or changed record  (n)")
        )


async def test_the_mode_is_the_last_thing_that_a_narrow_line_leaves_out(vault_path: Path) -> None:
    """At 30 columns the program's name goes, LIVE and READ-ONLY stay."""
    async with driving(vault_path, size=(40, 24)) as d:
        await d.press("W")
        assert "LIVE READ-ONLY" in d.text.splitlines()[0]
        await d.pilot.resize_terminal(30, 24)
        await d.settle()
        assert "LIVE READ-ONLY" in d.text.splitlines()[0]
