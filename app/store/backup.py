"""A copy of an open vault: the bytes of every commit so far, under a new name, in one step."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import VaultError
from app.store import disk, lock
from app.store.recovery import WINDOW_BYTES

if TYPE_CHECKING:
    from app.store.sealed import SealedStore


def back_up(store: SealedStore, target: str | os.PathLike[str]) -> int:
    """Copy the vault to a name that is free; the bytes copied. Commits go on meanwhile and are not in it.

    The copy opens with the passphrase of now, also after the vault's own was changed.
    """
    path = Path(target)
    draft = path.with_name(f"{path.name}.new-{secrets.token_hex(8)}")
    source, length = _hold(store)
    try:
        _copy(source, length, draft)
        disk.link(draft, path)
        disk.remove(draft)
        disk.sync_folder(path.parent)
    except FileExistsError:
        raise VaultError(f"{path.name} exists already. Choose another name for the copy.") from None
    except OSError as error:
        raise VaultError(
            f"The vault could not be copied to {path}: {error.strerror}. Check that folder, then try again."
        ) from error
    finally:
        os.close(source)
        with suppress(OSError):  # whatever stopped the copying, an interruption too, leaves nothing beside the vault
            disk.remove(draft)
    return length


def _hold(store: SealedStore) -> tuple[int, int]:
    """A descriptor of the file as it is now, and its length: a rewrite may replace the file while it is copied."""
    if store.is_readonly:
        descriptor = lock.open_for_reading(store.path)
        return descriptor, os.fstat(descriptor).st_size
    with store.write_lock:
        return os.dup(store.journal.descriptor), store.journal.end


def _copy(source: int, length: int, path: Path) -> None:
    target = disk.create(path)
    try:
        for offset in range(0, length, WINDOW_BYTES):
            disk.write(target, disk.read(source, min(WINDOW_BYTES, length - offset), offset), offset)
        disk.sync(target)
    finally:
        os.close(target)
