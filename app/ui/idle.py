"""When the screen locks by itself: nobody touched it for long, or the computer was asleep.

Two clocks tell: one that stands still while the computer sleeps and one that goes on. A jump between them is a sleep.
"""

from __future__ import annotations

import time
from collections.abc import Callable

Seconds = Callable[[], float]
CHECK_SECONDS = 2.0
"""How often a screen that nobody touches asks; an input asks at once."""
_JUMP_SECONDS = 10.0
"""More than a clock is ever corrected by in passing."""


def passing() -> float:
    """Seconds on a clock that goes on while the computer sleeps."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.time() if boot is None else time.clock_gettime(boot)


class IdleWatch:
    """Remembers when somebody last touched the screen."""

    def __init__(self, running: Seconds = time.monotonic, going_on: Seconds = passing) -> None:
        self._running = running
        self._going_on = going_on
        self._asleep = self._gap()
        self._touched = going_on()

    def touch(self) -> None:
        """Somebody is here, and was not asleep."""
        self._touched = self._going_on()
        self._asleep = self._gap()

    def reason(self, minutes: int) -> str:
        """Why to lock now, as a clause; "" for not yet. 0 minutes: for a sleep only."""
        if self._gap() - self._asleep > _JUMP_SECONDS:
            return "the computer was asleep"
        if minutes and self._going_on() - self._touched >= minutes * 60:
            return f"nobody touched it for {minutes} {'minute' if minutes == 1 else 'minutes'}"
        return ""

    def _gap(self) -> float:
        return self._going_on() - self._running()
