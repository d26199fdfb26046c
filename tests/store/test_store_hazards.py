"""What once went wrong in stores like this one: nine hazards, each with the test that keeps it away."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest
from store_kit import CHEAP, PASSPHRASE, contents, contents_of, frame_spans, names, new_vault, open_vault, put
from tinydb import where

from app.errors import InvalidInput, VaultDamaged, VaultError
from app.store import SealedStore, disk, open_tinydb, rewrite
from app.store.frames import HEAD_BYTES, parse_head
from app.store.vault import Vault


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "v.tdx"


def sessions(path: Path) -> list[bytes]:
    raw = path.read_bytes()
    heads = [parse_head(raw[start : start + HEAD_BYTES]) for start, _end in frame_spans(raw)]
    return [head.session for head in heads if head]


def test_1_two_openings_of_one_copy_never_share_a_session(path: Path) -> None:
    new_vault(path).close()
    copy = path.read_bytes()
    found = []
    for _opening in range(2):
        path.write_bytes(copy)
        with open_vault(path) as store:
            put(store, "t", 1, a=1)
        found.append(sessions(path)[-1])
    assert found[0] != found[1]


def test_1_a_write_tried_again_is_sealed_under_another_session(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[bytes] = []
    real = disk.write

    def half(descriptor: int, data: bytes, offset: int) -> None:
        written.append(data)
        real(descriptor, data[:60], offset)
        raise OSError(errno.ENOSPC, "full")

    with new_vault(path) as store:
        put(store, "t", 1, a=1)
        with monkeypatch.context() as patch, pytest.raises(VaultError):
            patch.setattr(disk, "write", half)
            put(store, "t", 2, b=2)
        put(store, "t", 2, b=3)
    failed = parse_head(written[0])
    assert failed is not None
    kept = parse_head(path.read_bytes()[slice(*frame_spans(path.read_bytes())[2])])
    assert kept is not None
    assert kept.seq == failed.seq
    assert kept.session != failed.session


def test_2_a_new_passphrase_takes_the_number_after_a_rewrite_that_came_between(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.store import sealed

    real = sealed.VaultKeys.new
    with new_vault(path) as store:
        before = path.read_bytes()[56:136]

        def slow(*arguments: object, **options: object) -> object:
            keys = real(*arguments, **options)  # type: ignore[arg-type]  # passed through
            store.compact()
            return keys

        with monkeypatch.context() as patch:
            patch.setattr(sealed.VaultKeys, "new", slow)
            store.change_passphrase("second")
        assert store.info().generation == 2
    after = path.read_bytes()[56:136]
    assert before[:32] != after[:32]
    assert before[32:] != after[32:]


def test_3_after_a_failed_sync_the_next_opening_does_not_read_the_bytes(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_descriptor: int) -> None:
        raise OSError(errno.EIO, "broken")

    store = new_vault(path)
    put(store, "t", 1, a=1)
    with monkeypatch.context() as patch, pytest.raises(VaultError, match="not known"):
        patch.setattr(disk, "sync", fails)
        put(store, "t", 2, b=2)
    store.close()
    with open_vault(path) as again:
        assert contents(again) == {"t": {1: {"a": 1}}}


def test_3_a_rename_that_says_it_failed_and_did_not_ends_the_writing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = disk.replace

    def lies(source: Path, target: Path) -> None:
        real(source, target)
        raise OSError(errno.EIO, "broken")

    with new_vault(path) as store:
        put(store, "t", 1, a=1)
        with monkeypatch.context() as patch, pytest.raises(VaultError):
            patch.setattr(disk, "replace", lies)
            store.compact()
        with pytest.raises(VaultError, match="open it again"):
            put(store, "t", 2, lost="in a file without a name")
    assert contents_of(path) == {"t": {1: {"a": 1}}}


def test_4_a_flipped_length_is_damage_and_not_a_torn_tail(path: Path) -> None:
    with new_vault(path) as store:
        put(store, "t", 1, a=1)
        put(store, "t", 2, b=2)
    raw = bytearray(path.read_bytes())
    raw[frame_spans(bytes(raw))[1][0] + 5] ^= 0x40
    path.write_bytes(raw)
    with pytest.raises(VaultDamaged):
        open_vault(path)


def test_4_sectors_missing_from_a_commit_of_many_frames_are_a_torn_tail(path: Path) -> None:
    with new_vault(path) as store:
        put(store, "t", 1, a=1)
        before = contents(store)
        size = path.stat().st_size
        with store.transaction() as tx:
            tx.put_many("big", [(n, {"text": "x" * 200_000}) for n in range(30)])
        raw = bytearray(path.read_bytes())
        spans = [(start, end) for start, end in frame_spans(bytes(raw)) if start >= size]
        assert len(spans) > 3
    for hole in (spans[0], spans[1], spans[-1]):
        torn = bytearray(raw)
        torn[hole[0] : hole[0] + 512] = bytes(512)
        copy = path.with_name("copy.tdx")
        copy.write_bytes(torn)
        with open_vault(copy) as store:
            assert contents(store) == before
            assert store.report.torn_bytes == len(raw) - size


def test_5_the_new_file_is_locked_before_it_has_the_name(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    real = disk.replace

    def looks(source: Path, target: Path) -> None:
        seen.append(rewrite.lock.is_free(source))
        real(source, target)

    with new_vault(path) as store:
        monkeypatch.setattr(disk, "replace", looks)
        store.compact()
    assert seen == [False]


def test_5_a_holder_that_has_just_rewritten_the_file_is_still_named(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.store import lock

    real = lock.take
    with new_vault(path) as store:

        def rewritten_meanwhile(descriptor: int, at: Path) -> None:
            monkeypatch.setattr(lock, "take", real)
            store.compact()
            real(descriptor, at)

        monkeypatch.setattr(lock, "take", rewritten_meanwhile)
        with pytest.raises(VaultError, match="in this program"):
            open_vault(path)


def test_6_what_a_kill_between_the_two_names_left_is_swept(path: Path) -> None:
    new_vault(path).close()
    first = path.with_name("v.tdx.new-0123456789abcdef")
    first.hardlink_to(path)
    with open_vault(path) as store:
        assert store.report.swept == (first.name,)
    assert names(path.parent) == ["v.tdx"]


def test_6_a_leftover_that_cannot_be_removed_does_not_keep_the_vault_shut(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new_vault(path).close()
    path.with_name("v.tdx.tmp-0123456789abcdef").write_bytes(b"half")

    def fails(_path: Path) -> None:
        raise OSError(errno.EIO, "broken")

    with monkeypatch.context() as patch:
        patch.setattr(disk, "remove", fails)
        open_vault(path).close()
    with open_vault(path) as store:
        assert store.report.swept == ("v.tdx.tmp-0123456789abcdef",)


def test_6_names_are_on_the_medium_before_anything_is_built_on_them(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new_vault(path).close()
    synced: list[Path] = []
    with monkeypatch.context() as patch:
        patch.setattr(disk, "sync_folder", synced.append)
        open_vault(path).close()
    assert synced == [path.parent]


@pytest.mark.parametrize("mask", [0, 0o077, 0o777])
def test_6_folders_and_files_are_private_whatever_the_umask(path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        place = path.parent / "new" / "deep" / "v.tdx"
        Vault.create(place, PASSPHRASE, kdf=CHEAP).close()
        SealedStore.open(place, PASSPHRASE, witness=path.parent / "state").close()
    finally:
        os.umask(before)
    for folder in (path.parent / "new", place.parent, path.parent / "state"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for file in (place, *(path.parent / "state").iterdir()):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_7_an_upsert_is_one_commit(path: Path) -> None:
    new_vault(path).close()
    with open_tinydb(path, PASSPHRASE, kdf=CHEAP) as db:
        db.insert({"n": 1})
        before = len(frame_spans(path.read_bytes()))
        db.upsert({"n": 1, "m": 2}, where("n") == 1)
        db.upsert({"n": 5}, where("n") == 5)
        assert len(frame_spans(path.read_bytes())) == before + 2
        assert [(row.doc_id, dict(row)) for row in db] == [(1, {"n": 1, "m": 2}), (2, {"n": 5})]


def test_8_numbers_and_texts_beyond_the_common_ones_survive_exactly(path: Path) -> None:
    document = {"big": 2**70, "less": -(2**65), "lone": "\ud800x", "nested": [{"\udfff": 10**30}], "float": 1e300}
    with new_vault(path) as store:
        put(store, "t", 1, **document)
        store.compact()
        for refused in (float("nan"), float("inf")):
            with pytest.raises(InvalidInput):
                put(store, "t", 2, n=refused)
    assert contents_of(path) == {"t": {1: document}}


def test_9_the_note_outside_the_vault_holds_nothing_of_it_and_leaves_no_draft(path: Path) -> None:
    state = path.parent / "state"
    store = SealedStore.create(path, "canary-passphrase", kdf=CHEAP, witness=state)
    put(store, "canary-table", 1, canary="canary")
    note = next(iter(state.glob("*")), None)
    assert note is None
    store.close()
    (note,) = state.iterdir()
    assert b"canary" not in note.read_bytes()
    note.with_name(f"{note.name}.new").write_bytes(b"left by a kill")
    SealedStore.open(path, "canary-passphrase", witness=state).close()
    assert list(state.iterdir()) == [note]


def test_frames_say_how_far_the_file_was_synced_before_them(path: Path) -> None:
    with new_vault(path) as store:
        for key in range(4):
            put(store, "t", key)
    raw = path.read_bytes()
    heads = [parse_head(raw[start : start + HEAD_BYTES]) for start, _end in frame_spans(raw)]
    for before, after in pairwise(head for head in heads if head):
        assert after.seq == before.seq + 1
        assert after.durable == after.seq


@pytest.mark.parametrize("go_on", [SealedStore.compact, SealedStore.close, lambda store: put(store, "t", 2, b=2)])
def test_a_lock_that_an_interruption_left_is_given_back(path: Path, go_on: Callable[[SealedStore], None]) -> None:
    """It would let this thread in again and keep the one that rewrites out for ever."""
    store = new_vault(path)
    put(store, "t", 1, a=1)
    store.write_lock.acquire()
    store.state_lock.acquire()
    go_on(store)
    with ThreadPoolExecutor(1) as other:
        assert other.submit(store.write_lock.acquire, timeout=60).result()
        assert other.submit(store.state_lock.acquire, timeout=60).result()
