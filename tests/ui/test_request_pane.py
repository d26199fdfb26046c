"""The request on the screen: names completed, tokens revealed for a while, production asked about, states shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from textual.widgets import Button, Input, TextArea
from ui_driver import FakeSend, driving

from app.domain.secret import DOTS
from app.ui.panes.request import RequestPane
from app.ui.screens.confirm import Confirm
from app.ui.screens.form import Form
from app.ui.screens.names import NameList, unfinished

KEY = "demo-shop-key"
SMALL = (80, 24)


def test_an_unfinished_name_is_found() -> None:
    """Only where the text ends in one."""
    assert unfinished("https://a/{{per") == "per"
    assert unfinished("{{ per") == "per"
    assert unfinished("{{") == ""
    assert unfinished("{{a}}{{b") == "b"
    assert [unfinished(text) for text in ("", "a", "{{a}}", "{{a}} b", "{{a | ", "{a")] == [None] * 6


async def test_names_complete_as_one_types(vault_path: Path) -> None:
    """In a line: the first name that begins like it, also one that was declared a moment ago."""
    async with driving(vault_path, size=SMALL) as driver:
        await driver.open("List orders")
        await driver.press("e")
        form = driver.app.screen
        assert isinstance(form, Form)
        url = form.query_one("#arg-url", Input)
        form.query_one("#arg-input", TextArea).text = "email\nfresh*: integer"
        for typed, suggested in (
            ("https://a/{{em", "https://a/{{email}}"),
            ("https://a/{{fr", "https://a/{{fresh}}"),
            ("{{env.b", "{{env.base_url}}"),
            ("https://a/{{person.em", "https://a/{{person.email}}"),
            ("https://a/{{zz", None),
            ("https://a/{{email}}", None),
        ):
            assert url.suggester
            assert await url.suggester.get_suggestion(typed) == suggested


async def test_names_are_offered_in_an_area(vault_path: Path) -> None:
    """ctrl+o lists them, typing narrows, enter writes the placeholder where the cursor is."""
    async with driving(vault_path, size=SMALL) as driver:
        await driver.open("List orders")
        await driver.press("e")
        area = driver.app.screen.query_one("#arg-body", TextArea)
        area.focus()
        await driver.type("x")
        await driver.press("ctrl+o")
        assert isinstance(driver.app.screen, NameList)
        driver.expect("Names for a placeholder", "env.base_url", "person.email")
        await driver.type("r.ext")
        await driver.press("enter")
        assert area.text == "x{{order.external_id}}"
        area.text = "{{per"
        area.move_cursor((0, 5))
        await driver.press("ctrl+o")
        driver.app.screen.query_one(Input).value = "person.name"
        await driver.press("enter")
        assert area.text == "{{person.name}}"
        await driver.press("ctrl+o", "escape")
        assert area.text == "{{person.name}}"


class Clock:
    """Stands where the request pane asks to be called later; its time passes when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0
        self._due: list[Alarm] = []

    def set_timer(self, delay: float, callback: Callable[[], None]) -> Alarm:
        """What Textual does, without waiting."""
        self._due.append(Alarm(self.now + delay, callback))
        return self._due[-1]

    def goes_to(self, seconds: float) -> None:
        """Everything that is due by then is called."""
        self.now = seconds
        for alarm in self._due:
            if alarm.is_set and alarm.at <= seconds:
                alarm.stop()
                alarm.callback()


@dataclass
class Alarm:
    """One call that is due at a time, unless it is stopped before."""

    at: float
    callback: Callable[[], None]
    is_set: bool = True

    def stop(self) -> None:
        """Call nothing any more."""
        self.is_set = False


