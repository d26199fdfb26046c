"""A command line that only opens the workbench, read without the grammar: the prompt shows before that is loaded."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace

_VALUED = {"--vault": "vault", "--passphrase-file": "passphrase_file"}


def read(arguments: Sequence[str]) -> SimpleNamespace | None:
    """The global options, as the grammar would give them; None where it must look: a noun, a mistake, a rare option."""
    found = SimpleNamespace(vault=None, passphrase_file=None, passphrase_fd=None, keyring=False)
    words = iter(arguments)
    for word in words:
        if word == "--keyring":
            found.keyring = True
            continue
        name, sign, value = word.partition("=")
        if name not in _VALUED:
            return None
        if not sign:
            value = next(words, "")
        if not value or value.startswith("-"):
            return None
        setattr(found, _VALUED[name], value)
    return found
