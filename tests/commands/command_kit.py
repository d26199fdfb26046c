"""A workbench for tests of commands: a real vault, a fixed clock and ids, a network that answers from memory."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.commands import load_all
from app.commands.registry import REGISTRY, Result
from app.domain.changes import COMMITS, UNDONE, Changes
from app.domain.run import Failure, Response
from app.domain.workspace import Workspace
from app.engine.failures import status_failure
from app.engine.http import Result as Answer
from app.engine.request import Request
from app.errors import InvalidInput
from app.store.history import UNDO
from app.store.kdf import Kdf
from app.store.vault import Vault
from app.workbench import Workbench

load_all()
PASSPHRASE = "correct horse"
CHEAP = Kdf.argon2id(memory_kib=64, iterations=1, lanes=1)
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
NOW_TEXT = "2026-11-24T09:30:00.000Z"
TOKEN = "canary-token-4711"

Stored = dict[str, dict[int, dict[str, object]]]

ORDERS: dict[str, object] = {
    "orders": [
        {
            "id": "1001",
            "total": "42.50",
            "placed_at": "2026-01-02T03:04:05Z",
            "customer": {"email": "zoe@example.com"},
            "items": [{"sku": "A", "n": 1}, {"sku": "B", "n": 2}],
            "tags": ["gift", "new"],
        },
        {"id": "1002", "total": "7.00", "placed_at": "2026-02-03T04:05:06Z", "customer": None, "items": []},
        {"id": "1003", "total": "n/a", "placed_at": "2026-03-04", "customer": {"email": "bo@example.org"}, "items": []},
    ],
    "page": {"next": None, "number": 1},
}


class FakeSend:
    """Stands at the seam of the network: answers with what it was told to, remembers what it was asked."""

    def __init__(self) -> None:
        self.body = json.dumps(ORDERS).encode()
        self.status = 200
        self.failure: Failure | None = None
        self.headers: tuple[tuple[str, str], ...] = ()
        self.requests: list[Request] = []

    async def __call__(self, request: Request, *, deadline_s: float, body_limit: int) -> Answer:
        self.requests.append(request)
        if self.failure:
            return Answer(failure=self.failure)
        response = Response(
            status=self.status,
            reason="OK" if self.status == 200 else "No",
            headers=(("Content-Type", "application/json"), *self.headers),
            http_version="HTTP/1.1",
            body_size=len(self.body),
            elapsed_ms=34.0,
            first_byte_ms=21.0,
        )
        return Answer(response=response, body=self.body, failure=status_failure(response))


class Bench:
    """An open workbench, with what a test asks of it."""

    def __init__(self, vault: Vault, *, first_number: int = 1) -> None:
        self._last = first_number - 1
        self.send = FakeSend()
        self.heard: list[Changes] = []
        self.vault = vault
        self.workbench = self._bench(vault)

    def _bench(self, vault: Vault) -> Workbench:
        made = Workbench(vault, name="v.tdx", clock=lambda: NOW, ids=self._next, send=self.send)
        made.subscribe(self.heard.append)
        return made

    def _next(self) -> int:
        self._last += 1
        return self._last

    @property
    def workspace(self) -> Workspace:
        """The published workspace."""
        return self.workbench.workspace

    @property
    def path(self) -> Path:
        """The vault's file."""
        return self.vault.store.path

    async def run(self, command_id: str, **given: object) -> Result:
        """Run a command as the shell and the screen do."""
        command = REGISTRY[command_id]
        return await command.function(self.workbench, command.args(**given))

    async def refused(self, command_id: str, **given: object) -> str:
        """The words of a refusal; nothing may have changed, on disk or in memory, and nobody hears of it."""
        workspace, stored, heard = self.workspace, self.stored(), len(self.heard)
        with pytest.raises(InvalidInput) as caught:
            await self.run(command_id, **given)
        assert self.workspace is workspace
        assert self.stored() == stored
        assert len(self.heard) == heard
        return str(caught.value)

    def question(self, command_id: str, **given: object) -> str:
        """What a command asks before it does anything; "" for nothing."""
        command = REGISTRY[command_id]
        assert command.confirms is not None
        return command.confirms(self.workbench, command.args(**given))

    def demanded(self, command_id: str, **given: object) -> str:
        """What must be typed instead of a yes."""
        command = REGISTRY[command_id]
        assert command.demands is not None
        return command.demands(self.workbench, command.args(**given))

    def reopen(self) -> None:
        """Close the vault and open it again, as the next start of the program does."""
        self.vault.close()
        self.vault = Vault.open(self.path, PASSPHRASE)
        self.workbench = self._bench(self.vault)

    def stored(self) -> Stored:
        """Every document of the vault but those that undo and redo keep."""
        return stored(self.vault)

    def values(self, type_name: str) -> list[dict[str, object]]:
        """The values of every record of a type, oldest first."""
        count = self.workbench.records.count(type_name)
        return [dict(record.values) for record in self.workbench.records.window(type_name, 0, count)]


def stored(vault: Vault) -> Stored:
    """Every document of a vault but those that undo and redo keep."""
    store = vault.store
    found = {table: dict(store.scan(table)) for table in store.tables() if table not in (COMMITS, UNDONE, UNDO)}
    return {table: documents for table, documents in found.items() if documents}


def new_bench(path: Path) -> Bench:
    """A workbench on a new, empty vault."""
    return Bench(Vault.create(path, PASSPHRASE, kdf=CHEAP))


def closing(make: Callable[[], Bench]) -> Iterator[Bench]:
    """The body of a fixture: a bench, closed afterwards."""
    bench = make()
    try:
        yield bench
    finally:
        bench.vault.close()


async def checked(bench: Bench, *, code: int = 1) -> str:
    """The words of a check."""
    result = await bench.run("vault.check")
    assert result.exit_code == code, result.lines
    return "\n".join(result.lines)


def write(bench: Bench, table: str, number: int, **fields: object) -> None:
    """As a script does: past every rule of the domain."""
    with bench.vault.store.transaction() as tx:
        tx.put(table, number, fields)
