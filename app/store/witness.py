"""The note about the last state seen, kept outside the vault: how an older copy put back is noticed.

The file alone cannot tell that it is old. The note holds how far this user account saw it, signed with a key of the
vault.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.errors import VaultError
from app.store import disk

if TYPE_CHECKING:
    from pathlib import Path

    from app.store.crypto import VaultKeys
    from app.store.recovery import Tail


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """How far a vault had come when it was last seen."""

    generation: int
    seq: int
    """Frames in that generation."""
    tag: bytes
    """The last one's tag."""
    signature: bytes

    def is_signed(self, keys: VaultKeys) -> bool:
        """Whether this vault's own key signed the note."""
        return hmac.compare_digest(self.signature, _sign(keys, self.generation, self.seq, self.tag))


class Witness:
    """The folder of notes, one file for each vault."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, keys: VaultKeys) -> Sighting | None:
        """The note on this vault; None when there is none, or when it is not a note."""
        try:
            fields = json.loads(self._path(keys).read_bytes())
            return Sighting(
                generation=int(fields["generation"]),
                seq=int(fields["seq"]),
                tag=bytes.fromhex(fields["tag"]),
                signature=bytes.fromhex(fields["hmac"]),
            )
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None
        except OSError as error:
            raise VaultError(
                f"The note about this vault in {self.folder} cannot be read: {error.strerror}."
                " Make it readable, then try again."
            ) from error

    def describe(self, keys: VaultKeys) -> str:
        """What the note says, in words."""
        sighting = self.read(keys)
        if sighting is None:
            return "none yet; it is written when the vault is closed"
        if not sighting.is_signed(keys):
            return "not signed by this vault's key"
        return f"generation {sighting.generation}, {sighting.seq:,} frames"

    def write(self, keys: VaultKeys, *, seq: int, tag: bytes) -> None:
        """Note how far the vault has come; replaces the note in one step."""
        generation = keys.header.generation
        fields: dict[str, object] = {
            "generation": generation,
            "seq": seq,
            "tag": tag.hex(),
            "hmac": _sign(keys, generation, seq, tag).hex(),
        }
        path = self._path(keys)
        draft = path.with_name(f"{path.name}.new")  # the lock's holder alone writes it, so one name will do
        try:
            disk.make_folder(self.folder)
            disk.remove(draft)
            _write_private(draft, json.dumps(fields).encode())
            disk.replace(draft, path)
        except OSError as error:
            with suppress(OSError):  # the next note takes its place
                disk.remove(draft)
            raise VaultError(
                f"The vault is saved, but the note about it in {self.folder} is not: {error.strerror}."
                " Make room there, then open and close the vault once."
            ) from error

    def _path(self, keys: VaultKeys) -> Path:
        return self.folder / f"{keys.header.file_id.hex()}.json"


def is_rolled_back(note: Sighting, keys: VaultKeys, tail: Tail) -> bool:
    """Whether the file that was read is older than the note, or of another history."""
    generation = keys.header.generation
    if generation != note.generation:
        return generation < note.generation
    return not note.is_signed(keys) or tail.seq < note.seq or tail.seen_tag != note.tag


def _sign(keys: VaultKeys, generation: int, seq: int, tag: bytes) -> bytes:
    text = f"{generation} {seq} {tag.hex()}".encode()
    return hmac.digest(keys.witness_key(), text, hashlib.sha256)


def _write_private(path: Path, data: bytes) -> None:
    descriptor = disk.create(path)
    try:
        disk.write(descriptor, data, 0)
        disk.sync(descriptor)
    finally:
        os.close(descriptor)
