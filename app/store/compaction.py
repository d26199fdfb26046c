"""When a file is rewritten, and how that goes on beside the commits of the foreground.

The rewrite takes the state of one moment, writes it without holding anybody up, then adds what was committed
meanwhile; only the last of that, the rename and the change of descriptors happen under the write lock.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from app.errors import VaultError
from app.store import lock, snapshot
from app.store.header import HEADER_BYTES
from app.store.rewrite import Draft, not_rewritten

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from app.store.crypto import VaultKeys
    from app.store.database import Database
    from app.store.journal import Journal
    from app.store.snapshot import Snapshot
    from app.store.transaction import Transaction

MIN_DEAD_BYTES = 8 * 1024 * 1024
MIN_FRAMES = 4096
_DOCUMENTS_FOR_A_FRAME = 16
_BREATH_SECONDS = 0.001
_FEW_COMMITS = 8
_COURTESY_SECONDS = 1.0


class Rewritable(Protocol):
    """The store, as a rewrite sees it."""

    path: Path
    database: Database
    write_lock: threading.RLock
    may_begin: threading.Event
    """Cleared while the rewrite waits for its turn: a lock alone may go to the same busy writer again and again."""
    state_lock: threading.RLock
    recorded: list[list[bytes]] | None
    """Commits since the rewrite's moment; None when no rewrite runs."""

    @property
    def current_transaction(self) -> Transaction | None:
        """The transaction that is open in this thread, if any."""

    @property
    def journal(self) -> Journal:
        """The open file."""

    def adopt(self, journal: Journal) -> Journal:
        """Take the new file and give the old one back; the caller holds the write lock."""

    def next_keys(self) -> VaultKeys:
        """The keys of the generation that a compaction writes."""

    def note_sighting(self) -> None:
        """Tell the witness how far the vault has come."""


def is_due(journal: Journal, store: Rewritable, *, since: int) -> bool:
    """Whether dead bytes or single frames make a rewrite worth its while; `since` is the size after a failed one."""
    if journal.end < since or (journal.end < MIN_DEAD_BYTES and journal.loose_frames <= MIN_FRAMES):
        return False
    with store.state_lock:  # another thread's commit may add a table meanwhile
        live, count = store.database.live_bytes(), store.database.document_count()
    if journal.end - HEADER_BYTES - live > max(MIN_DEAD_BYTES, live):
        return True
    return journal.loose_frames > max(MIN_FRAMES, count // _DOCUMENTS_FOR_A_FRAME)


def let_it_go_first(store: Rewritable) -> None:
    """Wait until the rewrite has had its turn; not for ever: an interrupted one may never come to say so."""
    store.may_begin.wait(_COURTESY_SECONDS)
    store.may_begin.set()


def run(store: Rewritable, keys: VaultKeys, keep_going: Callable[[], bool], *, is_background: bool) -> Journal | None:
    """Rewrite the file under `keys`; the old journal, still open, or None when told to stop.

    Raises VaultError; the old file is then still in use, unless the error came after the rename.
    """
    with _turn(store), store.state_lock:
        journal = store.journal
        journal.check()
        state = snapshot.take(store.database.tables)
        store.recorded = []
    try:
        return _write(
            store,
            journal,
            Draft(store.path, keys, suffix="tmp"),
            state,
            keep_going if not is_background else _breathing(keep_going),
        )
    except OSError as error:
        raise not_rewritten(error) from error
    finally:
        store.recorded = None


def _write(
    store: Rewritable, journal: Journal, draft: Draft, state: Snapshot, keep_going: Callable[[], bool]
) -> Journal | None:
    try:
        if not draft.write(state, keep_going):
            draft.abandon()
            return None
        behind = None
        while _is_worth_a_round(behind, now := len(store.recorded or ())):
            draft.journal.append_all(_take_recorded(store))
            behind = now
        with _turn(store):
            store.journal.check()  # also when the store was closed meanwhile
            draft.journal.append_all(_take_recorded(store))
            check_name(journal, store.path)
            draft.publish_over(store.path)
            return store.adopt(draft.journal)
    except BaseException:
        _poison_if_replaced(journal, draft, store.path)
        draft.abandon()
        raise


def _poison_if_replaced(journal: Journal, draft: Draft, path: Path) -> None:
    """Write no more into a file that has lost its name; the rename may have been reported as failed and be done."""
    if draft.is_published or _has_name(draft.journal, path):
        journal.poison()
        return
    try:
        check_name(journal, path)
    except VaultError as error:
        journal.poison(str(error))


@contextmanager
def _turn(store: Rewritable) -> Iterator[None]:
    """The write lock, before whoever would begin another commit."""
    store.may_begin.clear()
    try:
        with store.write_lock:
            store.may_begin.set()
            yield
    finally:
        store.may_begin.set()


def check_name(journal: Journal, path: Path) -> None:
    """Raise VaultError when the vault's name is another file's by now, which is not ours to replace, or nobody's."""
    if not _has_name(journal, path):
        raise VaultError(
            f"{path.name} was moved, removed or replaced while it was open, so it is not written there any more."
            " What was saved is in the file that had this name; close the vault and look for that file."
        )


def _has_name(journal: Journal, path: Path) -> bool:
    try:
        return lock.is_at(journal.descriptor, path)
    except OSError:
        return False


def _is_worth_a_round(before: int | None, now: int) -> bool:
    """Whether to catch up once more without the lock: not when few are missing, nor when others commit as fast."""
    return now > _FEW_COMMITS and (before is None or now <= before // 2)


def _take_recorded(store: Rewritable) -> list[list[bytes]]:
    """What was committed meanwhile and is not in the new file yet."""
    with store.write_lock:
        recorded, store.recorded = store.recorded or [], []
    return recorded


def _breathing(keep_going: Callable[[], bool]) -> Callable[[], bool]:
    """As `keep_going`, giving the interpreter away for a moment each time."""

    def ask() -> bool:
        time.sleep(_BREATH_SECONDS)
        return keep_going()

    return ask
