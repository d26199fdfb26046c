"""The frame codec of TDX1: a 48-byte clear header, then sealed bytes, each frame chained to the one before.

`seal` and `unseal` keep the chain: session key, sequence number as nonce, the previous tag as associated data.
"""

from __future__ import annotations

import os
import struct
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from app.store.crypto import SESSION_BYTES, TAG_BYTES

if TYPE_CHECKING:
    from app.store.crypto import Aead, VaultKeys

FRAME_MAGIC = b"tDf1"
HEAD_BYTES = 48
MAX_PAYLOAD = 16 * 1024 * 1024
MAX_CIPHERTEXT = MAX_PAYLOAD + TAG_BYTES
SNAP, SNAP_END, TXN, CLOSE = 1, 2, 3, 4
COMMIT = 1
FIRST_TAG = bytes(TAG_BYTES)

_HEAD = struct.Struct("<4sIQQ16sBBH")
_NONCE = struct.Struct(">4xQ")


class FrameHead(NamedTuple):
    """A frame's clear header."""

    length: int
    """Ciphertext with its tag, in bytes."""
    seq: int
    durable: int
    """Every frame with a lower number had been synced before this one was written."""
    session: bytes
    kind: int
    flags: int

    @property
    def is_commit(self) -> bool:
        """Whether this frame is the last one of its commit."""
        return bool(self.flags & COMMIT)


def pack_head(head: FrameHead) -> bytes:
    """The header's 48 bytes, CRC included."""
    body = _HEAD.pack(FRAME_MAGIC, head.length, head.seq, head.durable, head.session, head.kind, head.flags, 0)
    return body + crc32(body).to_bytes(4, "little")


def parse_head(raw: bytes | memoryview) -> FrameHead | None:
    """The header in the first 48 bytes, or None when magic, CRC or length are not those of a frame."""
    if len(raw) < HEAD_BYTES or raw[:4] != FRAME_MAGIC:
        return None
    if crc32(raw[:44]) != int.from_bytes(raw[44:HEAD_BYTES], "little"):
        return None
    _magic, length, seq, durable, session, kind, flags, spare = _HEAD.unpack_from(raw)
    if spare or not TAG_BYTES <= length <= MAX_CIPHERTEXT:
        return None
    return FrameHead(length, seq, durable, session, kind, flags)


class Chain:
    """The running state of a sealed sequence of frames: number, previous tag, and the current session's cipher."""

    __slots__ = ("_cipher", "_context", "_keys", "seq", "session", "tag")

    def __init__(self, keys: VaultKeys, *, seq: int = 0, tag: bytes = FIRST_TAG) -> None:
        self._keys = keys
        self._context = b"tdx1" + keys.frame_context
        self._cipher: Aead | None = None
        self.session = b""
        self.seq = seq
        self.tag = tag

    def rewind(self, seq: int, tag: bytes) -> None:
        """Go back to an earlier point under a fresh session: the numbers come again, their key does not."""
        self.seq, self.tag = seq, tag
        self._cipher = None

    def seal(self, kind: int, payload: bytes, *, durable: int, commit: bool) -> bytes:
        """The next frame, header and ciphertext; advances the chain."""
        cipher = self._cipher or self._enter(os.urandom(SESSION_BYTES))
        seq = self.seq
        length = len(payload) + TAG_BYTES
        body = _HEAD.pack(FRAME_MAGIC, length, seq, durable, self.session, kind, COMMIT if commit else 0, 0)
        sealed = cipher.encrypt(_NONCE.pack(seq), payload, self._context + body + self.tag)
        self.seq = seq + 1
        self.tag = sealed[-TAG_BYTES:]
        return b"".join((body, crc32(body).to_bytes(4, "little"), sealed))

    def unseal(self, head: FrameHead, raw_head: bytes, sealed: memoryview) -> bytes | None:
        """The payload of the next frame, or None when it is not the authentic next frame; advances on success."""
        from cryptography.exceptions import InvalidTag

        cipher = self._cipher
        if cipher is None or head.session != self.session:
            cipher = self._enter(head.session)
        try:
            payload = cipher.decrypt(_NONCE.pack(head.seq), sealed, self._context + raw_head[:44] + self.tag)
        except InvalidTag:
            return None
        self.seq = head.seq + 1
        self.tag = bytes(sealed[-TAG_BYTES:])
        return payload

    def _enter(self, session: bytes) -> Aead:
        self.session = session
        self._cipher = cipher = self._keys.session_cipher(session)
        return cipher
