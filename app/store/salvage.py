"""What can still be read of a damaged vault, put into a new one; the damaged file is only read.

Every frame that authenticates counts, whatever stands before it: the tag that it was chained to is read from the
bytes in front of it. Nothing is guessed, so what is missing is missing.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.store import collector, disk, lock, opening
from app.store.crypto import TAG_BYTES
from app.store.database import Database
from app.store.frames import FIRST_TAG, HEAD_BYTES, SNAP, TXN, Chain
from app.store.header import HEADER_BYTES
from app.store.recovery import Window, heads_from
from app.store.sealed import SealedStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.store.crypto import VaultKeys
    from app.store.frames import FrameHead


@dataclass(frozen=True, slots=True, kw_only=True)
class SalvageReport:
    """What came through and what did not."""

    documents: int
    tables: tuple[tuple[str, int], ...]
    """Name and number of documents of each table in the new vault."""
    frames_read: int
    frames_lost: int
    """Frames whose number is missing between those that were read."""
    bytes_lost: int
    """Bytes that belong to no readable frame."""


def salvage(source: str | os.PathLike[str], passphrase: str, target: str | os.PathLike[str]) -> SalvageReport:
    """Read what is left of `source` into a new vault `target` under the same passphrase.

    Raises WrongPassphrase, VaultDamaged when both header copies are bad, VaultError when `target` exists.
    """
    path = Path(source).resolve()
    descriptor = lock.open_for_reading(path)
    try:
        keys, _is_damaged = opening.unlock(disk.read(descriptor, HEADER_BYTES, 0), path.name, passphrase)
        rescue = Rescue(descriptor, keys)
        with collector.paused():
            rescue.run()
    finally:
        os.close(descriptor)
    database = rescue.database
    with SealedStore.create(target, passphrase, kdf=keys.header.kdf, aead=keys.header.aead) as store:
        try:
            with store.transaction() as tx:
                for name, table in database.tables.items():
                    tx.create(name)
                    tx.put_many(name, list(table.items()))
        except BaseException:
            disk.remove(store.path)  # otherwise an empty vault would be taken for what was saved
            raise
        return SalvageReport(
            documents=database.document_count(),
            tables=store.info().tables,
            frames_read=rescue.frames_read,
            frames_lost=rescue.next_seq - rescue.frames_read,
            bytes_lost=rescue.file_bytes - HEADER_BYTES - rescue.bytes_read,
        )


class Rescue:
    """One reading of a damaged file, frame by frame, wherever one stands."""

    def __init__(self, descriptor: int, keys: VaultKeys) -> None:
        self.database = Database()
        self.frames_read = 0
        self.bytes_read = 0
        self.next_seq = 0
        self._descriptor = descriptor
        self._window = Window(descriptor)
        self._chain = Chain(keys)
        self._held: list[bytes] = []
        self.file_bytes = self._window.end

    def run(self) -> None:
        """Read to the end; a commit that has no end is left out, as it is when a vault is opened."""
        for head, payload in self._frames():
            if head.kind == SNAP:
                self.database.load(payload)
            elif head.kind == TXN:
                self._held.append(payload)
            if head.is_commit:
                for held in self._held:
                    self.database.load(held)
                self._held.clear()

    def _frames(self) -> Iterator[tuple[FrameHead, bytes]]:
        end = HEADER_BYTES
        for at, head in heads_from(Window(self._descriptor), HEADER_BYTES):
            if at < end or head.seq < self.next_seq:
                continue
            payload = self._unseal(at, head)
            if payload is None:
                continue
            end = at + HEAD_BYTES + head.length
            self.frames_read += 1
            self.bytes_read += end - at
            self.next_seq = head.seq + 1
            yield head, payload

    def _unseal(self, at: int, head: FrameHead) -> bytes | None:
        chain = self._chain
        chain.tag = bytes(self._window.view(at - TAG_BYTES, TAG_BYTES)) if head.seq else FIRST_TAG
        raw_head = bytes(self._window.view(at, HEAD_BYTES))
        sealed = self._window.view(at + HEAD_BYTES, head.length)
        return chain.unseal(head, raw_head, sealed) if len(sealed) == head.length else None
