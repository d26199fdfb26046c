"""Torn or damaged: every cut and changed byte gives saved commits or a refusal, never other data."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from store_kit import CHEAP, Contents, contents, contents_of, frame_spans, names, new_vault, open_vault, put

from app.errors import VaultDamaged, VaultError, WrongPassphrase
from app.store import SealedStore
from app.store.header import HEADER_BYTES, SLOT_BYTES


class History:
    """A small vault's bytes, and what it held after each commit, by the size of the file then."""

    def __init__(self, path: Path) -> None:
        self.states: list[tuple[int, Contents]] = []
        store = new_vault(path)
        self._note(path, store)
        put(store, "t", 1, a="first")
        self._note(path, store)
        with store.transaction() as tx:
            tx.put("t", 2, {"b": "second"})
            tx.delete("t", 1)
            tx.put("u", 1, {"c": "other"})
        self._note(path, store)
        put(store, "t", 2, b="third")
        self._note(path, store)
        self.open_bytes = path.read_bytes()
        store.close()
        self.closed_bytes = path.read_bytes()

    def _note(self, path: Path, store: SealedStore) -> None:
        self.states.append((path.stat().st_size, contents(store)))

    def newest_within(self, size: int) -> Contents:
        return [state for length, state in self.states if length <= size][-1]


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    return History(tmp_path_factory.mktemp("history") / "v.tdx")


def outcome(path: Path, raw: bytes) -> tuple[Contents, SealedStore] | None:
    """What a writer finds in a file of these bytes; None when it is refused as damaged."""
    path.write_bytes(raw)
    try:
        store = open_vault(path)
    except VaultDamaged:
        assert path.read_bytes() == raw, "a refusal leaves the file alone"
        return None
    store.close()
    return contents(store), store


@pytest.mark.parametrize("closed", [False, True])
def test_a_file_cut_anywhere_gives_the_commits_that_fit(history: History, tmp_path: Path, closed: bool) -> None:
    raw = history.closed_bytes if closed else history.open_bytes
    path = tmp_path / "v.tdx"
    first_end = history.states[0][0]
    for length in (*range(0, HEADER_BYTES, 512), *range(HEADER_BYTES, len(raw))):
        found = outcome(path, raw[:length])
        if length < first_end:
            assert found is None, length
            continue
        assert found is not None, length
        state, store = found
        assert state == history.newest_within(length), length
        whole = max(end for _start, end in frame_spans(raw) if end <= length)
        assert store.report.torn_bytes == length - whole
        assert store.report.was_closed == (length == len(raw) and closed)
        torn = path.with_name("v.tdx.torn")
        if length > whole:
            assert torn.read_bytes() == raw[whole:length]
            assert store.report.torn_copy == torn
            assert store.report.remarks
            torn.unlink()
        assert names(tmp_path) == ["v.tdx"]
        assert contents_of(path) == state, "what was repaired opens again, the same"


@pytest.mark.parametrize("change", [0x01, 0x80, 0xFF])
def test_a_changed_byte_is_never_other_data_and_never_silent(history: History, tmp_path: Path, change: int) -> None:
    path = tmp_path / "v.tdx"
    for raw in (history.open_bytes, history.closed_bytes):
        spans = frame_spans(raw)
        for at in range(HEADER_BYTES, len(raw), 1 if change == 0xFF else 3):
            bad = bytearray(raw)
            bad[at] ^= change
            found = outcome(path, bytes(bad))
            start = max(start for start, _end in spans if start <= at)
            if start < spans[-1][0]:
                assert found is None, f"byte {at} of an acknowledged frame"
            else:
                assert found is not None
                assert found[0] == history.newest_within(start)
                assert found[1].report.torn_bytes == len(raw) - start
                assert not found[1].report.was_closed


