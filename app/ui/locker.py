"""Locking the screen: hide at once, finish what is being saved, close the vault, keep nothing of it in clear.

A commit under way is finished; a request that waits for its answer is cut off, and that is said after unlocking. The
file's lock is given back, so the shell can use the vault meanwhile; unlocking reads all of it anew.
"""

from __future__ import annotations

import asyncio
import gc
from dataclasses import replace
from typing import TYPE_CHECKING

from app.errors import WorkbenchError, WrongPassphrase
from app.ui.lock_state import Dialog, LockState
from app.ui.screens.following import return_to
from app.ui.screens.form import Form
from app.ui.screens.locked import LockedScreen
from app.ui.screens.main import MainScreen
from app.ui.screens.text import TextScreen
from app.workbench import Workbench

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.screen import Screen

    from app.store.vault import Vault
    from app.ui.app import WorkbenchApp

OPEN, LOCKED = "open", "locked"
"""The app's two modes, each with screens of its own."""
_CUT_OFF = "Locking stopped the wait for an answer: the request may have reached the server."
_UNANSWERED = "A question that was open is closed without an answer."
_UNSEALABLE = "The passphrase was changed meanwhile, so what was open here cannot be brought back."
_WRONG = "The passphrase does not open the vault. Check capitals and the keyboard's layout, then try again."


class Locker:
    """Takes the app from open to locked and back."""

    def __init__(self, app: WorkbenchApp, workbench: Workbench) -> None:
        self._app = app
        self._workbench: Workbench | None = workbench
        self._sealed = b""
        self._name, self._clock, self._ids, self._send = (
            workbench.name,
            workbench.clock,
            workbench.ids,
            workbench.send,
        )
        self._reopen = workbench.vault.reopener()
        self._changing = asyncio.Lock()
        self._is_wanted = False
        """Somebody asked to lock and waits for what is under way."""
        self.is_locked = False
        """From the first moment of locking to the last of unlocking: no other screen may open."""

    @property
    def workbench(self) -> Workbench | None:
        """The open workspace; None while there is none."""
        return self._workbench

    async def lock(self, reason: str) -> None:
        """Hide everything at once, then close the vault; returns when that is done, whoever began it.

        Asked while the vault is being opened, it waits for that: who asked to lock finds it locked.
        """
        self._is_wanted = True
        async with self._changing:
            self._is_wanted = False
            if self._workbench is not None:
                await self._lock(self._workbench, reason)

    async def _lock(self, workbench: Workbench, reason: str) -> None:
        self.is_locked = True
        main, stack = self._main(), tuple(self._app.screen_stack)
        was_sending = main is not None and main.is_sending
        if main is not None:
            main.runner.is_hushed = True
        screen = LockedScreen(f"Locked: {reason}.", self.unlock)
        await self._show(LOCKED, lambda: screen)
        if main is not None:
            self._app.workers.cancel_group(main, "action.send")
        async with workbench.turn():
            if main is not None:
                state = _state_of(main, stack, was_sending=was_sending)
                self._sealed = state.seal(workbench.vault.store.keys)
            trouble = await asyncio.to_thread(_forgotten, workbench)
            self._workbench = None
            await self._app.remove_mode(OPEN)
        self._app.forget_what_was_shown()
        gc.unfreeze()  # the store told the collector that its documents stay; they do not any more
        if trouble:
            screen.refuse(trouble)

    def unlock(self, screen: LockedScreen, passphrase: str) -> None:
        """Begin to open the vault again; in a worker of the app's, for the screen that asked goes meanwhile."""
        if passphrase:
            self._app.run_worker(self._unlock(screen, passphrase), group="unlock", exit_on_error=True)
        else:
            self._app.replay_held_keys()

    async def _unlock(self, screen: LockedScreen, passphrase: str) -> None:
        async with self._changing:
            refusal = await self._tried(passphrase)
            if refusal:
                screen.refuse(refusal)
        if refusal or self._is_wanted:
            self._app.held_keys.drop()
        else:
            self._app.replay_held_keys()

    async def _tried(self, passphrase: str) -> str:
        """Open the vault again and go back to where the person was; or the refusal in words."""
        try:
            workbench = await asyncio.to_thread(self._opened, passphrase)
        except WrongPassphrase:
            return _WRONG
        except WorkbenchError as error:
            return str(error)
        await self._go_back(workbench)
        return ""

    async def _go_back(self, workbench: Workbench) -> None:
        self._workbench = workbench
        sealed, self._sealed = self._sealed, b""
        state = LockState.unseal(sealed, workbench.vault.store.keys) if sealed else None
        self.is_locked = False
        await self._show_main(workbench)
        is_drawn = asyncio.Event()
        self._app.call_after_refresh(is_drawn.set)
        await is_drawn.wait()
        main = self._main()
        if main is not None and sealed:
            _restore(main, state)
        await self._app.remove_mode(LOCKED)

    async def show_main(self) -> None:
        """The main screen on the open workspace."""
        async with self._changing:
            if self._workbench is not None:
                await self._show_main(self._workbench)

    async def _show_main(self, workbench: Workbench) -> None:
        width = self._app.size.width  # made for the width that it finds
        await self._show(OPEN, lambda: MainScreen(workbench, width=width))

    def _opened(self, passphrase: str) -> Workbench:
        vault: Vault = self._reopen(passphrase)
        workbench = Workbench(vault, name=self._name, clock=self._clock, ids=self._ids, send=self._send)
        try:
            _ = workbench.workspace
        except BaseException:
            vault.close()
            raise
        return workbench

    async def _show(self, mode: str, make: Callable[[], Screen[None]]) -> None:
        self._app.add_mode(mode, make)
        await self._app.switch_mode(mode)

    def _main(self) -> MainScreen | None:
        return next((screen for screen in self._app.screen_stack if isinstance(screen, MainScreen)), None)


def _forgotten(workbench: Workbench) -> str:
    """Close the vault and let go of all of it; what went wrong meanwhile, in words."""
    try:
        workbench.vault.forget()
    except WorkbenchError as error:
        workbench.vault.forget()  # it is closed by now: what it held in memory is let go of
        return str(error)
    return ""


def _restore(main: MainScreen, state: LockState | None) -> None:
    """Put the person where they were, and say what happened meanwhile."""
    if state is None:
        main.runner.say(_UNSEALABLE, severity="warning")
        return
    return_to(main, state.selection, state.pane, is_raw=state.is_raw)
    if state.said:
        main.runner.say("\n".join(state.said), severity="warning")
    else:
        main.runner.say("Unlocked.")
    if state.dialog is not None:
        dialog = state.dialog
        main.runner.resume(dialog.command, dialog.context_in(main.workspace), dialog.given)


def _state_of(main: MainScreen, stack: tuple[Screen[object], ...], *, was_sending: bool) -> LockState:
    """Where the person was. Asked once nothing runs: a dialog whose command was accepted meanwhile is over."""
    state = LockState(selection=main.selection, pane=main.pane, is_raw=main.is_raw, said=main.runner.unsaid)
    if was_sending:
        state = replace(state, said=(*state.said, _CUT_OFF))
    for screen in stack:
        if isinstance(screen, Form) and not screen.was_accepted:
            state = replace(state, dialog=Dialog.of(screen.command_id, screen.context, screen.given()))
        elif not isinstance(screen, (MainScreen, Form, TextScreen)) and screen.is_modal:
            state = replace(state, said=(*state.said, _UNANSWERED))
    return state
