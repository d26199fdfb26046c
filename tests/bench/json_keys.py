"""A program in a terminal, from outside: how long a key waits until it is seen, and Escape until it has stopped."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

ROOT = Path(__file__).resolve().parents[2]
LETTERS = "αβγδεζηθικλμνξοπρστυφχψω"
"""Letters that no escape sequence and no body has: their echo cannot be mistaken."""
_PATIENCE = 30
_LOOK, _AT_REST = 0.7, 0.02
"""Seconds between two looks at what the program does, and those of a processor that a resting one uses in that time."""
_BETWEEN = 0.03
"""Seconds between two letters, as somebody types who is in a hurry."""


class Screen:
    """The program in a terminal; only its bytes are looked at, since an emulator would cost more than it does."""

    def __init__(self, arguments: list[str]) -> None:
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
        env = {**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app", *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=env,
            cwd=ROOT,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End the program."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        os.close(self.master)

    def press(self, *keys: str) -> None:
        """Send keys as bytes, one after the other."""
        for key in keys:
            os.write(self.master, key.encode())
            self.drain(_BETWEEN)

    def seconds_until(self, key: str, *texts: str) -> float:
        """Send a key; how long it takes until one of the texts arrives."""
        wanted = [text.encode() for text in texts]
        start, seen = time.perf_counter(), b""
        os.write(self.master, key.encode())
        while not any(text in seen for text in wanted):
            if not select.select([self.master], [], [], _PATIENCE)[0]:
                raise TimeoutError(f"none of {texts!r} came; the last was {seen[-300:]!r}")
            seen += os.read(self.master, 65536)
        return time.perf_counter() - start

    def drain(self, seconds: float) -> None:
        """Read what comes, for a while."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            if select.select([self.master], [], [], left)[0]:
                os.read(self.master, 65536)

    def settle(self) -> None:
        """Read what comes until neither the program nor a process of its own has anything to do."""
        before, now = -1.0, self._cpu_seconds()
        while now - before > _AT_REST:
            self.drain(_LOOK)
            before, now = now, self._cpu_seconds()

    def _cpu_seconds(self) -> float:
        main = psutil.Process(self.process.pid)
        times = [main.cpu_times(), *(child.cpu_times() for child in main.children(recursive=True))]
        return sum(each.user + each.system for each in times)

    def waits(self, letters: str = LETTERS) -> list[float]:
        """How long each of many letters takes until it is seen."""
        found = []
        for letter in letters:
            found.append(self.seconds_until(letter, letter))
            self.drain(_BETWEEN)
        return found
