"""The only system calls that change the disk: append, sync, cut, publish, remove.

Every writer goes through these functions, so that one place decides what durable means, and one place can be made
to fail.
"""

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path

PRIVATE = 0o600
PRIVATE_FOLDER = 0o700
_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_FULL_SYNC: int | None = getattr(fcntl, "F_FULLFSYNC", None)
_NOT_KNOWN = (errno.ENOTSUP, errno.EINVAL, errno.ENOTTY)
_sync_data = getattr(os, "fdatasync", os.fsync)


def create(path: Path) -> int:
    """A new file of mode 0600 whatever the umask, never through a link; its descriptor."""
    descriptor = os.open(path, _NEW, PRIVATE)
    try:
        os.fchmod(descriptor, PRIVATE)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def make_folder(path: Path) -> None:
    """A folder of mode 0700 whatever the umask, with what is missing above it; one that is there stays as it is."""
    for missing in reversed([each for each in (path, *path.parents) if not each.is_dir()]):
        try:
            missing.mkdir(PRIVATE_FOLDER)
            missing.chmod(PRIVATE_FOLDER)
        except FileExistsError:
            if not missing.is_dir():  # otherwise somebody else has just made it
                raise


def write(descriptor: int, data: bytes | bytearray, offset: int) -> None:
    """Write all of it; a short write is continued, and so is an interrupted one."""
    written = os.pwrite(descriptor, data, offset)
    while written < len(data):
        more = os.pwrite(descriptor, memoryview(data)[written:], offset + written)
        if not more:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        written += more


def read(descriptor: int, length: int, offset: int) -> bytes:
    """As many bytes as there are, up to `length`."""
    buffer = bytearray(length)
    return bytes(memoryview(buffer)[: read_into(descriptor, memoryview(buffer), offset)])


def read_into(descriptor: int, buffer: memoryview, offset: int) -> int:
    """Fill the buffer; fewer bytes than it holds mean the end of the file, never an interruption."""
    filled = 0
    while filled < len(buffer):
        count = os.preadv(descriptor, [buffer[filled:]], offset + filled)
        if not count:
            break
        filled += count
    return filled


def sync(descriptor: int) -> None:
    """Return once what was written is on the medium."""
    if _FULL_SYNC is None or not _flushed(descriptor, _FULL_SYNC):
        _sync_data(descriptor)


def sync_folder(folder: Path) -> None:
    """Return once the names in the folder are on the medium."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        if _FULL_SYNC is None or not _flushed(descriptor, _FULL_SYNC):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _flushed(descriptor: int, request: int) -> bool:
    """Ask for the medium's own cache to be emptied too (macOS); False where the file system knows no such request."""
    try:
        fcntl.fcntl(descriptor, request)
    except OSError as error:
        if error.errno in _NOT_KNOWN:
            return False
        raise
    return True


def shorten(descriptor: int, length: int) -> None:
    """Shorten the file, for what is read from now on; the medium may not know."""
    os.ftruncate(descriptor, length)


def cut(descriptor: int, length: int) -> None:
    """Shorten the file and sync."""
    shorten(descriptor, length)
    sync(descriptor)


def link(source: Path, target: Path) -> None:
    """Give a file a second name; fails when the name is taken."""
    os.link(source, target)


def replace(source: Path, target: Path) -> None:
    """Rename over the target, in one step."""
    source.replace(target)


def remove(path: Path) -> None:
    """Remove a name."""
    path.unlink(missing_ok=True)
