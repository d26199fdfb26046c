"""The vault's own verbs: every rule is checked, exports hold no token, imports are planned whole and undone whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_kit import CHEAP, PASSPHRASE, TOKEN, Bench, checked, new_bench, write
from tinydb import TinyDB

from app.commands.registry import Result
from app.domain.secret import Secret
from app.errors import InvalidInput, VaultDamaged, VaultError, WrongPassphrase
from app.store import SealedStore, open_tinydb
from app.store.vault import Vault
from app.store.views import Records


async def test_an_export_opens_in_stock_tinydb_without_a_token(shop: Bench, tmp_path: Path) -> None:
    """And comes back into the same vault without a change, and into a new one whole but for the tokens."""
    target = tmp_path / "plain.json"
    result = await shop.run("vault.export", file=str(target))
    assert "NOT encrypted" in result.message
    assert target.stat().st_mode & 0o777 == 0o600
    text = target.read_text()
    assert TOKEN not in text
    assert "-secret" not in text
    before = shop.stored()
    with TinyDB(target) as stock:
        assert len(stock.table("records/Order")) == len(before["records/Order"])
        assert {each["value"] for each in stock.table("tokens")} == {"(token: not exported)"}
    with pytest.raises(VaultError, match="exists"):
        await shop.run("vault.export", file=str(target))

    same = await shop.run("vault.import", file=str(target))
    assert "0 new, 0 changed" in same.message
    assert shop.stored() == before

    other = new_bench(tmp_path / "new.tdx")
    dry = await other.run("vault.import", file=str(target), dry_run=True)
    assert "Nothing was changed." in dry.message
    assert other.heard == []
    empty = other.stored()
    result = await other.run("vault.import", file=str(target))
    assert "these have no value: Key, Unused" in result.message
    assert len(other.heard) == 1
    after = other.stored()
    assert {t: d for t, d in after.items() if t != "tokens"} == {t: d for t, d in before.items() if t != "tokens"}
    assert {each["value"] for each in after["tokens"].values()} == {""}
    other.reopen()
    await other.run("undo")
    assert other.stored() == empty
    other.vault.close()


async def test_tables_of_a_script_come_in_and_are_undone(shop: Bench, tmp_path: Path) -> None:
    """Any plain TinyDB file: what means nothing here is kept as it is."""
    source = tmp_path / "script.json"
    with TinyDB(source) as stock:
        stock.insert({"big": 2**80, "list": [1, {"a": None}]})
        stock.table("records/Order").insert({"values": {"external_id": "script"}})
    before = shop.stored()
    await shop.run("vault.import", file=str(source))
    assert shop.stored()["_default"] == {1: {"big": 2**80, "list": [1, {"a": None}]}}
    assert 'the table "_default" is not the workbench\'s' in await checked(shop, code=0)
    shop.reopen()
    await shop.run("undo")
    assert shop.stored() == before


BAD_FILES = {
    '{"records/Order": {"3": {"values": 7}}}': "Document 3 of the table records/Order does not have the expected shape",
    '{"records/Order": {"3": {"values": {"external_id": "3", "total": "x"}}}}': "Document 3 of the table records/Order",
    '{"records/Parcel": {"3": {"values": {}}}}': 'there is no object "Parcel"',
    '{"objects": {"3": {"name": "Order"}}}': "the object Order: 2 have this name",
    '{"t": {"x": {}}}': 'Document "x" of the table t: its id is not a whole number.',
    '{"t": {"1": 5}}': 'document "1" of the table "t" is not an object',
    '{"t": 5}': '"t" in it is not a table of documents',
    '{"t": {"1": {"a": NaN}}}': "is not a JSON file",
    "[]": "not tables of documents",
    '{"meta": {"1": {"documents_version": 9}}}': "newer version of the program",
    '{"settings": {"1": {"record_limit": 1}}, "records/Order": {"3": {"values": {"external_id": "3"}}}}': "allowed",
}


@pytest.mark.parametrize("text", BAD_FILES)
async def test_what_does_not_fit_is_named_and_nothing_is_imported(text: str, shop: Bench, tmp_path: Path) -> None:
    source = tmp_path / "bad.json"
    source.write_text(text)
    assert BAD_FILES[text] in await shop.refused("vault.import", file=str(source))


async def test_compacting_keeps_everything(shop: Bench) -> None:
    before, size = shop.stored(), shop.path.stat().st_size
    result = await shop.run("vault.compact")
    assert "Compacted" in result.message
    assert shop.path.stat().st_size < size
    assert shop.stored() == before
    shop.reopen()
    assert shop.stored() == before


async def test_a_backup_is_a_vault_of_this_moment(shop: Bench, tmp_path: Path) -> None:
    before = shop.stored()
    copy = tmp_path / "copy.tdx"
    await shop.run("vault.backup", file=str(copy))
    await shop.run("record.delete", object="Order", record="9")
    with pytest.raises(VaultError, match="exists already"):
        await shop.run("vault.backup", file=str(copy))
    vault = Vault.open(copy, PASSPHRASE)
    assert Bench(vault).stored() == before
    vault.close()


async def test_a_new_passphrase_removes_the_old_copy_and_must_be_typed_twice(shop: Bench) -> None:
    copy = shop.path.with_name(f"{shop.path.name}.bak")
    copy.write_bytes(shop.path.read_bytes())
    words = await shop.refused("vault.passphrase", passphrase=Secret("new"), again=Secret("nwe"))
    assert words == "The two differ; type the new passphrase twice."
    assert copy.exists()
    result = await shop.run("vault.passphrase", passphrase=Secret("new"), again=Secret("new"))
    assert f"{copy.name} was one, and is removed." in result.message
    assert not copy.exists()
    await shop.run("object.create", name="Later")  # the same handle goes on


async def test_salvage_on_the_screen_makes_a_new_vault(shop: Bench, tmp_path: Path) -> None:
    """And says what was lost, in the words of the shell."""
    raw = bytearray(shop.path.read_bytes())
    at = raw.index(b"tDf1", len(raw) // 2) + 60
    raw[at] ^= 1
    bad = tmp_path / "bad.tdx"
    bad.write_bytes(raw)
    with pytest.raises(VaultDamaged):
        SealedStore.open(bad, PASSPHRASE, readonly=True)
    given = {"file": str(bad), "new": str(tmp_path / "saved.tdx")}
    with pytest.raises(WrongPassphrase):
        await shop.run("vault.salvage", **given, passphrase=Secret("wrong"))
    result: Result = await shop.run("vault.salvage", **given, passphrase=Secret(PASSPHRASE))
    assert "Lost: 1 frames are missing or damaged" in result.message
    assert bad.read_bytes() == raw
    with SealedStore.open(tmp_path / "saved.tdx", PASSPHRASE) as store:
        assert store.count("records/Order") > 0


async def test_a_script_and_the_workbench_see_each_other(tmp_path: Path) -> None:
    """Definitions and records, both ways, through stock TinyDB calls; a malformed document is named."""
    path = tmp_path / "v.tdx"
    bench = new_bench(path)
    await bench.run("object.create", name="Order")
    await bench.run("record.put", object="Order", value=("external_id=1",))
    bench.vault.close()
    with open_tinydb(path, PASSPHRASE, kdf=CHEAP) as db:
        assert [each["values"] for each in db.table("records/Order")] == [{"external_id": "1"}]
        db.table("records/Order").insert({"values": {"external_id": "2"}})
        birth = db.table("objects").all()[0]["attributes"]
        db.table("objects").insert({"name": "Parcel", "attributes": birth})
    bench.reopen()
    assert [values["external_id"] for values in bench.values("Order")] == ["1", "2"]
    assert [kind.name for kind in bench.workspace.active_objects] == ["Order", "Parcel"]
    await bench.run("record.put", object="Parcel", value=("external_id=p",))
    await checked(bench, code=0)
    bench.vault.close()
    with open_tinydb(path, PASSPHRASE) as db:
        db.table("records/Order").insert({"values": "none"})
        db.table("objects").insert({"name": 5})
    vault = Vault.open(path, PASSPHRASE)
    bench.vault = vault
    bench.workbench = bench._bench(vault)
    found = await checked(bench)
    assert found.count("WRONG") == 2
    with pytest.raises(VaultDamaged, match="of the table objects does not have the expected shape"):
        _ = bench.workspace
    records = Records(vault.store)
    assert [each is None for each in records.window_of_readable("Order", 0, 9)] == [False, False, True]
    vault.close()


async def test_an_export_of_a_vault_that_cannot_be_shown_still_works(shop: Bench, tmp_path: Path) -> None:
    """What cannot be decoded is written as it is."""
    write(shop, "records/Order", 5, values=7)
    await shop.run("vault.export", file=str(tmp_path / "e.json"))
    assert json.loads((tmp_path / "e.json").read_text())["records/Order"]["5"] == {"values": 7}
    with pytest.raises(InvalidInput, match="Document 5 of the table records/Order"):
        await shop.run("vault.import", file=str(tmp_path / "e.json"))


async def test_a_wrong_passphrase_is_not_kept_in_a_keyring(shop: Bench) -> None:
    """In the dialog anything can be typed; it is tried first."""
    words = await shop.refused("vault.remember", current=Secret("wrong"))
    assert words == "That passphrase does not open this vault. Nothing was kept."


@pytest.mark.parametrize("text", ["", "-1", "1441", "1.5", "soon", "٣"])
async def test_minutes_that_make_no_sense_are_refused(text: str, shop: Bench) -> None:
    """And nothing is changed; a number that does is kept, with an undo."""
    assert "whole number from 0" in await shop.refused("vault.autolock", minutes=text)
    assert shop.workbench.workspace.settings.lock_minutes == 10
    await shop.run("vault.autolock", minutes="0")
    assert shop.workbench.workspace.settings.lock_minutes == 0
