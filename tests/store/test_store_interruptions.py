"""Interruptions and errors at odd places: memory, file and what was acknowledged stay one."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from store_kit import CHEAP, PASSPHRASE, contents, contents_of, names, new_vault, open_vault, put

from app.errors import VaultError
from app.store import SealedStore, disk, opening
from app.store.witness import Witness


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "v.tdx"


def test_an_interruption_between_medium_and_memory_is_made_good(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.store.tables import Table

    real = Table.put
    calls = 0

    def interrupted(self: Table, *arguments: object) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise KeyboardInterrupt
        real(self, *arguments)  # type: ignore[arg-type]  # passed through

    with new_vault(path) as store:
        store.ensure_index("t", "a")
        put(store, "t", 1, a=1)
        assert store.find("t", "a", 1) == (1,)
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(Table, "put", interrupted)
            with store.transaction() as tx:
                for key in (1, 2, 3):
                    tx.put("t", key, {"a": 5})
        assert contents(store) == contents_of(path) == {"t": {key: {"a": 5} for key in (1, 2, 3)}}
        assert store.find("t", "a", 5) == (1, 2, 3)
        put(store, "t", 4, a=5)
    assert sorted(contents_of(path)["t"]) == [1, 2, 3, 4]


def test_a_commit_that_was_interrupted_once_durable_is_in_a_running_rewrite_too(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.store.journal import Journal

    real = Journal.append

    def interrupted(self: Journal, payloads: list[bytes], *rest: int) -> None:
        real(self, payloads, *rest)
        raise KeyboardInterrupt

    with new_vault(path) as store:
        store.recorded = []
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(Journal, "append", interrupted)
            put(store, "t", 1, a=1)
        assert len(store.recorded) == 1
        assert contents(store) == {"t": {1: {"a": 1}}}
        store.recorded = None


def test_a_store_closed_inside_a_transaction_says_so_and_keeps_nothing_of_it(path: Path) -> None:
    store = new_vault(path)
    with pytest.raises(VaultError, match="closed"), store.transaction() as tx:
        tx.put("t", 1, {"a": 1})
        store.close()
    assert contents_of(path) == {}
    open_vault(path).close()


def test_a_rewrite_that_ends_between_two_steps_of_a_commit_takes_nothing_along(path: Path) -> None:
    """The list of commits for a rewrite may go away at any moment in another thread."""
    with new_vault(path) as store:
        store.recorded = []
        put(store, "t", 1, a=1)
        assert len(store.recorded) == 1
        store.recorded = None
        put(store, "t", 2, a=2)
    assert len(contents_of(path)["t"]) == 2


def test_a_disk_that_takes_nothing_is_an_error_and_not_an_endless_loop(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with new_vault(path) as store:
        with monkeypatch.context() as patch, pytest.raises(VaultError, match="Nothing was changed"):
            patch.setattr(disk.os, "pwrite", lambda _descriptor, _data, _offset: 0)
            put(store, "t", 1, a=1)
        put(store, "t", 1, a=2)
    assert contents_of(path) == {"t": {1: {"a": 2}}}


def test_a_creation_that_fails_at_the_end_leaves_no_name_behind(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_folder: Path) -> None:
        raise OSError(errno.EIO, "broken")

    with monkeypatch.context() as patch, pytest.raises(VaultError, match="cannot be created"):
        patch.setattr(disk, "sync_folder", fails)
        new_vault(path)
    assert names(path.parent) == []
    new_vault(path).close()


def test_a_note_that_cannot_be_written_is_said_in_words(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_arguments: object) -> None:
        raise OSError(errno.EIO, "broken")

    store = SealedStore.create(path, PASSPHRASE, kdf=CHEAP, witness=path.parent / "state")
    with monkeypatch.context() as patch, pytest.raises(VaultError, match="the note about it"):
        patch.setattr(disk, "replace", fails)
        patch.setattr(disk, "remove", fails)
        store.close()
    assert Witness(path.parent / "state").read(opening.open_for_reading(path, PASSPHRASE, None).keys) is None
