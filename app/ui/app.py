"""The Textual app: one main screen, signals that save and leave, a crash that shows no values."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
import traceback
from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType

from app.ui.palette import CommandProvider
from app.ui.screens.layout import WIDE
from app.ui.screens.main import MainScreen
from app.workbench import Workbench

_TTY_CHECK_SECONDS = 1.0


class WorkbenchApp(App[None]):
    """The workbench on an open vault. Leaving is always safe: what was done is on disk already."""

    TITLE = "Actionbench"
    CSS_PATH = "app.tcss"
    COMMANDS: ClassVar = {CommandProvider}
    COMMAND_PALETTE_BINDING = "ctrl+p"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012 - Textual reads it from the class
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Quit", priority=True),
        Binding("ctrl+c", "quit", "Quit", show=False),
    ]

    def __init__(self, workbench: Workbench) -> None:
        super().__init__()
        self.workbench = workbench
        self.animation_level = "none"

    def on_mount(self) -> None:
        """Watch for signals and for a terminal that has gone, then show the main screen."""
        loop = asyncio.get_running_loop()
        if not self.is_headless:
            for number in (signal.SIGHUP, signal.SIGTERM):
                loop.add_signal_handler(number, self._leave, 128 + number)
            self.set_interval(_TTY_CHECK_SECONDS, self._check_terminal)
        self.push_screen(MainScreen(self.workbench))

    def _leave(self, return_code: int) -> None:
        self.exit(return_code=return_code)

    def _check_terminal(self) -> None:
        """Leave when the terminal has hung up; Textual's input thread would read its end for ever."""
        poll = select.poll()
        poll.register(sys.__stdin__.fileno() if sys.__stdin__ else 0, 0)
        if any(event & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, event in poll.poll(0)):
            self._leave(128 + signal.SIGHUP)

    async def action_quit(self) -> None:
        """Finish the commit under way, if any, then leave."""
        await self.workbench.idle()
        self.exit()

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
