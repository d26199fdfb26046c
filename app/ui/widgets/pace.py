"""Who works in the background gives way to a person who types: a key is answered first, the rest can wait a little."""

from __future__ import annotations

from time import monotonic

_QUIET = 0.12
"""Seconds after a key in which background work goes slowly."""


class Pace:
    """Knows when the last key was pressed."""

    def __init__(self) -> None:
        self._pressed = 0.0

    def key_pressed(self) -> None:
        """A key was pressed right now."""
        self._pressed = monotonic()

    @property
    def is_busy(self) -> bool:
        """Whether somebody is typing."""
        return monotonic() - self._pressed < _QUIET


PACE = Pace()
"""That of the one keyboard there is."""
