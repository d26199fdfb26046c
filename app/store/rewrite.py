"""A new generation of the file, written beside the old one and put in its place in one step.

The new file is locked before it has the vault's name. Until the rename everything can be given up; after it, only a
sync is missing.
"""

from __future__ import annotations

import os
import re
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING

from app.errors import VaultError
from app.store import disk, lock, snapshot
from app.store.frames import SNAP, SNAP_END
from app.store.header import HEADER_BYTES
from app.store.journal import Journal
from app.store.recovery import SNAP_COUNTS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from app.store.crypto import VaultKeys
    from app.store.snapshot import Snapshot

SYNC_EVERY = 4 * 1024 * 1024
_LEFTOVER = re.compile(r"\.(new|tmp)-[0-9a-f]{16}")


class Draft:
    """The file that is to take the vault's place."""

    __slots__ = ("is_published", "journal", "path")

    def __init__(self, path: Path, keys: VaultKeys, *, suffix: str) -> None:
        self.path = path.with_name(f"{path.name}.{suffix}-{secrets.token_hex(8)}")
        descriptor = disk.create(self.path)
        self.journal = Journal(descriptor, keys)
        self.is_published = False
        """The draft has the vault's name."""
        try:
            lock.take(descriptor, path)
            disk.write(descriptor, keys.header_bytes(), 0)
        except BaseException:
            self.abandon()
            raise

    def write(self, state: Snapshot, keep_going: Callable[[], bool] = lambda: True) -> bool:
        """Write the state and sync it; False as soon as `keep_going`, asked before each frame, says so."""
        journal = self.journal
        synced = HEADER_BYTES
        frames = 0
        for payload in snapshot.payloads(state):
            if not keep_going():
                return False
            journal.draft(SNAP, payload, commit=False)
            frames += 1
            if journal.end - synced > SYNC_EVERY:
                disk.sync(journal.descriptor)
                synced = journal.end
        counts = SNAP_COUNTS.pack(frames, snapshot.document_count(state))
        journal.draft(SNAP_END, counts, commit=True)
        disk.sync(journal.descriptor)
        return True

    def abandon(self) -> None:
        """Remove the draft and every trace of it; what cannot be removed now is swept at the next opening."""
        try:
            with suppress(OSError):
                disk.remove(self.path)
        finally:
            self.journal.release()

    def publish_new(self, path: Path) -> None:
        """Give the draft a name that nobody has; raises FileExistsError when somebody has it."""
        try:
            disk.link(self.path, path)
        except FileNotFoundError:
            if os.path.lexists(path):
                raise FileExistsError from None
            raise
        disk.remove(self.path)
        disk.sync_folder(path.parent)

    def take_back_name(self, path: Path) -> None:
        """After a creation that failed: the name goes if it is this draft's; its lock kept everybody out."""
        with suppress(OSError):
            if lock.is_at(self.journal.descriptor, path):
                disk.remove(path)

    def publish_over(self, path: Path) -> None:
        """Put the draft in the place of the vault; after an error here the vault must not be written any more."""
        disk.replace(self.path, path)
        self.is_published = True
        disk.sync_folder(path.parent)


def sweep(path: Path) -> tuple[str, ...]:
    """Remove what killed rewrites and creations of this vault left; the caller holds the vault's lock."""
    swept = []
    for entry in sorted(path.parent.glob(f"{_escaped(path.name)}.*-*")):
        if _LEFTOVER.fullmatch(entry.name[len(path.name) :]) and (_is_same(entry, path) or lock.is_free(entry)):
            with suppress(OSError):  # a leftover in the way of nothing must not keep the vault shut
                disk.remove(entry)
                swept.append(entry.name)
    return tuple(swept)


def _is_same(entry: Path, path: Path) -> bool:
    """Whether a leftover is the vault itself under its first name: killed between the two steps of a creation."""
    try:
        return os.path.samestat(entry.lstat(), path.lstat())
    except OSError:
        return False


def not_rewritten(error: OSError) -> VaultError:
    """The refusal when the new file could not be written: the old one is as it was."""
    return VaultError(
        f"The vault could not be rewritten: {error.strerror}. It is unchanged and in use. Make room, then try again."
    )


def _escaped(name: str) -> str:
    return re.sub(r"([*?[])", r"[\1]", name)
