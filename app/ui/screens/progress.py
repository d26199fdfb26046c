"""One line that says how far long work is, with a bar; drawn only when it has something new to say."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from textual.content import Content
from textual.widgets import Label

from app.commands.progress import LISTENER, Progress
from app.domain.text import visible
from app.ui.widgets.glyphs import GLYPHS

_CELLS = 20


class ProgressLine(Label):
    """Shown while work is told of; Escape stops the work as long as `can_stop` says so."""

    def __init__(self) -> None:
        super().__init__("", id="progress")
        self._work = 0
        """Tells the work that is shown from work that was given up."""
        self.can_stop: bool | None = None
        """Whether Escape may stop the work; None as long as nothing is told of any."""

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Show what the work within tells, from whatever thread; earlier work is not listened to any more."""
        self._work += 1
        number, loop = self._work, asyncio.get_running_loop()
        self.can_stop = None

        def hear(progress: Progress) -> None:
            if number == self._work:
                self.can_stop = progress.can_stop
                loop.call_soon_threadsafe(self._draw, number, progress)

        LISTENER.set(hear)
        try:
            yield
        finally:
            if number == self._work:
                self._work += 1
                self.can_stop = None
                if self.is_attached:
                    self.remove_class("-running")

    def say_that_it_ends(self) -> None:
        """Escape came too late."""
        self.update(Content("It is being written and ends by itself; undo takes it back."))

    def _draw(self, number: int, progress: Progress) -> None:
        if number == self._work and self.is_attached:
            self.add_class("-running")
            self.update(Content(line_of(progress)))


def line_of(progress: Progress) -> str:
    """`Reading orders.csv  ████████            40 %   esc stops it`."""
    how_far = ""
    if progress.total:
        share = min(1.0, progress.done / progress.total)
        full = round(share * _CELLS)
        how_far = f"  {GLYPHS.full * full}{GLYPHS.rest * (_CELLS - full)} {round(share * 100):3} %"
    return f"{visible(progress.what)}{how_far}{'  esc stops it' if progress.can_stop else ''}"
