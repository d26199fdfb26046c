"""Files of a person's choosing, outside of the vault: read and written only where that is sure to do what was meant.

A link, a pipe, a device, a folder and a file beyond the limit are refused in words before a byte is read or written. A
new file is private, complete or not there at all, and never takes the place of another unless that was asked for.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Callable, Iterable
from pathlib import Path

from app.errors import InvalidInput
from app.store import disk

READ_LIMIT = 100_000_000
"""Bytes of a file that is read whole; 100,000 records with long texts take half of it."""
_PIECE = 1 << 20
_OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISSOCK, "a socket"),
)


def place(name: str, folder: str = "") -> Path:
    """The path that a name means; with a folder, one inside of it. InvalidInput when it leads anywhere else."""
    if not name.strip():
        raise InvalidInput("A file name is needed.")
    if name.endswith(os.sep):
        raise InvalidInput(f"{name} names a folder; name a file in it.")
    if "\0" in name or "\0" in folder:
        raise InvalidInput("The file name holds a NUL character, which no file's name can.")
    try:
        path = Path(name).expanduser()
        if not folder:
            return path
        base = Path(folder).expanduser()
        if not base.is_dir():
            raise InvalidInput(f"{folder} is not a folder. Name one that exists.")
        if path.is_absolute() or ".." in path.parts:
            raise InvalidInput(f"{name} leads out of the folder {folder}. Give a name inside of it.")
        inside = base / path
        if not inside.parent.resolve().is_relative_to(base.resolve()):
            raise InvalidInput(f"{name} leads out of the folder {folder} through a link. Give a name inside of it.")
    except (OSError, RuntimeError, ValueError) as error:
        raise InvalidInput(f"The name {name} makes no sense here: {_reason(error)}.") from None
    return inside


def read(path: Path, *, limit: int = READ_LIMIT, check: Callable[[], None] = lambda: None) -> bytes:
    """The bytes of a plain file of at most `limit`; `check` is called between pieces and may raise to stop."""
    try:
        descriptor = os.open(path, _OPEN)
    except OSError as error:
        raise InvalidInput(_unreadable(path, error)) from None
    try:
        found = os.fstat(descriptor)
        if problem := _not_plain(path, found.st_mode):
            raise InvalidInput(problem)
        if found.st_size > limit:
            raise InvalidInput(_too_large(path, found.st_size, limit))
        pieces: list[bytes] = []
        size = 0
        while piece := os.read(descriptor, _PIECE):
            pieces.append(piece)
            size += len(piece)
            if size > limit:
                raise InvalidInput(_too_large(path, size, limit))
            check()
    except OSError as error:
        raise InvalidInput(_unreadable(path, error)) from None
    finally:
        os.close(descriptor)
    return b"".join(pieces)


def check_target(path: Path, *, overwrite: bool | None = None) -> None:
    """Raise InvalidInput when no file can or may be written there; `overwrite` None: nobody can ask for that."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        if not path.parent.is_dir():
            raise InvalidInput(f"There is no folder {path.parent}. Make it, or choose another place.") from None
        return
    except (OSError, ValueError) as error:
        raise InvalidInput(f"{path} cannot be written: {_reason(error)}.") from None
    if stat.S_ISLNK(mode):
        raise InvalidInput(f"{path} is a link to another file; name that file itself, or another one.")
    if problem := _not_plain(path, mode):
        raise InvalidInput(problem)
    if overwrite is None:
        raise InvalidInput(f"{path} exists already and is not overwritten. Choose another name.")
    if not overwrite:
        raise InvalidInput(f"{path} exists already. Choose another name, or say --overwrite (Overwrite in the dialog).")


def write(path: Path, pieces: Iterable[bytes], *, overwrite: bool | None = None) -> int:
    """Write a new private file, complete or not at all; its size. Whatever making a piece raises leaves nothing."""
    check_target(path, overwrite=overwrite)
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        size = _write_part(part, pieces)
        _publish(part, path, overwrite=overwrite)
        disk.sync_folder(path.parent)
    except OSError as error:
        raise InvalidInput(f"{path} cannot be written: {_reason(error)}. Nothing was changed there.") from None
    finally:
        disk.remove(part)
    return size


def _write_part(part: Path, pieces: Iterable[bytes]) -> int:
    descriptor = disk.create(part)
    size = 0
    try:
        for piece in pieces:
            disk.write(descriptor, piece, size)
            size += len(piece)
        disk.sync(descriptor)
    finally:
        os.close(descriptor)
    return size


def _publish(part: Path, path: Path, *, overwrite: bool | None) -> None:
    """Give the finished file its name; a link, unlike a rename, never takes the place of a file that came meanwhile."""
    if overwrite:
        check_target(path, overwrite=True)
        disk.replace(part, path)
        return
    try:
        disk.link(part, path)
    except FileExistsError:
        check_target(path, overwrite=overwrite)
        raise
    except OSError:  # a file system without links
        check_target(path, overwrite=overwrite)
        disk.replace(part, path)


def _not_plain(path: Path, mode: int) -> str:
    kind = next((name for is_kind, name in _KINDS if is_kind(mode)), "")
    return f"{path} is {kind}, not a file. Name a plain file." if kind else ""


def _too_large(path: Path, size: int, limit: int) -> str:
    return f"{path} has {size:,} bytes; at most {limit:,} are read. Part it into smaller files."


def _unreadable(path: Path, error: OSError) -> str:
    if path.is_symlink():
        return f"{path} is a link to another file; name that file itself."
    if isinstance(error, FileNotFoundError):
        return f"There is no file {path}. Check the path."
    return f"{path} cannot be read: {_reason(error)}."


def _reason(error: Exception) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
