"""From outside, through a terminal: how long a key waits while a big body is read and indexed."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_LETTERS = "αβγδεζηθικλμνξοπρστυφχψω" * 3
"""Letters that no escape sequence and no body has: their echo cannot be mistaken."""
_PATIENCE = 15
_INDEXED_BY = 20
"""Seconds after which nothing is done in the background any more."""


class _Screen:
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

    def press(self, keys: str) -> None:
        """Send keys as bytes."""
        os.write(self.master, keys.encode())

    def seconds_until(self, text: str) -> float:
        """How long it takes until a text arrives."""
        start, seen = time.perf_counter(), b""
        while text.encode() not in seen:
            if not select.select([self.master], [], [], _PATIENCE)[0]:
                raise TimeoutError(f"{text!r} never came; the last was {seen[-300:]!r}")
            seen += os.read(self.master, 65536)
        return time.perf_counter() - start

    def drain(self, seconds: float) -> None:
        """Read what comes, for a while."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            if select.select([self.master], [], [], left)[0]:
                os.read(self.master, 65536)

    def waits(self) -> list[float]:
        """How long each of many letters takes until it is seen."""
        found = []
        for letter in _LETTERS:
            self.press(letter)
            found.append(self.seconds_until(letter))
            self.drain(0.03)
        return found

    def close(self) -> None:
        """End the program."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        os.close(self.master)


def measure(vault: Path, folder: Path, passphrase: str) -> None:
    """Print the waits of keys while everything runs."""
    secret = folder / "passphrase"
    secret.write_text(passphrase + "\n")
    secret.chmod(0o600)
    screen = _Screen(["--vault", str(vault), "--passphrase-file", str(secret)])
    try:
        screen.seconds_until("Big body")
        screen.press("\x1b[F")
        screen.press("\r")
        screen.press("\t")
        painted = screen.seconds_until("external_id")
        screen.press("/")
        screen.seconds_until("Search keys")
        waits = screen.waits()
        screen.drain(_INDEXED_BY)
        idle = screen.waits()
    finally:
        screen.close()
    print(f"through a terminal, 50 MB: opened in {painted * 1000:.0f} ms")
    for when, each in (("while it is indexed", waits), ("with nothing else to do", idle)):
        median, worst = statistics.median(each) * 1000, max(each) * 1000
        print(f"  a key {when}: median {median:.0f} ms, worst {worst:.0f} ms (at most 100)")
