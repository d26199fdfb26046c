"""A disk that fails: an error for the caller, and memory, file and what was acknowledged stay one."""

from __future__ import annotations

import errno
import os
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from store_kit import contents, contents_of, names, new_vault, open_vault, put, python

from app.errors import VaultError
from app.store import SealedStore, disk


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "v.tdx"


@contextmanager
def failing(monkeypatch: pytest.MonkeyPatch, name: str, *, at: int = 0, code: int = errno.EIO) -> Iterator[None]:
    """Let the `at`-th call and all later ones of a disk function fail; a write leaves half of its bytes."""
    real = getattr(disk, name)
    calls = 0

    def broken(*arguments: object) -> object:
        nonlocal calls
        calls += 1
        if calls <= at:
            return real(*arguments)
        if name == "write":
            descriptor, data, offset = arguments
            real(descriptor, data[: len(data) // 2], offset)  # type: ignore[index]
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patch:
        patch.setattr(disk, name, broken)
        yield


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
def test_a_failed_write_is_taken_back_and_the_work_goes_on(
    path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    with new_vault(path) as store:
        put(store, "t", 1, a=1)
        before = path.read_bytes()
        with failing(monkeypatch, "write", code=code), pytest.raises(VaultError, match="Nothing was changed"):
            put(store, "t", 2, b=2)
        assert path.read_bytes() == before
        assert contents(store) == {"t": {1: {"a": 1}}}
        put(store, "t", 2, b="again")
        assert contents_of(path) == contents(store) == {"t": {1: {"a": 1}, 2: {"b": "again"}}}


def test_a_write_that_cannot_be_taken_back_ends_the_writing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with new_vault(path) as store:
        put(store, "t", 1, a=1)
        with failing(monkeypatch, "write"), failing(monkeypatch, "cut"), pytest.raises(VaultError, match="not known"):
            put(store, "t", 2, b=2)
        with pytest.raises(VaultError, match="open it again"):
            put(store, "t", 3, c=3)
    with open_vault(path) as store:
        assert contents(store) == {"t": {1: {"a": 1}}}
        assert store.report.torn_bytes > 0


def test_after_a_failed_sync_nothing_is_acknowledged_any_more(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with new_vault(path) as store:
        put(store, "t", 1, a=1)
        with failing(monkeypatch, "sync"), pytest.raises(VaultError, match="not known"):
            put(store, "t", 2, b=2)
        assert contents(store) == {"t": {1: {"a": 1}}}
        size = path.stat().st_size
        for refused in (lambda: put(store, "t", 3, c=3), store.compact, lambda: store.change_passphrase("x")):
            with pytest.raises(VaultError, match="open it again"):
                refused()
    assert path.stat().st_size == size, "not even a CLOSE is written"
    assert contents_of(path) in ({"t": {1: {"a": 1}}}, {"t": {1: {"a": 1}, 2: {"b": 2}}})


def test_an_interruption_in_the_middle_of_a_commit_leaves_no_doubt(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_arguments: object) -> None:
        raise KeyboardInterrupt

    with new_vault(path) as store:
        put(store, "t", 1, a=1)
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(disk, "write", interrupted)
            put(store, "t", 2, b=2)
        put(store, "t", 3, c=3)
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(disk, "sync", interrupted)
            put(store, "t", 4, d=4)
        with pytest.raises(VaultError):
            put(store, "t", 5, e=5)
    assert list(contents_of(path)["t"]) in ([1, 3], [1, 3, 4])


def test_a_short_write_is_continued(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.pwrite
    monkeypatch.setattr(disk.os, "pwrite", lambda fd, data, at: real(fd, memoryview(data)[: len(data) // 3 + 1], at))
    with new_vault(path) as store:
        put(store, "t", 1, text="x" * 5000)
        store.compact()
    assert contents_of(path) == {"t": {1: {"text": "x" * 5000}}}


def test_a_short_read_is_continued(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with new_vault(path) as store:
        put(store, "t", 1, text="x" * 5000)
    real = os.preadv
    monkeypatch.setattr(disk.os, "preadv", lambda fd, into, at: real(fd, [into[0][: len(into[0]) // 3 + 1]], at))
    with open_vault(path) as store:
        assert store.report.torn_bytes == 0
        assert contents(store) == {"t": {1: {"text": "x" * 5000}}}


REWRITES: list[Callable[[SealedStore], None]] = [
    lambda store: store.compact(),
    lambda store: store.change_passphrase("correct horse"),
]


@pytest.mark.parametrize("rewrite", REWRITES)
@pytest.mark.parametrize(
    ("name", "at"),
    [("create", 0), ("write", 0), ("write", 1), ("write", 2), ("replace", 0)],
)
def test_a_rewrite_that_fails_before_the_rename_changes_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch, name: str, at: int, rewrite: Callable[[SealedStore], None]
) -> None:
    with new_vault(path) as store:
        put(store, "t", 1, a=1)
        before = path.read_bytes()
        with failing(monkeypatch, name, at=at, code=errno.ENOSPC), pytest.raises(VaultError, match="unchanged"):
            rewrite(store)
        assert path.read_bytes() == before
        assert names(path.parent) == ["v.tdx"]
        put(store, "t", 2, b=2)
        rewrite(store)
        put(store, "t", 3, c=3)
    assert contents_of(path) == {"t": {1: {"a": 1}, 2: {"b": 2}, 3: {"c": 3}}}


def test_a_rewrite_that_fails_after_the_rename_ends_the_writing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with new_vault(path) as store:
        put(store, "t", 1, a=1)
        with failing(monkeypatch, "sync_folder"), pytest.raises(VaultError):
            store.compact()
        with pytest.raises(VaultError, match="open it again"):
            put(store, "t", 2, b=2)
        assert contents(store) == {"t": {1: {"a": 1}}}
    with open_vault(path) as store:
        put(store, "t", 2, b=2)
    assert contents_of(path) == {"t": {1: {"a": 1}, 2: {"b": 2}}}
    assert names(path.parent) == ["v.tdx"]


@pytest.mark.parametrize(
    ("name", "at"), [("create", 0), ("write", 0), ("write", 1), ("link", 0), ("remove", 0), ("sync_folder", 0)]
)
def test_a_creation_that_fails_leaves_no_half_vault(
    path: Path, monkeypatch: pytest.MonkeyPatch, name: str, at: int
) -> None:
    with failing(monkeypatch, name, at=at), pytest.raises((VaultError, OSError)):
        new_vault(path)
    if path.exists():
        assert contents_of(path) == {}
    else:
        new_vault(path).close()


def test_the_close_that_cannot_be_written_loses_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = new_vault(path)
    put(store, "t", 1, a=1)
    with failing(monkeypatch, "write", code=errno.ENOSPC), pytest.raises(VaultError):
        store.close()
    with open_vault(path) as again:
        assert contents(again) == {"t": {1: {"a": 1}}}
        assert not again.report.was_closed


def test_a_full_disk_does_not_keep_a_torn_vault_shut(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with new_vault(path) as store:
        put(store, "t", 1, a=1)
    with path.open("ab") as file:
        file.write(b"torn")
    with failing(monkeypatch, "create", code=errno.ENOSPC), open_vault(path) as store:
        assert store.report.torn_bytes == 4
        assert store.report.torn_copy is None
        assert contents(store) == {"t": {1: {"a": 1}}}


def test_a_background_compaction_that_fails_is_kept_as_a_value(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.store.compaction.MIN_FRAMES", 5)
    with new_vault(path) as store:
        with failing(monkeypatch, "create", code=errno.ENOSPC):
            for n in range(1, 9):
                put(store, "t", n)
            store.wait_for_compaction()
        assert store.info().generation == 0
        assert "unchanged" in str(store.compaction_failure)
        store.compact()
        assert store.info().generation == 1
    assert len(contents_of(path)["t"]) == 8


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="no such limit here")
def test_a_file_that_may_not_grow_and_then_may(path: Path) -> None:
    code = """
import resource, sys
from pathlib import Path
sys.path.insert(0, "tests/store")
from store_kit import new_vault, put
from app.errors import VaultError
path = Path(sys.argv[1])
store = new_vault(path)
put(store, "t", 1, a=1)
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 700, hard))
try:
    put(store, "t", 2, text="x" * 3000)
except VaultError as error:
    print(error)
put(store, "t", 3, c=3)
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
put(store, "t", 4, text="x" * 3000)
store.close()
"""
    out, err = python(code, path).communicate()
    assert err == ""
    assert "Nothing was changed" in out
    with open_vault(path) as store:
        assert store.ids("t") == (1, 3, 4)
        assert store.report.remarks == ()
