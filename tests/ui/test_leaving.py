"""However the program is left — by key, signal or a lost terminal — the vault is closed and the terminal restored."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from ui_kit import PASSPHRASE
from ui_terminal import ROOT, Terminal, started

from app.store.vault import Vault


def _was_closed_in_order(path: Path) -> bool:
    vault = Vault.open(path, PASSPHRASE)
    try:
        return vault.store.report.remarks == ()
    finally:
        vault.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_saves_unlocks_and_restores(number: signal.Signals, vault_path: Path, passphrase_file: Path) -> None:
    """SIGTERM, SIGHUP and SIGINT leave as ctrl+q does, with the exit code of the signal."""
    with started(vault_path, passphrase_file) as terminal:
        terminal.press("L")
        terminal.expect("MOCK")
        terminal.signal(number)
        assert terminal.wait() == 128 + number
        assert terminal.is_restored
    assert _was_closed_in_order(vault_path)
    vault = Vault.open(vault_path, PASSPHRASE)
    assert vault.workspace().settings.is_mock
    vault.close()


def test_a_key_leaves(vault_path: Path, passphrase_file: Path) -> None:
    """Cleanly, with 0."""
    with started(vault_path, passphrase_file) as terminal:
        terminal.press("ctrl+q")
        assert terminal.wait() == 0
        assert terminal.is_restored
    assert _was_closed_in_order(vault_path)


def test_an_interruption_names_the_key_that_leaves_and_closes_a_dialog(vault_path: Path, passphrase_file: Path) -> None:
    """One slip of ctrl+c ends nothing: in the panes it says what does, in a dialog it cancels."""
    with started(vault_path, passphrase_file) as terminal:
        terminal.press("ctrl+c")
        terminal.expect("ctrl+q quits.")
        terminal.press("n")
        terminal.expect("New custom object", "Cancel  esc")
        terminal.press("ctrl+c")
        terminal.expect_gone("Cancel  esc")
        terminal.press("ctrl+q")
        assert terminal.wait() == 0


@pytest.mark.parametrize("ignored", [False, True], ids=["hang-up", "hang-up ignored"])
def test_a_lost_terminal_ends_the_program(ignored: bool, vault_path: Path, passphrase_file: Path) -> None:
    """Closing the terminal ends the program, also where SIGHUP never arrives (nohup, wrappers)."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN) if ignored else None
    try:
        terminal = started(vault_path, passphrase_file)
    finally:
        if ignored:
            signal.signal(signal.SIGHUP, before)
    with terminal:
        terminal.hang_up()
        assert terminal.process.wait(timeout=20) == 128 + signal.SIGHUP
    assert _was_closed_in_order(vault_path)


def test_a_crash_shows_no_values(vault_path: Path, passphrase_file: Path, tmp_path: Path) -> None:
    """A bug of our own ends with a sentence and places, never with locals or the error's text."""
    (tmp_path / "sitecustomize.py").write_text(
        "import app.ui.screens.form as form\n"
        "def broken(self):\n"
        "    local_secret = 'canary-in-a-local'\n"
        "    raise RuntimeError('canary-in-the-text')\n"
        "form.Form.compose = broken\n"
    )
    with started(vault_path, passphrase_file, PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}") as terminal:
        terminal.press("a")
        assert terminal.wait() == 1
        assert terminal.is_restored
        assert "Actionbench stopped because of an error of its own (RuntimeError)." in terminal.text
        assert b"canary" not in terminal.output
    assert _was_closed_in_order(vault_path)


@pytest.mark.parametrize("term", ["dumb", ""])
def test_a_dumb_terminal_is_refused_with_the_way_out(term: str, vault_path: Path, passphrase_file: Path) -> None:
    """TERM=dumb would get full colour output from Textual: refused before anything is drawn."""
    arguments = ["--vault", str(vault_path), "--passphrase-file", str(passphrase_file)]
    with Terminal(arguments, size=(80, 24), env={"TERM": term}) as terminal:
        assert terminal.wait() == 2
        assert "cannot show the workbench" in terminal.text
        assert "actionbench --help" in terminal.text
        assert b"\x1b" not in terminal.output


def test_a_second_workbench_is_refused(vault_path: Path, passphrase_file: Path) -> None:
    """One writer at a time, named."""
    with started(vault_path, passphrase_file) as first:
        arguments = ["--vault", str(vault_path), "--passphrase-file", str(passphrase_file)]
        with Terminal(arguments, size=(80, 24), env={}) as second:
            assert second.wait() == 4
            assert f"in use by process {first.process.pid}" in second.text
