"""The threads that rewrite the file, when it is due or when somebody asks, and the way to wait for them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from app.errors import VaultError
from app.store import compaction, leftovers

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.store.compaction import Rewritable
    from app.store.crypto import VaultKeys


class Compactor:
    """At most one rewrite at a time: in the background when the file asks for it, or at once when somebody does.

    The store is handed in each time: a compactor that kept it would keep its documents after its last user has gone.
    """

    def __init__(self) -> None:
        self._one_at_a_time = threading.Lock()
        self._thread: threading.Thread | None = None
        self._asked: threading.Thread | None = None
        """The thread of a rewrite that somebody waits for."""
        self._is_stopping = False
        self._not_before = 0
        self.failure: VaultError | None = None
        """Why the last background rewrite did not come about; the vault is unharmed by it."""

    def consider(self, store: Rewritable) -> None:
        """Start a rewrite in the background if the file asks for one and none is running."""
        if not compaction.is_due(store.journal, store.database, since=self._not_before):
            return
        is_running = self._thread is not None and self._thread.is_alive()
        if not is_running and not self._is_stopping and store.journal.is_writable:
            self._thread = threading.Thread(
                target=self._run_in_background, args=(store,), name="vault-compaction", daemon=True
            )
            try:
                self._thread.start()
            except RuntimeError:  # no thread to be had: the commit that asked is done, the next one asks again
                self._thread = None

    def run_now(self, store: Rewritable, keys: Callable[[], VaultKeys]) -> None:
        """Rewrite after the one that is running, and wait for it; raises VaultError.

        Done in a thread of its own, for an interruption comes to the main thread alone: whoever is interrupted here
        stops waiting, and no lock is left behind that nobody would ever release.
        """
        if store.current_transaction is not None:
            raise RuntimeError("a vault is not rewritten inside a transaction")
        leftovers.release(store.write_lock, store.state_lock)
        errors: list[BaseException] = []
        thread = threading.Thread(target=self._run_for_somebody, args=(store, keys, errors), name="vault-rewrite")
        try:
            thread.start()
        except RuntimeError as error:
            raise VaultError(
                "The vault could not be rewritten: the system has no thread to spare. It is unchanged and in use."
                " Try again."
            ) from error
        self._asked = thread
        thread.join()
        if errors:
            raise errors[0]

    def wait(self) -> None:
        """Return once no rewrite is running."""
        for thread in (self._thread, self._asked):
            if thread is not None and thread is not threading.current_thread():
                thread.join()

    def stop(self) -> None:
        """Give a running background rewrite up and start no other."""
        self._is_stopping = True
        self.wait()

    def _run_for_somebody(self, store: Rewritable, keys: Callable[[], VaultKeys], errors: list[BaseException]) -> None:
        try:
            with self._one_at_a_time:
                _rewrite(store, keys, lambda: True, is_background=False)
        except BaseException as error:  # noqa: BLE001 - raised again by whoever waits
            errors.append(error)

    def _run_in_background(self, store: Rewritable) -> None:
        with self._one_at_a_time:
            try:
                _rewrite(store, store.next_keys, lambda: not self._is_stopping, is_background=True)
                self.failure = None
            except VaultError as error:
                self.failure = error
                self._not_before = store.journal.end + compaction.MIN_DEAD_BYTES


def _rewrite(
    store: Rewritable, keys: Callable[[], VaultKeys], keep_going: Callable[[], bool], *, is_background: bool
) -> None:
    old = compaction.run(store, keys(), keep_going, is_background=is_background)
    if old is not None:
        old.release()
        store.note_sighting()
