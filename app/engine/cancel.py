"""How long work is stopped from outside: it asks now and then, and ends by raising."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

IsCancelled: TypeAlias = Callable[[], bool]
"""Asked between batches of work, from the thread that does it; true means stop."""


class Cancelled(Exception):  # noqa: N818 - no error: somebody asked for it
    """The work was stopped because its caller asked; nothing of it is kept."""


def never() -> bool:
    """For work that nobody stops."""
    return False


def check(is_cancelled: IsCancelled) -> None:
    """Raise Cancelled if the caller wants the work to stop."""
    if is_cancelled():
        raise Cancelled
