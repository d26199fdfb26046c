"""A locked screen: nothing of the workspace on it or behind it, and back to where one was with the passphrase alone."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from locking_kit import held, locked, refusal, unlock
from textual.widgets import Input
from ui_driver import Driver, FakeSend, driving
from ui_kit import PASSPHRASE

from app.commands.registry import REGISTRY
from app.domain.secret import Secret
from app.store.vault import Vault
from app.store.witness import Witness
from app.ui.idle import IdleWatch
from app.ui.screens.form import Form
from app.ui.screens.locked import LockedScreen
from app.ui.screens.main import MainScreen
from app.workbench import Workbench

WORDS = ("List orders", "Order", "zoe@example.com", "demo.tdx", "127.0.0.1", "objects", "records", "canary")
ANSWER = b'{"orders": [{"id": "1001", "customer": "canary-body-31"}]}'


async def test_nothing_of_the_workspace_is_left(vault_path: Path) -> None:
    """Not on the screen, in no widget, toast or clipboard; the store and every screen of it are gone from memory."""
    async with driving(vault_path, sender=FakeSend(ANSWER)) as d:
        await d.open("List orders")
        await d.send()
        d.expect("canary-body-31")
        d.app.copy_to_clipboard("canary-copied")
        d.app.notify("canary-toast", timeout=1000)
        ours, database = [weakref.ref(d.workbench), weakref.ref(d.screen)], d.workbench.vault.store.database
        await locked(d)
        d.expect("Locked: you asked for it.", "ctrl+q quit")
        words = held(d)
        assert [word for word in WORDS if word in words] == []
        assert d.app.locker.workbench is None
        assert b"List orders" not in d.app.locker._sealed
        gc.collect()
        assert [each() for each in ours] == [None, None]
        assert not database.tables


async def test_the_shell_can_use_the_vault_meanwhile_and_the_screen_shows_what_it_did(vault_path: Path) -> None:
    """The lock is given back; unlocking reads everything anew and selects what was selected."""
    async with driving(vault_path) as d:
        await d.open("List orders")
        await locked(d)
        other = Vault.open(vault_path, PASSPHRASE)
        await unlock(d)
        assert "is already open in this program" in refusal(d)
        bench = Workbench(other, clock=d.app.locker._clock)
        create = REGISTRY["object.create"]
        await create.function(bench, create.args(name="Parcel", description="made meanwhile"))
        other.close()
        await unlock(d)
        assert isinstance(d.app.screen, MainScreen)
        d.expect("List orders", "Parcel")
        assert (d.screen.selection.action, d.screen.pane) == ("List orders", "request")


async def test_a_wrong_passphrase_is_said_and_nothing_opens(vault_path: Path) -> None:
    """The row is empty again and has the focus."""
    async with driving(vault_path) as d:
        await locked(d)
        await unlock(d, "wrong")
        assert "The passphrase does not open the vault." in refusal(d)
        box = d.app.screen.query_one(Input)
        assert (box.value, box.has_focus, d.app.locker.workbench) == ("", True, None)
        await d.press("ctrl+p")
        assert isinstance(d.app.screen, LockedScreen)
        await unlock(d)
        assert isinstance(d.app.screen, MainScreen)


async def test_what_was_typed_in_a_dialog_comes_back(vault_path: Path) -> None:
    """Secrets too, behind their dots; meanwhile it is sealed."""
    async with driving(vault_path) as d:
        await d.press("t")
        form = d.app.screen
        assert isinstance(form, Form)
        form.query_one("#arg-name", Input).value = "canary-name"
        form.query_one("#arg-value", Input).value = "canary-token"
        await locked(d)
        assert "canary" not in held(d)
        assert b"canary" not in d.app.locker._sealed
        await unlock(d)
        back = d.app.screen
        assert isinstance(back, Form)
        assert back.given()["name"] == "canary-name"
        assert back.given()["value"] == Secret("canary-token")
        assert "canary-token" not in d.text
        await d.press("ctrl+s")
        assert any(token.name == "canary-name" for token in d.workbench.workspace.tokens.values())


async def test_a_draft_is_lost_in_words_when_the_passphrase_was_changed(vault_path: Path) -> None:
    """It was sealed with a key that is no more."""
    async with driving(vault_path) as d:
        await d.open("List orders")
        await locked(d)
        with Vault.open(vault_path, PASSPHRASE).store as store:
            store.change_passphrase("another")
        await unlock(d, "another")
        d.expect("cannot be brought back")


class SlowSend(FakeSend):
    """Answers when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = asyncio.Event()

    async def __call__(self, request: object, *, deadline_s: float, body_limit: int) -> object:  # type: ignore[override]
        self.begun.set()
        await asyncio.Event().wait()
        raise AssertionError("nobody lets it end")


