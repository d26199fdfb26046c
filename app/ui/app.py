"""The Textual app: one main screen, signals that save and leave, a crash that shows no values."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import traceback
from typing import ClassVar

from rich.color import ColorSystem
from rich.console import RenderableType
from textual._ansi_sequences import SYNC_END, SYNC_START
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App
from textual.binding import Binding, BindingType
from textual.events import Event, InputEvent, Key, Paste
from textual.screen import Screen
from textual.widgets import Input, TextArea
from textual.worker import Worker

from app.ui.driver import TerminalDriver
from app.ui.held_keys import HeldKeys
from app.ui.idle import CHECK_SECONDS, IdleWatch
from app.ui.locker import Locker
from app.ui.painting import Painter, fragments
from app.ui.palette import CommandProvider
from app.ui.screens.layout import BREAKPOINTS
from app.ui.screens.locked import LockedScreen, PassphraseInput
from app.ui.screens.main import MainScreen
from app.ui.widgets.pace import PACE
from app.workbench import Workbench

_SMALL = 200
"""Bytes that every terminal draws at once."""


class WorkbenchApp(App[None]):
    """The workbench on an open vault. Leaving is always safe: what was done is on disk already."""

    TITLE = "Actionbench"
    CSS_PATH: ClassVar = ["app.tcss", "screens/main.tcss"]  # a sheet that comes with the screen is parsed twice
    COMMANDS: ClassVar = {CommandProvider}
    COMMAND_PALETTE_BINDING = "ctrl+p"
    HORIZONTAL_BREAKPOINTS = BREAKPOINTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Quit", priority=True),
        Binding("ctrl+c", "interrupt", "Cancel", priority=True, show=False),
        Binding("f9", "lock", "Lock", priority=True, show=False),
        Binding("ctrl+z", "suspend_process", "Suspend", priority=True, show=False),
    ]

    def __init__(self, workbench: Workbench, presence: IdleWatch | None = None) -> None:
        super().__init__(driver_class=TerminalDriver)
        self.locker = Locker(self, workbench)
        self.presence = presence or IdleWatch()
        self.held_keys = HeldKeys()
        self.animation_level = "none"
        self._painter = Painter()

    @property
    def workbench(self) -> Workbench:
        """The open workspace; there is none while the screen is locked."""
        workbench = self.locker.workbench
        assert workbench is not None, "the screen is locked"
        return workbench

    async def on_mount(self) -> None:
        """Watch for signals, a terminal that has gone and a person who has, then show the main screen."""
        loop = asyncio.get_running_loop()
        if not self.is_headless:
            for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, self._leave, 128 + number)
            loop.add_signal_handler(signal.SIGTSTP, self.action_suspend_process)
        self.app_resume_signal.subscribe(self, lambda _: self._painter.forget(), immediate=True)
        self.set_interval(CHECK_SECONDS, self.lock_if_left)
        await self.locker.show_main()

    async def on_event(self, event: Event) -> None:
        """Whatever is typed or clicked counts as presence, unless it comes too late: then it only locks."""
        if self.held_keys.take(event):
            return
        if isinstance(event, (InputEvent, Paste)) and not event.is_forwarded:
            if self.lock_if_left() or (self.locker.is_locked and not isinstance(self.screen, LockedScreen)):
                return
            self.presence.touch()
        if isinstance(event, Key):
            PACE.key_pressed()  # background work gives way
        await super().on_event(event)
        if isinstance(event, Key) and event.key == "enter" and isinstance(self.focused, PassphraseInput):
            self.held_keys.hold()  # until it is known what the passphrase opens

    def replay_held_keys(self) -> None:
        """Obey what was typed while the vault was being opened, before anything typed later."""
        self.call_next(self.held_keys.replay, self.on_event)

    def lock_if_left(self) -> bool:
        """Lock when nobody was here for long or the computer slept; whether that began now."""
        workbench = self.locker.workbench
        if workbench is None or self.locker.is_locked:
            return False
        if any(worker.is_running for worker in self.workers if worker.group == "action.send"):
            self.presence.touch()  # the answer is awaited: that is not idle
        reason = self.presence.reason(workbench.workspace.settings.lock_minutes)
        if reason:
            self._lock(reason)
        return bool(reason)

    def action_lock(self) -> None:
        """Close the vault and hide everything, now."""
        self._lock("you asked for it")

    def _lock(self, reason: str) -> Worker[None]:
        return self.run_worker(self.locker.lock(reason), group="lock", exit_on_error=True)

    def action_suspend_process(self) -> None:
        """Lock, then stop as ctrl+z does elsewhere: a stopped program holds nothing open."""
        self.run_worker(self._suspend(), group="suspend", exit_on_error=True)

    async def _suspend(self) -> None:
        await self.locker.lock("it was suspended")
        if isinstance(self._driver, TerminalDriver):
            self._suspend_signal()
            self._driver.stop_process()

    def forget_what_was_shown(self) -> None:
        """Let go of what the app itself remembers of its screens: toasts, copied text, places, the painting."""
        self.clear_notifications()
        self._clipboard = ""
        self._mouse_down_widget = None
        self.mouse_over = self.hover_over = None
        self._painter.forget()

    def action_command_palette(self) -> None:
        """Commands are of the workspace: none while it is locked."""
        if not self.locker.is_locked:
            super().action_command_palette()

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        """Send what differs from what the terminal shows, in place of whole regions."""
        may_write = self._running and not self._closed and not self.is_headless and not self._batch_count
        if not isinstance(renderable, (LayoutUpdate, ChopsUpdate)) or not may_write or self._driver is None:
            super()._display(screen, renderable)
            return
        output = self._painter.paint(fragments(renderable), self.console._color_system or ColorSystem.TRUECOLOR)
        column, row = self.screen.outer_size.clamp_offset(self.cursor_position)
        if output:
            # In one write, and for terminals that know it as one update, so that no half-drawn screen is seen.
            start, end = (SYNC_START, SYNC_END) if self._sync_available and len(output) > _SMALL else ("", "")
            self._driver.write(f"{start}{output}\x1b[{row + 1};{column + 1}H{end}")
            self._driver.flush()
        self.post_display_hook()

    def on_resize(self) -> None:
        """The terminal may have moved what it shows."""
        self._painter.forget()

    def action_redraw(self) -> None:
        """Paint everything anew, over whatever else was written on the terminal."""
        self._painter.forget()
        self.screen.refresh(layout=True)

    def _leave(self, return_code: int) -> None:
        self.exit(return_code=return_code)

    async def action_quit(self) -> None:
        """Finish the commit under way, if any, then leave."""
        if self.locker.workbench is not None:
            await self.locker.workbench.idle()
        self.exit()

    def action_interrupt(self) -> None:
        """Copy what is marked in a field, close a dialog, else say how to quit: one slip must not end the program."""
        box = self.focused
        if isinstance(self.screen, MainScreen):
            self.screen.runner.say("ctrl+q quits.")
        elif isinstance(box, (Input, TextArea)) and box.selected_text:
            box.action_copy()
        elif not isinstance(self.screen, LockedScreen):
            self.post_message(Key("escape", None))

    def _fatal_error(self) -> None:
        """Replace Textual's report, which prints local variables and with them secrets."""
        error = sys.exc_info()[1]
        self.panic(crash_report(error))

    def _print_error_renderables(self) -> None:
        """Print the report once; Textual would add advice for its own developers."""
        for renderable in self._exit_renderables[:1]:
            self.error_console.print(renderable)
        self._exit_renderables.clear()


def crash_report(error: BaseException | None) -> str:
    """What a crash may say: the kind of error and the places it went through, never a value."""
    frames = traceback.extract_tb(error.__traceback__)[-6:] if error else []
    places = [f"  {os.path.relpath(frame.filename)}:{frame.lineno} in {frame.name}" for frame in frames]
    kind = type(error).__name__ if error else "unknown"
    return "\n".join(
        [
            f"Actionbench stopped because of an error of its own ({kind}).",
            "Everything you saved is in the vault; open it again to go on. Please report these lines:",
            *places,
        ]
    )
