"""How far long work is, for whoever watches: the screen draws a bar of it, the shell stays quiet.

Set before a command is run; the threads that it starts see it too.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A moment of long work."""

    what: str
    """`Reading orders.csv`."""
    done: int = 0
    total: int = 0
    """0 where nobody can tell."""
    can_stop: bool = True
    """False once it is being written: from then on it ends by itself, and undo takes it back."""


Listener = Callable[[Progress], None]


def _nobody(_: Progress) -> None:
    """Nobody watches."""


LISTENER: ContextVar[Listener] = ContextVar("progress", default=_nobody)


def tell(what: str, done: int = 0, total: int = 0, *, can_stop: bool = True) -> None:
    """Say how far it is; may be called from any thread."""
    LISTENER.get()(Progress(what=what, done=done, total=total, can_stop=can_stop))
