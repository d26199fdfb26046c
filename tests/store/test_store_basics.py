"""The store from outside: what is put is there, alone, in order, after reopening too."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from store_kit import CHEAP, PASSPHRASE, ROOT, contents, contents_of, names, new_vault, open_vault, put

from app.errors import InvalidInput, VaultBusy, VaultDamaged, VaultError, VaultTooNew, WrongPassphrase
from app.store import Kdf, SealedStore
from app.store.documents import NotJson
from app.store.header import CHACHA20_POLY1305, SLOT_BYTES


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "v.tdx"


def test_what_is_committed_is_there_after_reopening(path: Path) -> None:
    with new_vault(path) as store:
        with store.transaction() as tx:
            tx.put("orders", 1, {"total": "42.50", "big": 2**80, "odd": "\ud800"})
            tx.put("people", 7, {"name": "Ada"})
            tx.create("empty")
        put(store, "orders", 2, total="1")
        before = contents(store)
    assert before == {
        "orders": {1: {"total": "42.50", "big": 2**80, "odd": "\ud800"}, 2: {"total": "1"}},
        "people": {7: {"name": "Ada"}},
        "empty": {},
    }
    with open_vault(path) as store:
        assert contents(store) == before
        assert store.report.remarks == ()
        assert store.tables() == ("orders", "people", "empty")


@pytest.mark.parametrize("kdf", [CHEAP, Kdf.scrypt(log2_n=4)])
@pytest.mark.parametrize("aead", [1, CHACHA20_POLY1305])
def test_every_algorithm_of_the_format_works(path: Path, kdf: Kdf, aead: int) -> None:
    with SealedStore.create(path, PASSPHRASE, kdf=kdf, aead=aead) as store:
        put(store, "t", 1, a=1)
        store.compact()
    with open_vault(path) as store:
        assert contents(store) == {"t": {1: {"a": 1}}}
        assert store.info().kdf == kdf.describe()


def test_a_transaction_that_raises_leaves_nothing(path: Path) -> None:
    with new_vault(path) as store:
        put(store, "t", 1, a=1)
        size = path.stat().st_size
        with pytest.raises(KeyError), store.transaction() as tx:
            tx.put("t", 2, {})
            tx.drop("t")
            raise KeyError
        with pytest.raises(NotJson), store.transaction() as tx:
            tx.put("t", 3, {})
            tx.put("t", 4, {"bad": object()})
        assert contents(store) == {"t": {1: {"a": 1}}}
        assert path.stat().st_size == size


def test_a_transaction_sees_its_own_steps_and_nobody_else_does(path: Path) -> None:
    with new_vault(path) as store:
        put(store, "t", 4, a=1)
        with store.transaction() as tx:
            tx.put("t", 9, {"b": 2})
            assert tx.next_id("t") == 10
            assert tx.get("t", 9) == {"b": 2}
            tx.delete("t", 4)
            assert tx.get("t", 4) is None
            tx.clear("t")
            assert tx.next_id("t") == 1
            tx.put("new", 1, {})
            assert tx.has_table("new")
            assert store.tables() == ("t",)
            assert store.get("t", 4) == {"a": 1}
            with pytest.raises(RuntimeError, match="nest"), store.transaction():
                pass
        assert contents(store) == {"t": {}, "new": {1: {}}}


def test_ids_keep_the_order_of_insertion(path: Path) -> None:
    with new_vault(path) as store:
        for doc_id in (5, 1, 9):
            put(store, "t", doc_id, n=doc_id)
        put(store, "t", 1, n="updated")
        with store.transaction() as tx:
            tx.delete("t", 5)
            tx.put("t", 5, {"n": "again"})
        assert store.ids("t") == (1, 9, 5)
        assert store.ids("t") is store.ids("t")
    for _round in range(2):
        with open_vault(path) as store:
            assert store.ids("t") == (1, 9, 5)
            store.compact()


def test_nothing_handed_out_or_taken_in_is_the_stores_own(path: Path) -> None:
    with new_vault(path) as store:
        mine: dict[str, object] = {"list": [1]}
        with store.transaction() as tx:
            tx.put("t", 1, mine)
            mine["list"].append(2)  # type: ignore[attr-defined]
            tx.get("t", 1)["list"].append(3)  # type: ignore[index]
        store.get("t", 1)["list"].append(4)  # type: ignore[index]
        next(store.scan("t"))[1]["list"].append(5)  # type: ignore[attr-defined]
        assert store.get("t", 1) == {"list": [1]}


def test_an_index_answers_as_a_scan_does(path: Path) -> None:
    with new_vault(path) as store:
        with store.transaction() as tx:
            tx.put_many("t", [(n, {"v": {"s": n % 3}, "flag": n % 2 == 0}) for n in range(1, 400)])
            tx.put("t", 1000, {"v": {"s": True}})
            tx.put("t", 900, {"v": {"s": 1.0}})
            tx.put("t", 901, {"v": {"s": [1]}})
            tx.put("t", 902, {"v": 1})
        plain = store.find("t", "v.s", 1)
        assert plain[-2:] == (1000, 900)
    with open_vault(path) as store:
        store.ensure_index("t", "v.s")
        store.ensure_index("later", ("v", "s"))
        assert store.find("t", "v.s", 1) == plain
        with store.transaction() as tx:
            tx.put("t", 4, {"v": {"s": 2}})
            tx.delete("t", 7)
            tx.put("t", 7, {"v": {"s": 1}})
            tx.put("later", 1, {"v": {"s": None}})
        assert store.find("t", "v.s", 1) == (*(key for key in plain if key not in (4, 7)), 7)
        assert store.find("t", "v.s", 2)[:2] == (2, 4)
        assert store.find("later", "v.s", None) == (1,)
        assert store.find("later", "v.absent", None) == ()
        assert store.find("t", "v.s", [1]) == ()
        with store.transaction() as tx:
            tx.clear("t")
        assert store.find("t", "v.s", 1) == ()


def test_next_id_follows_the_largest_number(path: Path) -> None:
    with new_vault(path) as store, store.transaction() as tx:
        assert tx.next_id("t") == 1
        tx.put("t", 7, {})
        tx.put("t", 3, {})
        assert tx.next_id("t") == 8
        tx.delete("t", 7)
        assert tx.next_id("t") == 4
        tx.put("t", 2**63 - 1, {})
        for bad in (-1, 2**63, True, 1.0):
            with pytest.raises(ValueError, match="whole number"):
                tx.put("t", bad, {})  # type: ignore[arg-type]  # what is tested


def test_a_document_of_many_frames_and_one_too_large(path: Path) -> None:
    with new_vault(path) as store:
        with store.transaction() as tx:
            tx.put_many("t", [(n, {"text": "x" * 500_000}) for n in range(1, 9)])
        with pytest.raises(NotJson, match="16 MiB"):
            put(store, "t", 9, text="x" * 17 * 2**20)
        put(store, "t", 10, fine=True)
    with open_vault(path) as store:
        assert store.count("t") == 9
        assert store.get("t", 8) == {"text": "x" * 500_000}


def test_a_table_name_is_text(path: Path) -> None:
    with new_vault(path) as store:
        for bad in ("\ud800", "x" * 70_000):
            with pytest.raises(NotJson, match="name"):
                put(store, bad, 1)
        assert store.tables() == ()


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


def test_the_figures_add_up(path: Path) -> None:
    with new_vault(path) as store:
        with store.transaction() as tx:
            tx.put_many("t", [(n, {"n": n}) for n in range(1, 301)])
        info = store.info()
        assert info.tables == (("t", 300),)
        assert info.total_bytes == path.stat().st_size
        assert 0 < info.dead_bytes < 9_000
        for _round in range(30):
            put(store, "t", 1, text="x" * 1000)
        assert store.info().dead_bytes > 29_000
        live = store.info().live_bytes
    with open_vault(path) as store:
        assert abs(store.info().live_bytes - live) < 1100
        assert store.info().closed_at is not None


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = """
import sys, app.store
assert not {"tinydb", "msgspec", "cryptography", "textual", "httpx"} & set(sys.modules)
import app.store.sealed
assert not {"tinydb", "cryptography", "textual", "httpx"} & set(sys.modules), sorted(sys.modules)
assert callable(app.store.open_tinydb)
try:
    app.store.nothing
except AttributeError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "nothing" in done.stdout


def test_no_secret_stands_in_a_repr(path: Path) -> None:
    with new_vault(path) as store:
        assert PASSPHRASE not in repr(store) + repr(store.info()) + repr(store.report)
