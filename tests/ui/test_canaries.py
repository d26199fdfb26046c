"""Canaries in a token, a record, a response and a passphrase: found nowhere in clear, however a program ended.

Real processes, with home, state, cache and temporary folders of their own, all of which are searched.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from ui_kit import CHEAP
from ui_terminal import ROOT, Terminal

from app.demo.server import DemoServer
from app.demo.workspace import fill
from app.store.vault import Vault

TOKEN, RECORD, BODY = "canary-token-5101", "canary-record-5102", "canary-body-5103"
PASSPHRASE = "canary-passphrase-5104"
ALL = (TOKEN, RECORD, BODY, PASSPHRASE)
SECRET = (TOKEN, PASSPHRASE)
"""What no terminal may show either."""
_CAP_SYS_PTRACE, _PR_CAPBSET_DROP = 19, 24


def _forms(text: str) -> Iterator[bytes]:
    """A text as somebody searching for it would look: as it is, in UTF-16, in base64 at each of three places."""
    yield text.encode()
    yield text.encode("utf-16-le")
    for shift in range(3):
        yield base64.b64encode(b"\0" * shift + text.encode())[4:-4]


class House:
    """A user's folders, and a vault in them; what goes in comes from outside of them."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.outside = folder / "outside"
        self.outside.mkdir()
        self.path = self.home / "data" / "v.tdx"
        names = {"HOME": "", "TMPDIR": "tmp", "XDG_STATE_HOME": "state", "XDG_DATA_HOME": "data"}
        names |= {"XDG_CACHE_HOME": "cache", "XDG_CONFIG_HOME": "config", "XDG_RUNTIME_DIR": "run"}
        for name in names.values():
            (self.home / name).mkdir(parents=True, exist_ok=True)
        self.env = {name: str(self.home / place) for name, place in names.items()}
        self.passphrase_file = self.outside / "passphrase"
        self.passphrase_file.write_text(PASSPHRASE)
        self.passphrase_file.chmod(0o600)
        self.arguments = ["--vault", str(self.path), "--passphrase-file", str(self.passphrase_file)]

    def start(self, *words: str, limit: Callable[[], None] | None = None) -> subprocess.Popen[bytes]:
        """Begin a command."""
        return subprocess.Popen(
            [sys.executable, "-m", "app", *self.arguments, *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, **self.env},
            preexec_fn=limit,
            start_new_session=True,
        )

    def run(self, *words: str, stdin: str = "", code: int = 0, limit: Callable[[], None] | None = None) -> None:
        """Run a command to its end; it prints no secret."""
        process = self.start(*words, limit=limit)
        out, err = process.communicate(stdin.encode(), timeout=60)
        assert process.returncode == code, err.decode()
        assert [word for word in SECRET if word.encode() in out + err] == []

    def screen(self, command: tuple[str, ...] = (sys.executable, "-m", "app"), **env: str) -> Terminal:
        """The workbench on a terminal."""
        terminal = Terminal(self.arguments, size=(100, 30), env={**self.env, **env}, command=command)
        terminal.expect("Echo", "ctrl+p")
        return terminal

    def assert_clean(self) -> None:
        """No file of the user's holds a canary."""
        found = []
        for path in self.home.rglob("*"):
            if path.is_file():
                content = path.read_bytes()
                found += [(path.name, word) for word in ALL if any(form in content for form in _forms(word))]
        assert self.path.stat().st_size > 8192
        assert found == []


@pytest.fixture(scope="session")
def filled(demo: DemoServer, tmp_path_factory: pytest.TempPathFactory) -> House:
    """A sample vault that the program itself has put the canaries into."""
    house = House(tmp_path_factory.mktemp("filled"))
    vault = Vault.create(house.path, PASSPHRASE, kdf=CHEAP)
    asyncio.run(fill(vault, demo.url))
    vault.close()
    house.run("token", "add", "Mine", "--header", "X-Mine", stdin=TOKEN)
    house.run("record", "put", "Order", f"external_id={RECORD}")
    house.run("action", "create", "Echo", "--url", f"{demo.url}/faults/echo?said={BODY}")
    house.run("action", "send", "Echo")
    vault = Vault.open(house.path, PASSPHRASE, readonly=True)
    body = b"".join(vault.runs.body(run) for run in vault.runs.newest())
    assert BODY.encode() in body
    house.assert_clean()
    return house


@pytest.fixture
def house(filled: House, tmp_path: Path) -> House:
    """The same for one test."""
    house = House(tmp_path)
    shutil.copy(filled.path, house.path)
    return house


