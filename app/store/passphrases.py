"""A passphrase as a file or a descriptor gives it: UTF-8, without its last line break, NFC; never an empty one.

A pipe will do, so that another program can give it.
"""

from __future__ import annotations

import stat
import unicodedata
from pathlib import Path

from app.domain.secret import Secret
from app.errors import VaultError


def read_file(path: Path) -> Secret:
    """The passphrase in a file; VaultError when there is none in it, or it cannot be read."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise VaultError(f"The passphrase file {path} cannot be read: {error.strerror}.") from None
    text = _text(raw)
    if text is None:
        raise VaultError(f"The passphrase file {path} cannot be read: it is not UTF-8 text.")
    if not text:
        raise VaultError(f"The passphrase file {path} is empty. Write the passphrase into it, on one line.")
    return Secret(text)


def read_descriptor(descriptor: int) -> Secret:
    """The passphrase that can be read there; the descriptor is closed, so that no child has it."""
    try:
        with open(descriptor, "rb") as stream:
            text = _text(stream.read())
    except (OSError, ValueError, OverflowError) as error:
        reason = (isinstance(error, OSError) and error.strerror) or "it is none"
        raise VaultError(f"The passphrase cannot be read from descriptor {descriptor}: {reason}.") from None
    if text is None:
        raise VaultError(f"The passphrase cannot be read from descriptor {descriptor}: it does not give UTF-8 text.")
    if not text:
        raise VaultError(f"Descriptor {descriptor} gives an empty passphrase. Write it there, on one line.")
    return Secret(text)


def warning(path: Path) -> str:
    """What to say of a file that others can read; "" when only its owner can."""
    try:
        mode = path.stat().st_mode
    except OSError:  # a pipe that is gone once it was read
        return ""
    is_open = stat.S_ISREG(mode) and mode & 0o077
    return f"Warning: others can read {path}; run: chmod 600 {path}" if is_open else ""


def _text(raw: bytes) -> str | None:
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return None
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n"))
