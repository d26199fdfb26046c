"""The store from outside: what is put is there, alone, in order, after reopening too."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from store_kit import CHEAP, PASSPHRASE, ROOT, contents, new_vault, open_vault, put

from app.store import Kdf, SealedStore
from app.store.documents import NotJson
from app.store.header import CHACHA20_POLY1305


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
