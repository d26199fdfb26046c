"""What opening found and what a vault is, as values for whoever shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.store.header import AEAD_NAMES, VERSION

if TYPE_CHECKING:
    from pathlib import Path

    from app.store.database import Database
    from app.store.header import Header
    from app.store.journal import Journal
    from app.store.recovery import Tail


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenReport:
    """What a person should know after an opening; all is well when `remarks` is empty."""

    is_header_damaged: bool = False
    """One of the two header copies is bad; the other one opened the vault."""
    was_closed: bool = True
    """The last program that wrote closed the vault in order."""
    is_in_use: bool = False
    """Another program holds the file for writing: it is not closed, and a write may be under way."""
    torn_bytes: int = 0
    """Bytes after the last whole commit: a write that never finished."""
    torn_copy: Path | None = None
    """Where those bytes were kept, if they could be."""
    is_rolled_back: bool = False
    """The file is older than, or another history than, the one last seen by this user account."""
    swept: tuple[str, ...] = ()
    """Names of leftovers of a killed rewrite that were removed."""

    @property
    def remarks(self) -> tuple[str, ...]:
        """One sentence for each finding, most serious first."""
        found = []
        if self.is_rolled_back:
            found.append("This file is not the newest state that was seen here: an older copy may have been put back.")
        if self.is_header_damaged:
            found.append(
                "One of the two copies of the vault's header is damaged. Compact the vault to write both anew."
            )
        if self.is_in_use:
            return tuple(found)
        if self.torn_bytes:
            kept = f" They were kept in {self.torn_copy.name}." if self.torn_copy else ""
            found.append(
                f"The last write never finished; its {self.torn_bytes:,} bytes were left out."
                f" Everything saved before is there.{kept}"
            )
        elif not self.was_closed:
            found.append("The vault was not closed in order last time. Everything that was saved is there.")
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreInfo:
    """Figures of an open vault."""

    path: Path
    format_version: int
    file_id: str
    """32 hexadecimal digits, constant for the life of the file."""
    generation: int
    kdf: str
    """The key derivation and its cost, in words."""
    aead: str
    total_bytes: int
    live_bytes: int
    """What the documents of now take."""
    frames: int
    """Sealed frames in this generation of the file."""
    tables: tuple[tuple[str, int], ...]
    """Name and number of documents of each table."""
    closed_at: float | None
    """When the vault was closed in order before this opening, in seconds since 1970; None when it was not."""

    @property
    def dead_bytes(self) -> int:
        """What the next compaction would give back."""
        return max(0, self.total_bytes - self.live_bytes)


def store_info(
    path: Path, header: Header, database: Database, journal: Journal | None, tail: Tail, closed_at: float | None
) -> StoreInfo:
    """The figures of a store, whose state the caller holds still; a reader's are those of its opening."""
    return StoreInfo(
        path=path,
        format_version=VERSION,
        file_id=header.file_id.hex(),
        generation=header.generation,
        kdf=header.kdf.describe(),
        aead=AEAD_NAMES[header.aead],
        total_bytes=journal.end if journal else tail.file_bytes,
        live_bytes=database.live_bytes(),
        frames=journal.seq if journal else tail.seq,
        tables=tuple((name, len(table)) for name, table in database.tables.items()),
        closed_at=closed_at,
    )
