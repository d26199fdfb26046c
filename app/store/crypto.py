"""Keys and sealing: which key seals what, and under which nonce.

A frame's key belongs to one session, its nonce is its sequence number: the pair never comes twice. No value here
shows a key in its repr.
"""

from __future__ import annotations

import os
import struct
from hmac import compare_digest
from typing import TYPE_CHECKING, Protocol

from app.store.header import AES_256_GCM, Header, is_authentic

if TYPE_CHECKING:
    from app.store.kdf import Kdf

KEY_BYTES = 32
TAG_BYTES = 16
SESSION_BYTES = 16
_ZERO_NONCE = bytes(12)


class Aead(Protocol):
    """An authenticated cipher bound to one key."""

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None, /) -> bytes:
        """Ciphertext and tag."""

    def decrypt(self, nonce: bytes, data: bytes | memoryview, associated_data: bytes | None, /) -> bytes:
        """Plaintext; raises cryptography's InvalidTag."""


class PassphraseKeys:
    """What a passphrase and a salt give: the key that wraps the data key, and the key that signs the header."""

    __slots__ = ("mac_key", "wrapping_key")

    def __init__(self, root: bytes) -> None:
        self.wrapping_key = _expand(root, b"tdx1 kek")
        self.mac_key = _expand(root, b"tdx1 header mac")

    @classmethod
    def derive(cls, kdf: Kdf, passphrase: str, salt: bytes) -> PassphraseKeys:
        """Run the key derivation; this is the slow step."""
        return cls(kdf.root(passphrase, salt))

    def wrap(self, data_key: bytes, *, aead: int, file_id: bytes, salt: bytes) -> bytes:
        """Seal the data key: a function of (salt, data key) alone, so that no nonce is used for two texts."""
        return _aead(aead, self.wrapping_key).encrypt(_ZERO_NONCE, data_key, b"tdx1 wrap" + file_id + salt)

    def unwrap(self, header: Header) -> bytes | None:
        """The data key, or None when it was not sealed under this passphrase."""
        from cryptography.exceptions import InvalidTag

        context = b"tdx1 wrap" + header.file_id + header.salt
        try:
            return _aead(header.aead, self.wrapping_key).decrypt(_ZERO_NONCE, header.wrapped_key, context)
        except InvalidTag:
            return None

    def signed(self, slot: bytes) -> bool:
        """Whether this passphrase signed the header slot."""
        return is_authentic(slot, self.mac_key)


class VaultKeys:
    """The open vault's keys, for one generation of the file."""

    __slots__ = ("_data_key", "header", "passphrase_keys")

    def __init__(self, header: Header, data_key: bytes, passphrase_keys: PassphraseKeys) -> None:
        self.header = header
        self.passphrase_keys = passphrase_keys
        self._data_key = data_key

    @classmethod
    def new(cls, passphrase: str, kdf: Kdf, *, aead: int, file_id: bytes, generation: int) -> VaultKeys:
        """Draw a salt and a data key, and wrap the one for the other."""
        salt, data_key = os.urandom(32), os.urandom(KEY_BYTES)
        keys = PassphraseKeys.derive(kdf, passphrase, salt)
        wrapped = keys.wrap(data_key, aead=aead, file_id=file_id, salt=salt)
        header = Header(file_id=file_id, generation=generation, kdf=kdf, aead=aead, salt=salt, wrapped_key=wrapped)
        return cls(header, data_key, keys)

    def is_opened_by(self, passphrase: str) -> bool:
        """Whether a passphrase is the vault's; runs the key derivation."""
        found = PassphraseKeys.derive(self.header.kdf, passphrase, self.header.salt)
        return compare_digest(found.mac_key, self.passphrase_keys.mac_key)

    def next_generation(self) -> VaultKeys:
        """The same keys for the file's next generation: salt and wrapped key stay byte for byte."""
        return self.numbered(self.header.generation + 1)

    def renewed(self, passphrase: str, kdf: Kdf | None = None) -> VaultKeys:
        """New keys of the same file for its next generation; runs the key derivation."""
        old = self.header
        generation = old.generation + 1
        return VaultKeys.new(passphrase, kdf or old.kdf, aead=old.aead, file_id=old.file_id, generation=generation)

    def numbered(self, generation: int) -> VaultKeys:
        """The same keys for a generation of the file."""
        old = self.header
        header = Header(
            file_id=old.file_id,
            generation=generation,
            kdf=old.kdf,
            aead=old.aead,
            salt=old.salt,
            wrapped_key=old.wrapped_key,
        )
        return VaultKeys(header, self._data_key, self.passphrase_keys)

    def header_bytes(self) -> bytes:
        """Both slots."""
        return self.header.pack(self.passphrase_keys.mac_key) * 2

    def session_cipher(self, session: bytes) -> Aead:
        """The cipher for the frames of one session."""
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        info = b"tdx1 frames" + self.frame_context
        key = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=session, info=info).derive(self._data_key)
        return _aead(self.header.aead, key)

    def seal_aside(self, data: bytes) -> bytes:
        """Seal what a running program keeps outside the vault: a salt, and so a key, of its own each time."""
        salt = os.urandom(KEY_BYTES)
        return salt + _aead(self.header.aead, self._aside_key(salt)).encrypt(_ZERO_NONCE, data, self.header.file_id)

    def open_aside(self, sealed: bytes) -> bytes | None:
        """What `seal_aside` sealed; None when it was sealed under another data key."""
        from cryptography.exceptions import InvalidTag

        cipher = _aead(self.header.aead, self._aside_key(sealed[:KEY_BYTES]))
        try:
            return cipher.decrypt(_ZERO_NONCE, sealed[KEY_BYTES:], self.header.file_id)
        except InvalidTag:
            return None

    def _aside_key(self, salt: bytes) -> bytes:
        return _expand(self._data_key, b"tdx1 aside" + salt)

    def forget(self) -> None:
        """Let go of every key; nothing can be sealed or opened with this any more."""
        self._data_key = self.passphrase_keys.wrapping_key = self.passphrase_keys.mac_key = b""

    @property
    def frame_context(self) -> bytes:
        """File id and generation: what binds a frame to this history of this file."""
        return self.header.file_id + struct.pack("<Q", self.header.generation)

    def witness_key(self) -> bytes:
        """The key that signs the note about the last state seen, kept outside the file."""
        return _expand(self._data_key, b"tdx1 witness")


def _expand(root: bytes, info: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

    return HKDFExpand(algorithm=SHA256(), length=KEY_BYTES, info=info).derive(root)


def _aead(aead: int, key: bytes) -> Aead:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

    return AESGCM(key) if aead == AES_256_GCM else ChaCha20Poly1305(key)
