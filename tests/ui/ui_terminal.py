"""A real terminal for tests: the program runs in a pty, its output is read by an emulator, keys go in as bytes."""

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
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

import pyte

ROOT = Path(__file__).resolve().parents[2]
KEYS = {
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "enter": "\r",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "pagedown": "\x1b[6~",
    "space": " ",
    "escape": "\x1b",
    "f2": "\x1bOQ",
    "f5": "\x1b[15~",
    "f9": "\x1b[20~",
    "ctrl+j": "\n",
    "ctrl+l": "\x0c",
    "ctrl+p": "\x10",
    "ctrl+q": "\x11",
    "ctrl+s": "\x13",
    "ctrl+c": "\x03",
    "ctrl+z": "\x1a",
}
_PATIENCE = 30.0


class Terminal:
    """Runs `python -m app` with arguments, or another command, on a screen of a given size."""

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        size: tuple[int, int],
        env: Mapping[str, str],
        command: Sequence[str] = (sys.executable, "-m", "app"),
    ) -> None:
        columns, rows = size
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self.output = b""
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.attributes = termios.tcgetattr(slave)
        self.process = subprocess.Popen(
            [*command, *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=ROOT,
            env={**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", **env},
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        self._slave = slave

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for end in (self._master, self._slave):
            if end >= 0:
                os.close(end)

    @property
    def text(self) -> str:
        """What the screen shows, without trailing spaces."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    def press(self, *keys: str) -> None:
        """Send keys, by name or as the letters they type."""
        for key in keys:
            os.write(self._master, KEYS.get(key, key).encode())

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        os.write(self._master, data)

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size, as dragging its corner does."""
        self._screen.resize(rows, columns)
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.signal(signal.SIGWINCH)

    def expect(self, *texts: str) -> str:
        """Read until the screen shows all of the texts; returns the screen."""
        limit = time.monotonic() + _PATIENCE
        while not all(text in self.text for text in texts):
            if not self._read(limit):
                missing = [text for text in texts if text not in self.text]
                raise AssertionError(f"the screen never showed {missing}:\n{self.text}")
        return self.text

    def expect_gone(self, text: str) -> None:
        """Read until the screen shows a text no more."""
        limit = time.monotonic() + _PATIENCE
        while text in self.text:
            assert self._read(limit), f"the screen still shows {text}:\n{self.text}"

    def intrude(self, text: str) -> None:
        """Let another program write on the same terminal."""
        os.write(self._slave, f"\x1b[10;5H{text}".encode())
        self.expect(text)

    def wait(self) -> int:
        """Read until the program has ended; returns its exit code."""
        limit = time.monotonic() + _PATIENCE
        while self.process.poll() is None:
            self._read(min(limit, time.monotonic() + 0.1))
            assert time.monotonic() < limit, f"the program did not end:\n{self.text}"
        while self._read(time.monotonic() + 0.1):
            continue
        return self.process.returncode

    def hang_up(self) -> None:
        """Close the terminal under the program, as a dropped connection does."""
        os.close(self._master)
        os.close(self._slave)
        self._master = self._slave = -1

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the program."""
        self.process.send_signal(number)

    @property
    def is_restored(self) -> bool:
        """Whether the terminal is as it was: attributes, main screen, cursor."""
        same = termios.tcgetattr(self._slave)[:4] == self.attributes[:4]
        left = self.output.rfind(b"\x1b[?1049l") > self.output.rfind(b"\x1b[?1049h")
        return same and left and self.output.rfind(b"\x1b[?25h") > self.output.rfind(b"\x1b[?25l")

    def _read(self, limit: float) -> bool:
        ready, _, _ = select.select([self._master], [], [], max(0.0, limit - time.monotonic()))
        if not ready:
            return False
        try:
            data = os.read(self._master, 65536)
        except OSError:
            return False
        self.output += data
        self._stream.feed(data)
        return bool(data)


def started(path: Path, passphrase_file: Path, *, size: tuple[int, int] = (100, 30), **env: str) -> Terminal:
    """The workbench on a sample vault, once its main screen is shown."""
    terminal = Terminal(["--vault", str(path), "--passphrase-file", str(passphrase_file)], size=size, env=env)
    try:
        terminal.expect("List orders", "ctrl+p")
    except AssertionError:
        terminal.__exit__(None, None, None)
        raise
    return terminal
