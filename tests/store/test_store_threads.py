"""Threads that commit, rewrite and close at once: what is durable is never reported as failed, and all of them end."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from store_kit import CHEAP, PASSPHRASE, contents_of, names, new_vault, open_vault, put

from app.errors import VaultError
from app.store import SealedStore, compaction
from app.store.compactor import Compactor
from app.store.database import Database


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "v.tdx"


def test_a_vault_that_cannot_be_closed_in_order_holds_nothing_when_it_was_to_forget(path: Path) -> None:
    state = path.parent / "state"
    store = SealedStore.create(path, PASSPHRASE, kdf=CHEAP, witness=state)
    put(store, "t", 1, secret="canary")
    state.write_text("a file, not a folder")
    with pytest.raises(VaultError, match="the note about it"):
        store.forget()
    assert store.tables() == ()
    assert store.keys.passphrase_keys.mac_key == b""
    open_vault(path).close()


def test_a_commit_is_done_though_another_thread_closes_right_after_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = new_vault(path)
    real = SealedStore._consider_rewriting

    def closed_first(self: SealedStore) -> None:
        other = threading.Thread(target=self.close)
        other.start()
        other.join()
        real(self)

    monkeypatch.setattr(SealedStore, "_consider_rewriting", closed_first)
    put(store, "t", 1, a=1)
    assert contents_of(path) == {"t": {1: {"a": 1}}}


def test_asking_whether_a_rewrite_is_due_sees_no_half_commit(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compaction, "MIN_FRAMES", 0)
    is_held = []
    real = Database.live_bytes

    with new_vault(path) as store:

        def look(self: Database) -> int:
            other = threading.Thread(target=lambda: is_held.append(not store.state_lock.acquire(blocking=False)))
            other.start()
            other.join()
            return real(self)

        monkeypatch.setattr(Database, "live_bytes", look)
        put(store, "t", 1, a=1)
    assert is_held
    assert all(is_held)


def test_a_thread_that_is_made_and_not_started_is_waited_for(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Closing comes while a committer is about to start the rewrite: both go through, and nothing stays behind."""
    monkeypatch.setattr(compaction, "MIN_FRAMES", 2)
    real = threading.Thread.start
    closers: list[threading.Thread] = []
    has_waited: list[bool] = []
    store = new_vault(path)
    errors: list[Exception] = []

    def close() -> None:
        try:
            store.close()
        except (RuntimeError, VaultError) as error:  # told by the assertion below
            errors.append(error)

    def late(self: threading.Thread) -> None:
        if self.name == "vault-compaction" and not closers:
            closers.append(threading.Thread(target=close))
            real(closers[0])
            while not store._compactor._is_stopping:
                os.sched_yield()
            closers[0].join(0.2)  # as far as it comes before this thread is started
            has_waited.append(closers[0].is_alive())
        real(self)

    monkeypatch.setattr(threading.Thread, "start", late)
    for n in range(1, 5):
        if not closers:
            put(store, "t", n, n=n)
    closers[0].join()
    assert not errors
    assert has_waited == [True]
    assert names(path.parent) == ["v.tdx"]
    open_vault(path).close()


def test_two_committers_start_one_rewrite(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compaction, "MIN_FRAMES", 0)
    started = []
    go = threading.Event()
    both = threading.Barrier(2)
    at_the_start = threading.Barrier(2)
    real: Any = compaction.is_due
    real_start = threading.Thread.start

    def together(self: threading.Thread) -> None:
        if self.name == "vault-compaction":
            with suppress(threading.BrokenBarrierError):  # as it should be: the other one does not come
                at_the_start.wait(0.2)
        real_start(self)

    def due_to_both(*arguments: Any, **options: Any) -> bool:
        found: bool = real(*arguments, **options)
        both.wait()
        return found

    def slow(self: Compactor, *_rest: object) -> None:
        started.append(self)
        go.wait()

    with new_vault(path) as store:
        monkeypatch.setattr(Compactor, "_run_in_background", slow)
        monkeypatch.setattr(compaction, "is_due", due_to_both)
        monkeypatch.setattr(threading.Thread, "start", together)
        committers = [threading.Thread(target=put, args=(store, "t", n)) for n in (1, 2)]
        for each in committers:
            each.start()
        for each in committers:
            each.join()
        go.set()
    assert len(started) == 1


def test_a_background_rewrite_that_fails_oddly_is_told_in_words(
    path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fails(*_arguments: object, **_options: object) -> None:
        raise MemoryError

    monkeypatch.setattr(compaction, "MIN_FRAMES", 1)
    with new_vault(path) as store:
        monkeypatch.setattr(compaction, "run", fails)
        put(store, "t", 1)
        put(store, "t", 2)
        store.wait_for_compaction()
        assert "MemoryError" in str(store.compaction_failure)
        assert "unchanged" in str(store.compaction_failure)
    assert capfd.readouterr().err == ""
