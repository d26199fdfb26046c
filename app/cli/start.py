"""Opening the workbench: the passphrase first, on the plain terminal, while the rest is still being loaded."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli import output, passphrase
from app.domain.secret import Secret
from app.errors import UsageError, VaultError, WrongPassphrase

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

    from app.store.vault import Vault

_TRIES = 5


def check_terminal() -> None:
    """Refuse what the workbench cannot be drawn on, with the way that works instead."""
    instead = "Every command works without the screen too: see actionbench --help."
    term = os.environ.get("TERM", "")
    if term in ("", "dumb", "unknown"):
        raise UsageError(f"This terminal (TERM={term}) cannot show the workbench. {instead}")
    if not (sys.__stdin__ and sys.__stdin__.isatty() and sys.__stderr__ and sys.__stderr__.isatty()):
        raise UsageError(f"The workbench needs a terminal, and this is not one. {instead}")


def open_workbench(path: Path, secret: Secret | None, *, has_keyring: bool) -> int:
    """Ask for the passphrase, open or create the vault, show the main screen; returns the exit code."""
    check_terminal()

    def get_vault(pool: ThreadPoolExecutor) -> Vault:
        if not is_there(path):
            return _created(path, secret)
        kept = None if secret else passphrase.kept(path, is_asked=has_keyring)
        with _blaming_keyring(kept):
            return _opened(pool, path, secret or kept)

    return show(path.name, get_vault)


def unlocked(path: Path, secret: Secret | None, *, has_keyring: bool, readonly: bool) -> tuple[Vault, Secret]:
    """Open a vault for a command, with the passphrase given, kept or asked for; and that passphrase."""
    kept = None if secret else passphrase.kept(path, is_asked=has_keyring)
    secret = secret or kept or passphrase.ask(f"Passphrase for {path.name}: ")
    with _blaming_keyring(kept):
        return open_vault(path, secret, readonly=readonly), secret


@contextmanager
def _blaming_keyring(kept: Secret | None) -> Iterator[None]:
    try:
        yield
    except WrongPassphrase as error:
        if kept is None:
            raise
        raise WrongPassphrase(
            "The passphrase in the system keyring does not open this vault: it was changed elsewhere. Open the vault"
            " without the keyring, and keep the new one with: actionbench vault remember"
        ) from error


def show(name: str, get_vault: Callable[[ThreadPoolExecutor], Vault]) -> int:
    """Show the main screen on the vault that `get_vault` brings; Textual is loaded meanwhile."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(2, thread_name_prefix="start") as pool:
        screen = pool.submit(_load_screen)
        vault = get_vault(pool)
        try:
            run = screen.result()
        except BaseException:  # interrupted meanwhile, or the screen cannot be loaded; from here on `run` closes it
            vault.close()
            raise
        return run(vault, name)


def _load_screen() -> Callable[[Vault, str], int]:
    from app.ui.run import run

    return run


def is_there(path: Path) -> bool:
    """Whether a file has this name; VaultError when the system does not let us see, or a link leads nowhere."""
    try:
        found = path.exists()
        is_lost = not found and path.is_symlink()
    except OSError as error:
        raise VaultError(f"{path} cannot be looked at: {error.strerror}. Choose another file with --vault.") from None
    if is_lost:
        raise VaultError(f"{path} is a link that leads to no file. Mend it, remove it, or choose another with --vault.")
    return found


def open_vault(path: Path, secret: Secret, *, readonly: bool = False) -> Vault:
    """Open a vault; WrongPassphrase, VaultBusy, VaultDamaged or VaultTooNew when it cannot be."""
    from app.store.vault import Vault

    return Vault.open(path, secret.reveal(), readonly=readonly, witness=witness_folder())


def witness_folder() -> Path | None:
    """Where the notes about the vaults seen here lie; None where none can be kept, as on a home that is read-only."""
    from platformdirs import user_state_path

    folder = user_state_path("actionbench") / "vaults"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return None
    return folder if os.access(folder, os.R_OK | os.W_OK | os.X_OK) else None


def _opened(pool: ThreadPoolExecutor, path: Path, secret: Secret | None) -> Vault:
    if secret is not None:
        return pool.submit(open_vault, path, secret).result()
    question = f"Passphrase for {path.name}: "
    refusal = ""
    for tries_left in reversed(range(_TRIES)):
        # The refusal is part of the next question: it shows once nothing that is typed can be echoed or lost.
        opening: Future[Vault] = pool.submit(open_vault, path, passphrase.ask(refusal + question))
        try:
            return opening.result()
        except WrongPassphrase as error:
            if not tries_left:
                raise
            refusal = f"{error}\n"
    raise AssertionError("the last try raises")


def _created(path: Path, secret: Secret | None) -> Vault:
    if secret is None:
        output.say(f"There is no vault at {path} yet. Choose a passphrase to create it.")
        output.say("It cannot be recovered: without it the file cannot be opened by anyone.")
        secret = passphrase.ask_twice("New passphrase")
    return create_vault(path, secret)


def create_vault(path: Path, secret: Secret, *, base_url: str | None = None, is_noted: bool = True) -> Vault:
    """Create a vault; with a base URL, filled with the sample workspace whose actions call it.

    A throw-away one is not noted among those seen here.
    """
    from app.store.vault import Vault

    vault = Vault.create(path, secret.reveal(), witness=witness_folder() if is_noted else None)
    if base_url is not None:
        from app.demo.workspace import fill

        try:
            import asyncio

            left_out = asyncio.run(fill(vault, base_url))
        except BaseException:
            vault.close()
            path.unlink()
            raise
        if left_out:
            names = " and ".join(f'"{name}"' for name in left_out)
            output.say(f"{base_url} does not answer: {names} left out, for a token is tested first.")
    return vault
