"""What the tests of the screen share."""

from __future__ import annotations

from app.store.kdf import Kdf

PASSPHRASE = "correct horse"
CHEAP = Kdf.argon2id(memory_kib=64, iterations=1, lanes=1)
