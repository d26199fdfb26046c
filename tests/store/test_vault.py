"""The vault: what it is made of, what it refuses, what it keeps."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from vault_kit import CHEAP, PASSPHRASE, new_vault

from app.domain.action import Action
from app.domain.changes import ACTIONS, COMMITS, OBJECTS, RUNS, TOKENS, Change, Changes, record_table
from app.domain.identifiers import ActionId, ObjectId, RecordId, RunId, TokenId
from app.domain.record import Record
from app.domain.run import Run, SentRequest
from app.domain.schema import ObjectType
from app.domain.secret import Secret
from app.domain.token import Token
from app.domain.workspace import Workspace
from app.errors import VaultBusy, VaultDamaged, VaultError, VaultTooNew, WrongPassphrase
from app.store.codec import new_id, to_document
from app.store.history import UNDO
from app.store.migrations import DOCUMENTS_VERSION, META
from app.store.sealed import SealedStore
from app.store.vault import Vault

AT = "2026-11-24T09:30:00.000Z"


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    """A new vault."""
    made = new_vault(tmp_path / "v.tdx")
    yield made
    made.close()


def _object(number: int, name: str) -> Change:
    return Change(OBJECTS, number, None, ObjectType(id=ObjectId(new_id(OBJECTS, number)), name=name))


def _record(number: int, **values: str) -> Record:
    return Record(id=RecordId(new_id("records/Order", number)), type_name="Order", values=values, created_at=AT)


def _token(number: int, text: str) -> Change:
    return Change(TOKENS, number, None, Token(id=TokenId(new_id(TOKENS, number)), name="t", value=Secret(text)))


def _script(path: Path, table: str, number: int, document: dict[str, object]) -> None:
    """Write a document as a script that knows nothing of the domain."""
    vault = Vault.open(path, PASSPHRASE)
    with vault.store.transaction() as transaction:
        transaction.put(table, number, document)
    vault.close()


def test_a_new_vault_is_an_empty_workspace(vault: Vault) -> None:
    """The three standard objects, the default limits, nothing to undo; for its owner alone."""
    assert vault.workspace() == Workspace()
    assert vault.undo() is None
    assert vault.redo() is None
    assert (vault.undo_title(), vault.redo_title()) == ("", "")
    assert stat.S_IMODE(vault.store.path.stat().st_mode) == 0o600


@pytest.mark.parametrize("mask", [0o000, 0o077, 0o777])
def test_the_file_is_0600_whatever_the_umask(mask: int, tmp_path: Path) -> None:
    """And stays so when it is rewritten."""
    before = os.umask(mask)
    try:
        vault = new_vault(tmp_path / "v.tdx")
        vault.store.change_passphrase("another", kdf=CHEAP)
        vault.close()
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "v.tdx").stat().st_mode) == 0o600


def test_the_workspace_is_the_same_after_reopening(vault: Vault) -> None:
    """And after changes to it, which memory follows without reading the file."""
    action = Action(id=ActionId(new_id(ACTIONS, 2)), name="A", url="https://h/", test_values={"a": "b"})
    made = Changes.of("Make", [_object(1, "Order"), Change(ACTIONS, 2, None, action), _token(3, "secret")])
    workspace = vault.workspace().applied(made)
    vault.commit(made, at=AT)
    assert vault.workspace() == workspace
    vault.close()
    again = Vault.open(vault.store.path, PASSPHRASE)
    assert again.workspace() == workspace
    again.close()


def test_a_folder_is_made_for_it(tmp_path: Path) -> None:
    """For its owner alone, as the first start on a new machine needs."""
    path = tmp_path / "data" / "actionbench" / "v.tdx"
    new_vault(path).close()
    assert stat.S_IMODE(path.parent.stat().st_mode) & 0o077 == 0


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    """A file stands in its place."""
    (tmp_path / "file").write_text("")
    with pytest.raises(VaultError, match=r"The folder .* cannot be made: .*\. Choose another place for the vault\."):
        new_vault(tmp_path / "file" / "v.tdx")


def test_a_vault_that_could_not_be_filled_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the next try would be told that it exists."""

    def broken(_: object) -> None:
        raise VaultError("The disk is full.")

    with monkeypatch.context() as patched:
        patched.setattr("app.store.vault.migrations.stamp", broken)
        with pytest.raises(VaultError, match="full"):
            new_vault(tmp_path / "v.tdx")
    assert list(tmp_path.iterdir()) == []
    new_vault(tmp_path / "v.tdx").close()


