"""What only a real process shows: pipes, signals, terminals, and that a passphrase is never an argument."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from cli_kit import PASSPHRASE, ROOT, Shell, Terminal

from app.demo.api_settings import DemoSettings
from app.demo.server import DemoServer
from app.store.vault import Vault


class HeldAnswer:
    """How a demo API waits: until the test lets it go on; tells when it has begun to."""

    def __init__(self) -> None:
        self.has_begun = threading.Event()
        self._may_go_on = threading.Event()

    async def sleep(self, _: float) -> None:
        """In place of asyncio.sleep."""
        self.has_begun.set()
        await asyncio.to_thread(self._may_go_on.wait, 30)

    def go_on(self) -> None:
        """Let the answer come."""
        self._may_go_on.set()


@pytest.fixture
def held() -> HeldAnswer:
    """An answer that does not come."""
    return HeldAnswer()


@pytest.fixture
def slow_demo(held: HeldAnswer) -> Iterator[DemoServer]:
    """A demo API whose slow answers are held."""
    with DemoServer(settings=DemoSettings(sleep=held.sleep)) as server:
        yield server
        held.go_on()


def _is_closed_in_order(path: Path) -> bool:
    vault = Vault.open(path, PASSPHRASE)
    try:
        return vault.store.report.remarks == ()
    finally:
        vault.close()


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)], ids=lambda x: str(x)
)
def test_a_signal_while_sending(
    number: signal.Signals, code: int, shell: Shell, slow_demo: DemoServer, held: HeldAnswer
) -> None:
    """Ends at once with the signal's code; the vault is closed in order and holds no run."""
    shell("action", "create", "Slow", "--url", f"{slow_demo.url}/faults/slow")
    with shell.start("--json", "action", "send", "Slow") as process:
        assert held.has_begun.wait(timeout=30)
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
    assert process.returncode == code
    assert b"Traceback" not in err
    if number is signal.SIGINT:
        assert json.loads(out)["error"]["exit_code"] == 130
        assert err == b"\nInterrupted.\n"
    assert _is_closed_in_order(shell.path)
    assert shell("run", "list").err == "No runs yet.\n"


def test_a_second_writer_is_refused(shell: Shell, slow_demo: DemoServer, held: HeldAnswer) -> None:
    """At once, with the process that has the vault."""
    shell("action", "create", "Slow", "--url", f"{slow_demo.url}/faults/slow")
    with shell.start("action", "send", "Slow") as process:
        assert held.has_begun.wait(timeout=30)
        busy = shell("--json", "object", "create", "X", code=4)
        assert busy.document["error"]["kind"] == "VaultBusy"  # type: ignore[index]
        assert str(process.pid) in busy.err
        held.go_on()
        process.communicate(timeout=30)
    assert process.returncode == 0


@pytest.mark.parametrize("buffering", ["", "1"], ids=["buffered", "unbuffered"])
@pytest.mark.parametrize("words", [("record", "list", "People"), ("--help",), ("object", "show", "nope", "--json")])
def test_a_pipe_that_nobody_reads_is_quiet(words: tuple[str, ...], buffering: str, shell: Shell) -> None:
    """As `| head -1` leaves it; whether it shows at once or at the end."""
    env = shell.env | {"PYTHONUNBUFFERED": buffering}
    reading, writing = os.pipe()
    os.close(reading)
    process = subprocess.Popen(
        [sys.executable, "-m", "app", *words], stdout=writing, stderr=subprocess.PIPE, cwd=ROOT, env=env
    )
    os.close(writing)
    with process:
        _, err = process.communicate(timeout=30)
    assert process.returncode == 0
    assert b"Traceback" not in err
    assert b"Broken" not in err
    assert b"Exception" not in err


