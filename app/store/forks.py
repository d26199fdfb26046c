"""Open vaults in a forked child: the child gives its copies of the descriptors back and writes nothing.

Otherwise a child would keep the lock after its parent's end, and two processes could seal under one key and number.
"""

from __future__ import annotations

import os
from typing import Protocol
from weakref import WeakSet


class Forkable(Protocol):
    """Something that holds a descriptor which a child must not keep."""

    def forget_in_child(self) -> None:
        """Close the child's copy of the descriptor; called in the child, with locks in any state."""


_open: WeakSet[Forkable] = WeakSet()


def watch(holder: Forkable) -> None:
    """Tell `holder` when this process has been forked, in the child."""
    _open.add(holder)


def _after_fork() -> None:
    for holder in tuple(_open):
        holder.forget_in_child()
    _open.clear()


os.register_at_fork(after_in_child=_after_fork)
