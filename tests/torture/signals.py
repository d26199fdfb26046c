"""Rows of signals to the shell's own `vault exec` while it works, and of a reader that goes away."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

from tests.torture.crashes import folder
from tests.torture.model import FIRST, NAME, OPEN, Row, Step, survives
from tests.torture.native import ROOT


def signals_under_load(row: Row, *, long: bool) -> None:
    """HUP, TERM, INT, QUIT and PIPE to the shell's `vault exec` at work: its exit code, a legal state."""
    expected = {
        signal.SIGHUP: 128 + signal.SIGHUP,
        signal.SIGTERM: 128 + signal.SIGTERM,
        signal.SIGINT: 130,
        signal.SIGQUIT: -signal.SIGQUIT,
        signal.SIGPIPE: 0,
    }
    for number, code in expected.items():
        for after in range(3, 60, 6 if long else 60):
            _signal(row, number, after, code)
    _broken_pipe(row)


def _load() -> list[Step]:
    return [
        {"op": "compact"}
        if n % 9 == 8
        else {"op": "put", "table": "t", "id": n % 5, "doc": {"n": n, "x": "y" * n * 50}}
        for n in range(200)
    ]


def _shell(path: Path) -> subprocess.Popen[str]:
    OPEN(path, FIRST).close()
    secret = path.parent.parent / f"{path.parent.name}.secret"
    secret.write_text(FIRST)
    secret.chmod(0o600)
    command = [sys.executable, "-m", "app", "--vault", str(path), "--passphrase-file", str(secret), "vault", "exec"]
    return subprocess.Popen(
        command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def _signal(row: Row, number: int, after: int, code: int) -> None:
    steps = _load()
    with folder() as outer:
        path = outer / "vault" / NAME
        path.parent.mkdir()
        shell = _shell(path)
        assert shell.stdout is not None
        assert shell.stderr is not None
        feeding = threading.Thread(target=_feed, args=(shell, steps))
        feeding.start()
        acknowledged = 0
        for line in shell.stdout:
            acknowledged = int(line.split()[1]) if line.startswith("ack") else acknowledged
            if acknowledged == after:
                shell.send_signal(number)
        feeding.join()
        said = shell.stderr.read()
        shell.wait()
        shell.stdout.close()
        shell.stderr.close()
        where = f"signal {number} after {after}"
        row.check(shell.returncode == code, f"{where}: exit code {shell.returncode}, not {code}: {said[-200:]}")
        row.check("Traceback" not in said, f"{where}: a traceback: {said[-300:]}")
        survives(row, path, steps, acknowledged, where)


def _feed(shell: subprocess.Popen[str], steps: list[Step]) -> None:
    assert shell.stdin is not None
    with suppress(BrokenPipeError):
        for step in steps:
            shell.stdin.write(json.dumps(step) + "\n")
    with suppress(BrokenPipeError):
        shell.stdin.close()


def _broken_pipe(row: Row) -> None:
    steps = _load()[:8]
    with folder() as outer:
        path = outer / "vault" / NAME
        path.parent.mkdir()
        shell = _shell(path)
        assert shell.stdin is not None
        assert shell.stdout is not None
        acknowledged = 0
        for step in steps[:5]:
            shell.stdin.write(json.dumps(step) + "\n")
            shell.stdin.flush()
            acknowledged = int(shell.stdout.readline().split()[1])
        shell.stdout.close()
        shell.stdin.write(json.dumps(steps[5]) + "\n")
        with suppress(BrokenPipeError):
            shell.stdin.close()
        shell.wait()
        assert shell.stderr is not None
        said = shell.stderr.read()
        shell.stderr.close()
        row.check("Traceback" not in said, f"a broken pipe: {said[-300:]}")
        survives(row, path, steps, acknowledged, "a broken pipe")


SIGNALS = (signals_under_load,)
