"""The README's tour, played on the real program in a real terminal against a real API; then the file is reopened."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from ui_kit import PASSPHRASE
from ui_terminal import ROOT, Terminal

from app.store.vault import Vault

CLEAR_WORDS = ("Order", "external_id", "List orders", "demo-shop-key", "zoe@example.com", "1001", "orders[*]")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])
def test_the_five_minute_story(size: tuple[int, int], vault_path: Path) -> None:
    """From the first screen to 24 sealed records, an undo, and back again with the passphrase."""
    with Terminal(["--vault", str(vault_path)], size=size, env={}) as terminal:
        _open(terminal)
        _send(terminal)
        _pick(terminal, is_wide=size[0] >= 100)
        _apply(terminal)
        terminal.press("ctrl+q")
        assert terminal.wait() == 0
        assert terminal.is_restored
    with Terminal(["--vault", str(vault_path)], size=size, env={}) as terminal:
        terminal.expect("Passphrase for demo.tdx:")
        terminal.press(PASSPHRASE, "enter")
        terminal.expect("24/100,000 records")
    _stored(vault_path)
    _nothing_in_clear(vault_path)


def _open(terminal: Terminal) -> None:
    terminal.expect("Passphrase for demo.tdx:")
    assert b"\x1b[?1049h" not in terminal.output, "the prompt stands on the plain terminal"
    terminal.press("wrong", "enter")
    terminal.expect("does not open demo.tdx")
    terminal.press(PASSPHRASE, "enter")
    terminal.expect("demo.tdx", "3/15 objects", "0/100,000 records", "LIVE", "Order", "People", "List orders", "ctrl+p")


def _send(terminal: Terminal) -> None:
    terminal.press("end", "up", "enter")
    terminal.expect("/orders?email={{email}}&status={{status}}", "X-Api-Key: ●●●●●●●●", "email = empty")
    terminal.press("ctrl+j")
    terminal.expect("200 OK", "orders  [25]", '"1001"', "9007199254740993")


def _pick(terminal: Terminal, *, is_wide: bool) -> None:
    if is_wide:
        terminal.expect("HTTP/1.1 200 OK", '"orders": [')  # raw beside the tree
    else:
        terminal.press("r")
        terminal.expect("HTTP/1.1 200 OK", '"orders": [')
        terminal.press("shift+tab")
        terminal.expect("orders  [25]")
    terminal.press("2", "left")  # as step 3 says that one can
    terminal.expect("▸ {")
    terminal.press("3", "home", "down", "space")
    terminal.expect("The source is $.orders[*]")
    terminal.press("down", "down", "space")
    terminal.expect("$.id goes to Order.external_id")
    terminal.press("m")
    terminal.expect("Mapped 9 fields to Order: 24 new, 1 rejected.")
    terminal.press(*(["tab"] if is_wide else ["tab", "tab"]))
    terminal.expect("Mapping → Order", "$.total", "$.placed_at", "date with", "1 of", '"1001"')
    terminal.expect("24 new, 0 changed, 0 same, 1 rejected:", 'total is "n/a", not a decimal')


def _apply(terminal: Terminal) -> None:
    terminal.press("a")
    terminal.expect("rejected: record 16 (1017)")
    terminal.press("enter", "f2", "home", "down", "down", "enter")
    terminal.expect("Records of Order", "24 records", "1001", "134.45")
    terminal.press("u")
    terminal.expect("0/100,000 records", "No records yet")
    terminal.press("f2", "end", "up", "enter", "tab")
    terminal.expect("orders  [25]")
    terminal.press("a")
    terminal.expect("24/100,000 records")
    terminal.press("enter")


def _stored(path: Path) -> None:
    vault = Vault.open(path, PASSPHRASE)
    try:
        assert vault.records.count("Order") == 24
        order = vault.records.by_key("Order", "external_id", "1003")
        assert order is not None
        assert (order.values["total"], order.values["customer"]) == (134.45, "hanako@example.org")
        runs = list(vault.runs.newest())
        assert len(runs) == 1
        assert vault.runs.body(runs[0]).startswith(b"{")
    finally:
        vault.close()


def _nothing_in_clear(path: Path) -> None:
    for file in path.parent.iterdir():
        content = file.read_bytes()
        assert [word for word in CLEAR_WORDS if word.encode() in content] == [], file.name


def test_the_same_way_without_the_screen(vault_path: Path, passphrase_file: Path) -> None:
    """Send, suggest, preview, apply and list from the shell."""
    env = {**os.environ, "ACTIONBENCH_VAULT": str(vault_path), "ACTIONBENCH_PASSPHRASE_FILE": str(passphrase_file)}

    def shell(*words: str) -> str:
        command = [sys.executable, "-m", "app", *words]
        done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    assert "200 OK" in shell("action", "send", "List orders")
    assert "$.total -> total (convert)" in shell("mapping", "suggest", "List orders", "--target", "Order")
    preview = shell("mapping", "preview", "List orders")
    assert '24 new, 0 changed, 0 same, 1 rejected: total is "n/a", not a decimal' in preview
    assert "24 new" in shell("mapping", "apply", "List orders")
    assert "24 of 24 records shown" in shell("record", "list", "Order")
    assert "0 new, 0 changed, 24 same" in shell("mapping", "preview", "List orders")