def test_what_is_there_is_not_overwritten(vault: Vault) -> None:
    """Creating over a vault is refused and leaves it alone."""
    content = vault.store.path.read_bytes()
    with pytest.raises(VaultError):
        new_vault(vault.store.path)
    assert vault.store.path.read_bytes() == content


def test_a_wrong_passphrase_and_a_second_writer_are_refused(vault: Vault) -> None:
    """Each by its own class; a reader is let in."""
    with pytest.raises(VaultBusy):
        Vault.open(vault.store.path, PASSPHRASE)
    reader = Vault.open(vault.store.path, PASSPHRASE, readonly=True)
    assert reader.workspace() == Workspace()
    with pytest.raises(VaultError, match="reading only"):
        reader.commit(Changes.of("Make", [_object(1, "Order")]), at=AT)
    reader.close()
    vault.close()
    with pytest.raises(WrongPassphrase):
        Vault.open(vault.store.path, "wrong")


@pytest.mark.parametrize("version", [DOCUMENTS_VERSION + 1, 99, "next", 1.5])
def test_documents_of_a_newer_program_are_refused(version: object, vault: Vault) -> None:
    """And the vault is let go, so that the newer program can have it."""
    vault.close()
    _script(vault.store.path, META, 1, {"documents_version": version})
    with pytest.raises(VaultTooNew, match=rf"have version {version}; this program reads up to {DOCUMENTS_VERSION}\."):
        Vault.open(vault.store.path, PASSPHRASE)
    SealedStore.open(vault.store.path, PASSPHRASE).close()


def test_a_vault_without_a_stamp_is_version_one(vault: Vault) -> None:
    """As scripts leave it."""
    with vault.store.transaction() as transaction:
        transaction.drop(META)
    vault.close()
    Vault.open(vault.store.path, PASSPHRASE).close()


@pytest.mark.parametrize(
    ("table", "document", "words"),
    [
        (OBJECTS, {"name": 5}, r"Document 7 of the table objects .*Expected `str`, got `int` - at `\$\.name`"),
        (ACTIONS, {"name": "x"}, r"Document 7 of the table actions .*missing required field `url`"),
        (RUNS, {}, "Document 7 of the table runs "),
        (record_table("Order"), {"values": {"a": {"b": 1}}}, "Document 7 of the table records/Order "),
        (COMMITS, {"title": 1}, "Document 7 of the table commits, which undo needs, "),
    ],
)
def test_a_malformed_document_is_named(table: str, document: dict[str, object], words: str, vault: Vault) -> None:
    """By table, number and the place in it, with what to do; never as an error of another library."""
    vault.close()
    _script(vault.store.path, table, 7, document)
    again = Vault.open(vault.store.path, PASSPHRASE)
    try:
        with pytest.raises(VaultDamaged, match=words):
            again.workspace()
            again.records.window("Order", 0, 10)
            list(again.runs.newest())
            again.undo_title()
    finally:
        again.close()


def test_an_undo_list_with_a_hole_is_damage(vault: Vault) -> None:
    """It is not guessed what a missing part held."""
    vault.commit(Changes.of("Make", [_object(1, "Order")]), at=AT)
    with vault.store.transaction() as transaction:
        transaction.drop(UNDO)
    with pytest.raises(VaultDamaged, match="Document 1 of the table undo, which undo needs"):
        vault.undo()


