"""The shell for tests: in this process where that is enough, as a real process and on a real terminal where not."""

from __future__ import annotations

import contextlib
import fcntl
import io
import json
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from unicodedata import category

import pytest

from app.cli.main import main
from app.store.kdf import Kdf

ROOT = Path(__file__).resolve().parents[2]
PASSPHRASE = "correct horse"
CHEAP = Kdf.argon2id(memory_kib=64, iterations=1, lanes=1)
_PATIENCE = 30.0


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, object]:
        """The one JSON document on stdout."""
        found = json.loads(self.out)
        assert isinstance(found, dict)
        return found

    @property
    def is_harmless(self) -> bool:
        """Whether a terminal could act on none of it."""
        found = {category(letter) for letter in self.out + self.err if letter != "\n"}
        return found.isdisjoint({"Cc", "Cf", "Cs", "Zl", "Zp"})


class Shell:
    """Runs commands on one vault."""

    def __init__(self, path: Path, passphrase_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.path = path
        self.passphrase_file = passphrase_file
        self._capsys = capsys

    @property
    def env(self) -> dict[str, str]:
        """The environment of a process: this vault, this passphrase file, no terminal to speak of."""
        return {
            **os.environ,
            "ACTIONBENCH_VAULT": str(self.path),
            "ACTIONBENCH_PASSPHRASE_FILE": str(self.passphrase_file),
            "LC_ALL": "C.UTF-8",
            "PYTHONUNBUFFERED": "",
        }

    def __call__(self, *words: str, code: int | None = 0, stdin: str = "") -> Done:
        """Run a command line in this process; any exit code will do when `code` is None."""
        self._capsys.readouterr()
        before = sys.stdin
        sys.stdin = io.StringIO(stdin)
        try:
            found = main(words)
        except SystemExit as leaving:
            found = int(leaving.code or 0)
        finally:
            sys.stdin = before
        out, err = self._capsys.readouterr()
        assert code is None or found == code, f"{words} gave {found}:\n{out}\n{err}"
        return Done(found, out, err)

    def process(
        self, *words: str, code: int = 0, stdin: bytes = b"", env: Mapping[str, str] | None = None
    ) -> tuple[bytes, str]:
        """Run a command line in a process without a terminal; gives the bytes of stdout and the talk."""
        done = subprocess.run(
            [sys.executable, "-m", "app", *words],
            input=stdin,
            capture_output=True,
            cwd=ROOT,
            env=self.env | dict(env or {}),
            start_new_session=True,
            timeout=60,
            check=False,
        )
        err = done.stderr.decode()
        assert done.returncode == code, f"{words} gave {done.returncode}:\n{done.stdout!r}\n{err}"
        return done.stdout, err

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """Start a process without a terminal, to be ended by a signal."""
        return subprocess.Popen(
            [sys.executable, "-m", "app", *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            env=self.env,
            start_new_session=True,
        )


class Terminal:
    """A command on a terminal of its own: all that it prints, and keys to answer with."""

    def __init__(self, words: Sequence[str], *, env: Mapping[str, str], stdout: int | None = None) -> None:
        self.output = ""
        self._master, slave = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app", *words],
            stdin=slave,
            stdout=slave if stdout is None else stdout,
            stderr=slave,
            cwd=ROOT,
            env={**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", **env},
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(slave)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.close()

    def close(self) -> None:
        """Take the terminal away."""
        os.close(self._master)

    def answer(self, question: str, keys: str) -> None:
        """Wait for a question after what was read so far, then type."""
        start = len(self.output)
        limit = time.monotonic() + _PATIENCE
        while question not in self.output[start:]:
            assert self._read(limit), f"{question!r} was not asked:\n{self.output}"
        os.write(self._master, keys.encode())

    def wait(self) -> int:
        """Read until the command has ended; returns its exit code."""
        limit = time.monotonic() + _PATIENCE
        while self._read(limit):
            continue
        return self.process.wait(timeout=_PATIENCE)

    def hang_up(self) -> None:
        """Tell the command that its terminal has gone."""
        self.process.send_signal(signal.SIGHUP)

    def _read(self, limit: float) -> bool:
        ready, _, _ = select.select([self._master], [], [], max(0.0, limit - time.monotonic()))
        data = b""
        if ready:
            with contextlib.suppress(OSError):
                data = os.read(self._master, 65536)
        self.output += data.decode("utf-8", "replace").replace("\r\n", "\n")
        return bool(data)
