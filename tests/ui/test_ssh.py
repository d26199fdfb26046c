"""The workbench over a real SSH connection, and what is left when that connection drops."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from ui_kit import PASSPHRASE
from ui_terminal import ROOT, Terminal

from app.store.vault import Vault

SSHD = shutil.which("sshd") or shutil.which("sshd", path="/usr/sbin:/usr/local/sbin")
pytestmark = pytest.mark.skipif(
    not (SSHD and shutil.which("ssh") and os.geteuid() == 0), reason="needs sshd, ssh and the right to start them"
)


@pytest.fixture
def ssh(tmp_path: Path) -> Iterator[list[str]]:
    """A command that logs in on this machine; its server is this test's own."""
    host_key, user_key = tmp_path / "host", tmp_path / "user"
    for key in (host_key, user_key):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = tmp_path / "sshd_config"
    config.write_text(
        f"ListenAddress 127.0.0.1:{port}\nHostKey {host_key}\nAuthorizedKeysFile {user_key}.pub\nStrictModes no\n"
        f"PidFile none\nUsePAM no\nPasswordAuthentication no\nPermitRootLogin yes\n"
    )
    Path("/run/sshd").mkdir(exist_ok=True)
    assert SSHD
    server = subprocess.Popen([SSHD, "-D", "-e", "-f", str(config)], stderr=subprocess.PIPE, text=True)
    assert server.stderr is not None
    line = server.stderr.readline()
    assert "listening" in line, line
    options = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR", f"IdentityFile={user_key}"]
    words = [word for option in options for word in ("-o", option)]
    yield ["ssh", "-tt", "-p", str(port), *words, f"{getpass.getuser()}@127.0.0.1"]
    server.terminate()
    server.wait()
    server.stderr.close()


def _remote(vault: Path, passphrase_file: Path) -> str:
    command = f"{sys.executable} -m app --vault {vault} --passphrase-file {passphrase_file}"
    return f"cd {ROOT} && exec env LC_ALL=C.UTF-8 {command}"


def test_a_demo_over_ssh(ssh: list[str], vault_path: Path, passphrase_file: Path) -> None:
    """Few bytes, 256 colours where the login does not say that there are more, a clean end."""
    remote = _remote(vault_path, passphrase_file)
    with Terminal([remote], size=(80, 24), env={"COLORTERM": ""}, command=ssh) as terminal:
        terminal.expect("List orders", "ctrl+p")
        assert len(terminal.output) < 16_000
        assert b"38;2;" not in terminal.output
        assert b"38;5;" in terminal.output
        terminal.press("ctrl+q")
        assert terminal.wait() == 0


def test_a_dropped_connection_closes_the_vault(ssh: list[str], vault_path: Path, passphrase_file: Path) -> None:
    """The client is killed: the program on the other side saves and lets go of the vault by itself."""
    remote = _remote(vault_path, passphrase_file)
    with Terminal([remote], size=(80, 24), env={}, command=ssh) as terminal:
        terminal.expect("List orders", "ctrl+p")
        terminal.press("L")
        terminal.expect("MOCK")
        terminal.process.kill()
        terminal.process.wait()
    fuser = ["flock", "--wait", "20", str(vault_path), "true"]
    assert subprocess.run(fuser, check=False).returncode == 0, "the vault is still held"
    vault = Vault.open(vault_path, PASSPHRASE)
    assert vault.store.report.remarks == ()
    assert vault.workspace().settings.is_mock
    vault.close()
