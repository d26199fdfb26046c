"""Dialogs: enter and the arrows go from field to field, nothing needed is left out, nothing typed crashes."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input, Label
from ui_driver import Driver, FakeSend, driving

from app.ui.screens.form import Form

NOTE = "Add note to order"


def _form(d: Driver) -> Form:
    form = d.app.screen
    assert isinstance(form, Form), d.text
    return form


def _refusal(d: Driver) -> str:
    return str(_form(d).query_one("#refusal", Label).render())


async def test_enter_goes_to_the_next_field_and_says_yes_in_the_last(vault_path: Path) -> None:
    """What is typed next goes into a field, and never runs as commands."""
    async with driving(vault_path, size=(80, 24)) as d:
        await d.open(NOTE)
        await d.press("i")
        first, last = _form(d).query(Input)
        last.value = ""
        first.focus()
        await d.press("end", "7", "enter")
        assert d.app.focused is last
        await d.press("enter")
        assert _refusal(d) == "note: needed."
        assert d.app.focused is last
        await d.type("hi")
        await d.press("enter")
        assert d.app.screen is d.screen
        action = d.screen.workspace.action_named(NOTE)
        assert action is not None
        assert action.test_values["note"] == "hi"


async def test_what_is_needed_is_asked_for_where_it_is_missing(vault_path: Path) -> None:
    """The cursor stands in the field that the refusal names."""
    async with driving(vault_path, size=(80, 24)) as d:
        await d.open(NOTE)
        await d.press("i")
        first, last = _form(d).query(Input)
        first.value, last.value = "", "x"
        last.focus()
        await d.press("ctrl+s")
        assert _refusal(d) == "order_id: needed."
        assert d.app.focused is first


async def test_the_arrows_move_between_fields_and_the_field_stays_in_view(vault_path: Path) -> None:
    """On a screen with fewer rows than the record has; the hint is that of the field. A list keeps the keys."""
    async with driving(vault_path, size=(80, 12)) as d:
        await d.open("Order")
        await d.press("n")
        fields = [_form(d).query_one(f"#arg-field-{number}") for number in range(len(_form(d).query(".row")))]
        rows = _form(d).query_one("#rows")
        assert len(fields) > 5
        fields[0].focus()
        await d.press("up")
        assert d.app.focused is fields[0]
        for number in range(1, 3):
            await d.press("down")
            assert d.app.focused is fields[number]
            assert rows.region.contains_region(fields[number].region)
        await d.press("up")
        assert d.app.focused is fields[1]
        hint = str(_form(d).query_one("#hint", Label).render())
        assert hint.startswith(_form(d)._specs[1].help)


@pytest.mark.parametrize("text", ["--5", "²", "9" * 5000, "1e3", "٣"])
async def test_what_is_no_whole_number_is_said(text: str, vault_path: Path) -> None:
    """A row for a number takes digits; everything else stays in the dialog, in words."""
    async with driving(vault_path, size=(80, 24)) as d:
        d.screen.run_entry("schema.limits")
        await d.settle()
        _form(d).query_one("#arg-objects", Input).value = text
        await d.press("ctrl+s")
        assert "is a whole number of at most 18 digits, not" in _refusal(d)
        assert len(_refusal(d)) < 120


async def test_a_send_that_wants_values_asks_for_them(vault_path: Path) -> None:
    """The request stays in view, and the dialog opens at the missing field; nothing is sent."""
    sender = FakeSend()
    async with driving(vault_path, size=(80, 24), sender=sender) as d:
        await d.open(NOTE)
        await d.workbench_run("action.values", action=NOTE, value=("order_id=1001", "note="))
        await d.press("f5")
        assert d.screen.pane == "request"
        assert d.app.focused is _form(d).query(Input).last()
        await d.type("hi")
        await d.press("enter")
        assert (d.app.screen is d.screen, d.screen.pane, sender.requests) == (True, "request", [])
