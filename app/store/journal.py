"""The open file: one commit is one append of sealed frames and one sync, all or nothing.

A failed write is cut away and the work goes on under a new session. A failed sync is never tried again: the system
may have dropped the bytes, so they are cut off and every later write is refused until the vault is opened anew.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from app.errors import VaultError
from app.store import disk, forks
from app.store.frames import CLOSE, FIRST_TAG, TXN, Chain
from app.store.header import HEADER_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from app.store.crypto import VaultKeys
    from app.store.recovery import Tail

_WRITTEN_TOGETHER = 1024 * 1024
_DISK_FAILED = (
    "The disk failed while the vault was being saved, so nothing more is written."
    " Close the vault and open it again to see what was kept."
)


class Journal:
    """The locked descriptor, the place where the next commit goes, and whether commits are still possible."""

    __slots__ = (
        "__weakref__",
        "_chain",
        "_process",
        "_refusal",
        "descriptor",
        "end",
        "is_closed",
        "keys",
        "loose_frames",
    )

    def __init__(
        self, descriptor: int, keys: VaultKeys, *, end: int = HEADER_BYTES, seq: int = 0, tag: bytes = FIRST_TAG
    ) -> None:
        self.descriptor = descriptor
        self.keys = keys
        self.end = end
        """Bytes of the file, all of them synced."""
        self.is_closed = False
        """The last frame is a CLOSE."""
        self.loose_frames = 0
        """Frames after the snapshot."""
        self._chain = Chain(keys, seq=seq, tag=tag)
        self._process = os.getpid()
        self._refusal: str | None = None
        forks.watch(self)

    @classmethod
    def resume(cls, descriptor: int, keys: VaultKeys, tail: Tail) -> Journal:
        """Go on after what was read."""
        journal = cls(descriptor, keys, end=tail.offset, seq=tail.seq, tag=tail.tag)
        journal.is_closed = tail.is_closed
        journal.loose_frames = tail.seq - tail.snapshot_frames
        return journal

    @property
    def seq(self) -> int:
        """The number of the next frame, and so how many there are."""
        return self._chain.seq

    @property
    def tag(self) -> bytes:
        """The tag of the last frame."""
        return self._chain.tag

    @property
    def is_writable(self) -> bool:
        """Whether `append` may still succeed."""
        return self._refusal is None and self._process == os.getpid()

    def check(self) -> None:
        """Raise VaultError when nothing can be written any more."""
        if self._process != os.getpid():
            raise VaultError("This process is a copy of the one that opened the vault. Open the vault in it anew.")
        if self._refusal is not None:
            raise VaultError(self._refusal)

    def append(self, payloads: Iterable[bytes], kind: int = TXN) -> None:
        """Make one commit durable; on any error nothing of it stays, or the journal refuses from then on.

        Payloads are taken one at a time, and each is sealed and written before the next: the memory that a commit
        needs does not grow with it.
        """
        self.check()
        seq, tag = self._chain.seq, self._chain.tag
        end = self.end
        is_written = False
        try:
            for frame in self._seal(payloads, kind, durable=seq):
                disk.write(self.descriptor, frame, end)
                end += len(frame)
            is_written = True
            disk.sync(self.descriptor)
            self.loose_frames += self._chain.seq - seq
            self.is_closed = kind == CLOSE
            self.end = end
        except BaseException as error:
            if is_written:
                self._give_up()
            else:
                self._take_back(seq, tag)
            if isinstance(error, OSError):
                raise _write_failed(error, is_unsure=self._refusal is not None) from error
            raise

    def append_all(self, commits: Iterable[Iterable[bytes]]) -> None:
        """Make commits durable with one sync, in a file that nobody can open yet: there is no way back on an error."""
        first = self._chain.seq
        waiting = bytearray()
        for payloads in commits:
            for frame in self._seal(payloads, TXN, durable=first):
                waiting += frame
            if len(waiting) >= _WRITTEN_TOGETHER:
                self._write_on(waiting)
                waiting.clear()
        self._write_on(waiting)
        disk.sync(self.descriptor)
        self.loose_frames += self._chain.seq - first

    def draft(self, kind: int, payload: bytes, *, commit: bool) -> None:
        """Write a frame of a file that nobody can open yet: not synced, and without a way back."""
        self._write_on(self._chain.seal(kind, payload, durable=0, commit=commit))

    def close(self) -> None:
        """Mark the file as closed, unless it is, or cannot be; the descriptor stays open."""
        if self.is_writable and not self.is_closed:
            self.append([b""], CLOSE)

    def release(self) -> None:
        """Close the descriptor, and with it give the lock up; a second call does nothing."""
        descriptor, self.descriptor = self.descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)

    def forget_in_child(self) -> None:
        """After a fork: the child's copy of the descriptor goes, the parent's stays."""
        self.release()

    def poison(self, reason: str = _DISK_FAILED) -> None:
        """Refuse every later write, with these words: what is on the medium is not known any more, or not wanted."""
        self._refusal = reason

    def _write_on(self, data: bytes | bytearray) -> None:
        disk.write(self.descriptor, data, self.end)
        self.end += len(data)

    def _seal(self, payloads: Iterable[bytes], kind: int, *, durable: int) -> Iterator[bytes]:
        """The frames of one commit; only the last one says that it is."""
        waiting: bytes | None = None
        for payload in payloads:
            if waiting is not None:
                yield self._chain.seal(kind, waiting, durable=durable, commit=False)
            waiting = payload
        if waiting is not None:
            yield self._chain.seal(kind, waiting, durable=durable, commit=True)

    def _give_up(self) -> None:
        """Write no more, and leave nothing that the next opening would read from memory and take for synced."""
        self.poison()
        with suppress(OSError):  # the disk is failing already
            disk.shorten(self.descriptor, self.end)

    def _take_back(self, seq: int, tag: bytes) -> None:
        self._chain.rewind(seq, tag)
        try:
            disk.cut(self.descriptor, self.end)
        except OSError:
            self.poison()


def _write_failed(error: OSError, *, is_unsure: bool) -> VaultError:
    if is_unsure:
        return VaultError(
            f"The vault could not be saved: {error.strerror}. Whether the last change was kept is not known;"
            " close the vault and open it again."
        )
    return VaultError(
        f"The vault could not be saved: {error.strerror}. Nothing was changed. Make room, then try again."
    )
