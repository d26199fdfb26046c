"""Checking, copying, salvaging, and the way to plain JSON and back."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from store_kit import CHEAP, PASSPHRASE, contents, contents_of, frame_spans, names, new_vault, open_vault, put
from tinydb import TinyDB

from app.errors import InvalidInput, VaultDamaged, VaultError, WrongPassphrase
from app.store import SealedStore, disk
from app.store.backup import back_up
from app.store.check import check
from app.store.header import HEADER_BYTES, SLOT_BYTES
from app.store.plain import export_json, read_tables
from app.store.salvage import salvage


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "v.tdx"


def filled(path: Path) -> SealedStore:
    store = new_vault(path)
    with store.transaction() as tx:
        tx.put_many("t", [(n, {"n": n, "text": "x" * 50}) for n in range(1, 301)])
        tx.create("empty")
    for n in range(1, 6):
        put(store, "u", n, n=n)
    return store


def test_a_check_reads_everything(path: Path) -> None:
    with filled(path) as store:
        report = check(store)
        assert report.documents == 305
        assert report.tables == (("t", 300), ("empty", 0), ("u", 5))
        assert report.total_bytes == path.stat().st_size
        assert report.frames == store.info().frames
        assert not report.is_header_damaged
    with open_vault(path, readonly=True) as store:
        assert check(store).documents == 305


@pytest.mark.parametrize("at", [HEADER_BYTES + 60, -300])
def test_a_check_notices_what_changed_since_the_opening(path: Path, at: int) -> None:
    with filled(path) as store:
        raw = bytearray(path.read_bytes())
        raw[at] ^= 1
        os.pwrite(store.journal.descriptor, raw, 0)
        with pytest.raises(VaultDamaged):
            check(store)
        raw[at] ^= 1
        raw[SLOT_BYTES + 20] ^= 1
        os.pwrite(store.journal.descriptor, raw, 0)
        assert check(store).is_header_damaged


def test_a_reader_checks_the_file_of_now_beside_rewrites(path: Path) -> None:
    with new_vault(path) as store:
        put(store, "t", 1, a=1)
        with open_vault(path, readonly=True) as reader:
            put(store, "t", 2, b=2)
            store.compact()
            found = check(reader)
            assert (found.documents, found.is_header_damaged) == (2, False)
            store.change_passphrase("another", kdf=CHEAP)
            with pytest.raises(VaultError, match="another passphrase"):
                check(reader)


def test_a_check_notices_that_the_last_commit_went_missing(path: Path) -> None:
    with filled(path) as store:
        raw = path.read_bytes()
        os.ftruncate(store.journal.descriptor, frame_spans(raw)[-1][0])
        with pytest.raises(VaultDamaged, match="what this program holds"):
            check(store)
        os.pwrite(store.journal.descriptor, raw, 0)


def test_a_backup_is_the_vault_of_that_moment(path: Path) -> None:
    copy = path.with_name("copy.tdx")
    with filled(path) as store:
        assert back_up(store, copy) == path.stat().st_size
        before = contents(store)
        put(store, "u", 9, later=True)
        with pytest.raises(VaultError, match="exists"):
            back_up(store, copy)
        with pytest.raises(VaultError, match="could not be copied"):
            back_up(store, path.parent / "absent" / "copy.tdx")
    assert contents_of(copy) == before
    assert copy.stat().st_mode & 0o777 == 0o600
    with open_vault(path, readonly=True) as store:
        back_up(store, path.with_name("second.tdx"))
    assert contents_of(path.with_name("second.tdx")) == contents_of(path)
    assert names(path.parent) == ["copy.tdx", "second.tdx", "v.tdx"]


def test_a_backup_that_fails_leaves_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    with filled(path) as store:
        with monkeypatch.context() as patch, pytest.raises(VaultError, match="No space"):
            patch.setattr(disk, "write", full)
            back_up(store, path.with_name("copy.tdx"))
        assert names(path.parent) == ["v.tdx"]


def test_a_whole_vault_is_salvaged_whole(path: Path) -> None:
    with filled(path) as store:
        before = contents(store)
    raw = path.read_bytes()
    report = salvage(path, PASSPHRASE, path.with_name("new.tdx"))
    assert (report.frames_lost, report.bytes_lost, report.documents) == (0, 0, 305)
    assert contents_of(path.with_name("new.tdx")) == before
    assert path.read_bytes() == raw


def test_salvage_brings_back_everything_but_what_is_damaged(path: Path) -> None:
    filled(path).close()
    raw = path.read_bytes()
    spans = frame_spans(raw)
    for victim, (start, end) in enumerate(spans):
        for at in (start + 9, start + 60, end - 3):
            bad = bytearray(raw)
            bad[at] ^= 1
            path.write_bytes(bad)
            target = path.with_name(f"new-{at}.tdx")
            report = salvage(path, PASSPHRASE, target)
            lost = [victim, victim + 1] if at == end - 3 and victim + 1 < len(spans) else [victim]
            kept = [n for n in range(1, 6) if n + 1 not in lost]
            found = contents_of(target)
            assert list(found.get("u", {})) == kept, (victim, at)
            assert ("t" in found) == (1 not in lost)
            assert report.frames_read == len(spans) - len(lost)
            assert report.bytes_lost == sum(spans[each][1] - spans[each][0] for each in lost)


def test_salvage_does_not_bring_back_half_a_commit_at_the_end(path: Path) -> None:
    with new_vault(path) as store:
        put(store, "t", 1, a=1)
        with store.transaction() as tx:
            tx.put_many("t", [(n, {"text": os.urandom(300_000).hex()}) for n in range(2, 8)])
        raw = path.read_bytes()
    path.write_bytes(raw[:-5])
    report = salvage(path, PASSPHRASE, path.with_name("new.tdx"))
    assert contents_of(path.with_name("new.tdx")) == {"t": {1: {"a": 1}}}
    assert report.bytes_lost > 0


def test_salvage_needs_the_passphrase_and_one_header(path: Path) -> None:
    filled(path).close()
    with pytest.raises(WrongPassphrase):
        salvage(path, "wrong", path.with_name("new.tdx"))
    raw = bytearray(path.read_bytes())
    raw[70] ^= 1
    path.write_bytes(raw)
    assert salvage(path, PASSPHRASE, path.with_name("new.tdx")).documents == 305
    with pytest.raises(VaultError, match="exists"):
        salvage(path, PASSPHRASE, path.with_name("new.tdx"))
    raw[SLOT_BYTES + 70] ^= 1
    path.write_bytes(raw)
    with pytest.raises(VaultDamaged):
        salvage(path, PASSPHRASE, path.with_name("other.tdx"))
    assert names(path.parent) == ["new.tdx", "v.tdx"]


def test_an_export_opens_in_stock_tinydb_and_comes_back(path: Path) -> None:
    target = path.with_name("plain.json")
    with filled(path) as store:
        put(store, "odd \u00e9", 7, big=2**90, text="\ud800 \u00e9", nothing=None)
        before = contents(store)
        assert export_json(store, target) == 306
        with pytest.raises(VaultError, match="exists"):
            export_json(store, target)
    assert target.stat().st_mode & 0o777 == 0o600
    with TinyDB(target) as stock:
        assert stock.tables() == set(before)
        for name in before:
            assert {each.doc_id: dict(each) for each in stock.table(name)} == before[name]
    assert read_tables(target) == {
        table: {str(key): row for key, row in rows.items()} for table, rows in before.items()
    }


def test_an_export_can_leave_out_and_replace(path: Path) -> None:
    target = path.with_name("plain.json")

    def some(table: str, key: int, document: dict[str, object]) -> dict[str, object] | None:
        return {**document, "n": 0} if table == "u" and key < 3 else None

    with filled(path) as store:
        assert export_json(store, target, replace=some) == 2
    assert json.loads(target.read_text()) == {"t": {}, "empty": {}, "u": {"1": {"n": 0}, "2": {"n": 0}}}


def test_an_export_that_fails_leaves_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    target = path.with_name("plain.json")
    with filled(path) as store:
        with monkeypatch.context() as patch, pytest.raises(InvalidInput, match="No space"):
            patch.setattr(disk, "sync", full)
            export_json(store, target)
        with pytest.raises(InvalidInput, match="There is no folder"):
            export_json(store, path.parent / "absent" / "plain.json")
    assert names(path.parent) == ["v.tdx"]


def test_an_export_has_its_name_only_once_it_is_complete(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed half-way it must not look like one that is whole."""
    target, real, seen = path.with_name("plain.json"), disk.sync, []

    def look(descriptor: int) -> None:
        seen.append(target.exists())
        real(descriptor)

    with filled(path) as store:
        monkeypatch.setattr(disk, "sync", look)
        export_json(store, target)
    assert seen[0] is False
    assert names(path.parent) == ["plain.json", "v.tdx"]


