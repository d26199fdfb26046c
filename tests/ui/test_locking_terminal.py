"""Locking on a real terminal: what it shows, what the shell can do meanwhile, stopping and going on."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from ui_kit import PASSPHRASE
from ui_terminal import Terminal, started

from app.store.vault import Vault

WORDS = ("List orders", "Shop API key", "Order", "demo.tdx", "127.0.0.1", "records", "objects", PASSPHRASE)


def _assert_blank(terminal: Terminal) -> None:
    assert [word for word in WORDS if word in terminal.text] == []


@pytest.mark.parametrize("is_wrong_first", [False, True], ids=["right", "wrong first"])
def test_a_key_hides_everything_and_the_passphrase_brings_it_back(
    is_wrong_first: bool, vault_path: Path, passphrase_file: Path
) -> None:
    """What is typed is never echoed; the file is free while the screen is locked."""
    with started(vault_path, passphrase_file, size=(80, 24)) as terminal:
        terminal.press("f9")
        terminal.expect("Locked: you asked for it.", "ctrl+q quit")
        terminal.expect_gone("List orders")
        _assert_blank(terminal)
        Vault.open(vault_path, PASSPHRASE).close()
        if is_wrong_first:
            terminal.press("nonsense", "enter")
            terminal.expect("does not open the vault")
            _assert_blank(terminal)
        before = len(terminal.output)
        terminal.press(PASSPHRASE, "enter")
        terminal.expect("List orders", "Unlocked.")
        assert PASSPHRASE.encode() not in terminal.output[before:]
        assert b"nonsense" not in terminal.output
        terminal.press("ctrl+q")
        assert terminal.wait() == 0
        assert terminal.is_restored


def test_leaving_from_the_locked_screen(vault_path: Path, passphrase_file: Path) -> None:
    """ctrl+q works without the passphrase: there is nothing to save."""
    with started(vault_path, passphrase_file, size=(80, 24)) as terminal:
        terminal.press("f9")
        terminal.expect("Locked: you asked for it.")
        terminal.press("ctrl+q")
        assert terminal.wait() == 0
        assert terminal.is_restored


@pytest.mark.parametrize("how", ["ctrl+z", "SIGTSTP"])
def test_a_stopped_program_is_locked(how: str, vault_path: Path, passphrase_file: Path) -> None:
    """By key and by signal: locked first, then stopped; going on shows the locked screen."""
    with started(vault_path, passphrase_file, size=(80, 24)) as terminal:
        if how == "ctrl+z":
            terminal.press("ctrl+z")
        else:
            terminal.signal(signal.SIGTSTP)
        pid, status = os.waitpid(terminal.process.pid, os.WUNTRACED)
        assert pid == terminal.process.pid
        assert os.WIFSTOPPED(status)
        Vault.open(vault_path, PASSPHRASE).close()
        terminal.signal(signal.SIGCONT)
        terminal.expect("Locked: it was suspended.")
        terminal.expect_gone("List orders")
        _assert_blank(terminal)
        terminal.press(PASSPHRASE, "enter")
        terminal.expect("List orders", "Unlocked.")
        terminal.press("ctrl+q")
        assert terminal.wait() == 0
