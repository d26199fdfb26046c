"""The 4096-byte header slot of TDX1: pack and parse, nothing else.

Two byte-identical slots open the file; either one suffices. The CRC tells damage from a wrong passphrase, the MAC
tells a wrong passphrase from the right one.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
import zlib
from dataclasses import dataclass

from app.errors import VaultDamaged, VaultTooNew
from app.store.kdf import ARGON2ID, SCRYPT, Kdf

MAGIC = b"\x89TDX\r\n\x1a\n"
VERSION = 1
SLOT_BYTES = 4096
HEADER_BYTES = 2 * SLOT_BYTES
AES_256_GCM = 1
CHACHA20_POLY1305 = 2
AEAD_NAMES = {AES_256_GCM: "AES-256-GCM", CHACHA20_POLY1305: "ChaCha20-Poly1305"}

_FIXED = struct.Struct("<8sHHI16sQBBHIII32s48s")
_MAC_AT = 4060
_CRC_AT = 4092


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a slot says; everything but the passphrase that opening needs."""

    file_id: bytes
    """16 random bytes, constant for the life of the file."""
    generation: int
    """One more at each rewrite."""
    kdf: Kdf
    aead: int
    """1 AES-256-GCM, 2 ChaCha20-Poly1305."""
    salt: bytes
    """32 random bytes."""
    wrapped_key: bytes
    """The data key, sealed under the passphrase's key: 32 bytes and a 16-byte tag."""

    def pack(self, mac_key: bytes) -> bytes:
        """The slot's 4096 bytes."""
        kdf = self.kdf
        fixed = _FIXED.pack(
            MAGIC,
            VERSION,
            SLOT_BYTES,
            0,
            self.file_id,
            self.generation,
            kdf.method,
            self.aead,
            0,
            kdf.cost,
            kdf.rounds,
            kdf.lanes,
            self.salt,
            self.wrapped_key,
        )
        body = fixed.ljust(_MAC_AT, b"\0")
        body += hmac.digest(mac_key, body, hashlib.sha256)
        return body + struct.pack("<I", zlib.crc32(body))


def is_authentic(slot: bytes, mac_key: bytes) -> bool:
    """Whether this key wrote the slot; compared in constant time."""
    expected = hmac.digest(mac_key, slot[:_MAC_AT], hashlib.sha256)
    return hmac.compare_digest(expected, slot[_MAC_AT:_CRC_AT])


def intact_slots(raw: bytes) -> tuple[bytes, ...]:
    """The slots, A first, whose magic and CRC are good; empty when there is none."""
    slots = (raw[:SLOT_BYTES], raw[SLOT_BYTES:HEADER_BYTES])
    return tuple(slot for slot in slots if _is_intact(slot))


def looks_newer(raw: bytes) -> bool:
    """Whether both slots carry our magic and one version above ours, so that their CRC may lie elsewhere."""
    versions = {
        int.from_bytes(slot[8:10], "little")
        for slot in (raw[:SLOT_BYTES], raw[SLOT_BYTES:HEADER_BYTES])
        if slot.startswith(MAGIC) and len(slot) == SLOT_BYTES
    }
    return len(versions) == 1 and max(versions) > VERSION


def parse_slot(slot: bytes) -> Header:
    """Read an intact slot.

    Raises VaultTooNew for a version, flag or algorithm that this program does not know, VaultDamaged for numbers out of
    bounds.
    """
    fields = _FIXED.unpack_from(slot)
    _magic, version, length, flags, file_id, generation, method, aead, spare, cost, rounds, lanes, salt, key = fields
    known = version == VERSION and length == SLOT_BYTES and flags == 0 and spare == 0
    if not known or method not in (ARGON2ID, SCRYPT) or aead not in AEAD_NAMES:
        raise VaultTooNew(
            "This vault was written by a newer version of the program. Update the program, then open it again."
        )
    kdf = Kdf(method=method, cost=cost, rounds=rounds, lanes=lanes)
    if problem := kdf.problem():
        raise VaultDamaged(
            f"The vault's header asks for an impossible key derivation: {problem}. Restore the file from a copy."
        )
    return Header(file_id=file_id, generation=generation, kdf=kdf, aead=aead, salt=salt, wrapped_key=key)


def _is_intact(slot: bytes) -> bool:
    return (
        len(slot) == SLOT_BYTES
        and slot.startswith(MAGIC)
        and zlib.crc32(slot[:_CRC_AT]) == int.from_bytes(slot[_CRC_AT:], "little")
    )
