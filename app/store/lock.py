"""One writer: `flock` on the store itself, checked against the name, so that no second file is needed and none is left.

The lock belongs to the open file: it ends with the process, however that ends.
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from contextlib import suppress
from pathlib import Path

from app.errors import VaultBusy, VaultError

_ATTEMPTS = 20
_OPEN_FLAGS = os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NOCTTY | os.O_NONBLOCK


def open_for_writing(path: Path) -> int:
    """Open and lock a vault; its descriptor. Raises VaultBusy, naming the process that holds it."""
    for _attempt in range(_ATTEMPTS):
        descriptor = _open(path, os.O_RDWR)
        try:
            take(descriptor, path)
            if is_at(descriptor, path):
                return descriptor
        except VaultBusy:
            if is_at(descriptor, path):  # otherwise its holder has just rewritten it, and holds the new file
                os.close(descriptor)
                raise
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)
    raise VaultBusy(f"{path.name} is being rewritten again and again. Try again in a moment.")


def open_for_reading(path: Path) -> int:
    """Open a vault without a lock; its descriptor."""
    return _open(path, os.O_RDONLY)


def take(descriptor: int, path: Path) -> None:
    """Lock an open file, or raise VaultBusy at once."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in (errno.EAGAIN, errno.EACCES):
            raise VaultError(
                f"{path.name} cannot be locked: {error.strerror}. Move it to a local disk, then try again."
            ) from error
        raise VaultBusy(_busy_message(path, holder(descriptor))) from None


def is_free(path: Path) -> bool:
    """Whether nobody holds the file; used for leftovers only."""
    try:
        descriptor = os.open(path, os.O_RDONLY | _OPEN_FLAGS)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    else:
        return True
    finally:
        os.close(descriptor)


def is_at(descriptor: int, path: Path) -> bool:
    """Whether the open file is still the one of this name."""
    try:
        named = path.stat(follow_symlinks=False)
    except FileNotFoundError:
        return False
    held = os.fstat(descriptor)
    return (named.st_dev, named.st_ino) == (held.st_dev, held.st_ino)


def holder(descriptor: int) -> int | None:
    """The process that holds the lock, where the system tells (Linux: /proc/locks)."""
    status = os.fstat(descriptor)
    inode = str(status.st_ino)
    device = f"{os.major(status.st_dev):02x}:{os.minor(status.st_dev):02x}"
    holders: dict[str, int] = {}
    with suppress(OSError):  # no such table on this system: the message does without
        for line in Path("/proc/locks").read_text().splitlines():
            fields = line.split()
            if "->" in fields or len(fields) < 6 or fields[1] != "FLOCK":
                continue
            major_minor, _colon, number = fields[5].rpartition(":")
            if number == inode and int(fields[4]) > 0:
                holders[major_minor] = int(fields[4])
    if len(holders) == 1:
        return next(iter(holders.values()))
    return holders.get(device)


def _busy_message(path: Path, process: int | None) -> str:
    if process == os.getpid():
        return f"{path.name} is already open in this program. Close it there first."
    who = f"process {process}" if process else "another process"
    return (
        f"{path.name} is in use by {who}. Close it there, or let it go with F9 where the workbench shows it."
        " What only reads, such as record list, works meanwhile."
    )


def _open(path: Path, access: int) -> int:
    try:
        descriptor = os.open(path, access | _OPEN_FLAGS)
    except FileNotFoundError:
        raise VaultError(f"There is no vault at {path}. Create one, or give another path.") from None
    except OSError as error:
        if access == os.O_RDWR and error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            hint = "Make it writable; commands that only read it, such as record list, work as it is (reading only)."
        else:
            hint = "Check the path and its permissions."
        raise VaultError(f"{path.name} cannot be opened: {error.strerror}. {hint}") from error
    if not _is_regular(descriptor):
        os.close(descriptor)
        raise VaultError(f"{path.name} is not a file. Give the path of a vault.")
    return descriptor


def _is_regular(descriptor: int) -> bool:
    return stat.S_ISREG(os.fstat(descriptor).st_mode)