def test_records_by_window_key_and_age(vault: Vault) -> None:
    """Oldest first wherever they were put back, a window at a time, and by any key."""
    table = record_table("Order")
    rows = {n: _record(n, external_id=f"o{n}", email=f"{n}@x") for n in (5, 3, 9, 7)}
    vault.commit(Changes.of("Put", [Change(table, n, None, record) for n, record in rows.items()]), at=AT)
    assert [r.external_id for r in vault.records.window("Order", 0, 10)] == ["o3", "o5", "o7", "o9"]
    assert [r.external_id for r in vault.records.window("Order", 1, 2)] == ["o5", "o7"]
    assert vault.records.window("Order", 4, 10) == ()
    assert vault.records.window("None", 0, 10) == ()
    vault.commit(Changes.of("Delete", [Change(table, 5, rows[5], None)]), at=AT)
    assert [r.external_id for r in vault.records.window("Order", 0, 10)] == ["o3", "o7", "o9"]
    found = vault.records.by_key("Order", "external_id", "o9")
    assert found == rows[9]
    assert vault.records.by_key("Order", "external_id", "o5") is None
    assert vault.records.by_key("Order", "values", "o9") is None
    assert vault.records.absent("Order", ["9@x"]) == 1


def test_a_person_exists_by_email_too(vault: Vault) -> None:
    """As references to People may say it."""
    record = Record(
        id=RecordId(new_id("records/People", 1)), type_name="People", values={"external_id": "c", "email": "a@b"}
    )
    vault.commit(Changes.of("Put", [Change(record_table("People"), 1, None, record)]), at=AT)
    assert vault.records.absent("People", ["c", "a@b", "x"]) == 1


def test_only_records_of_active_objects_count(vault: Vault) -> None:
    """Standard objects and archived ones do not."""
    made = _object(1, "Order")
    rows = [Change(record_table("Order"), n, None, _record(n, external_id=str(n))) for n in (2, 3)]
    person = Record(id=RecordId(new_id("records/People", 4)), type_name="People", values={"external_id": "c"})
    vault.commit(Changes.of("Put", [made, *rows, Change(record_table("People"), 4, None, person)]), at=AT)
    assert vault.records.count_custom(vault.workspace()) == 2
    assert isinstance(made.after, ObjectType)
    vault.commit(Changes.of("Archive", [Change(OBJECTS, 1, made.after, replace(made.after, is_archived=True))]), at=AT)
    assert vault.records.count_custom(vault.workspace()) == 0


def test_runs_newest_first_of_one_action_or_all(vault: Vault) -> None:
    """And an id that is none finds nothing."""
    sent = SentRequest(method="GET", url="https://h/", headers=())
    runs = [
        Run(
            id=RunId(new_id(RUNS, n)),
            action_id=ActionId(new_id(ACTIONS, 1 + n % 2)),
            action_name="A",
            started_at=AT,
            is_mock=False,
            request=sent,
        )
        for n in (1, 2, 3)
    ]
    items = [Change(RUNS, n, None, run) for n, run in enumerate(runs, start=1)]
    vault.commit(Changes.of("Run", items, is_undoable=False), at=AT)
    assert list(vault.runs.newest()) == runs[::-1]
    assert list(vault.runs.newest(runs[0].action_id)) == [runs[2], runs[0]]
    assert vault.runs.get(runs[1].id) == runs[1]
    for nonsense in ("", "run_", "run_0000000000009", "run_?", "nonsense"):
        assert vault.runs.get(RunId(nonsense)) is None
    assert vault.undo_title() == ""


def test_forgetting_history_keeps_what_was_done(vault: Vault) -> None:
    """The sample workspace begins with a clean list."""
    vault.commit(Changes.of("Make", [_object(1, "Order")]), at=AT)
    vault.commit(Changes.of("Make", [_object(2, "Item")]), at=AT)
    vault.undo()
    vault.forget_history()
    assert (vault.undo_title(), vault.redo_title(), vault.store.count(UNDO)) == ("", "", 0)
    assert [kind.name for kind in vault.workspace().active_objects] == ["Order"]


def test_a_removed_token_can_come_back(vault: Vault) -> None:
    """Undo needs its text, so it lies in the vault, sealed."""
    change = _token(1, "canary-removed")
    vault.commit(Changes.of("Add", [change]), at=AT)
    vault.commit(Changes.of("Remove", [change.inverse()]), at=AT)
    vault.undo()
    assert vault.workspace().tokens == {1: change.after}
    assert b"canary" not in vault.store.path.read_bytes()


def test_documents_do_not_repeat_their_place() -> None:
    """The id is the number, a record's type the table."""
    document = to_document(_record(1, external_id="o1"))
    assert document.keys() == {"values", "created_at", "updated_at", "run_id"}
