"""Creating and opening a vault's file: lock, header, passphrase, frames, torn tail, in this order.

A wrong passphrase changes nothing on disk. A reader changes nothing at all and waits for nobody.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from app.errors import VaultDamaged, VaultError, VaultTooNew, WrongPassphrase
from app.store import collector, disk, lock, rewrite
from app.store.crypto import PassphraseKeys, VaultKeys
from app.store.database import Database
from app.store.header import AES_256_GCM, HEADER_BYTES, MAGIC, intact_slots, looks_newer, parse_slot
from app.store.journal import Journal
from app.store.recovery import WINDOW_BYTES, Tail, Walk
from app.store.report import OpenReport
from app.store.witness import is_rolled_back

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from app.store.kdf import Kdf
    from app.store.witness import Witness

_READ_ATTEMPTS = 3
T = TypeVar("T")


@dataclass(slots=True, kw_only=True)
class Opened:
    """The parts of an open vault."""

    path: Path
    database: Database
    keys: VaultKeys
    journal: Journal | None
    """None for a reader."""
    tail: Tail
    report: OpenReport
    closed_at: float | None
    """The file's time of change, if its last frame is a CLOSE."""


def create(path: Path, passphrase: str, kdf: Kdf, *, aead: int = AES_256_GCM) -> Opened:
    """Make an empty vault under a name that nobody has; VaultError when somebody has it."""
    path = path.parent.resolve() / path.name
    if os.path.lexists(path):
        raise _taken(path)
    keys = VaultKeys.new(passphrase, kdf, aead=aead, file_id=os.urandom(16), generation=0)
    try:
        draft = rewrite.Draft(path, keys, suffix="new")
    except OSError as error:
        raise _not_created(path, error) from error
    try:
        draft.write(())
        draft.publish_new(path)
        rewrite.sweep(path)
    except BaseException as error:
        draft.take_back_name(path)
        draft.abandon()
        if isinstance(error, FileExistsError):
            raise _taken(path) from None
        if isinstance(error, OSError):
            raise _not_created(path, error) from error
        raise
    journal = draft.journal
    tail = Tail(offset=journal.end, seq=journal.seq, tag=journal.tag, is_complete=True, file_bytes=journal.end)
    return Opened(
        path=path,
        database=Database(),
        keys=keys,
        journal=journal,
        tail=tail,
        report=OpenReport(),
        closed_at=None,
    )


def open_for_writing(path: Path, passphrase: str, witness: Witness | None) -> Opened:
    """Lock, read and repair a vault, and stand ready to append."""
    path = path.resolve()
    descriptor = lock.open_for_writing(path)
    try:
        opened, note_says_old = _read(path, descriptor, passphrase, witness)
        tail = opened.tail
        torn_copy = _drop_torn(path, descriptor, tail)
        disk.sync(descriptor)
        # The one who gave the file its name may have died before the name was on the medium.
        disk.sync_folder(path.parent)
        swept = rewrite.sweep(path)
    except BaseException as error:
        os.close(descriptor)
        if isinstance(error, OSError):
            raise VaultError(
                f"{path.name} cannot be read or repaired: {error.strerror}. Check the disk, then try again."
            ) from error
        raise
    opened.journal = Journal.resume(descriptor, opened.keys, tail)
    opened.report = _report(opened, is_rolled_back=note_says_old, torn_copy=torn_copy, swept=swept)
    return opened


def open_for_reading(path: Path, passphrase: str, witness: Witness | None) -> Opened:
    """Read a vault as it is at this moment, while others may write it."""
    path = path.resolve()

    def read(descriptor: int) -> Opened:
        opened, note_says_old = _read(path, descriptor, passphrase, witness)
        is_in_use = not opened.tail.is_closed and lock.holder(descriptor) is not None
        opened.report = replace(_report(opened, is_rolled_back=note_says_old), is_in_use=is_in_use)
        return opened

    return read_beside_writer(path, read)


def read_beside_writer(path: Path, read: Callable[[int], T]) -> T:
    """What `read` makes of the file of this name; asked anew when the file was written to at that moment."""
    attempt = 1
    while True:
        descriptor = lock.open_for_reading(path)
        before = os.fstat(descriptor)
        try:
            return read(descriptor)
        except VaultDamaged:
            after = os.fstat(descriptor)
            is_still = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
            if is_still or attempt == _READ_ATTEMPTS:
                raise
            attempt += 1
        except OSError as error:
            raise VaultError(
                f"{path.name} cannot be read: {error.strerror}. Check the disk, then try again."
            ) from error
        finally:
            os.close(descriptor)


