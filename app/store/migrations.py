"""Which shape the documents of a vault have: older ones are carried forward, newer ones refused, never guessed.

The file format has a version of its own (see the sealed store); this one counts changes of the documents inside.
"""

from __future__ import annotations

from app.errors import VaultTooNew
from app.store.history import Reader, Writer

META = "meta"
_NUMBER = 1
DOCUMENTS_VERSION = 1


def stamp(writer: Writer) -> None:
    """Write the version of this program's documents into a vault."""
    writer.put(META, _NUMBER, {"documents_version": DOCUMENTS_VERSION})


def check(store: Reader) -> None:
    """Refuse documents that a newer program wrote; without a stamp, as scripts leave a file, it is version 1."""
    found = (store.get(META, _NUMBER) or {}).get("documents_version", DOCUMENTS_VERSION)
    if not isinstance(found, int) or found > DOCUMENTS_VERSION:
        raise VaultTooNew(
            f"The vault's documents have version {found}; this program reads up to {DOCUMENTS_VERSION}. "
            "Install a newer Actionbench to open it."
        )
