"""The open workspace: what is on disk, as one value, and the only way to change it.

Durable before visible: a commit is sealed and synced first, then published to listeners. Once begun it is shielded
from cancellation. Clock, ids and the network come in from outside.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.domain.changes import Changes
from app.domain.identifiers import IdSource, time_ordered
from app.domain.workspace import Workspace

if TYPE_CHECKING:
    from app.engine.http import Result
    from app.engine.request import Request
    from app.store.vault import Vault
    from app.store.views import Records, Runs

Listener = Callable[[Changes], None]
Clock = Callable[[], datetime]


def _now() -> datetime:
    return datetime.now(UTC)


def _milliseconds() -> int:
    return time.time_ns() // 1_000_000


async def send_with_httpx(request: Request, *, deadline_s: float, body_limit: int) -> Result:
    """Send over the network; httpx is loaded with the first request, not with the program."""
    from app.engine.http import send

    return await send(request, deadline_s=deadline_s, body_limit=body_limit)


Sender = Callable[..., Awaitable["Result"]]


@dataclass
class Workbench:
    """An open vault with its workspace. Use it from one event loop."""

    vault: Vault
    name: str = ""
    """The vault's file name, for titles."""
    clock: Clock = _now
    ids: IdSource = field(default_factory=lambda: time_ordered(_milliseconds))
    send: Sender = send_with_httpx
    _workspace: Workspace | None = field(default=None, init=False)
    _listeners: list[Listener] = field(default_factory=list, init=False)
    _writing: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    @property
    def workspace(self) -> Workspace:
        """All definitions, as published last; VaultDamaged when first asked, if one of them cannot be read."""
        if self._workspace is None:
            self._workspace = self.vault.workspace()
        return self._workspace

    @property
    def records(self) -> Records:
        """The vault's records, read in windows."""
        return self.vault.records

    @property
    def runs(self) -> Runs:
        """The vault's runs and bodies."""
        return self.vault.runs

    def now(self) -> str:
        """The clock's time as ISO 8601 in UTC, to the millisecond."""
        return self.clock().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with every published change; returns the function that ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Hold this from reading the workspace to the commit, so that nobody else's commit comes between the two."""
        async with self._turn:
            await self.idle()
            yield

    async def commit(self, changes: Changes) -> None:
        """Seal `changes` on disk, then publish them. Nothing is written when they change nothing."""
        if changes:
            await asyncio.shield(asyncio.ensure_future(self._commit(changes)))

    async def undo(self) -> Changes | None:
        """Take back the newest commit that can be; returns what was done, or None when there is none."""
        return await asyncio.shield(asyncio.ensure_future(self._take_back(self.vault.undo)))

    async def redo(self) -> Changes | None:
        """Do again what was undone last; returns what was done, or None when there is nothing."""
        return await asyncio.shield(asyncio.ensure_future(self._take_back(self.vault.redo)))

    @property
    def is_writing(self) -> bool:
        """Whether a commit or an undo is under way."""
        return self._writing.locked()

    async def idle(self) -> None:
        """Wait until no commit is under way."""
        async with self._writing:
            return

    async def _commit(self, changes: Changes) -> None:
        async with self._writing:
            await asyncio.to_thread(self.vault.commit, changes, at=self.now())
            self._publish(changes)

    async def _take_back(self, work: Callable[[], Changes | None]) -> Changes | None:
        async with self._writing:
            done = await asyncio.to_thread(work)
            if done is not None:
                self._publish(done)
            return done

    def _publish(self, changes: Changes) -> None:
        self._workspace = self.workspace.applied(changes)
        for listener in tuple(self._listeners):
            listener(changes)
