"""Printing a value to the plain screen, in a real terminal: what stands there, and the way back."""

from __future__ import annotations

from pathlib import Path

from ui_terminal import Terminal


def test_a_value_is_printed_to_the_plain_screen_and_enter_leads_back(vault_path: Path, passphrase_file: Path) -> None:
    """With its path, where the terminal itself selects and scrolls; then everything is as it was."""
    arguments = ["--vault", str(vault_path), "--passphrase-file", str(passphrase_file)]
    with Terminal(arguments, size=(80, 24), env={}) as terminal:
        terminal.expect("List orders", "ctrl+p")
        terminal.send(b"\x1b[B")
        terminal.press("end", "enter")
        terminal.expect("[Request]")
        terminal.press("f5")
        terminal.expect("[Response]", "200 OK")
        for _ in range(2):
            terminal.press("down")
        terminal.expect("─ $.shipments[0]")
        terminal.press("down")
        terminal.expect("─ $.shipments[0].id")
        before = len(terminal.output)
        terminal.press("P")
        terminal.expect("Press enter to go back.")
        left, _, printed = terminal.output[before:].partition(b"\x1b[?1049l")
        assert b"Press enter" not in left
        assert b'$.shipments[0].id\r\n"s-501"\r\n' in printed
        terminal.press("enter")
        terminal.expect_gone("Press enter to go back.")
        terminal.expect("[Response]", "200 OK", "ctrl+p")
        terminal.press("ctrl+q")
        assert terminal.wait() == 0