def test_an_import_of_what_is_no_file_is_refused_before_a_byte_is_read(path: Path) -> None:
    """A pipe that nobody writes to would be waited for, a device would fill the memory."""
    pipe = path.with_name("pipe")
    os.mkfifo(pipe)
    with pytest.raises(InvalidInput, match="is a pipe"):
        read_tables(pipe)
    with pytest.raises(InvalidInput, match="is a device"):
        read_tables(Path("/dev/zero"))


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_salvage_or_a_copy_that_is_stopped_leaves_no_file(
    path: Path, error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty vault would be taken for all that could be saved."""
    real, calls = disk.write, 0

    def stopped(descriptor: int, data: bytes, offset: int) -> None:
        nonlocal calls
        calls += 1
        if calls > 2:  # after the header and the empty snapshot of a new vault
            raise error
        real(descriptor, data, offset)

    store = filled(path)
    with monkeypatch.context() as patch, pytest.raises((VaultError, KeyboardInterrupt)):
        patch.setattr(disk, "write", stopped)
        salvage(path, PASSPHRASE, path.with_name("new.tdx"))
    assert names(path.parent) == ["v.tdx"]
    calls = 2
    with monkeypatch.context() as patch, pytest.raises((VaultError, KeyboardInterrupt)):
        patch.setattr(disk, "write", stopped)
        back_up(store, path.with_name("copy.tdx"))
    store.close()
    assert names(path.parent) == ["v.tdx"]


@pytest.mark.parametrize("text", ["[]", "{", '{"t": []}', '{"t": {"1": 5}}', "\udcff"])
def test_only_what_tinydb_wrote_is_read(path: Path, text: str) -> None:
    source = path.with_name("plain.json")
    source.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(InvalidInput):
        read_tables(source)
    with pytest.raises(InvalidInput, match="There is no file"):
        read_tables(path.with_name("absent"))
    source.write_text('{"t": {"1": {"a": NaN}}}')
    with pytest.raises(InvalidInput):
        read_tables(source)
