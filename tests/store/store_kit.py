"""What the store's tests share: a cheap key derivation, small vaults, and the shape of their frames."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from app.store import Kdf, SealedStore
from app.store.frames import HEAD_BYTES, parse_head
from app.store.header import HEADER_BYTES

CHEAP = Kdf.argon2id(memory_kib=64, iterations=1, lanes=1)
PASSPHRASE = "correct horse"
ROOT = Path(__file__).parents[2]

Contents = dict[str, dict[int, dict[str, object]]]


def new_vault(path: Path) -> SealedStore:
    return SealedStore.create(path, PASSPHRASE, kdf=CHEAP)


def open_vault(path: Path, *, readonly: bool = False) -> SealedStore:
    return SealedStore.open(path, PASSPHRASE, readonly=readonly)


def contents(store: SealedStore) -> Contents:
    return {table: dict(store.scan(table)) for table in store.tables()}


def contents_of(path: Path) -> Contents:
    with open_vault(path, readonly=True) as store:
        return contents(store)


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def put(store: SealedStore, table: str, doc_id: int, **fields: object) -> None:
    with store.transaction() as tx:
        tx.put(table, doc_id, fields)


def frame_spans(raw: bytes) -> list[tuple[int, int]]:
    """Start and end of every frame of an intact file."""
    spans = []
    at = HEADER_BYTES
    while at < len(raw):
        head = parse_head(raw[at : at + HEAD_BYTES])
        assert head is not None
        end = at + HEAD_BYTES + head.length
        spans.append((at, end))
        at = end
    return spans


def python(code: str, *arguments: object, **options: object) -> subprocess.Popen[str]:
    """A real second process that imports the product."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,  # type: ignore[call-overload]  # passed through as it is
    )