def test_either_header_copy_opens_and_is_healed_by_the_next_rewrite(history: History, tmp_path: Path) -> None:
    path = tmp_path / "v.tdx"
    raw = history.closed_bytes
    for slot in (0, SLOT_BYTES):
        for at in (*range(0, 140, 7), 2000, *range(4056, SLOT_BYTES, 5)):
            bad = bytearray(raw)
            bad[slot + at] ^= 0x10
            found = outcome(path, bytes(bad))
            assert found is not None
            assert found[0] == history.states[-1][1]
            assert found[1].report.is_header_damaged
            assert found[1].report.remarks
    with open_vault(path) as store:
        store.compact()
    with open_vault(path) as store:
        assert not store.report.is_header_damaged


def test_both_header_copies_damaged_is_damage_and_not_a_wrong_passphrase(history: History, tmp_path: Path) -> None:
    bad = bytearray(history.closed_bytes)
    bad[60] ^= 1
    bad[SLOT_BYTES + 60] ^= 1
    assert outcome(tmp_path / "v.tdx", bytes(bad)) is None


def test_frames_cannot_be_dropped_repeated_swapped_or_taken_from_elsewhere(history: History, tmp_path: Path) -> None:
    path = tmp_path / "v.tdx"
    raw = history.closed_bytes
    frames = [raw[start:end] for start, end in frame_spans(raw)]

    def found_in(*kept: bytes) -> tuple[Contents, SealedStore] | None:
        return outcome(path, raw[:HEADER_BYTES] + b"".join(kept))

    stranger = History(tmp_path / "stranger.tdx").closed_bytes
    foreign = [stranger[start:end] for start, end in frame_spans(stranger)]
    for at in range(len(frames) - 1):
        before, after = frames[:at], frames[at + 1 :]
        assert found_in(*before, *after) is None, f"frame {at} dropped"
        assert found_in(*before, after[0], frames[at], *after[1:]) is None, f"frame {at} swapped"
        assert found_in(*before, foreign[at], *after) is None, f"frame {at} from another file"
        repeated = found_in(*before, frames[at], frames[at], *after)
        if at < len(frames) - 2:
            assert repeated is None, f"frame {at} repeated"
        else:
            assert repeated is not None, "nothing but the mark of closing stands behind it: all data is there"
            assert repeated[0] == history.states[-1][1]
            assert repeated[1].report.torn_bytes > 0
    assert found_in(*foreign) is None
    with pytest.raises((WrongPassphrase, VaultDamaged)):
        path.write_bytes(stranger[:HEADER_BYTES] + raw[HEADER_BYTES:])
        open_vault(path)


def test_junk_at_the_end_is_reported_and_the_rest_intact(history: History, tmp_path: Path) -> None:
    path = tmp_path / "v.tdx"
    raw = history.closed_bytes
    last = raw[frame_spans(raw)[-1][0] :]
    for junk in (b"x", b"\0" * 5000, b"tDf1" * 100, os.urandom(3000), last):
        found = outcome(path, raw + junk)
        assert found is not None
        assert found[0] == history.states[-1][1]
        assert found[1].report.torn_bytes == len(junk)
        path.with_name("v.tdx.torn").unlink()


def test_a_power_cut_inside_a_commit_of_several_frames_is_not_damage(tmp_path: Path) -> None:
    path = tmp_path / "v.tdx"
    with new_vault(path) as store:
        put(store, "t", 1, a=1)
        before, size = contents(store), path.stat().st_size
        with store.transaction() as tx:
            tx.put_many("t", [(n, {"text": os.urandom(300_000).hex()}) for n in range(2, 8)])
        raw = path.read_bytes()
    spans = [span for span in frame_spans(raw) if span[0] >= size]
    assert len(spans) > 3
    for start, end in spans:
        lost = bytearray(raw)
        middle = (start + end) // 2
        for sector in (start - start % 512, middle - middle % 512):
            lost[max(size, sector) : sector + 512] = bytes(sector + 512 - max(size, sector))
        found = outcome(path, bytes(lost))
        assert found is not None, "nothing of this commit had been synced"
        assert found[0] == before
    for length in (spans[0][1], spans[1][1] + 7, len(raw) - 1):
        found = outcome(path, raw[:length])
        assert found is not None
        assert found[0] == before


