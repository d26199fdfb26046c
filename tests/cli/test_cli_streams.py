"""Standard streams that are closed or full: what was done is done, what could not be said is said elsewhere."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cli_kit import PASSPHRASE, ROOT, Shell, Terminal

from app.store import SealedStore, passphrases
from app.store.vault import Vault

FULL = Path("/dev/full")


def _run(shell: Shell, redirection: str, *words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        ["sh", "-c", f'exec "$@" {redirection}', "sh", sys.executable, "-m", "app", *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        cwd=ROOT,
        env=shell.env,
        timeout=60,
        check=False,
    )


@pytest.mark.skipif(not FULL.exists(), reason="no device that is always full here")
@pytest.mark.parametrize("words", [("vault", "info", "--json"), ("object", "list"), ("--help",)], ids=" ".join)
def test_a_result_that_finds_no_room_is_said(words: tuple[str, ...], shell: Shell) -> None:
    done = _run(shell, ">/dev/full", *words)
    assert done.returncode == 5
    assert "The result could not be written: No space left on device." in done.stderr.decode()
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr


def test_a_result_without_a_stream_is_said_and_the_change_is_there(shell: Shell) -> None:
    done = _run(shell, ">&-", "object", "create", "Parcel", "--json")
    assert done.returncode == 5
    assert done.stderr.decode().startswith("actionbench: The result could not be written: standard output is closed.")
    vault = Vault.open(shell.path, PASSPHRASE)
    assert vault.workspace().type_named("Parcel")
    vault.close()


@pytest.mark.parametrize("redirection", ["2>&-", "2>/dev/full", "0<&- 2>&-"])
def test_talk_without_a_stream_does_not_land_in_the_data_or_in_the_vault(redirection: str, shell: Shell) -> None:
    if "full" in redirection and not FULL.exists():
        pytest.skip("no device that is always full here")
    done = _run(shell, redirection, "object", "create", "Parcel")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert _run(shell, redirection, "object", "create", "Parcel").returncode == 1
    with SealedStore.open(shell.path, PASSPHRASE) as store:
        assert not store.report.torn_bytes
    assert _run(shell, "0<&- >&- 2>&-", "object", "create", "Other").returncode in (0, 5)


def test_no_file_gets_the_number_of_a_closed_stream() -> None:
    """What the system or a library prints there would be written into the vault."""
    code = "import os; from app.__main__ import *; occupy_standard_streams(); print(os.open('/', os.O_RDONLY))"
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" 0<&- 2>&-', "sh", sys.executable, "-c", code],
        capture_output=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )
    assert int(done.stdout) > 2


def test_a_passphrase_typed_in_another_encoding_is_asked_for_again(shell: Shell) -> None:
    env = {"ACTIONBENCH_VAULT": str(shell.path), "ACTIONBENCH_PASSPHRASE_FILE": ""}
    with Terminal(["object", "list"], env=env) as terminal:
        terminal.answer("Passphrase for v.tdx: ", "")
        os.write(terminal._master, b"caf\xe9\n")
        terminal.answer("try again.\nPassphrase for v.tdx: ", f"{PASSPHRASE}\n")
        assert terminal.wait() == 0
        assert "is not text in this locale" in terminal.output
        assert "Order" in terminal.output


def test_a_table_wider_than_the_terminal_is_cut_and_one_in_a_file_is_not(shell: Shell) -> None:
    env = {"COLUMNS": "30", "LINES": "24", "ACTIONBENCH_VAULT": str(shell.path)}
    env |= {"ACTIONBENCH_PASSPHRASE_FILE": str(shell.passphrase_file)}
    with Terminal(["record", "list", "People"], env=env) as terminal:
        assert terminal.wait() == 0
    whole = shell.process("record", "list", "People", env=env)[0].decode().splitlines()
    assert max(map(len, whole)) > 30
    assert [line[:29] for line in whole] == [line[:29] for line in terminal.output.splitlines()[: len(whole)]]
    assert terminal.output.splitlines()[0].endswith("…")
    assert max(map(len, terminal.output.splitlines()[: len(whole)])) == 30


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_files_and_descriptors_are_read_alike(end: str, tmp_path: Path) -> None:
    path = tmp_path / "p"
    path.write_bytes(f"caf\u0065\u0301{end}".encode())
    assert passphrases.read_file(path).reveal() == "caf\u00e9"
    assert passphrases.read_descriptor(os.open(path, os.O_RDONLY)).reveal() == "caf\u00e9"
    path.chmod(0o644)
    assert passphrases.warning(path) == f"Warning: others can read {path}; run: chmod 600 {path}"
