"""The passphrase in the system's keyring, kept only when somebody asked for it.

An entry belongs to the vault's file id: it follows a vault that is moved, and no other file that takes the same name
is ever tried with it. The keyring package is an extra; it is loaded with the first question.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from app.domain.secret import Secret
from app.errors import VaultError
from app.store.header import HEADER_BYTES, intact_slots, parse_slot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyring.backend import KeyringBackend

SERVICE = "actionbench"
_IN_CLEAR = "keyrings.alt"
"""Backends of this package keep what they are given in a readable file, or behind one more passphrase."""


class KeyringUnusable(VaultError):  # noqa: N818 - named for what it is, as all of the tree
    """The keyring does not do what it was asked for; the message says what to do instead."""


class NoKeyring(KeyringUnusable):
    """There is none on this system that this program can use, so none can hold an entry either."""


def id_of(path: Path) -> str:
    """The file id of a vault, read from its header: no passphrase is needed for it. VaultError when there is none."""
    try:
        with path.open("rb") as file:
            raw = file.read(HEADER_BYTES)
    except OSError as error:
        raise VaultError(f"{path} cannot be read: {error.strerror}. Check the path, then try again.") from None
    slots = intact_slots(raw)
    if not slots:
        raise VaultError(f"{path.name} is not a vault, or its start is damaged, so no passphrase is looked up for it.")
    return parse_slot(slots[0]).file_id.hex()


def save(file_id: str, passphrase: Secret) -> str:
    """Keep a passphrase; returns the keyring's name. KeyringUnusable when it was not kept."""
    with _backend("Nothing was kept.") as backend:
        backend.set_password(SERVICE, file_id, passphrase.reveal())
        if backend.get_password(SERVICE, file_id) != passphrase.reveal():
            raise KeyringUnusable(f"{backend.name} keeps nothing. Set up a keyring, or use --passphrase-file.")
        return str(backend.name)


def load(file_id: str) -> Secret | None:
    """The passphrase that is kept for a vault, or None."""
    with _backend("The passphrase was not looked up.") as backend:
        found = backend.get_password(SERVICE, file_id)
    return Secret(found) if found else None


def forget(file_id: str) -> bool:
    """Remove the entry of a vault; whether there was one."""
    with _backend("Nothing was removed.") as backend:
        if backend.get_password(SERVICE, file_id) is None:
            return False
        backend.delete_password(SERVICE, file_id)
    return True


def follow(file_id: str, passphrase: Secret) -> str:
    """After a change of the passphrase: put the new one in the place of a kept one; what to say, "" for nothing."""
    try:
        if load(file_id) is None:
            return ""
        return f"The one in the system keyring ({save(file_id, passphrase)}) is replaced too."
    except NoKeyring:
        return ""
    except KeyringUnusable as error:
        return f"The system keyring may still hold the old one: {error} Remove it there with: actionbench vault forget"


@contextmanager
def _backend(outcome: str) -> Iterator[KeyringBackend]:
    """The keyring of this system; what goes wrong with it in words, with what that means for the caller."""
    try:
        import keyring
        from keyring.errors import KeyringError, KeyringLocked, NoKeyringError
    except ImportError:
        raise NoKeyring(
            f"{outcome} The system keyring needs one more package: pip install 'actionbench[keyring]'."
        ) from None
    try:
        backend = keyring.get_keyring()
        if type(backend).__module__.startswith(_IN_CLEAR):
            raise KeyringUnusable(f"{outcome} {backend.name} is a file, not a keyring. Use --passphrase-file instead.")
        yield backend
    except NoKeyringError:
        raise NoKeyring(
            f"{outcome} This system has no keyring that can be used: none is running. Use --passphrase-file instead."
        ) from None
    except KeyringLocked:
        raise KeyringUnusable(f"{outcome} The system keyring is locked. Unlock it, then try again.") from None
    except KeyringError as error:
        kind = type(error).__name__
        raise KeyringUnusable(f"{outcome} The system keyring refused ({kind}). Look at it, then try again.") from None
