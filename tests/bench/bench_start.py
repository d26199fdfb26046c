"""Start-up: from the process to the main screen, against a bare Textual app with as many panes, in turn."""

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
import tempfile
import termios
import time
from collections.abc import Sequence
from pathlib import Path

from app.store import Kdf

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 9
TYPING_SECONDS = 1.0
"""What a person needs for a passphrase, at the least; the program loads meanwhile."""
BARE = """
from textual.app import App
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

class Bare(App):
    def compose(self):
        yield Static("title")
        with Horizontal():
            yield Static("Track shipments")
            with Vertical():
                for n in range(6):
                    yield Static(f"pane {n}")
        yield Static("keys")

Bare().run()
"""


def paint_seconds(command: Sequence[str], marker: bytes, *, keys: bytes = b"", after: bytes = b"") -> float:
    """Seconds until the output holds `marker`; with `keys`, counted from when they are sent at the sight of `after`."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ACTIONBENCH_")}
    env = {**kept, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT)}
    start = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env=env,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    seen = b""
    try:
        while marker not in seen or (keys and after):
            if not select.select([master], [], [], 30)[0]:
                raise TimeoutError(f"{command} never showed {marker!r}")
            seen += os.read(master, 65536)
            if keys and after and after in seen:
                time.sleep(TYPING_SECONDS)
                os.write(master, keys)
                start, after = time.perf_counter(), b""
        return time.perf_counter() - start
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        os.close(master)
        os.close(slave)


def main() -> None:
    """Print medians and ratios of interleaved runs."""
    with tempfile.TemporaryDirectory() as folder:
        vault, secret = Path(folder) / "bench.tdx", Path(folder) / "passphrase"
        secret.write_text("bench\n")
        secret.chmod(0o600)
        base = [sys.executable, "-m", "app", "--vault", str(vault)]
        given = [*base, "--passphrase-file", str(secret)]
        subprocess.run([*given, "vault", "init", "--sample"], check=True, cwd=ROOT, capture_output=True)
        rows: dict[str, list[float]] = {
            "bare Textual app": [],
            "prompt": [],
            "file to screen": [],
            "enter to screen": [],
            "  of it, key derivation": [],
        }
        for _ in range(ROUNDS):
            rows["bare Textual app"].append(paint_seconds([sys.executable, "-c", BARE], b"Track shipments"))
            rows["prompt"].append(paint_seconds(base, b"Passphrase for"))
            rows["file to screen"].append(paint_seconds(given, b"Track shipments"))
            rows["enter to screen"].append(
                paint_seconds(base, b"Track shipments", keys=b"bench\r", after=b"Passphrase for")
            )
            begin = time.perf_counter()
            Kdf.default().root("bench", bytes(32))
            rows["  of it, key derivation"].append(time.perf_counter() - begin)
    bare = rows["bare Textual app"]
    print(f"start-up, {ROUNDS} interleaved rounds: median ms [min..max], ratio to the bare app, pair by pair")
    for name, times in rows.items():
        ratio = statistics.median(mine / peer for mine, peer in zip(times, bare, strict=True))
        shown = f"{statistics.median(times) * 1000:6.0f} [{min(times) * 1000:.0f}..{max(times) * 1000:.0f}]"
        print(f"  {name:<25}{shown:<22}{ratio:5.2f}")


if __name__ == "__main__":
    main()
