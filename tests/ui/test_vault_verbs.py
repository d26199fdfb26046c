"""The vault's verbs from dialogs, and documents of a script that are none: said in words, without a crash."""

from __future__ import annotations

from pathlib import Path

import pytest
from ui_driver import driving
from ui_kit import PASSPHRASE

from app.errors import VaultDamaged, VaultError, WrongPassphrase
from app.store import compaction, open_tinydb
from app.store.vault import Vault
from app.ui.run import run


async def test_a_malformed_record_and_run_are_shown_as_what_they_are(vault_path: Path) -> None:
    """The record's row says so; the run is named at the bottom; everything else goes on, and a check names them."""
    with open_tinydb(vault_path, PASSPHRASE) as db:
        db.table("records/Order").insert({"values": 7})
        db.table("records/Order").insert({"values": {"external_id": "fine"}})
        number = next(each.doc_id for each in db.table("actions") if each["name"] == "List orders")
        alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
        letters = "".join(alphabet[number >> 5 * place & 31] for place in reversed(range(13)))
        db.table("runs").insert({"action_id": f"act_{letters}"})
    async with driving(vault_path) as driver:
        await driver.open("Order")
        driver.expect("not a record: vault check names it", "fine", "2 records")
        await driver.press("enter", "escape", "down", "enter", "escape")
        await driver.open("List orders")
        await driver.press("f2", "up", "down")  # what is said stands until the next key
        driver.expect("Document 1 of the table runs")
        driver.screen.run_entry("vault.check")
        await driver.settle()
        for worker in list(driver.app.workers):
            if worker.group == "vault.check":
                await worker.wait()
        await driver.settle()
        driver.expect("WRONG  Document 1 of the table records/Order", "correct it there")


def test_a_malformed_definition_is_named_before_the_screen_is_drawn(vault_path: Path) -> None:
    """There is no workspace to show, so opening says which document it is."""
    with open_tinydb(vault_path, PASSPHRASE) as db:
        number = db.table("objects").insert({"name": 5})
    with pytest.raises(VaultDamaged, match=f"Document {number} of the table objects"):
        run(Vault.open(vault_path, PASSPHRASE), "demo.tdx")
    Vault.open(vault_path, PASSPHRASE).close()  # it was closed again


async def test_the_passphrase_is_typed_twice_and_the_work_goes_on(vault_path: Path) -> None:
    """A slip stays in the dialog; after the change the same screen keeps writing, now under the new one."""
    async with driving(vault_path, size=(80, 24)) as driver:
        driver.screen.run_entry("vault.passphrase")
        await driver.settle()
        await driver.type("new")
        await driver.press("tab")
        await driver.type("nwe")
        await driver.press("ctrl+s")
        driver.expect("The two differ")
        await driver.press("backspace", "backspace", "backspace")
        await driver.type("new")
        await driver.press("ctrl+s")
        driver.expect("The passphrase is changed")
        await driver.press("n")
        await driver.type("Later")
        await driver.press("ctrl+s")
        assert driver.workbench.workspace.type_named("Later")
    with pytest.raises(WrongPassphrase):
        Vault.open(vault_path, PASSPHRASE)
    vault = Vault.open(vault_path, "new")
    assert vault.workspace().type_named("Later")
    vault.close()


async def test_a_backup_from_the_dialog(vault_path: Path, tmp_path: Path) -> None:
    """A name that is taken is refused in the dialog; another one is accepted."""
    taken = tmp_path / "taken"
    taken.write_text("")
    async with driving(vault_path, size=(80, 24)) as driver:
        driver.screen.run_entry("vault.backup")
        await driver.settle()
        for letter in str(taken):
            await driver.pilot.press({"/": "slash", "-": "minus", "_": "underscore"}.get(letter, letter))
        await driver.press("ctrl+s")
        driver.expect("taken exists already")
        await driver.press("2", "ctrl+s")
        driver.expect("Copied")
    Vault.open(tmp_path / "taken2", PASSPHRASE).close()


async def test_a_rewrite_in_the_background_that_failed_is_said_once(
    vault_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the next outcome, and in the facts about the vault for as long as it is so."""

    def fails(*_arguments: object, **_options: object) -> None:
        raise VaultError("The disk is full.")

    async with driving(vault_path) as driver:
        store = driver.workbench.vault.store
        monkeypatch.setattr(compaction, "run", fails)
        monkeypatch.setattr(compaction, "is_due", lambda *_arguments, **_options: True)
        await driver.press("L")
        store.wait_for_compaction()
        await driver.press("L")
        driver.expect("did not work. The disk is full.")
        store.wait_for_compaction()
        monkeypatch.undo()
        store.compaction_news()  # of the second one, which may have failed after the outcome was shown
        assert store.compaction_news() == ""
        driver.screen.run_entry("vault.info")
        await driver.settle()
        driver.expect("tidied up", "The disk is full.")
