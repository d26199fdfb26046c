"""Bugs planted in the store on purpose, each of which a row of the table of faults must catch.

A bug is a patch of the running program, made in a forked child that then runs the rows; nothing is left of it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.store import compaction, crypto, disk, forks, frames, journal, lock, opening, recovery, rewrite, sealed

_write = disk.write


def no_sync() -> None:
    """Commits are not synced."""
    disk.sync = lambda _descriptor: None


def no_sync_of_a_new_file() -> None:
    """A rewritten file is published without a sync."""
    disk.sync = lambda descriptor: None if _is_draft(descriptor) else os.fdatasync(descriptor)


def no_sync_of_the_folder() -> None:
    """Names are not synced."""
    disk.sync_folder = lambda _folder: None


def no_sync_of_the_folder_on_opening() -> None:
    """The name that a killed process gave is taken for synced."""
    opening.disk = _Without(disk, "sync_folder")  # type: ignore[attr-defined]


def tail_not_cut() -> None:
    """A torn tail stays, and the next commit goes behind it."""
    opening._drop_torn = lambda _path, _descriptor, _tail: None  # type: ignore[assignment]


def failed_write_not_cut() -> None:
    """What a failed write left stays in the file and counts as written."""
    disk.cut = lambda _descriptor, _length: None


def failed_sync_left_readable() -> None:
    """After a failed sync the bytes stay where the next opening reads them."""
    journal.Journal._give_up = journal.Journal.poison  # type: ignore[method-assign]


def failed_sync_forgiven() -> None:
    """A failed sync is taken for a failed write, and the work goes on."""
    journal.Journal.poison = lambda _self: None  # type: ignore[method-assign]


def failed_write_acknowledged() -> None:
    """An error of writing is swallowed."""
    real = journal.Journal.append

    def append(self: journal.Journal, payloads: list[bytes], kind: int = 3) -> None:
        try:
            real(self, payloads, kind)
        except Exception:  # noqa: BLE001 - the bug
            return

    journal.Journal.append = append  # type: ignore[method-assign]


def partial_commit_applied() -> None:
    """Each frame counts as a commit of its own."""
    frames.FrameHead.is_commit = property(lambda _self: True)  # type: ignore[assignment,method-assign]


def one_header_copy_only() -> None:
    """The second copy of the header is not looked at."""
    real = opening.intact_slots
    opening.intact_slots = lambda raw: real(raw[:4096])


def header_damage_not_told() -> None:
    """A bad header copy is not reported."""
    real = opening.unlock
    opening.unlock = lambda raw, name, passphrase: (real(raw, name, passphrase)[0], False)


def applied_before_durable() -> None:
    """Memory changes before the medium has the change."""
    real = sealed.SealedStore._make_durable_and_apply

    def early(self: Any, operations: Any) -> None:
        self.database.apply(operations)
        real(self, operations)

    sealed.SealedStore._make_durable_and_apply = early  # type: ignore[method-assign]


def acknowledged_before_durable() -> None:
    """The bytes are kept back until the next commit."""
    held: dict[int, tuple[bytes, int]] = {}

    def late(descriptor: int, data: bytes, offset: int) -> None:
        before = held.pop(descriptor, None)
        if before:
            _write(descriptor, *before)
        if frames.parse_head(data):
            held[descriptor] = (data, offset)
        else:
            _write(descriptor, data, offset)

    disk.write = late


def no_lock() -> None:
    """Nobody takes the lock."""
    lock.take = lambda _descriptor, _path: None


def lock_after_publishing() -> None:
    """The rewritten file is not locked before it has the vault's name."""
    rewrite.lock = _Without(lock, "take")  # type: ignore[attr-defined]


def session_used_again() -> None:
    """After a failed write the numbers come again under the same key."""
    frames.Chain.rewind = _rewind  # type: ignore[method-assign]


def one_session_for_all() -> None:
    """Every opening seals under the same session."""
    frames.os = _Without(os, "urandom", lambda length: b"\7" * length)  # type: ignore[attr-defined]


def witness_ignored() -> None:
    """The note is not compared."""
    opening.is_rolled_back = lambda _note, _keys, _tail: False


def witness_looks_at_the_number_only() -> None:
    """Another history of the same length passes."""
    opening.is_rolled_back = lambda note, _keys, tail: tail.seq < note.seq


def durable_too_low() -> None:
    """Frames say that nothing before them was synced."""
    real = frames.Chain.seal
    frames.Chain.seal = lambda self, kind, payload, *, durable, commit: real(  # type: ignore[method-assign]
        self, kind, payload, durable=0, commit=commit
    )


def durable_too_high() -> None:
    """Frames of one commit say that the ones before them were synced."""
    real = frames.Chain.seal
    frames.Chain.seal = lambda self, kind, payload, *, durable, commit: real(  # type: ignore[method-assign]
        self, kind, payload, durable=self.seq, commit=commit
    )


def damage_taken_for_a_torn_tail() -> None:
    """Nobody looks behind the first bad frame."""
    recovery.has_later_witness = lambda _window, _offset, _seq: False


def tag_chain_not_checked() -> None:
    """A frame does not bind the one before it."""
    real = crypto.VaultKeys.session_cipher

    class Loose:
        def __init__(self, cipher: Any) -> None:
            self._cipher = cipher

        def encrypt(self, nonce: bytes, data: bytes, context: bytes) -> bytes:
            return bytes(self._cipher.encrypt(nonce, data, context[:-16]))

        def decrypt(self, nonce: bytes, data: bytes, context: bytes) -> bytes:
            return bytes(self._cipher.decrypt(nonce, data, context[:-16]))

    crypto.VaultKeys.session_cipher = lambda self, session: Loose(real(self, session))  # type: ignore[method-assign]


def commits_during_a_rewrite_lost() -> None:
    """What was committed while the file was rewritten is not in the new one."""

    def lost(store: compaction.Rewritable) -> list[list[bytes]]:
        store.recorded = []
        return []

    compaction._take_recorded = lost


def leftovers_not_swept() -> None:
    """What a killed rewrite left stays."""
    rewrite.sweep = lambda _path: ()


def loose_rights() -> None:
    """Files are made as the umask says."""
    disk.os = _Without(os, "fchmod")  # type: ignore[attr-defined]


def fork_not_noticed() -> None:
    """A forked child may write."""
    forks._open.clear()
    journal.forks = _Without(forks, "watch")  # type: ignore[attr-defined]
    journal.os = _Without(os, "getpid", lambda: 1)  # type: ignore[attr-defined]


def link_followed() -> None:
    """A planted link is written through."""
    disk._NEW = os.O_RDWR | os.O_CREAT | os.O_TRUNC
    opening.disk = _Without(disk, "remove")  # type: ignore[attr-defined]


def documents_shared() -> None:
    """What is handed out is the live document."""
    from app.store import documents

    documents.copy = lambda document: document


class _Without:
    """A module in which one function does something else, or nothing."""

    def __init__(self, module: Any, name: str, instead: Callable[..., Any] = lambda *_arguments: None) -> None:
        self._module, self._name, self._instead = module, name, instead

    def __getattr__(self, name: str) -> Any:
        return self._instead if name == self._name else getattr(self._module, name)


def _is_draft(descriptor: int) -> bool:
    return ".tmp-" in str(Path(f"/proc/self/fd/{descriptor}").readlink())


def _rewind(self: frames.Chain, seq: int, tag: bytes) -> None:
    self.seq, self.tag = seq, tag