async def test_a_token_is_revealed_for_ten_seconds(vault_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By one key; it is masked again after ten seconds, counted from the last press; leaving hides it at once."""
    clock = Clock()
    async with driving(vault_path) as driver:
        monkeypatch.setattr(driver.screen.query_one(RequestPane), "set_timer", clock.set_timer)

        async def shows_at(seconds: float) -> bool:
            clock.goes_to(seconds)
            await driver.settle()
            assert (KEY in driver.text) is not (f"X-Api-Key: {DOTS}" in driver.text)
            return KEY in driver.text

        await driver.open("List orders")
        assert not await shows_at(0)
        await driver.press("R")
        driver.expect(f"X-Api-Key: {KEY}")
        assert await shows_at(9.9)
        assert not await shows_at(10)
        await driver.press("R")
        assert await shows_at(15)
        await driver.press("R")
        assert await shows_at(24.9)
        assert not await shows_at(25)
        await driver.press("R")
        driver.expect(KEY)
        await driver.press("f2", "up")
        assert KEY not in driver.text
        await driver.press("down")
        assert KEY not in driver.text


async def test_production_wants_its_host_typed(vault_path: Path) -> None:
    """y is not enough, nor a wrong host; escape sends nothing."""
    async with driving(vault_path, size=SMALL) as driver:
        await driver.workbench_run("environment.set", environment="Demo shop", production="yes", colour="red")
        await driver.workbench_run("action.values", action="Cancel item", value=("order_id=1001", "item_id=1001-1"))
        await driver.open("Cancel item")
        driver.expect("production: changes want the host typed")
        await driver.press("f5")
        assert isinstance(driver.app.screen, Confirm)
        url = driver.screen.workspace.environment
        assert url
        host = url.variables["base_url"].removeprefix("http://")
        driver.expect("Demo shop may really change", f"Production: type {host} to go on.")
        await driver.type("y")
        await driver.press("enter")
        assert driver.app.screen.query_one("#yes", Button).disabled
        assert driver.sender.requests == []
        await driver.press("escape", "f5")
        driver.app.screen.query_one("#typed", Input).value = host
        await driver.press("enter")
        assert len(driver.sender.requests) == 1


async def test_the_state_follows_test_and_edit(vault_path: Path) -> None:
    """In the navigator and under the request; only what was tested goes live."""
    async with driving(vault_path, sender=FakeSend(b'{"a": 1}')) as driver:
        await driver.open("List orders")
        driver.expect("draft, not tested", "○")
        await driver.press("P")
        driver.expect("List orders was not tested. Send it live with success")
        await driver.send()
        driver.screen.focus_pane("request")
        await driver.press("P")
        driver.expect("live, tested", "●")
        await driver.workbench_run("action.edit", action="List orders", url="http://127.0.0.1:1/", input=())
        await driver.settle()
        driver.expect("live, changed since its test", "!")


async def test_explain_sends_nothing(vault_path: Path) -> None:
    """v shows where everything comes from."""
    async with driving(vault_path) as driver:
        await driver.open("Find customer")
        await driver.workbench_run("action.fill", action="Find customer", record="People:zoe@example.com")
        await driver.press("v")
        driver.expect("email=zoe%40example.com", "← token Shop API key", "← default", "environment  Demo shop")
        driver.expect('{{person.email}} = "zoe@example.com" (test value), sent as zoe%40example.com')
        assert driver.sender.requests == []


async def test_a_record_is_run_with_an_action(vault_path: Path) -> None:
    """w in the records pane asks for the action and fills its values."""
    async with driving(vault_path) as driver:
        await driver.open("People")
        await driver.press("w")
        driver.expect("Run with a record", "People:c-101")
        form = driver.app.screen
        form.query_one("#arg-action").value = "Find customer"  # type: ignore[attr-defined]  # a Select
        await driver.press("ctrl+s")
        driver.expect("Find customer runs with People:c-101: person.email.")


async def test_the_title_names_environment_and_switches(vault_path: Path) -> None:
    """At 80 columns too."""
    async with driving(vault_path, size=SMALL) as driver:
        driver.expect("Demo shop  LIVE", "3/15 objects")
        await driver.press("W")
        driver.expect("Demo shop  LIVE READ-ONLY")
        await driver.press("L")
        driver.expect("MOCK READ-ONLY")
