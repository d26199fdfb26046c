"""What opens, with which passphrase and for whom; what is refused in words and left as it is."""

from __future__ import annotations

import gc
import os
import stat
import weakref
from pathlib import Path

import pytest
from store_kit import CHEAP, contents, contents_of, names, new_vault, open_vault, put

from app.errors import InvalidInput, VaultBusy, VaultDamaged, VaultError, VaultTooNew, WrongPassphrase
from app.store import SealedStore
from app.store.header import SLOT_BYTES


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "v.tdx"


@pytest.mark.parametrize("attempt", ["", "correct", "Correct horse", "correct horse ", "x" * 2000, "\ud800"])
def test_a_wrong_passphrase_says_so_and_changes_nothing(path: Path, attempt: str) -> None:
    with new_vault(path) as store:
        put(store, "t", 1, a=1)
    before = path.read_bytes()
    with pytest.raises((WrongPassphrase, InvalidInput), match=r"[Pp]assphrase"):
        SealedStore.open(path, attempt)
    assert path.read_bytes() == before
    assert names(path.parent) == [path.name]


def test_a_passphrase_is_the_same_in_every_unicode_form(path: Path) -> None:
    SealedStore.create(path, "caf\u00e9", kdf=CHEAP).close()
    SealedStore.open(path, "cafe\u0301").close()


def test_the_new_passphrase_opens_and_the_old_one_does_not(path: Path) -> None:
    with new_vault(path) as store:
        put(store, "t", 1, a=1)
        old = path.read_bytes()
        store.change_passphrase("another one")
        put(store, "t", 2, a=2)
    new = path.read_bytes()
    assert old[56:136] != new[56:136], "salt and wrapped key are drawn anew"
    assert old[16:32] == new[16:32], "the file keeps its id"
    with pytest.raises(WrongPassphrase):
        open_vault(path)
    with SealedStore.open(path, "another one") as store:
        assert contents(store) == {"t": {1: {"a": 1}, 2: {"a": 2}}}
    copy = path.with_name("copy")
    copy.write_bytes(old)
    assert contents_of(copy) == {"t": {1: {"a": 1}}}


def test_compaction_gives_room_back_and_keeps_the_keys(path: Path) -> None:
    with new_vault(path) as store:
        for _round in range(20):
            put(store, "t", 1, text="x" * 1000)
        put(store, "t", 2, b=2)
        before, header = contents(store), path.read_bytes()[40:136]
        store.compact()
        assert path.stat().st_size < 12_000
        assert contents(store) == before
        put(store, "t", 3, c=3)
        info = store.info()
        assert (info.generation, info.total_bytes) == (1, path.stat().st_size)
    assert path.read_bytes()[40:136] == header
    assert contents_of(path) == before | {"t": before["t"] | {3: {"c": 3}}}
    assert names(path.parent) == [path.name]


def test_a_reader_changes_nothing_and_cannot_write(path: Path) -> None:
    with new_vault(path) as store:
        put(store, "t", 1, a=1)
        with open_vault(path, readonly=True) as reader:
            assert contents(reader) == {"t": {1: {"a": 1}}}
            assert not reader.report.was_closed
            with pytest.raises(VaultError, match="reading only"):
                put(reader, "t", 2)
            with pytest.raises(VaultError, match="reading only"):
                reader.compact()
    path.chmod(0o400)
    before = path.read_bytes()
    assert contents_of(path) == {"t": {1: {"a": 1}}}
    assert path.read_bytes() == before


def test_opening_and_closing_alone_writes_nothing(path: Path) -> None:
    with new_vault(path) as store:
        put(store, "t", 1, a=1)
    before = path.read_bytes()
    for _round in range(3):
        open_vault(path).close()
    assert path.read_bytes() == before


def test_a_store_that_nobody_holds_is_gone_without_the_collector(path: Path) -> None:
    """Which is told that documents stay: in a circle they would, for as long as the program runs."""
    store = new_vault(path)
    put(store, "t", 1, a=1)
    store.compact()
    store.close()
    seen = weakref.ref(store)
    gc.disable()
    try:
        del store
        assert seen() is None
    finally:
        gc.enable()


def test_a_closed_store_says_so(path: Path) -> None:
    store = new_vault(path)
    store.close()
    store.close()
    with pytest.raises(VaultError, match="closed"):
        put(store, "t", 1)


def test_a_name_that_is_taken_is_left_alone(path: Path) -> None:
    path.write_text("mine")
    with pytest.raises(VaultError, match="exists"):
        new_vault(path)
    assert path.read_text() == "mine"
    dangling = path.with_name("link.tdx")
    dangling.symlink_to(path.with_name("nowhere"))
    with pytest.raises(VaultError, match="exists"):
        new_vault(dangling)
    assert names(path.parent) == ["link.tdx", "v.tdx"]


def test_what_is_no_vault_is_refused_in_words(path: Path) -> None:
    with pytest.raises(VaultError, match="no vault at"):
        open_vault(path)
    with pytest.raises(VaultError, match="not a file"):
        open_vault(path.parent, readonly=True)
    path.write_bytes(b"")
    with pytest.raises(VaultDamaged, match="empty"):
        open_vault(path)
    path.write_bytes(b"{}" * 9000)
    with pytest.raises(VaultDamaged, match="not a vault"):
        open_vault(path)
    with pytest.raises(VaultError, match="cannot be created"):
        new_vault(path.parent / "absent" / "v.tdx")


def test_a_newer_version_is_refused_and_left_alone(path: Path) -> None:
    new_vault(path).close()
    raw = bytearray(path.read_bytes())
    for slot in (0, SLOT_BYTES):
        raw[slot + 8] = 2
    path.write_bytes(raw)
    with pytest.raises(VaultTooNew, match="newer version"):
        open_vault(path)
    assert path.read_bytes() == bytes(raw)


def test_a_vault_behind_a_link_stays_behind_it(path: Path) -> None:
    with new_vault(path) as store:
        put(store, "t", 1, a=1)
    link = path.with_name("link")
    link.symlink_to(path)
    with open_vault(link) as store:
        store.compact()
        with pytest.raises(VaultBusy):
            open_vault(path)
    assert link.is_symlink()
    assert not path.is_symlink()


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o277, 0o777])
def test_every_file_is_private_whatever_the_umask(path: Path, umask: int) -> None:
    old = os.umask(umask)
    try:
        with new_vault(path) as store:
            put(store, "t", 1, a=1)
            store.compact()
        with path.open("ab") as file:
            file.write(b"junk")
        open_vault(path).close()
    finally:
        os.umask(old)
    modes = {name: stat.S_IMODE((path.parent / name).stat().st_mode) for name in names(path.parent)}
    assert modes == {"v.tdx": 0o600, "v.tdx.torn": 0o600}
