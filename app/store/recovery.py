"""Reading a vault's frames: every authentic commit in order, and where and why the reading stopped.

A torn tail is told from damage by `durable`: when a frame after the bad one says that the bad one had been synced
before, then bytes that were acknowledged are gone, and nothing is guessed.
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from app.errors import VaultDamaged, VaultTooNew
from app.store import disk
from app.store.frames import (
    CLOSE,
    COMMIT,
    FIRST_TAG,
    FRAME_MAGIC,
    HEAD_BYTES,
    SNAP,
    SNAP_END,
    TXN,
    Chain,
    FrameHead,
    parse_head,
)
from app.store.header import HEADER_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.store.crypto import VaultKeys

WINDOW_BYTES = 4 * 1024 * 1024
SNAP_COUNTS = struct.Struct("<QQ")


class Sink(Protocol):
    """What takes the payloads of whole commits."""

    def load(self, payload: bytes) -> None:
        """Apply one payload."""

    def document_count(self) -> int:
        """How many documents were loaded so far."""


@dataclass(slots=True)
class Tail:
    """The end of what was read: where the next commit goes."""

    offset: int = HEADER_BYTES
    """Just after the last whole commit."""
    seq: int = 0
    tag: bytes = FIRST_TAG
    is_complete: bool = False
    """The snapshot was read to its end."""
    is_closed: bool = False
    """The last frame is a CLOSE."""
    snapshot_frames: int = 0
    file_bytes: int = 0
    """The file's size when it was read; more than `offset` means a torn tail."""
    seen_tag: bytes | None = None
    """The tag of the frame whose number was asked for."""


class Window:
    """A file read forward in large pieces, into one buffer: what `view` gives holds until the next `view`."""

    __slots__ = ("_buffer", "_descriptor", "_filled", "_start", "end")

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.end = os.fstat(descriptor).st_size
        self._buffer = memoryview(bytearray(min(WINDOW_BYTES, self.end)))
        self._start = 0
        self._filled = 0

    def view(self, offset: int, length: int) -> memoryview:
        """The bytes at an offset, fewer at the end of the file."""
        length = max(0, min(length, self.end - offset))
        at = offset - self._start
        if at < 0 or at + length > self._filled:
            if length > len(self._buffer):
                self._buffer = memoryview(bytearray(length))
            room = self._buffer[: max(0, self.end - offset)]
            self._filled = disk.read_into(self._descriptor, room, offset)
            self._start, at = offset, 0
        return self._buffer[at : min(at + length, self._filled)]


class Walk:
    """One reading of a vault's frames into a sink."""

    def __init__(self, descriptor: int, keys: VaultKeys, sink: Sink, *, watch_seq: int | None = None) -> None:
        self._window = Window(descriptor)
        self._chain = Chain(keys)
        self._sink = sink
        self._watch_seq = watch_seq
        self._held: list[bytes] = []
        self.tail = Tail(file_bytes=self._window.end)

    def run(self) -> Tail:
        """Read to the end or to a torn tail; raises VaultDamaged or VaultTooNew."""
        offset = HEADER_BYTES
        while frame := self._next(offset):
            head, payload = frame
            offset += HEAD_BYTES + head.length
            self._take(head, payload, offset)
        if not self.tail.is_complete:
            raise damaged_at(offset)
        if has_later_witness(self._window, offset, self._chain.seq):
            raise damaged_at(offset)
        return self.tail

    def _next(self, offset: int) -> tuple[FrameHead, bytes] | None:
        raw_head = bytes(self._window.view(offset, HEAD_BYTES))
        head = parse_head(raw_head)
        chain = self._chain
        if head is None or head.seq != chain.seq or head.durable > head.seq:
            return None
        if self._held and head.session != chain.session:
            return None
        sealed = self._window.view(offset + HEAD_BYTES, head.length)
        if len(sealed) < head.length:
            return None
        payload = chain.unseal(head, raw_head, sealed)
        return None if payload is None else (head, payload)

    def _take(self, head: FrameHead, payload: bytes, end: int) -> None:
        tail = self.tail
        if head.kind not in (SNAP, SNAP_END, TXN, CLOSE) or head.flags & ~COMMIT:
            raise VaultTooNew(
                "This vault holds entries of a newer version of the program. Update the program, then open it again."
            )
        if tail.is_complete != (head.kind in (TXN, CLOSE)) or (self._held and head.kind != TXN):
            raise damaged_at(end)
        if head.seq == self._watch_seq:
            tail.seen_tag = self._chain.tag
        if head.kind == SNAP:
            self.tail.snapshot_frames += 1
            self._sink.load(payload)
            return
        if head.kind == SNAP_END:
            self._check_snapshot(payload, end)
        elif head.kind == TXN:
            self._held.append(payload)
            if not head.is_commit:
                return
        for held in self._held:
            self._sink.load(held)
        self._held.clear()
        tail.offset, tail.seq, tail.tag = end, self._chain.seq, self._chain.tag
        tail.is_complete = True
        tail.is_closed = head.kind == CLOSE

    def _check_snapshot(self, payload: bytes, end: int) -> None:
        if len(payload) != SNAP_COUNTS.size:
            raise damaged_at(end)
        if SNAP_COUNTS.unpack(payload) != (self.tail.snapshot_frames, self._sink.document_count()):
            raise damaged_at(end)


def has_later_witness(window: Window, offset: int, bad_seq: int) -> bool:
    """Whether a frame header from `offset` on says that frame `bad_seq` had been synced before it was written."""
    return any(head.durable > bad_seq for _at, head in heads_from(window, offset))


def heads_from(window: Window, offset: int) -> Iterator[tuple[int, FrameHead]]:
    """Every intact frame header from an offset on, wherever it stands, with its place."""
    while offset + HEAD_BYTES <= window.end:
        piece = bytes(window.view(offset, min(WINDOW_BYTES, window.end - offset)))
        if len(piece) < HEAD_BYTES:
            return
        at = piece.find(FRAME_MAGIC)
        while 0 <= at <= len(piece) - HEAD_BYTES:
            if head := parse_head(piece[at : at + HEAD_BYTES]):
                yield offset + at, head
            at = piece.find(FRAME_MAGIC, at + 1)
        offset += len(piece) - HEAD_BYTES + 1


def damaged_at(offset: int) -> VaultDamaged:
    """The refusal for bytes that are not what was acknowledged."""
    return VaultDamaged(
        f"The vault is damaged near byte {offset:,}: what stands there is not what was saved."
        " Restore the file from a copy, or put what can be read into a new vault: actionbench vault salvage FILE NEW"
    )
