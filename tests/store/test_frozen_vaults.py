"""Vaults that were written once and never again: each opens, or fails, as its name says, here and for a stranger."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from stranger_reader import Unreadable, read_vault

from app.errors import VaultDamaged, VaultError, VaultTooNew, WrongPassphrase
from app.store.vault import Vault

FOLDER = Path(__file__).resolve().parents[1] / "data" / "vaults"
PASSPHRASE = "correct horse"
ORDERS = "orders of a script"
FULL = {ORDERS: {"2": {"total": 0.5, "who": "Zoë"}}, "empty": {}}
TWO_COMMITS = {ORDERS: {"1": {"total": 0.25, "who": "Zoë"}, "2": {"total": 0.5, "who": "Zoë"}}}
EXACT = {"exact": {"1": {"big": 2**90, "lone": "\ud800", "": 0.1}, "a-text": {"n": -(2**63)}}}

OPENS = {
    "opens-argon2id-aes-256-gcm": (FULL, ""),
    "opens-scrypt-chacha20-poly1305": (FULL, ""),
    "opens-exact-parser": (EXACT, ""),
    "opens-not-closed": (FULL, "was not closed in order"),
    "header-slot-a-damaged-opens": (FULL, "One of the two copies of the vault's header is damaged"),
    "header-slot-b-damaged-opens": (FULL, "One of the two copies of the vault's header is damaged"),
    "torn-tail-opens-with-2-commits": (TWO_COMMITS, "The last write never finished"),
    "rolled-back-opens-with-2-commits": (TWO_COMMITS, "an older copy may have been put back"),
}
FAILS: dict[str, tuple[type[VaultError], str]] = {
    "wrong-passphrase-for-correct-horse": (WrongPassphrase, "The passphrase does not open"),
    "damaged-both-headers": (VaultDamaged, "Both copies of the header"),
    "damaged-empty-file": (VaultDamaged, "is empty: a vault never is"),
    "too-new-version-2": (VaultTooNew, "newer version of the program"),
    "too-new-frame-type": (VaultTooNew, "newer version of the program"),
    "too-new-operation": (VaultTooNew, "newer version of the program"),
    "too-new-documents": (VaultTooNew, "documents have version 2"),
}


def vaults(*names: str) -> list[Path]:
    return [FOLDER / f"{name}.tdx" for name in names]


def damaged_at() -> list[Path]:
    return sorted(path for path in FOLDER.glob("damaged-at-*.tdx"))


def test_every_file_has_its_expectation() -> None:
    found = set(FOLDER.glob("*.tdx"))
    assert found == {*vaults(*OPENS, *FAILS, "opens-workspace"), *damaged_at()}
    assert damaged_at()


@pytest.mark.parametrize("readonly", [False, True], ids=["writer", "reader"])
@pytest.mark.parametrize("name", OPENS)
def test_it_opens_as_its_name_says(name: str, readonly: bool, tmp_path: Path) -> None:
    tables, remark = OPENS[name]
    path = Path(shutil.copy(FOLDER / f"{name}.tdx", tmp_path))
    notes = tmp_path / "notes"
    notes.mkdir()
    if (note := FOLDER / f"{name}.note.json").exists():
        shutil.copy(note, notes / f"{path.read_bytes()[16:32].hex()}.json")
    vault = Vault.open(path, PASSPHRASE, readonly=readonly, witness=notes)
    try:
        store = vault.store
        found = {table: {str(key): row for key, row in store.scan(table)} for table in store.tables()}
        assert found == tables
        remarks = " ".join(store.report.remarks)
        assert remark in remarks
        assert bool(remark) == bool(remarks)
    finally:
        vault.close()
    if readonly:
        assert path.read_bytes() == (FOLDER / f"{name}.tdx").read_bytes()


@pytest.mark.parametrize("name", OPENS)
def test_a_stranger_reads_the_same(name: str) -> None:
    assert read_vault(FOLDER / f"{name}.tdx", PASSPHRASE) == OPENS[name][0]


def test_a_frozen_workspace_is_a_workspace(tmp_path: Path) -> None:
    vault = Vault.open(Path(shutil.copy(FOLDER / "opens-workspace.tdx", tmp_path)), PASSPHRASE)
    assert [kind.name for kind in vault.workspace().types] == ["People", "Company", "Conversation"]
    vault.close()


@pytest.mark.parametrize("readonly", [False, True], ids=["writer", "reader"])
@pytest.mark.parametrize("name", FAILS)
def test_it_fails_as_its_name_says(name: str, readonly: bool, tmp_path: Path) -> None:
    kind, words = FAILS[name]
    path = Path(shutil.copy(FOLDER / f"{name}.tdx", tmp_path))
    before = path.read_bytes()
    with pytest.raises(kind, match=re.escape(words)) as caught:
        Vault.open(path, PASSPHRASE, readonly=readonly)
    assert type(caught.value) is kind
    assert path.read_bytes() == before or name == "too-new-documents"  # that one opens and is closed again


@pytest.mark.parametrize("name", [name for name in FAILS if name != "too-new-documents"])
def test_a_stranger_refuses_the_same(name: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_vault(FOLDER / f"{name}.tdx", PASSPHRASE)
    assert name.startswith(str(caught.value).split(":")[0])


@pytest.mark.parametrize("path", damaged_at(), ids=lambda path: path.stem)
def test_damage_is_named_by_its_place(path: Path) -> None:
    at = int(path.stem.removeprefix("damaged-at-"))
    with pytest.raises(VaultDamaged, match=f"damaged near byte {at:,}"):
        Vault.open(path, PASSPHRASE, readonly=True)
    with pytest.raises(Unreadable, match=f"damaged: near byte {at}"):
        read_vault(path, PASSPHRASE)


def test_a_note_is_json_without_a_secret() -> None:
    note = json.loads((FOLDER / "rolled-back-opens-with-2-commits.note.json").read_text())
    assert set(note) == {"generation", "seq", "tag", "hmac"}
