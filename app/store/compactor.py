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
    from app.store.journal import Journal


class Compactor:
    """At most one rewrite at a time: in the background when the file asks for it, or at once when somebody does.

    The store is handed in each time: a compactor that kept it would keep its documents after its last user has gone.
    """

    def __init__(self) -> None:
        self._one_at_a_time = threading.Lock()
        self._starting = threading.RLock()
        """Held while a thread is made and started, so that none is waited for, or made twice, in between."""
        self._in_background: threading.Thread | None = None
        self._threads: list[threading.Thread] = []
        """Every thread that may still be at it."""
        self._is_stopping = False
        self._not_before = 0
        self.failure: VaultError | None = None
        """Why the last background rewrite did not come about; the vault is unharmed by it."""
        self._told: VaultError | None = None

    def news(self) -> VaultError | None:
        """The failure, when it is asked for the first time."""
        failure = self.failure
        if failure is self._told:
            return None
        self._told = failure
        return failure

    def consider(self, store: Rewritable, journal: Journal) -> None:
        """Start a rewrite in the background if the file asks for one and none is running."""
        if not compaction.is_due(journal, store, since=self._not_before):
            return
        with self._starting:
            is_running = self._in_background is not None and self._in_background.is_alive()
            if not is_running and not self._is_stopping and journal.is_writable:
                thread = threading.Thread(
                    target=self._run_in_background, args=(store, journal), name="vault-compaction", daemon=True
                )
                self._in_background = thread
                try:
                    self._start(thread)
                except RuntimeError:  # no thread to be had: the commit that asked is done, the next one asks again
                    self._in_background = None

    def run_now(self, store: Rewritable, keys: Callable[[], VaultKeys]) -> None:
        """Rewrite after the one that is running, and wait for it; raises VaultError.

        Done in a thread of its own, for an interruption comes to the main thread alone: whoever is interrupted here
        stops waiting, and no lock is left behind that nobody would ever release.
        """
        if store.current_transaction is not None:
            raise RuntimeError("a vault is not rewritten inside a transaction")
        leftovers.release(store.write_lock, store.state_lock, self._starting)
        errors: list[BaseException] = []
        thread = threading.Thread(target=self._run_for_somebody, args=(store, keys, errors), name="vault-rewrite")
        try:
            with self._starting:
                self._start(thread)
        except RuntimeError as error:
            raise VaultError(
                "The vault could not be rewritten: the system has no thread to spare. It is unchanged and in use."
                " Try again."
            ) from error
        thread.join()
        if errors:
            raise errors[0]

    def wait(self) -> None:
        """Return once no rewrite is running."""
        with self._starting:
            threads = tuple(self._threads)
        for thread in threads:
            if thread is not threading.current_thread() and thread.is_alive():
                thread.join()

    def stop(self) -> None:
        """Give a running background rewrite up and start no other."""
        self._is_stopping = True
        self.wait()

    def _start(self, thread: threading.Thread) -> None:
        """Start and remember a thread; the caller holds `_starting`."""
        self._threads = [*(each for each in self._threads if each.is_alive()), thread]
        try:
            thread.start()
        except RuntimeError:  # it will never be: it must not keep the store that it was to work on
            self._threads.remove(thread)
            raise

    def _run_for_somebody(self, store: Rewritable, keys: Callable[[], VaultKeys], errors: list[BaseException]) -> None:
        try:
            with self._one_at_a_time:
                _rewrite(store, keys, lambda: True, is_background=False)
        except BaseException as error:  # noqa: BLE001 - raised again by whoever waits
            errors.append(error)

    def _run_in_background(self, store: Rewritable, journal: Journal) -> None:
        with self._one_at_a_time:
            try:
                _rewrite(store, store.next_keys, lambda: not self._is_stopping, is_background=True)
                self.failure = None
            except Exception as error:  # noqa: BLE001 - whatever stopped it is told, and nobody else would
                self.failure = error if isinstance(error, VaultError) else _odd(error)
                self._not_before = journal.end + compaction.MIN_DEAD_BYTES


def _odd(error: Exception) -> VaultError:
    return VaultError(
        f"The vault could not be rewritten, because of an error of the program's own ({type(error).__name__})."
        " It is unchanged and in use."
    )


def _rewrite(
    store: Rewritable, keys: Callable[[], VaultKeys], keep_going: Callable[[], bool], *, is_background: bool
) -> None:
    old = compaction.run(store, keys(), keep_going, is_background=is_background)
    if old is not None:
        old.release()
        store.note_sighting()
