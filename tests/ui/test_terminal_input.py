"""What a terminal may send that is no key: foreign bytes, escapes cut in two, another size, somebody else's output."""

from __future__ import annotations

import termios
from collections.abc import Iterator
from pathlib import Path

import pytest
from ui_kit import PASSPHRASE
from ui_terminal import Terminal


@pytest.fixture
def terminal(vault_path: Path, passphrase_file: Path) -> Iterator[Terminal]:
    """The workbench on its first screen."""
    arguments = ["--vault", str(vault_path), "--passphrase-file", str(passphrase_file)]
    with Terminal(arguments, size=(100, 30), env={}) as running:
        running.expect("List orders", "ctrl+p")
        yield running


def test_bytes_that_are_no_text_do_no_harm(terminal: Terminal) -> None:
    """A paste from a terminal of another encoding is shown as what it is not, and the program goes on."""
    terminal.press("n")
    terminal.expect("New custom object")
    terminal.send(b"Caf\xe9\xff\xfe")
    terminal.expect("Caf\ufffd\ufffd\ufffd")
    terminal.press("escape", "ctrl+q")
    assert terminal.wait() == 0


def test_an_escape_sequence_that_arrives_in_two_halves_is_one_key(terminal: Terminal) -> None:
    """A slow link cuts where it likes: down is down, not escape and letters."""
    terminal.send(b"\x1b")
    terminal.send(b"[F")
    terminal.expect("Track shipments")
    terminal.press("enter")
    terminal.expect("GET", "/shipments")


def test_a_typed_control_character_never_reaches_the_terminal(terminal: Terminal) -> None:
    """Pasted text is text from outside: its escape sequence is not sent back to the terminal."""
    terminal.press("n")
    terminal.expect("New custom object")
    terminal.send(b"\x1b[200~a\x1b]52;c;Y2FuYXJ5\x07b\xe2\x80\xaec\x1b[201~")
    terminal.expect("]52;c;Y2FuYXJ5bc")
    terminal.press("escape", "ctrl+q")
    assert terminal.wait() == 0
    assert b"Y2FuYXJ5\x07" not in terminal.output
    assert b"\xe2\x80\xae" not in terminal.output


def test_another_size_is_drawn_whole(terminal: Terminal) -> None:
    """After a resize nothing is taken for drawn already."""
    terminal.resize(80, 24)
    terminal.expect("[Workspace]")
    terminal.resize(120, 36)
    terminal.expect("From an API to records in five steps", "ctrl+p")
    assert "[Workspace]" not in terminal.text


def test_ctrl_l_draws_over_what_somebody_else_wrote(terminal: Terminal) -> None:
    """A message of another program on the same terminal goes away."""
    terminal.intrude("wall: the system is going down")
    assert "going down" in terminal.text
    terminal.press("ctrl+l")
    terminal.expect_gone("going down")
    assert "List orders" in terminal.text


def test_a_key_costs_what_it_changes(terminal: Terminal) -> None:
    """Another selection draws other panes, not the whole screen several times over."""
    before = len(terminal.output)
    terminal.press("end")
    terminal.expect("GET", "/shipments")
    assert len(terminal.output) - before < 12_000


def test_the_passphrase_is_never_on_the_screen(vault_path: Path) -> None:
    """Neither while it is typed nor after."""
    with Terminal(["--vault", str(vault_path)], size=(80, 24), env={}) as running:
        running.expect("Passphrase for")
        running.press(PASSPHRASE, "enter")
        running.expect("List orders")
        assert PASSPHRASE.encode() not in running.output


def test_what_was_typed_before_the_first_screen_is_not_obeyed(vault_path: Path, passphrase_file: Path) -> None:
    """It was for the shell, which makes ctrl+j of enter: that would send. What follows the first screen counts."""
    env = {"ACTIONBENCH_PASSPHRASE_FILE": str(passphrase_file)}
    with Terminal(["--vault", str(vault_path)], size=(120, 36), env=env) as running:
        running.press("end", "up", "enter")
        running.expect("ctrl+p")
        running.press("end", "up")
        running.expect("/orders?email=", "No response yet")
        running.press("ctrl+q")
        assert running.wait() == 0
        assert running.is_restored
        assert b"200 OK" not in running.output


def test_keys_are_taken_as_they_are_and_the_terminal_is_given_back(terminal: Terminal) -> None:
    """Taking the terminal early keeps what it was: lines, echo, enter as a line feed."""
    assert not termios.tcgetattr(terminal._slave)[0] & termios.ICRNL
    terminal.press("ctrl+q")
    assert terminal.wait() == 0
    assert terminal.is_restored
