"""The sealed store: tables of JSON documents in one encrypted file, one durable commit at a time.

Durable first: a commit is on the medium before memory changes and before anybody hears of it. What is handed out or
taken in is a copy. One thread writes at a time; readers see whole commits only.
"""

from __future__ import annotations

import os
import threading
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Self

from app.errors import VaultError
from app.store import collector, compaction, forks, leftovers, opening
from app.store.compactor import Compactor
from app.store.crypto import VaultKeys
from app.store.header import AES_256_GCM
from app.store.kdf import Kdf
from app.store.operations import pack_operations
from app.store.reading import Reading
from app.store.report import StoreInfo, store_info
from app.store.transaction import Commit, Transaction
from app.store.witness import Witness

if TYPE_CHECKING:
    from app.store.journal import Journal
    from app.store.opening import Opened
    from app.store.operations import Operation

_BULK_STEPS = 64
"""A transaction of more steps, each up to 128 documents, is worth the collector's attention."""


class SealedStore(Reading):
    """An open vault. Use `create` or `open`, and close it; it is its own context manager.

    Ids are numbers, except in tables that a TinyDB script filled under a text `document_id_class`.
    """

    def __init__(self, opened: Opened, witness: Witness | None) -> None:
        super().__init__(opened.database)
        self.path = opened.path
        self.report = opened.report
        """What opening found."""
        self._keys = opened.keys
        self._journal = opened.journal
        self._tail = opened.tail
        self._closed_at = opened.closed_at
        self._witness = witness
        self._is_open = True
        self._begin_alone()
        forks.watch(self)

    def _begin_alone(self) -> None:
        """No lock is held, nothing is under way."""
        self.write_lock = threading.RLock()
        self.may_begin = threading.Event()
        self.may_begin.set()
        self.recorded: list[list[bytes]] | None = None
        self._transaction: Transaction | None = None
        self._writer: int | None = None
        self._compactor = Compactor()

    @classmethod
    def create(
        cls,
        path: str | os.PathLike[str],
        passphrase: str,
        *,
        kdf: Kdf | None = None,
        aead: int = AES_256_GCM,
        witness: Path | None = None,
    ) -> Self:
        """Make an empty vault and open it; VaultError when the name is taken. `witness` is a folder for `Witness`."""
        opened = opening.create(Path(path), passphrase, kdf or Kdf.default(), aead=aead)
        return cls(opened, Witness(witness) if witness else None)

    @classmethod
    def open(
        cls, path: str | os.PathLike[str], passphrase: str, *, readonly: bool = False, witness: Path | None = None
    ) -> Self:
        """Open a vault: WrongPassphrase, VaultDamaged, VaultTooNew, VaultBusy or VaultError when that cannot be."""
        note = Witness(witness) if witness else None
        open_file = opening.open_for_reading if readonly else opening.open_for_writing
        return cls(open_file(Path(path), passphrase, note), note)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.path.name}>"

    # writing

    def transaction(self) -> Commit:
        """One commit: sealed and durable when the block ends, nothing of it when the block raises."""
        return Commit(self)

    def begin(self) -> Transaction:
        """Open the transaction of this thread and keep other writers out; for `Commit`."""
        if self.current_transaction is None:
            leftovers.release(self.write_lock, self.state_lock)
            if not self.may_begin.is_set():
                compaction.let_it_go_first(self)
        self.write_lock.acquire()
        try:
            self._check_writable()
            self._writer = threading.get_ident()
            self._transaction = transaction = Transaction(self.database.tables)
        except BaseException:
            if self._transaction is None:
                self._writer = None
            self.write_lock.release()
            raise
        return transaction

    def _check_writable(self) -> None:
        self.journal.check()
        if self._transaction is not None:
            raise RuntimeError("transactions do not nest")

    def end(self, *, keep: bool) -> None:
        """Commit the transaction of this thread, or forget it; for `Commit`."""
        transaction = self.current_transaction
        if transaction is None:  # the store was closed inside the block
            if keep:
                self.journal.check()
            return
        try:
            if keep:
                self._commit(transaction.operations)
        finally:
            self._transaction = self._writer = None
            self.write_lock.release()
        if keep:
            self._consider_rewriting()

    def _consider_rewriting(self) -> None:
        """Quiet once the store is closed: another thread may close it as soon as a commit is done."""
        journal = self._journal
        if journal is not None:
            self._compactor.consider(self, journal)

    @property
    def current_transaction(self) -> Transaction | None:
        """The transaction that is open in this thread, if any."""
        return self._transaction if self._writer == threading.get_ident() else None

    @property
    def is_readonly(self) -> bool:
        """Whether this store was opened for reading only."""
        return self._is_open and self._journal is None

    @property
    def witness_folder(self) -> Path | None:
        """Where the note about this vault lies; None when none is kept."""
        return self._witness.folder if self._witness else None

    @property
    def keys(self) -> VaultKeys:
        """The keys of this generation, for code of the store."""
        return self._keys

    @property
    def journal(self) -> Journal:
        """The file behind a writable store; VaultError for a reader or after `close`."""
        if not self._is_open:
            raise VaultError(f"{self.path.name} is closed. Open it again.")
        if self._journal is None:
            raise VaultError(f"{self.path.name} is open for reading only. Close it and open it for writing.")
        return self._journal

    def compact(self) -> None:
        """Rewrite the file with what lives now; salt and wrapped key stay, so no key is derived."""
        self._compactor.run_now(self, self.next_keys)

    def wait_for_compaction(self) -> None:
        """Return once no rewrite is running in the background."""
        self._compactor.wait()

    @property
    def compaction_failure(self) -> VaultError | None:
        """Why the last rewrite in the background did not come about; the vault is unharmed by it."""
        return self._compactor.failure

    def compaction_news(self) -> str:
        """That failure in words, for whoever asks first; "" when there is none, or it has been told."""
        failure = self._compactor.news()
        return f"Tidying up in the background did not work. {failure}" if failure else ""

    def change_passphrase(self, passphrase: str, *, kdf: Kdf | None = None) -> None:
        """Rewrite the file under a new passphrase, salt and data key; older copies still open with the old one."""
        keys = self._keys.renewed(passphrase, kdf)
        # A rewrite in the background may have taken the next number while the key was derived.
        self._compactor.run_now(self, lambda: keys.numbered(self._keys.header.generation + 1))

    def next_keys(self) -> VaultKeys:
        """The keys of the generation that a compaction writes."""
        return self._keys.next_generation()

    def adopt(self, journal: Journal) -> Journal:
        """Go on in a rewritten file; gives the old one back. The caller holds the write lock."""
        old = self.journal
        self._journal, self._keys = journal, journal.keys
        return old

    def note_sighting(self) -> None:
        """Tell the witness, if there is one, how far the vault has come."""
        with self.write_lock:
            journal = self.journal
            if self._witness and journal.is_writable:
                self._witness.write(self._keys, seq=journal.seq, tag=journal.tag)

    def _commit(self, operations: list[Operation]) -> None:
        if not operations:
            return
        is_bulk = len(operations) > _BULK_STEPS
        with collector.paused() if is_bulk else nullcontext():
            self._make_durable_and_apply(operations)
        if is_bulk:
            collector.settle()

    def _make_durable_and_apply(self, operations: list[Operation]) -> None:
        payloads = pack_operations(operations)
        journal, recorded = self.journal, self.recorded
        kept = [] if recorded is None else list(payloads)
        before = journal.end
        try:
            journal.append(payloads if recorded is None else kept)
            if recorded is not None:
                recorded.append(kept)
            with self.state_lock:
                self.database.apply(operations)
        except BaseException:
            if journal.end != before:
                if recorded is not None and not any(each is kept for each in recorded):
                    recorded.append(kept)
                self._bring_memory_after(operations, journal)
            raise

    def _bring_memory_after(self, operations: list[Operation], journal: Journal) -> None:
        """After an interruption between medium and memory: apply what is durable, from the start, or write no more."""
        try:
            with self.state_lock:
                self.database.apply_again(operations)
        except BaseException:
            journal.poison()
            raise

    def close(self) -> None:
        """Mark the file as closed and let the lock go; a second call does nothing."""
        if self.current_transaction is not None:  # an interruption came between a commit's end and its block's
            self.end(keep=False)
        leftovers.release(self.write_lock, self.state_lock)
        self._compactor.stop()
        with self.write_lock:
            if not self._is_open:
                return
            self._is_open = False
            journal, self._journal = self._journal, None
            if journal is None:
                return
            try:
                journal.close()
                if journal.is_writable:
                    compaction.check_name(journal, self.path)
                if self._witness and journal.is_closed and journal.is_writable:
                    self._witness.write(self._keys, seq=journal.seq, tag=journal.tag)
            finally:
                journal.release()

    def forget(self) -> None:
        """Close, and let go of every document and key: whoever still holds this store holds nothing with it."""
        try:
            self.close()
        finally:  # a close that could not be written is an error, and no reason to keep anything
            with self.state_lock:
                self.database.tables.clear()
            self._keys.forget()

    def forget_in_child(self) -> None:
        """After a fork: threads that held the locks are not there to give them back, so the child gets new ones."""
        self.state_lock = threading.RLock()
        self._begin_alone()

    def note(self) -> str:
        """What the note about the last state seen says, in words; it lies outside the file."""
        if self._witness is None:
            return "none is kept: an older copy put back would not be noticed"
        return self._witness.describe(self._keys)

    def info(self) -> StoreInfo:
        """Figures of the vault as it is now."""
        with self.state_lock:
            return store_info(self.path, self._keys.header, self.database, self._journal, self._tail, self._closed_at)
