"""Where passphrases and token values come from: a file, the keyring, standard input, a prompt without echo.

Never an argument.
"""

from __future__ import annotations

import getpass
import os
import sys
import unicodedata
from pathlib import Path
from typing import TextIO

from app.cli import output
from app.domain.secret import Secret
from app.domain.text import visible_lines
from app.errors import InvalidInput, UsageError

KEYRING = "ACTIONBENCH_KEYRING"
PASSPHRASE_FILE = "ACTIONBENCH_PASSPHRASE_FILE"  # noqa: S105 - a variable's name


def given(option: str | None, descriptor: int | None = None) -> Secret | None:
    """The passphrase from --passphrase-fd, --passphrase-file or its environment variable; None when none is set."""
    if descriptor is not None:
        if option:
            raise UsageError("Give --passphrase-fd or --passphrase-file, not both.")
        return _from_descriptor(descriptor)
    name = option or os.environ.get(PASSPHRASE_FILE)
    return _from_file(Path(name)) if name else None


def kept(path: Path, *, is_asked: bool) -> Secret | None:
    """The passphrase that the system keyring holds for a vault, if --keyring or its variable asks for it."""
    if not is_asked and os.environ.get(KEYRING, "") in ("", "0"):
        return None
    from app.store import keychain

    found = keychain.load(keychain.id_of(path))
    if found is None:
        output.say(f"The system keyring holds no passphrase for {path.name}: vault remember keeps it.")
    return found


def _from_file(path: Path) -> Secret:
    from app.store import passphrases

    secret = passphrases.read_file(path)
    if warning := passphrases.warning(path):
        output.say(warning)
    return secret


def _from_descriptor(descriptor: int) -> Secret:
    from app.store import passphrases

    return passphrases.read_descriptor(descriptor)


def other(name: str, option: str) -> Secret:
    """The passphrase of a second file: from its own option, else asked for; nothing when that file is not sealed."""
    from app.store.second import is_sealed

    if option:
        return _from_file(Path(option))
    path = Path(name).expanduser()
    return ask(f"Passphrase for {path.name}: ") if is_sealed(path) else Secret("")


def ask(prompt: str) -> Secret:
    """Ask on the terminal, without echo."""
    if not can_ask():
        raise UsageError(
            "A passphrase is needed and there is no terminal to ask on. "
            f"Use --passphrase-file FILE, --passphrase-fd N, --keyring or the variable {PASSPHRASE_FILE}."
        )
    while True:
        try:
            typed = getpass.getpass(visible_lines(prompt))
            typed.encode()
        except UnicodeError:  # the terminal speaks another encoding than this locale
            output.say("What was typed is not text in this locale (UTF-8 is expected). Nothing was kept; try again.")
        else:
            return normal(typed)


def ask_twice(prompt: str) -> Secret:
    """Ask for a new passphrase until it was typed the same way twice."""
    while True:
        first = ask(f"{prompt}: ")
        if not first:
            output.say("An empty passphrase protects nothing; type one.")
        elif ask(f"{prompt}, again: ") == first:
            return first
        else:
            output.say("The two differ; try again.")


def value(prompt: str, *, is_new_passphrase: bool = False) -> Secret:
    """A secret argument: the first line of standard input, or asked for when that is a terminal."""
    if sys.stdin is not None and not sys.stdin.isatty():
        return normal(_first_line(sys.stdin, prompt))
    return ask_twice(prompt) if is_new_passphrase else ask(f"{prompt}: ")


def whole(what: str) -> Secret:
    """A secret text of many lines: all of standard input, as it is."""
    if sys.stdin is None:
        raise UsageError(f"{what} There is no standard input to read.")
    if sys.stdin.isatty():
        output.say(f"{what} Paste it, then press enter and ctrl+d.")
    try:
        return Secret(sys.stdin.read())
    except UnicodeDecodeError:
        raise InvalidInput(f"{what} Standard input is not text in this locale. Nothing was kept.") from None


def _first_line(stream: TextIO, what: str) -> str:
    try:
        return stream.readline().rstrip("\r\n")
    except UnicodeDecodeError:
        raise InvalidInput(f"{what}: standard input is not text in this locale. Nothing was kept.") from None


def can_ask() -> bool:
    """Whether there is a terminal to ask on."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_CLOEXEC | os.O_NOCTTY))
    except OSError:
        return False
    return True


def normal(text: str) -> Secret:
    """NFC, so that the same keys give the same passphrase on every system."""
    return Secret(unicodedata.normalize("NFC", text))
