"""From a passphrase to a root key: the cost is a value of the header, and its bounds are checked before it is paid.

A header from a stranger must not make the program ask for all the memory there is: `problem` is asked first.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from app.errors import InvalidInput, VaultError

ARGON2ID = 1
SCRYPT = 2
MAX_MEMORY_KIB = 2 * 1024 * 1024
MAX_ROUNDS = 64
MAX_LOG2_N = 22
MAX_PASSPHRASE_BYTES = 1024
ROOT_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Kdf:
    """A key derivation and its cost, as three numbers of the header."""

    method: int
    """1 Argon2id, 2 scrypt."""
    cost: int
    """Argon2id: memory in KiB. scrypt: log2 of N."""
    rounds: int
    """Argon2id: iterations. scrypt: r."""
    lanes: int
    """Argon2id: lanes. scrypt: p."""

    @classmethod
    def default(cls) -> Kdf:
        """Argon2id with 64 MiB, 3 iterations, 4 lanes: 0.1 to 0.5 s on the machines this was measured on."""
        return cls.argon2id()

    @classmethod
    def argon2id(cls, *, memory_kib: int = 65536, iterations: int = 3, lanes: int = 4) -> Kdf:
        """Argon2id at an explicit cost; a cheap one is for tests only."""
        return cls._checked(ARGON2ID, memory_kib, iterations, lanes)

    @classmethod
    def scrypt(cls, *, log2_n: int = 16, r: int = 8, p: int = 1) -> Kdf:
        """scrypt (RFC 7914) at an explicit cost, for systems whose OpenSSL has no Argon2."""
        return cls._checked(SCRYPT, log2_n, r, p)

    @classmethod
    def _checked(cls, method: int, cost: int, rounds: int, lanes: int) -> Kdf:
        kdf = cls(method=method, cost=cost, rounds=rounds, lanes=lanes)
        if problem := kdf.problem():
            raise InvalidInput(f"This cost of opening cannot be used: {problem}.")
        return kdf

    @property
    def name(self) -> str:
        """The function's name, for a person."""
        return "Argon2id" if self.method == ARGON2ID else "scrypt"

    @property
    def memory_kib(self) -> int:
        """The memory that one derivation takes, in KiB."""
        return self.cost if self.method == ARGON2ID else (128 * self.rounds << self.cost) // 1024

    def describe(self) -> str:
        """One line for `vault info`."""
        if self.method == ARGON2ID:
            return f"Argon2id, {self.cost} KiB, {self.rounds} iterations, {self.lanes} lanes"
        return f"scrypt, N = 2^{self.cost}, r = {self.rounds}, p = {self.lanes}"

    def problem(self) -> str | None:
        """What is wrong with these numbers, as a clause, or None when they may be used."""
        if not (1 <= self.rounds <= MAX_ROUNDS and 1 <= self.lanes <= MAX_ROUNDS):
            return f"iterations and lanes must lie between 1 and {MAX_ROUNDS}"
        if self.method == ARGON2ID and self.cost < 8 * self.lanes:
            return "Argon2id needs at least 8 KiB for each lane"
        if self.method == SCRYPT and not 1 <= self.cost <= MAX_LOG2_N:
            return f"scrypt's log2 N must lie between 1 and {MAX_LOG2_N}"
        if self.memory_kib > MAX_MEMORY_KIB:
            return "it would take more than 2 GiB of memory"
        return None

    def root(self, passphrase: str, salt: bytes) -> bytes:
        """Derive the 32-byte root key; takes as long as the cost says and lets other threads run meanwhile."""
        secret = passphrase_bytes(passphrase)
        from cryptography.exceptions import UnsupportedAlgorithm

        try:
            return self._argon2id(secret, salt) if self.method == ARGON2ID else self._scrypt(secret, salt)
        except UnsupportedAlgorithm as error:
            raise VaultError(
                f"The cryptography library of this machine has no {self.name}. Install its newest wheel, then retry."
            ) from error

    def _argon2id(self, secret: bytes, salt: bytes) -> bytes:
        from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

        derivation = Argon2id(
            salt=salt,
            length=ROOT_BYTES,
            iterations=self.rounds,
            lanes=self.lanes,
            memory_cost=self.cost,
        )
        return derivation.derive(secret)

    def _scrypt(self, secret: bytes, salt: bytes) -> bytes:
        from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

        return Scrypt(salt=salt, length=ROOT_BYTES, n=1 << self.cost, r=self.rounds, p=self.lanes).derive(secret)


def passphrase_bytes(passphrase: str) -> bytes:
    """The bytes that are hashed: Unicode NFC, UTF-8, 1 to 1024 of them."""
    try:
        secret = unicodedata.normalize("NFC", passphrase).encode()
    except UnicodeEncodeError:
        raise InvalidInput(
            "The passphrase holds bytes that are not text in this locale. Set a UTF-8 locale, then try again."
        ) from None
    if not secret:
        raise InvalidInput("The passphrase is empty. Type at least one character.")
    if len(secret) > MAX_PASSPHRASE_BYTES:
        raise InvalidInput(f"The passphrase is longer than {MAX_PASSPHRASE_BYTES} bytes. Use a shorter one.")
    return secret
