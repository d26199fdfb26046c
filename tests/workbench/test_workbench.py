"""The one way to change a workspace: durable, then published; never torn by cancellation, never from stale state."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from workbench_kit import PASSPHRASE, creation

from app.commands import load_all
from app.commands.registry import REGISTRY
from app.domain.changes import Changes
from app.errors import InvalidInput
from app.store.vault import Vault
from app.workbench import Workbench

load_all()


class SlowDisk:
    """Holds a vault's commits back until the test lets them through."""

    def __init__(self, workbench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
        self._loop = asyncio.get_running_loop()
        self._has_begun = asyncio.Event()
        self._may_go_on = threading.Event()
        commit = workbench.vault.commit

        def slow(changes: Changes, *, at: str) -> None:
            self._loop.call_soon_threadsafe(self._has_begun.set)
            assert self._may_go_on.wait(timeout=20)
            commit(changes, at=at)

        monkeypatch.setattr(workbench.vault, "commit", slow)

    async def has_begun(self) -> None:
        """Wait until a commit is under way."""
        await self._has_begun.wait()

    def go_on(self) -> None:
        """Let every commit through."""
        self._may_go_on.set()


async def test_a_commit_is_published_after_it_is_on_disk(workbench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody hears of it and nothing shows before."""
    heard: list[Changes] = []
    workbench.subscribe(heard.append)
    disk = SlowDisk(workbench, monkeypatch)
    before = workbench.workspace
    changes = creation(workbench, "Order")
    task = asyncio.create_task(workbench.commit(changes))
    await disk.has_begun()
    assert (heard, workbench.workspace) == ([], before)
    disk.go_on()
    await task
    assert heard == [changes]
    assert workbench.workspace.type_named("Order")


async def test_a_commit_once_begun_is_not_cancelled(workbench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command that asked for it is; the commit is finished and published, and `idle` waits for that."""
    disk = SlowDisk(workbench, monkeypatch)
    heard: list[Changes] = []
    workbench.subscribe(heard.append)
    task = asyncio.create_task(workbench.commit(creation(workbench, "Order")))
    await disk.has_begun()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert heard == []
    disk.go_on()
    await workbench.idle()
    assert [changes.title for changes in heard] == ["Create Order"]
    reader = Vault.open(workbench.vault.store.path, PASSPHRASE, readonly=True)
    assert reader.workspace() == workbench.workspace
    assert reader.workspace().type_named("Order")
    reader.close()


async def test_nothing_is_written_for_no_change(workbench: Workbench) -> None:
    """And nobody hears of it."""
    heard: list[Changes] = []
    workbench.subscribe(heard.append)
    size = workbench.vault.store.path.stat().st_size
    await workbench.commit(Changes.of("Nothing", []))
    assert (heard, workbench.vault.store.path.stat().st_size) == ([], size)


async def test_a_listener_can_leave_while_it_is_called(workbench: Workbench) -> None:
    """Others still hear, and it hears no more."""
    heard: list[str] = []

    def once(_: Changes) -> None:
        heard.append("once")
        leave()

    leave = workbench.subscribe(once)
    workbench.subscribe(lambda _: heard.append("always"))
    await workbench.commit(creation(workbench, "A"))
    await workbench.commit(creation(workbench, "B"))
    assert heard == ["once", "always", "always"]


async def test_commands_at_the_same_time_take_turns(workbench: Workbench) -> None:
    """Each sees what the one before has left: of two that create the same object one is refused."""
    create = REGISTRY["object.create"]
    both = [create.function(workbench, create.args(name="Order")) for _ in range(2)]
    results = await asyncio.gather(*both, return_exceptions=True)
    assert [type(result) for result in results].count(InvalidInput) == 1
    assert len(workbench.workspace.objects) == 1


async def test_the_next_command_waits_for_a_cancelled_ones_commit(
    workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its commit goes on after the cancellation, so its turn does too."""
    disk = SlowDisk(workbench, monkeypatch)
    create = REGISTRY["object.create"]
    first = asyncio.create_task(create.function(workbench, create.args(name="Order")))  # type: ignore[arg-type]
    await disk.has_begun()
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    second = asyncio.create_task(create.function(workbench, create.args(name="Order")))  # type: ignore[arg-type]
    await asyncio.sleep(0)
    disk.go_on()
    with pytest.raises(InvalidInput, match="exists already"):
        await second
    assert len(workbench.workspace.objects) == 1


async def test_sending_does_not_hold_up_other_commands(workbench: Workbench) -> None:
    """A slow answer leaves everything else usable."""
    is_asked, may_answer = asyncio.Event(), asyncio.Event()
    from app.engine.http import Result as Answer

    async def slow(*_: object, **__: object) -> Answer:
        is_asked.set()
        await may_answer.wait()
        from app.domain.run import Failure, FailureKind

        return Answer(failure=Failure(kind=FailureKind.NETWORK, stage="wait", message="Late."))

    workbench.send = slow
    run = {name: REGISTRY[name] for name in ("action.create", "action.send", "object.create")}
    create = run["action.create"]
    await create.function(workbench, create.args(name="A", url="https://shop.example/"))
    sending = asyncio.ensure_future(run["action.send"].function(workbench, run["action.send"].args(action="A")))
    await is_asked.wait()
    await run["object.create"].function(workbench, run["object.create"].args(name="Order"))
    assert workbench.workspace.type_named("Order")
    may_answer.set()
    assert (await sending).exit_code == 3


async def test_undo_waits_for_a_commit_under_way(workbench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    """So it takes back that one, not the one before."""
    await workbench.commit(creation(workbench, "A"))
    disk = SlowDisk(workbench, monkeypatch)
    committing = asyncio.create_task(workbench.commit(creation(workbench, "B")))
    await disk.has_begun()
    undoing = asyncio.create_task(workbench.undo())
    disk.go_on()
    undone = await undoing
    await committing
    assert undone
    assert undone.title == "Undo: Create B"
    assert [kind.name for kind in workbench.workspace.active_objects] == ["A"]


async def test_undo_of_nothing(workbench: Workbench) -> None:
    """Gives None, not an empty change."""
    assert await workbench.undo() is None


async def test_the_clock_is_shown_in_utc_to_the_millisecond(workbench: Workbench) -> None:
    """Whatever zone it runs in."""
    assert workbench.now() == "2026-11-24T09:30:00.987Z"
    there = timezone(timedelta(hours=5, minutes=30))
    workbench.clock = lambda: datetime(2026, 11, 24, 15, 0, tzinfo=there)
    assert workbench.now() == "2026-11-24T09:30:00.000Z"


async def test_the_workspace_is_shared_where_nothing_changed(workbench: Workbench) -> None:
    """A commit costs its own size: tables it does not touch are the same values as before."""
    before = workbench.workspace
    await workbench.commit(creation(workbench, "Order"))
    after = workbench.workspace
    assert after.actions is before.actions
    assert after.standards is before.standards
    assert replace(after, objects=before.objects) == before
