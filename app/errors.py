"""Exceptions that stop a command; each says what happened and what to do next.

Results that a person expects to see (a refused connection, a 500, a value that does not fit) are values, not
exceptions. A class stands here only when a caller handles it differently; the exit code is that difference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class WorkbenchError(Exception):
    """A command could not be carried out; `str(error)` is a message for a person."""

    exit_code = 1


class InvalidInput(WorkbenchError):  # noqa: N818 - named for what it is, as all of this tree
    """A rule of the domain refuses what was asked; `problems` holds each finding as one sentence."""

    exit_code = 1

    def __init__(self, problems: Sequence[str] | str) -> None:
        self.problems: tuple[str, ...] = (problems,) if isinstance(problems, str) else tuple(problems)
        super().__init__("\n".join(self.problems))


class UsageError(WorkbenchError):
    """The command line, or the order in which commands were given, is wrong."""

    exit_code = 2


class RunFailed(WorkbenchError):  # noqa: N818
    """A run ended in a failure and nobody is there to look at it (headless only)."""

    exit_code = 3


class ResultNotWritten(WorkbenchError):  # noqa: N818
    """The command did what it says, and its result could not be printed."""

    exit_code = 5


class VaultError(WorkbenchError):
    """The vault could not be opened, read or written."""

    exit_code = 4


class WrongPassphrase(VaultError):  # noqa: N818
    """The passphrase does not open this vault."""


class VaultDamaged(VaultError):  # noqa: N818
    """The file is not what was last acknowledged; it is never guessed at."""


class VaultTooNew(VaultError):  # noqa: N818
    """The file was written by a newer version of the program."""


class VaultBusy(VaultError):  # noqa: N818
    """Another process holds the vault for writing."""