async def test_a_wait_for_an_answer_is_cut_off_and_said(vault_path: Path) -> None:
    """No request runs behind a locked screen."""
    sender = SlowSend()
    async with driving(vault_path, sender=sender) as d:
        await d.open("List orders")
        await d.pilot.press("f5")
        await sender.begun.wait()
        await locked(d)
        await unlock(d)
        d.expect("Locking stopped the wait for an answer")


async def test_a_commit_under_way_is_finished_first(vault_path: Path) -> None:
    """The vault is closed only when the command has all it needs on disk."""
    async with driving(vault_path) as d:
        workbench = d.workbench
        async with workbench.turn():
            d.app.action_lock()
            await d.pilot.pause()
            assert isinstance(d.app.screen, LockedScreen)
            assert d.app.locker.workbench is workbench
        await d.app.workers.wait_for_complete([w for w in d.app.workers if w.group == "lock"])
        assert d.app.locker.workbench is None


class Clock:
    """Two clocks that move when they are told to."""

    def __init__(self) -> None:
        self.running = self.going_on = 1000.0

    @contextmanager
    def of(self, d: Driver) -> Iterator[Clock]:
        d.app.presence = IdleWatch(lambda: self.running, lambda: self.going_on)
        yield self

    def wait(self, seconds: float) -> None:
        self.running += seconds
        self.going_on += seconds

    def sleep(self, seconds: float) -> None:
        self.going_on += seconds


async def test_it_locks_after_the_set_time_and_a_late_key_only_locks(vault_path: Path) -> None:
    """Ten minutes unless the workspace says otherwise; each key starts them anew."""
    async with driving(vault_path) as d:
        with Clock().of(d) as clock:
            clock.wait(599)
            assert not d.app.lock_if_left()
            await d.press("L")
            clock.wait(599)
            assert not d.app.lock_if_left()
            clock.wait(1)
            await locked(d, "L")
            d.expect("nobody touched it for 10 minutes")
            await unlock(d)
            assert d.workbench.workspace.settings.is_mock, "the late key was not carried out"


async def test_zero_minutes_lock_after_a_sleep_only(vault_path: Path) -> None:
    """A jump between the clock that sleeps and the one that does not."""
    async with driving(vault_path) as d:
        command = REGISTRY["vault.autolock"]
        await command.function(d.workbench, command.args(minutes="0"))
        with Clock().of(d) as clock:
            clock.wait(1_000_000)
            assert not d.app.lock_if_left()
            clock.sleep(11)
            assert d.app.lock_if_left()
            await d.app.workers.wait_for_complete([w for w in d.app.workers if w.group == "lock"])
            await d.pilot.pause()
            d.expect("the computer was asleep")


@pytest.mark.parametrize("sleep", [0.0, 9.0])
def test_a_corrected_clock_is_no_sleep(sleep: float) -> None:
    """A small jump locks nothing, and a touch forgets it."""
    clock = Clock()
    watch = IdleWatch(lambda: clock.running, lambda: clock.going_on)
    clock.sleep(sleep)
    assert watch.reason(10) == ""
    watch.touch()
    clock.sleep(sleep)
    assert watch.reason(10) == ""


async def test_a_vault_that_does_not_close_well_is_hidden_all_the_same(vault_path: Path, tmp_path: Path) -> None:
    """The folder of its note is a file: that is said on the locked screen, which shows nothing else."""
    async with driving(vault_path) as d:
        await d.open("List orders")
        store = d.workbench.vault.store
        (tmp_path / "notes").write_text("in the way")
        store._witness = Witness(tmp_path / "notes")
        await locked(d)
        assert "the note about it in" in refusal(d)
        words = held(d)
        assert [word for word in WORDS if word in words and word != "demo.tdx"] == []
        assert (d.app.locker.workbench, list(store.database.tables)) == (None, [])
        await unlock(d)
        assert d.screen.selection.name == "List orders"
