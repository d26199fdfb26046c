"""A demo API, and a vault with the sample workspace that calls it, made once and copied for each test."""

from __future__ import annotations

import asyncio
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from cli_kit import CHEAP, PASSPHRASE, Shell

from app.demo.server import DemoServer
from app.demo.workspace import fill
from app.store.vault import Vault


@pytest.fixture(scope="session")
def running_demo() -> Iterator[DemoServer]:
    """The demo API on a free loopback port."""
    with DemoServer() as server:
        yield server


@pytest.fixture
def demo(running_demo: DemoServer) -> DemoServer:
    """The demo API, back at its seed."""
    httpx.post(f"{running_demo.url}/reset", trust_env=False)
    return running_demo


@pytest.fixture(scope="session")
def sample_vault(running_demo: DemoServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed vault with the sample workspace; copy it, do not open it."""
    path = tmp_path_factory.mktemp("sample") / "sample.tdx"
    vault = Vault.create(path, PASSPHRASE, kdf=CHEAP)
    asyncio.run(fill(vault, running_demo.url))
    vault.close()
    return path


@pytest.fixture
def passphrase_file(tmp_path: Path) -> Path:
    """A file with the sample vault's passphrase."""
    path = tmp_path / "passphrase"
    path.write_text(PASSPHRASE + "\n")
    path.chmod(0o600)
    return path


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    """The program sets signal handlers; tests in this process put them back."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def empty_shell(
    tmp_path: Path, passphrase_file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Shell:
    """The shell where there is no vault yet."""
    path = tmp_path / "data" / "v.tdx"
    monkeypatch.setenv("ACTIONBENCH_VAULT", str(path))
    monkeypatch.setenv("ACTIONBENCH_PASSPHRASE_FILE", str(passphrase_file))
    return Shell(path, passphrase_file, capsys)


@pytest.fixture
def shell(empty_shell: Shell, sample_vault: Path) -> Shell:
    """The shell on a fresh copy of the sample vault."""
    empty_shell.path.parent.mkdir()
    shutil.copy(sample_vault, empty_shell.path)
    return empty_shell
