"""The sealed store: documents in one encrypted, crash-safe file, and TinyDB on top of it.

Importing this package is cheap: cryptography, msgspec and TinyDB are loaded by whatever needs them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.store.kdf import Kdf as Kdf
    from app.store.sealed import SealedStore as SealedStore
    from app.store.tinydb_open import open_tinydb as open_tinydb

_HOMES = {
    "Kdf": "app.store.kdf",
    "SealedStore": "app.store.sealed",
    "open_tinydb": "app.store.tinydb_open",
}

__all__ = ["Kdf", "SealedStore", "open_tinydb"]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(home), name)