def test_a_repaired_file_goes_on_under_a_new_session(history: History, tmp_path: Path) -> None:
    path = tmp_path / "v.tdx"
    path.write_bytes(history.open_bytes[:-3])
    with open_vault(path) as store:
        put(store, "t", 2, b="another third")
    raw = path.read_bytes()
    start = frame_spans(raw)[3][0]
    assert raw[start + 8 : start + 16] == history.open_bytes[start + 8 : start + 16], "the number comes again"
    assert raw[start + 24 : start + 40] != history.open_bytes[start + 24 : start + 40], "its session does not"
    assert contents_of(path)["t"] == {2: {"b": "another third"}}


def test_a_reader_accepts_a_torn_tail_and_leaves_it(history: History, tmp_path: Path) -> None:
    path = tmp_path / "v.tdx"
    path.write_bytes(history.open_bytes[:-3])
    with open_vault(path, readonly=True) as store:
        assert contents(store) == history.states[-2][1]
        assert store.report.torn_bytes > 0
    assert path.read_bytes() == history.open_bytes[:-3]
    assert names(tmp_path) == ["v.tdx"]


def test_an_older_copy_is_noticed_through_the_witness(tmp_path: Path) -> None:
    path, notes = tmp_path / "v.tdx", tmp_path / "state" / "notes"

    def reopened(*, readonly: bool = False) -> SealedStore:
        with SealedStore.open(path, "pw", witness=notes, readonly=readonly) as store:
            return store

    with SealedStore.create(path, "pw", kdf=CHEAP, witness=notes) as store:
        put(store, "t", 1, a=1)
    older = path.read_bytes()
    assert not reopened().report.is_rolled_back
    with SealedStore.open(path, "pw", witness=notes) as store:
        put(store, "t", 1, a=2)
    newer = path.read_bytes()
    assert not reopened().report.is_rolled_back
    path.write_bytes(older)
    assert reopened(readonly=True).report.is_rolled_back
    path.write_bytes(newer[: frame_spans(newer)[-1][0]])
    assert reopened(readonly=True).report.is_rolled_back, "the tail cut at a frame's boundary"
    path.write_bytes(newer)
    with SealedStore.open(path, "pw", witness=notes) as store:
        assert not store.report.is_rolled_back
        store.change_passphrase("pw")
    rekeyed = path.read_bytes()
    assert not reopened().report.is_rolled_back
    path.write_bytes(newer)
    report = reopened(readonly=True).report
    assert report.is_rolled_back
    assert report.remarks
    path.write_bytes(rekeyed)
    assert not reopened(readonly=True).report.is_rolled_back
    note = next(notes.iterdir())
    assert note.stat().st_mode & 0o777 == 0o600
    note.write_text(note.read_text().replace('"hmac": "', '"hmac": "00'))
    assert reopened(readonly=True).report.is_rolled_back
    note.write_text("not a note")
    assert not reopened(readonly=True).report.is_rolled_back


def test_another_history_of_the_same_length_is_noticed(tmp_path: Path) -> None:
    path, notes = tmp_path / "v.tdx", tmp_path / "notes"
    SealedStore.create(path, "pw", kdf=CHEAP).close()
    fork = path.read_bytes()
    with SealedStore.open(path, "pw", witness=notes) as store:
        put(store, "t", 1, a=1)
    path.write_bytes(fork)
    with SealedStore.open(path, "pw") as store:
        put(store, "t", 1, a=2)
    with SealedStore.open(path, "pw", witness=notes, readonly=True) as store:
        assert store.report.is_rolled_back


def test_an_unreadable_note_is_an_error_and_not_a_guess(tmp_path: Path) -> None:
    path, notes = tmp_path / "v.tdx", tmp_path / "notes"
    with new_vault(path) as store:
        file_id = store.info().file_id
    (notes / f"{file_id}.json").mkdir(parents=True)
    with pytest.raises(VaultError, match="note"):
        SealedStore.open(path, "correct horse", witness=notes)
    open_vault(path).close()