def unlock(raw: bytes, name: str, passphrase: str) -> tuple[VaultKeys, bool]:
    """The keys behind a header, and whether one of its copies is bad."""
    slots = intact_slots(raw)
    if not slots:
        raise _no_header(raw, name)
    for slot in dict.fromkeys(slots):
        header = parse_slot(slot)
        passphrase_keys = PassphraseKeys.derive(header.kdf, passphrase, header.salt)
        if not passphrase_keys.signed(slot):
            continue
        data_key = passphrase_keys.unwrap(header)
        if data_key is None:
            raise VaultDamaged(f"The header of {name} holds a broken key. Restore the file from a copy.")
        return VaultKeys(header, data_key, passphrase_keys), raw[:HEADER_BYTES] != slot * 2
    raise WrongPassphrase(
        f"The passphrase does not open {name}. Check capitals and the keyboard's layout, then try again."
    )


def unlock_again(raw: bytes, name: str, keys: VaultKeys) -> VaultKeys:
    """The keys of the generation that a header is of by now, by those of an earlier one; VaultError when they differ.

    A rewrite keeps the passphrase's keys, so none is derived.
    """
    for slot in intact_slots(raw):
        if keys.passphrase_keys.signed(slot):
            header = parse_slot(slot)
            data_key = keys.passphrase_keys.unwrap(header)
            if header.file_id == keys.header.file_id and data_key is not None:
                return VaultKeys(header, data_key, keys.passphrase_keys)
    if not intact_slots(raw):
        raise _no_header(raw, name)
    raise VaultError(f"{name} was given another passphrase, or replaced, since it was opened. Open it anew.")


def _read(path: Path, descriptor: int, passphrase: str, witness: Witness | None) -> tuple[Opened, bool]:
    status = os.fstat(descriptor)
    keys, is_header_damaged = unlock(disk.read(descriptor, HEADER_BYTES, 0), path.name, passphrase)
    note = witness.read(keys) if witness else None
    database = Database()
    with collector.paused():
        tail = Walk(descriptor, keys, database, watch_seq=note.seq - 1 if note else None).run()
    collector.settle()
    opened = Opened(
        path=path,
        database=database,
        keys=keys,
        journal=None,
        tail=tail,
        report=OpenReport(is_header_damaged=is_header_damaged),
        closed_at=status.st_mtime if tail.is_closed else None,
    )
    return opened, note is not None and is_rolled_back(note, keys, tail)


def _report(
    opened: Opened, *, is_rolled_back: bool, torn_copy: Path | None = None, swept: tuple[str, ...] = ()
) -> OpenReport:
    tail = opened.tail
    return OpenReport(
        is_header_damaged=opened.report.is_header_damaged,
        was_closed=tail.is_closed,
        torn_bytes=tail.file_bytes - tail.offset,
        torn_copy=torn_copy,
        is_rolled_back=is_rolled_back,
        swept=swept,
    )


def _drop_torn(path: Path, descriptor: int, tail: Tail) -> Path | None:
    """Cut the torn tail away, keeping its bytes beside the vault where there is room."""
    length = tail.file_bytes - tail.offset
    if not length:
        return None
    copy = path.with_name(f"{path.name}.torn")
    kept = False
    with suppress(OSError):  # these bytes were never acknowledged: a full disk must not keep the vault shut
        _keep(copy, descriptor, tail)
        kept = True
    disk.cut(descriptor, tail.offset)
    return copy if kept else None


def _keep(path: Path, descriptor: int, tail: Tail) -> None:
    disk.remove(path)
    target = disk.create(path)
    try:
        for offset in range(tail.offset, tail.file_bytes, WINDOW_BYTES):
            piece = disk.read(descriptor, min(WINDOW_BYTES, tail.file_bytes - offset), offset)
            disk.write(target, piece, offset - tail.offset)
        disk.sync(target)
    except BaseException:
        disk.remove(path)
        raise
    finally:
        os.close(target)


def _no_header(raw: bytes, name: str) -> VaultError:
    if looks_newer(raw):
        return VaultTooNew(
            f"{name} was written by a newer version of the program. Update it, then open the vault again."
        )
    if not raw:
        return VaultDamaged(f"{name} is empty: a vault never is. Restore the file from a copy, or remove it.")
    if MAGIC in (raw[:8], raw[HEADER_BYTES // 2 :][:8]):
        return VaultDamaged(f"Both copies of the header of {name} are damaged. Restore the file from a copy.")
    return VaultDamaged(
        f"{name} is not a vault, or its start is damaged. Give another path, or restore it from a copy."
    )


def _taken(path: Path) -> VaultError:
    return VaultError(f"{path.name} exists already. Open it, or choose another name.")


def _not_created(path: Path, error: OSError) -> VaultError:
    return VaultError(
        f"The vault {path.name} cannot be created: {error.strerror}. Check the folder {path.parent}, then try again."
    )
