"""Prompts on a real terminal: what is asked, what is echoed, what a refusal says."""

from __future__ import annotations

import json
import os

import pytest
from cli_kit import PASSPHRASE, Shell, Terminal

from app.demo.server import DemoServer
from app.store.vault import Vault


class TestPrompts:
    """Questions on a real terminal."""

    @pytest.fixture
    def env(self, shell: Shell) -> dict[str, str]:
        """This vault, and nobody to give the passphrase."""
        return shell.env | {"ACTIONBENCH_PASSPHRASE_FILE": ""}

    def test_the_passphrase_is_asked_for_without_echo(self, env: dict[str, str]) -> None:
        """And opens the vault."""
        with Terminal(["object", "list"], env=env) as terminal:
            terminal.answer("Passphrase for v.tdx: ", PASSPHRASE + "\n")
            assert terminal.wait() == 0
            assert "Conversation" in terminal.output
            assert PASSPHRASE not in terminal.output

    def test_it_is_asked_for_though_stdout_is_a_pipe(self, env: dict[str, str]) -> None:
        """On the terminal, so that the data stays clean."""
        reading, writing = os.pipe()
        with Terminal(["object", "list", "--json"], env=env, stdout=writing) as terminal, os.fdopen(reading) as pipe:
            os.close(writing)
            terminal.answer("Passphrase for v.tdx: ", PASSPHRASE + "\n")
            assert terminal.wait() == 0
            assert len(json.load(pipe)) == 6

    def test_a_wrong_one(self, env: dict[str, str]) -> None:
        """Exit code 4."""
        with Terminal(["object", "list"], env=env) as terminal:
            terminal.answer("Passphrase for v.tdx: ", "wrong\n")
            assert terminal.wait() == 4

    @pytest.mark.parametrize(("key", "code"), [("\x03", 130), ("\x04", 130)], ids=["ctrl+c", "ctrl+d"])
    def test_leaving_at_the_prompt(self, key: str, code: int, env: dict[str, str]) -> None:
        """By key."""
        with Terminal(["object", "list"], env=env) as terminal:
            terminal.answer("Passphrase for v.tdx: ", key)
            assert terminal.wait() == code
            assert "Interrupted." in terminal.output
            assert "Traceback" not in terminal.output

    def test_a_terminal_that_goes_away_at_the_prompt(self, env: dict[str, str]) -> None:
        """Ends with the signal's code."""
        with Terminal(["object", "list"], env=env) as terminal:
            terminal.answer("Passphrase for v.tdx: ", "")
            terminal.hang_up()
            assert terminal.wait() == 129

    def test_a_new_passphrase_is_asked_for_twice(self, env: dict[str, str], shell: Shell) -> None:
        """Until both are the same and neither is empty."""
        path = shell.path.with_name("new.tdx")
        with Terminal(["--vault", str(path), "vault", "init"], env=env) as terminal:
            terminal.answer("New passphrase: ", "\n")
            terminal.answer("New passphrase: ", "one\n")
            terminal.answer("again: ", "two\n")
            terminal.answer("New passphrase: ", "three\n")
            terminal.answer("again: ", "three\n")
            assert terminal.wait() == 0
            assert "An empty passphrase protects nothing" in terminal.output
            assert "The two differ" in terminal.output
        Vault.open(path, "three").close()

    def test_a_missing_vault_is_said_before_anything_is_asked(self, env: dict[str, str], shell: Shell) -> None:
        """No passphrase for nothing."""
        with Terminal(["--vault", str(shell.path) + "x", "vault", "info"], env=env) as terminal:
            assert terminal.wait() == 4
            assert "There is no vault at" in terminal.output
            assert "Passphrase" not in terminal.output

    def test_a_token_is_asked_for_without_echo(self, shell: Shell) -> None:
        """Where standard input is a terminal."""
        with Terminal(["token", "add", "T"], env=shell.env) as terminal:
            terminal.answer("Value: ", "canary-4711\n")
            assert terminal.wait() == 0
            assert "canary" not in terminal.output
        vault = Vault.open(shell.path, PASSPHRASE)
        token = vault.workspace().token_named("T")
        vault.close()
        assert token
        assert token.value.reveal() == "canary-4711"

    @pytest.mark.parametrize(
        ("answer", "code", "count"), [("y\n", 0, 1), ("yes\n", 0, 1), ("n\n", 1, 0), ("\n", 1, 0), ("\x03", 130, 0)]
    )
    def test_a_mutating_method_is_asked_about(
        self, answer: str, code: int, count: int, shell: Shell, demo: DemoServer
    ) -> None:
        """Only yes sends, and sends once."""
        words = ("--method", "POST", "--url", f"{demo.url}/faults/echo")
        shell("action", "create", "Echo", *words)
        before = len(demo.requests)
        with Terminal(["action", "send", "Echo"], env=shell.env) as terminal:
            terminal.answer("may really change the other system. Send it? [y/N] ", answer)
            assert terminal.wait() == code
        assert len(demo.requests) == before + count
        if code == 1:
            assert "Nothing was done." in terminal.output

    def test_a_body_on_a_terminal_is_made_visible(self, shell: Shell, demo: DemoServer) -> None:
        """Only a file or a pipe gets the bytes."""
        shell("action", "create", "Hostile", "--url", f"{demo.url}/faults/hostile")
        run = str(shell("action", "send", "Hostile", "--json").document["id"])
        with Terminal(["run", "show", run, "--body"], env=shell.env) as terminal:
            assert terminal.wait() == 0
            assert "\x1b" not in terminal.output
            assert "\x9b" not in terminal.output
