"""When the screen locks by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.commands.context import Context
from app.commands.registry import Result, arg, command
from app.domain.changes import SETTINGS, Change, Changes
from app.domain.settings import MAX_LOCK_MINUTES, SETTINGS_NUMBER
from app.errors import InvalidInput
from app.workbench import Workbench


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    minutes: str = arg("Minutes without a key until the screen locks; 0 for never.", positional=True)


def _minutes_now(context: Context) -> Mapping[str, object]:
    return {"minutes": str(context.workspace.settings.lock_minutes)}


@command("vault.autolock", Minutes, title="Auto-lock", gather=_minutes_now, asks=True)
async def set_autolock(workbench: Workbench, args: Minutes) -> Result:
    """Set after how many minutes without a key the screen locks; it does so after a sleep in any case."""
    text = args.minutes.strip()
    if not (text.isascii() and text.isdigit() and len(text) < 6 and int(text) <= MAX_LOCK_MINUTES):
        raise InvalidInput(f'Give minutes as a whole number from 0, for never, to {MAX_LOCK_MINUTES:,}, not "{text}".')
    before = workbench.workspace.settings
    after = replace(before, lock_minutes=int(text))
    await workbench.commit(Changes.of("Auto-lock", [Change(SETTINGS, SETTINGS_NUMBER, before, after)]))
    words = f"after {after.lock_minutes} minutes without a key" if after.lock_minutes else "after a sleep only"
    return Result(message=f"The screen locks {words}; F9 locks it at once.", data={"lock_minutes": after.lock_minutes})
