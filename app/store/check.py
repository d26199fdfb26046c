"""Reading a whole vault again from the disk: every tag, every count, every document."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.errors import VaultDamaged
from app.store import compaction, disk, opening
from app.store.database import Database
from app.store.header import HEADER_BYTES
from app.store.recovery import Tail, Walk

if TYPE_CHECKING:
    from app.store.sealed import SealedStore


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """What a check has read; it raises instead when something is wrong."""

    frames: int
    documents: int
    tables: tuple[tuple[str, int], ...]
    """Name and number of documents of each table."""
    total_bytes: int
    is_header_damaged: bool
    """One of the two header copies is bad."""
    seconds: float


def check(store: SealedStore) -> CheckReport:
    """Read the file behind an open store to its end; VaultDamaged when it is not what was saved.

    Commits wait until the file has been read; the documents are decoded after that.
    """
    started = time.monotonic()
    if store.is_readonly:
        tail, database, is_header_damaged = opening.read_beside_writer(store.path, lambda it: _read(store, it))
    else:
        with store.write_lock:
            compaction.check_name(store.journal, store.path)
            tail, database, is_header_damaged = _read(store, store.journal.descriptor)
            held = {name: table.keys() for name, table in store.database.tables.items()}
        if {name: table.keys() for name, table in database.tables.items()} != held:
            raise VaultDamaged("The file is not what this program holds of it. Close the vault and open it again.")
    counts = tuple((name, sum(1 for _row in table.items())) for name, table in database.tables.items())
    return CheckReport(
        frames=tail.seq,
        documents=database.document_count(),
        tables=counts,
        total_bytes=tail.file_bytes,
        is_header_damaged=is_header_damaged,
        seconds=time.monotonic() - started,
    )


def _read(store: SealedStore, descriptor: int) -> tuple[Tail, Database, bool]:
    """The whole file, under the keys of the generation it is of by now, and whether a header copy is bad."""
    header = disk.read(descriptor, HEADER_BYTES, 0)
    keys = opening.unlock_again(header, store.path.name, store.keys)
    database = Database()
    return Walk(descriptor, keys, database).run(), database, header != keys.header_bytes()
