"""The entry point: close the side doors through which memory could leak, then hand over to the shell."""

from __future__ import annotations

import ctypes
import resource
import sys

from app.cli.main import main as cli_main

_PR_SET_DUMPABLE = 4


def harden() -> None:
    """No core dumps: they would hold passphrases and tokens."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def main() -> int:
    """Run the command line of this process; returns the exit code."""
    harden()
    return cli_main()


if __name__ == "__main__":
    sys.exit(main())
