"""The vault: one sealed file that holds a workspace, its records, its runs and what undo needs.

This is the seam between documents and the domain: above it there are dataclasses, below it there is the store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from app.domain import changes as tables
from app.domain.changes import Change, Changes, Entity
from app.domain.settings import SETTINGS_NUMBER, Settings
from app.domain.workspace import Workspace, standard_types
from app.errors import VaultError
from app.store import collector, disk, history, migrations
from app.store.codec import from_document, to_document
from app.store.sealed import SealedStore
from app.store.views import Kept, Records, Runs

if TYPE_CHECKING:
    from app.store.kdf import Kdf
    from app.store.transaction import Transaction


class Vault:
    """An open vault. Reads may come from any thread; one commit runs at a time."""

    def __init__(self, store: SealedStore) -> None:
        self.store = store
        self.records = Records(store)
        self.runs = Runs(store)
        self.kept = Kept(store)

    @classmethod
    def create(cls, path: Path, passphrase: str, *, kdf: Kdf | None = None, witness: Path | None = None) -> Vault:
        """Make a new vault with an empty workspace; VaultError when the file exists already."""
        try:
            disk.make_folder(path.parent)
        except OSError as error:
            raise VaultError(
                f"The folder {path.parent} cannot be made: {error.strerror}. Choose another place for the vault."
            ) from error
        store = SealedStore.create(path, passphrase, kdf=kdf, witness=witness)
        try:
            _write_empty_workspace(store)
        except BaseException:
            with suppress(VaultError):  # what stopped the writing stops the closing too
                store.close()
            disk.remove(store.path)
            raise
        return cls(store)

    @classmethod
    def open(cls, path: Path, passphrase: str, *, readonly: bool = False, witness: Path | None = None) -> Vault:
        """Open a vault; WrongPassphrase, VaultBusy, VaultDamaged or VaultTooNew when it cannot be."""
        store = SealedStore.open(path, passphrase, readonly=readonly, witness=witness)
        try:
            migrations.check(store)
        except BaseException:
            store.close()
            raise
        return cls(store)

    def close(self) -> None:
        """Seal the file as cleanly closed and release its lock."""
        self.store.close()

    def forget(self) -> None:
        """Close, and let go of all that was read and of the keys."""
        self.store.forget()

    def reopener(self) -> Callable[[str], Vault]:
        """A function that opens this file anew with a passphrase; it holds no key and no document."""
        path, witness = self.store.path, self.store.witness_folder
        return lambda passphrase: Vault.open(path, passphrase, witness=witness)

    def workspace(self) -> Workspace:
        """All definitions, decoded."""
        settings = self._entity(tables.SETTINGS, SETTINGS_NUMBER)
        every = {table: self._table(table) for table in tables.DEFINITION_TABLES if table != tables.SETTINGS}
        every[tables.STANDARDS] = standard_types() | every[tables.STANDARDS]
        return Workspace(
            settings=settings if isinstance(settings, Settings) else Settings(),
            **{table: MappingProxyType(found) for table, found in every.items()},  # type: ignore[arg-type]  # by table
        )

    def commit(self, changes: Changes, *, at: str) -> None:
        """Put `changes` on disk, whole and durable, with what undoes them; nothing at all on an error."""
        with collector.paused(), self.store.transaction() as transaction:
            _write(transaction, changes.items)
            if changes.is_undoable:
                history.remember(self.store, transaction, changes, at)
                history.forget_undone(self.store, transaction)

    def undo(self) -> Changes | None:
        """Take back the newest commit that can be, in a commit of its own; what that was, None when there is none."""
        return self._take_back(tables.COMMITS)

    def redo(self) -> Changes | None:
        """Do again what was undone last, in a commit of its own; what that was, None when there is nothing."""
        return self._take_back(tables.UNDONE)

    def undo_title(self) -> str:
        """What the next undo would take back, "" when there is nothing."""
        return self._title(tables.COMMITS)

    def redo_title(self) -> str:
        """What the next redo would do again, "" when there is nothing."""
        return self._title(tables.UNDONE)

    def undo_list(self) -> list[tuple[str, str]]:
        """What can be undone, newest first: when it was done, and what."""
        return history.listed(self.store)

    def redo_list(self) -> list[tuple[str, str]]:
        """What can be done again, the next first: when it was done first, and what."""
        return history.listed(self.store, steps=tables.UNDONE)

    def forget_history(self) -> None:
        """Empty the undo list, and that of what was undone; what was done stays done."""
        with self.store.transaction() as transaction:
            for table in (tables.COMMITS, tables.UNDONE, history.UNDO):
                transaction.drop(table)

    def _take_back(self, steps: str) -> Changes | None:
        with collector.paused():
            number = history.last(self.store, steps=steps)
            if number is None:
                return None
            changes = history.inverse(self.store, number, steps=steps)
            with self.store.transaction() as transaction:
                _write(transaction, changes.items)
                history.take_back(self.store, transaction, number, changes, steps=steps)
        return changes

    def _title(self, steps: str) -> str:
        number = history.last(self.store, steps=steps)
        return "" if number is None else history.header_of(self.store, number, steps=steps).title

    def _table(self, table: str) -> dict[int, Entity]:
        return {number: from_document(table, number, document) for number, document in self.store.scan(table)}

    def _entity(self, table: str, number: int) -> Entity | None:
        document = self.store.get(table, number)
        return None if document is None else from_document(table, number, document)


def _write_empty_workspace(store: SealedStore) -> None:
    with store.transaction() as transaction:
        migrations.stamp(transaction)
        for number, kind in standard_types().items():
            transaction.put(tables.STANDARDS, number, to_document(kind))
        transaction.put(tables.SETTINGS, SETTINGS_NUMBER, to_document(Settings()))


def _write(transaction: Transaction, items: Iterable[Change]) -> None:
    """Puts of one table that follow one another go together: the store encodes a hundred at a time."""
    for (table, is_gone), run in groupby(items, key=lambda item: (item.table, item.after is None)):
        if is_gone:
            transaction.delete_many(table, (item.number for item in run))
        elif table == tables.BODIES:  # large: one at a time, so that no two stand in memory as documents
            for item in run:
                assert item.after is not None
                transaction.put(table, item.number, to_document(item.after))
        else:
            transaction.put_many(
                table, [(item.number, to_document(item.after)) for item in run if item.after is not None]
            )
