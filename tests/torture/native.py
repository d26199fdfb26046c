"""The preloaded library: built with the machine's own compiler, armed by a forked child, its log read back.

The whole harness runs under the library, asleep; a child arms it for one folder and one fault.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import struct
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).with_name("preload.c")
ROOT = Path(__file__).parents[2]

MAKE, WRITE, SYNC, CUT, RENAME, LINK, UNLINK, CHMOD, READ, OPEN = (1 << bit for bit in range(10))
MUTATING = MAKE | WRITE | SYNC | CUT | RENAME | LINK | UNLINK | CHMOD
PASS, KILL, TEAR, FAIL, SHORT = range(5)
LOG_MAKE, LOG_WRITE, LOG_SYNC, LOG_CUT, LOG_RENAME, LOG_LINK, LOG_UNLINK, LOG_FOLDER, LOG_MARK = range(1, 10)
_RECORD = struct.Struct("<IiQqIIQ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What happens to which system call; by default nothing does, and calls are only counted."""

    how: int = PASS
    which: int = MUTATING
    at: int = 0
    code: int = 0
    always: bool = False
    part: int = 0
    """Per cent of the bytes that a write leaves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One change as it happened."""

    op: int
    code: int
    inode: int
    offset: int
    first: str
    second: str
    data: bytes


def compiler() -> str | None:
    """The C compiler of this machine, if there is one."""
    return shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")


def is_linux() -> bool:
    """Whether the library can be preloaded here."""
    return sys.platform.startswith("linux")


def build(folder: Path) -> Path:
    """Compile the library."""
    found = compiler()
    if found is None or not is_linux():
        raise RuntimeError(
            "the faults of a disk are injected by a preloaded library: Linux and a C compiler are needed"
        )
    target = folder / "preload.so"
    command = [found, "-O1", "-shared", "-fPIC", "-Wall", "-Wextra", "-o", str(target), str(SOURCE), "-ldl"]
    subprocess.run(command, check=True)
    return target


def run_preloaded(arguments: list[str], *, timeout: float | None = None) -> subprocess.CompletedProcess[str]:
    """Run `python -m tests.torture …` under the library."""
    with tempfile.TemporaryDirectory(prefix="torture-") as name:
        library = build(Path(name))
        environment = os.environ | {"LD_PRELOAD": str(library), "TORTURE_LIBRARY": str(library), "TMPDIR": name}
        return subprocess.run(
            [sys.executable, "-m", "tests.torture", *arguments],
            cwd=ROOT,
            env=environment,
            text=True,
            stdout=subprocess.PIPE if timeout else None,
            stderr=subprocess.STDOUT if timeout else None,
            timeout=timeout,
            check=False,
        )


def is_preloaded() -> bool:
    """Whether this process runs under the library."""
    return "TORTURE_LIBRARY" in os.environ


@cache
def _library() -> ctypes.CDLL:
    library = ctypes.CDLL(os.environ["TORTURE_LIBRARY"])
    library.torture_count.restype = ctypes.c_long
    library.torture_mark.argtypes = [ctypes.c_long]
    return library


def arm(folder: Path, fault: Fault, log: int = -1) -> None:
    """From now on, in this process, the fault lies in wait for calls on files of the folder."""
    _library().torture_arm(
        os.fsencode(folder),
        fault.how,
        fault.which,
        ctypes.c_long(fault.at),
        fault.code,
        int(fault.always),
        fault.part,
        log,
    )


def rest() -> None:
    """No more faults in this process."""
    _library().torture_rest()


def count() -> int:
    """How many calls of the fault's kinds there were since `arm`."""
    return int(_library().torture_count())


def mark(number: int) -> None:
    """Note in the log that an operation was acknowledged."""
    _library().torture_mark(number)


def read_log(path: Path) -> list[Event]:
    """The events of a log, in the order in which they happened."""
    raw = path.read_bytes()
    events, at = [], 0
    while at + _RECORD.size <= len(raw):
        op, code, inode, offset, first, second, length = _RECORD.unpack_from(raw, at)
        at += _RECORD.size
        names = os.fsdecode(raw[at : at + first]), os.fsdecode(raw[at + first : at + first + second])
        at += first + second
        events.append(
            Event(
                op=op,
                code=code,
                inode=inode,
                offset=offset,
                first=names[0],
                second=names[1],
                data=raw[at : at + length],
            )
        )
        at += length
    return events
