"""Long work in a thread that stops soon after whoever waits for it has been cancelled."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def cancellable(work: Callable[..., T], *given: object) -> T:
    """Run `work(*given, is_cancelled)` in a thread; a cancelled wait makes `is_cancelled` true."""
    stop = threading.Event()
    try:
        return await asyncio.to_thread(work, *given, stop.is_set)
    except asyncio.CancelledError:
        stop.set()
        raise
