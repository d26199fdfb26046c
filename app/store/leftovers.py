"""Locks that an interruption left taken: it may come between taking one and the block that gives it back.

Whoever was interrupted would not notice, for its lock lets it in again; every other thread would wait for ever.
"""

from __future__ import annotations

import threading


def release(*locks: threading.RLock) -> None:
    """Give back what this thread still holds of them; for the places where it can hold nothing on purpose."""
    for lock in locks:
        while _is_held_here(lock):
            lock.release()


def _is_held_here(lock: threading.RLock) -> bool:
    try:
        threading.Condition(lock).notify(0)
    except RuntimeError:
        return False
    return True
