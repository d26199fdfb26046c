"""Documents of one block that nobody has looked at yet: still JSON, decoded together when somebody does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.errors import VaultDamaged
from app.store import documents

if TYPE_CHECKING:
    from app.store.documents import Document
    from app.store.operations import Key


class Chunk:
    """Documents of one block, still JSON; shared by their rows until the first of them is looked at."""

    __slots__ = ("exact", "keys", "raw")

    def __init__(self, keys: tuple[Key, ...], raw: memoryview, *, exact: bool) -> None:
        self.keys = keys
        self.raw = raw
        self.exact = exact

    def decode(self) -> list[Document]:
        """The documents, one for each key; raises VaultDamaged when the block is not what it says."""
        try:
            found = documents.decode(self.raw, exact=self.exact)
        except (ValueError, TypeError) as error:
            raise _unreadable() from error
        if len(found) != len(self.keys):
            raise _unreadable()
        return found

    @property
    def mean_size(self) -> int:
        """The bytes of one document, on average."""
        return len(self.raw) // max(1, len(self.keys))


def _unreadable() -> VaultDamaged:
    return VaultDamaged(
        "The vault holds documents that are not what their block says. Restore the file from a copy, or salvage it."
    )
