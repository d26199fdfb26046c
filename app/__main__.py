"""The entry point: close the side doors through which memory could leak, then hand over to the shell."""

from __future__ import annotations

import ctypes
import os
import resource
import sys

from app.cli.main import main as cli_main

_PR_SET_DUMPABLE = 4


def harden() -> None:
    """No core dumps: they would hold passphrases and tokens."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def occupy_standard_streams() -> None:
    """Open what was closed among 0, 1 and 2: else the vault gets that number, and what is printed there is its end."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(descriptor, True)
    os.close(descriptor)


def main() -> int:
    """Run the command line of this process; returns the exit code."""
    occupy_standard_streams()
    harden()
    return cli_main()


if __name__ == "__main__":
    sys.exit(main())
