"""Makes the frozen vaults of `tests/data/vaults`, each named by its outcome. Run once for each version of the format:

    PYTHONPATH=. python tests/store/make_frozen_vaults.py FOLDER

The committed files are never made anew: what a release has written must open for ever.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from app.store import Kdf, SealedStore
from app.store.crypto import VaultKeys
from app.store.frames import HEAD_BYTES, TXN, Chain, parse_head
from app.store.header import AES_256_GCM, CHACHA20_POLY1305, HEADER_BYTES, SLOT_BYTES
from app.store.vault import Vault

PASSPHRASE = "correct horse"
ARGON2ID = Kdf.argon2id(memory_kib=64, iterations=1, lanes=1)
SCRYPT = Kdf.scrypt(log2_n=4)
ORDERS = "orders of a script"


def fill(store: SealedStore) -> None:
    """Four commits: two puts, a delete with a new table, a drop."""
    for number in (1, 2):
        with store.transaction() as tx:
            tx.put(ORDERS, number, {"total": number / 4, "who": "Zoë"})
    with store.transaction() as tx:
        tx.delete(ORDERS, 1)
        tx.create("empty")
        tx.put("gone", 7, {"a": None})
    with store.transaction() as tx:
        tx.drop("gone")


def make(path: Path, *, kdf: Kdf = ARGON2ID, aead: int = AES_256_GCM, passphrase: str = PASSPHRASE) -> None:
    """A closed vault with the four commits."""
    with SealedStore.create(path, passphrase, kdf=kdf, aead=aead) as store:
        fill(store)


def frames(raw: bytes) -> list[int]:
    """Where each frame begins."""
    starts, at = [], HEADER_BYTES
    while head := parse_head(raw[at : at + HEAD_BYTES]):
        starts.append(at)
        at += HEAD_BYTES + head.length
    return starts


def changed(path: Path, edit: Callable[[bytearray], None]) -> None:
    """A closed vault, then changed by hand."""
    make(path)
    raw = bytearray(path.read_bytes())
    edit(raw)
    path.write_bytes(raw)


def flip(*offsets: int) -> Callable[[bytearray], None]:
    """Change one bit at each offset."""

    def edit(raw: bytearray) -> None:
        for offset in offsets:
            raw[offset] ^= 1

    return edit


def make_damaged_frame(folder: Path) -> None:
    """One bit of a frame that later frames know to have been synced."""
    path = folder / "new.tdx"
    make(path)
    raw = bytearray(path.read_bytes())
    start = frames(raw)[2]
    raw[start + HEAD_BYTES + 3] ^= 1
    path.write_bytes(raw)
    path.rename(folder / f"damaged-at-{start}.tdx")


def make_torn(folder: Path) -> None:
    """The last commit was cut while it was written."""
    path = folder / "torn-tail-opens-with-2-commits.tdx"
    make(path)
    raw = path.read_bytes()
    path.write_bytes(raw[: frames(raw)[3] + 60])


def make_not_closed(path: Path) -> None:
    """Every commit whole, and no CLOSE."""
    with SealedStore.create(path, PASSPHRASE, kdf=ARGON2ID) as store:
        fill(store)
        raw = path.read_bytes()
    path.write_bytes(raw)


def make_rolled_back(folder: Path) -> None:
    """An older copy, and the note of a newer state beside it."""
    path, notes = folder / "rolled-back-opens-with-2-commits.tdx", folder / "notes"
    with SealedStore.create(path, PASSPHRASE, kdf=ARGON2ID, witness=notes) as store:
        fill(store)
        raw = path.read_bytes()
    path.write_bytes(raw[: frames(raw)[3]])
    note = next(notes.iterdir())
    note.rename(folder / f"{path.stem}.note.json")
    shutil.rmtree(notes)


def make_exact(path: Path) -> None:
    """Documents that a fast parser would change, under a number and under a text."""
    with SealedStore.create(path, PASSPHRASE, kdf=ARGON2ID) as store, store.transaction() as tx:
        tx.put("exact", 1, {"big": 2**90, "lone": "\ud800", "": 0.1})
        tx.put("exact", "a-text", {"n": -(2**63)})


def make_too_new_frame(path: Path) -> None:
    """An authentic frame of a type that nobody knows yet."""
    keys = VaultKeys.new(PASSPHRASE, ARGON2ID, aead=AES_256_GCM, file_id=bytes(range(16)), generation=0)
    chain = Chain(keys)
    path.write_bytes(keys.header_bytes() + chain.seal(9, b"", durable=0, commit=True))


def make_too_new_operation(path: Path) -> None:
    """A known frame that holds an operation that nobody knows yet."""
    keys = VaultKeys.new(PASSPHRASE, ARGON2ID, aead=AES_256_GCM, file_id=bytes(range(16)), generation=0)
    chain = Chain(keys)
    end = chain.seal(2, bytes(16), durable=0, commit=True)
    block = bytes([9]) + bytes(15)
    path.write_bytes(keys.header_bytes() + end + chain.seal(TXN, block, durable=1, commit=True))


def make_too_new_documents(path: Path) -> None:
    """A file of this format whose documents are of a later program."""
    vault = Vault.create(path, PASSPHRASE, kdf=ARGON2ID)
    with vault.store.transaction() as tx:
        tx.put("meta", 1, {"documents_version": 2})
    vault.close()


def main(folder: Path) -> None:
    """Every file, into a folder that exists."""
    make(folder / "opens-argon2id-aes-256-gcm.tdx")
    make(folder / "opens-scrypt-chacha20-poly1305.tdx", kdf=SCRYPT, aead=CHACHA20_POLY1305)
    make_not_closed(folder / "opens-not-closed.tdx")
    make_exact(folder / "opens-exact-parser.tdx")
    Vault.create(folder / "opens-workspace.tdx", PASSPHRASE, kdf=ARGON2ID).close()
    changed(folder / "header-slot-a-damaged-opens.tdx", flip(70))
    changed(folder / "header-slot-b-damaged-opens.tdx", flip(SLOT_BYTES + 70))
    changed(folder / "damaged-both-headers.tdx", flip(70, SLOT_BYTES + 70))
    (folder / "damaged-empty-file.tdx").write_bytes(b"")
    make(folder / "wrong-passphrase-for-correct-horse.tdx", passphrase="battery staple")
    changed(
        folder / "too-new-version-2.tdx", lambda raw: [raw.__setitem__(at, 2) for at in (8, SLOT_BYTES + 8)] and None
    )
    make_damaged_frame(folder)
    make_torn(folder)
    make_rolled_back(folder)
    make_too_new_frame(folder / "too-new-frame-type.tdx")
    make_too_new_operation(folder / "too-new-operation.tdx")
    make_too_new_documents(folder / "too-new-documents.tdx")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
