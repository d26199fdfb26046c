"""What a demo API is started with, and the state that its handlers share."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSettings:
    """How time passes for one demo API; tests bring their own clock and sleep."""

    clock: Callable[[], float] = time.time
    """Seconds since 1970; decides when tokens expire and stamps what changes."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    """How the slow faults wait, in seconds."""
    token_seconds: int = 60
    """How long an access token is good for."""