def test_normal_use(house: House) -> None:
    """Every command, the screen with its response, a lock, an undo, a compaction, a backup, a check."""
    with house.screen() as terminal:
        terminal.press("f9")
        terminal.expect("Locked")
        terminal.press(PASSPHRASE, "enter")
        terminal.expect("Echo", "Unlocked.")
        terminal.press("L")
        terminal.expect("MOCK")
        terminal.press("ctrl+q")
        assert terminal.wait() == 0
        assert [word for word in SECRET if word.encode() in terminal.output] == []
    for words in (("undo",), ("vault", "compact"), ("vault", "backup", str(house.home / "b.tdx")), ("vault", "check")):
        house.run(*words)
    house.assert_clean()


def test_killed_in_mid_commit(house: House) -> None:
    """SIGKILL while an import is being written; and what the next opening saves beside the file."""
    stamps = {"created_at": "2026-01-01T00:00:00.000Z", "updated_at": "2026-01-01T00:00:00.000Z"}
    rows = {str(n): {**stamps, "values": {"external_id": f"{RECORD}-{n}"}} for n in range(1, 20_000)}
    source = house.outside / "in.json"
    source.write_text(json.dumps({"records/Order": rows}))
    before = house.path.stat().st_size
    process = house.start("vault", "import", str(source))
    while house.path.stat().st_size == before and process.poll() is None:
        time.sleep(0)
    process.kill()
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    house.assert_clean()
    house.run("vault", "check")
    house.run("object", "create", "Another", "--description", "after the kill")
    house.assert_clean()


def test_a_failed_write(house: House) -> None:
    """No room for the commit: refused, and nothing is left of it anywhere."""
    size = house.path.stat().st_size + 100

    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    house.run("record", "put", "Order", f"external_id={RECORD}-{'x' * 200}", code=4, limit=full)
    house.run("action", "send", "Echo", code=4, limit=full)
    house.run("vault", "compact", code=4, limit=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000)))
    house.assert_clean()


def test_a_crash_of_the_screen(house: House) -> None:
    """A bug of our own, with the canaries in its locals and its text."""
    (house.outside / "sitecustomize.py").write_text(
        "import app.ui.screens.form as form\n"
        "def broken(self):\n"
        f"    local = {TOKEN!r}\n"
        f"    raise RuntimeError({TOKEN!r} + {PASSPHRASE!r})\n"
        "form.Form.compose = broken\n"
    )
    with house.screen(PYTHONPATH=f"{house.outside}{os.pathsep}{ROOT}") as terminal:
        terminal.press("a")
        assert terminal.wait() == 1
        assert "Actionbench stopped because of an error of its own (RuntimeError)." in terminal.text
        assert [word for word in SECRET if word.encode() in terminal.output] == []
    house.assert_clean()


@pytest.mark.parametrize("number", [signal.SIGABRT, signal.SIGSEGV])
def test_no_core_is_dumped(number: signal.Signals, house: House) -> None:
    """Though whoever started the program allowed cores of any size."""
    where = house.home / "cores"
    where.mkdir()
    shell = f'ulimit -c unlimited; cd {where}; exec {sys.executable} -m app "$@"'
    with house.screen(("sh", "-c", shell, "sh"), PYTHONPATH=str(ROOT)) as terminal:
        terminal.signal(number)
        _pid, status = os.waitpid(terminal.process.pid, 0)
        terminal.process.returncode = -number
        assert os.WTERMSIG(status) == number
        assert not os.WCOREDUMP(status)
    assert list(where.iterdir()) == []
    house.assert_clean()


ATTACH = """
import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
pid = int(sys.argv[1])
attached = libc.ptrace(16, pid, None, None) == 0
if attached:
    os.waitpid(pid, 0x40000000)
    libc.ptrace(17, pid, None, None)
try:
    os.close(os.open(f"/proc/{pid}/mem", os.O_RDONLY))
    opened = True
except OSError:
    opened = False
print(attached, opened)
"""


POWERLESS = f"""
import ctypes, os, sys
if os.geteuid() == 0:
    ctypes.CDLL(None).prctl({_PR_CAPBSET_DROP}, {_CAP_SYS_PTRACE}, 0, 0, 0)
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""
"""Runs Python without the right to debug everything, which root has: as any other user."""


def _attach(pid: int) -> str:
    """What a debugger of the same user gets."""
    command = [sys.executable, "-c", POWERLESS, "-c", ATTACH, str(pid)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.skipif(sys.platform != "linux", reason="how Linux guards a process")
def test_a_debugger_of_the_same_user_is_refused(house: House) -> None:
    """As gcore would attach; an ordinary process lets it, so the refusal is ours."""
    ordinary = [sys.executable, "-c", POWERLESS, "-c", "print(flush=True); input()"]
    with subprocess.Popen(ordinary, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        control = _attach(process.pid)
        process.kill()
    if control != "True True":
        pytest.skip("this system lets nobody attach to anything, so there is nothing to tell apart")
    with house.screen((sys.executable, "-c", POWERLESS, "-m", "app")) as terminal:
        assert _attach(terminal.process.pid) == "False False"