def test_both_streams_into_head(shell: Shell) -> None:
    """The first line, and no complaint after it."""
    command = f"{sys.executable} -m app record list People 2>&1 | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=ROOT, env=shell.env, check=True)
    first, code = done.stdout.splitlines()
    assert first.split()[:2] == ["external_id", "email"]
    assert (code, done.stderr) == ("0", "")


def test_a_locale_without_our_letters(shell: Shell) -> None:
    """Nothing stops; what cannot be said is escaped."""
    out, _ = shell.process("token", "list", env={"PYTHONIOENCODING": "ascii"})
    assert b"\\u25cf" in out


def test_no_terminal_and_no_passphrase_file(shell: Shell) -> None:
    """Says what to do; nothing is asked, nothing hangs."""
    env = {"ACTIONBENCH_PASSPHRASE_FILE": ""}
    for words in (("vault", "info"), ("--vault", str(shell.path) + "2", "vault", "init")):
        out, err = shell.process(*words, code=2, env=env)
        assert out == b""
        assert err == (
            "actionbench: A passphrase is needed and there is no terminal to ask on. "
            "Use --passphrase-file FILE, --passphrase-fd N, --keyring or the variable ACTIONBENCH_PASSPHRASE_FILE.\n"
        )


def test_a_passphrase_from_a_pipe(shell: Shell) -> None:
    """A process substitution is a file like any other, and needs no permissions."""
    env = {"ACTIONBENCH_PASSPHRASE_FILE": "/dev/stdin"}
    _, err = shell.process("vault", "info", stdin=PASSPHRASE.encode(), env=env)
    assert err == ""


def test_a_token_that_is_no_text(shell: Shell) -> None:
    """Refused without its bytes."""
    out, err = shell.process("token", "add", "T", code=1, stdin=b"canary\xff\n", env={"PYTHONIOENCODING": "utf-8"})
    assert "standard input is not text" in err
    assert b"canary" not in out
    assert "canary" not in err


@pytest.mark.parametrize(("term", "says"), [("xterm", "needs a terminal"), ("dumb", "cannot show the workbench")])
def test_the_bare_command_without_a_terminal(term: str, says: str, shell: Shell) -> None:
    """Points to the shell, exit code 2."""
    out, err = shell.process(code=2, env={"TERM": term})
    assert out == b""
    assert says in err
    assert "see actionbench --help" in err
    assert says in shell.process("demo", code=2, env={"TERM": term})[1]


def test_the_demo_api_prints_its_url_first() -> None:
    """Then it answers, until it is told to stop."""
    for number, code in ((signal.SIGTERM, 0), (signal.SIGINT, 130)):
        command = [sys.executable, "-m", "app", "demo-api"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT) as process:
            assert process.stdout
            url = process.stdout.readline().strip()
            assert httpx.get(url, trust_env=False).status_code == 200
            process.send_signal(number)
            _, err = process.communicate(timeout=30)
        assert process.returncode == code
        assert "Traceback" not in err


def test_a_port_that_is_taken(shell: Shell, demo: DemoServer) -> None:
    """Refused in words."""
    port = demo.url.rpartition(":")[2]
    assert f"Port {port} cannot be used" in shell("demo-api", "--port", port, code=1).err
    assert "is not a port" in shell("demo-api", "--port", "99999", code=1).err


def test_a_terminal_that_goes_away_while_it_is_written_to(
    shell: Shell, slow_demo: DemoServer, held: HeldAnswer
) -> None:
    """Though the signal never comes, as under nohup: quiet, with its code, the run kept and the vault closed."""
    shell("action", "create", "Slow", "--url", f"{slow_demo.url}/faults/slow")
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        terminal = Terminal(["action", "send", "Slow"], env=shell.env)
    finally:
        signal.signal(signal.SIGHUP, before)
    assert held.has_begun.wait(timeout=30)
    terminal.close()
    held.go_on()
    assert terminal.process.wait(timeout=30) == 129
    assert _is_closed_in_order(shell.path)
    assert len(shell("run", "list").out.splitlines()) == 2
