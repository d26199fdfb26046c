"""The one place that decides what durable means: every sync of the store goes through it, and means the medium."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from store_kit import contents_of, new_vault, put

from app.store import disk

STORE = Path(disk.__file__).parent


def test_no_other_module_syncs() -> None:
    others = [path for path in STORE.glob("*.py") if path.name != "disk.py"]
    assert not [path.name for path in others if "fsync(" in path.read_text() or "fdatasync(" in path.read_text()]


def test_where_the_system_can_empty_the_mediums_cache_every_sync_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed = []
    monkeypatch.setattr(disk, "_FULL_SYNC", 51)
    monkeypatch.setattr(disk.fcntl, "fcntl", lambda descriptor, _request: flushed.append(descriptor))
    monkeypatch.setattr(disk, "_sync_data", _never)
    monkeypatch.setattr(os, "fsync", _never)
    with new_vault(tmp_path / "v.tdx") as store:
        put(store, "t", 1, a=1)
        store.compact()
        disk.cut(store.journal.descriptor, store.journal.end)
    assert len(flushed) > 5


def test_a_file_system_that_cannot_is_synced_as_far_as_it_can(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced = []

    def unknown(_descriptor: int, _request: int) -> None:
        raise OSError(errno.ENOTSUP, "no such request")

    monkeypatch.setattr(disk, "_FULL_SYNC", 51)
    monkeypatch.setattr(disk.fcntl, "fcntl", unknown)
    monkeypatch.setattr(disk, "_sync_data", synced.append)
    path = tmp_path / "v.tdx"
    with new_vault(path) as store:
        put(store, "t", 1, a=1)
    assert synced
    assert contents_of(path) == {"t": {1: {"a": 1}}}


def _never(_descriptor: int) -> None:
    raise AssertionError("synced by another call than the full one")
