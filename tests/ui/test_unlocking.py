"""Keys and locks that come while a vault is being opened again."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from locking_kit import locked, refusal, unlock
from textual.events import Key
from textual.widgets import Input
from ui_driver import Driver, driving
from ui_kit import PASSPHRASE

from app.ui.screens.form import Form
from app.ui.screens.locked import LockedScreen
from app.ui.screens.main import MainScreen


def _typed_at_once(d: Driver, *keys: str) -> None:
    """Keys that arrive without a pause, as from somebody who types ahead."""
    driver = d.app._driver
    assert driver is not None
    for key in keys:
        driver.send_message(Key(key, key if len(key) == 1 else None))


async def _come_to_rest(d: Driver) -> None:
    while unfinished := [w for w in d.app.workers if w.group in ("lock", "unlock", "show") and not w.is_finished]:
        await d.app.workers.wait_for_complete(unfinished)
    await d.settle()


@pytest.mark.parametrize("turns", [0, 10, 60, 400])
async def test_asked_to_lock_while_it_opens_it_ends_locked(turns: int, vault_path: Path) -> None:
    """At whatever moment of the opening: nothing crashes, and the passphrase opens it again."""
    async with driving(vault_path) as d:
        await d.open("List orders")
        await locked(d)
        d.app.screen.query_one(Input).value = PASSPHRASE
        _typed_at_once(d, "enter")
        for _ in range(turns):
            await asyncio.sleep(0)
        _typed_at_once(d, "n", "f9", "n")
        await d.pilot.pause()
        await _come_to_rest(d)
        assert isinstance(d.app.screen, LockedScreen)
        assert d.app.locker.workbench is None
        d.app.screen.query_one(Input).value = ""
        await unlock(d)
        assert d.screen.selection.name == "List orders"


@pytest.mark.parametrize("turns", [0, 10, 60, 400])
async def test_keys_typed_while_it_opens_are_obeyed_afterwards(turns: int, vault_path: Path) -> None:
    """In their order, and not by the screen that goes."""
    async with driving(vault_path) as d:
        await locked(d)
        d.app.screen.query_one(Input).value = PASSPHRASE
        _typed_at_once(d, "enter", "end")
        for _ in range(turns):
            await asyncio.sleep(0)
        _typed_at_once(d, "up", "enter", "i")
        await d.pilot.pause()
        await _come_to_rest(d)
        assert isinstance(d.app.screen, Form)
        assert (d.screen.selection.name, d.app.screen.command_id) == ("List orders", "action.values")


async def test_keys_after_a_wrong_passphrase_do_nothing(vault_path: Path) -> None:
    """They are no part of the next try, and enter alone keeps nothing back."""
    async with driving(vault_path) as d:
        await locked(d)
        _typed_at_once(d, "enter", "x", "enter", "n", "o")
        await d.pilot.pause()
        await _come_to_rest(d)
        assert "The passphrase does not open the vault." in refusal(d)
        assert d.app.screen.query_one(Input).value == ""
        await unlock(d)
        assert isinstance(d.app.screen, MainScreen)
