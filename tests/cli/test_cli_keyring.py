"""The system keyring as a source of the passphrase: only on request, only what opens the vault, and said when not."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from cli_kit import PASSPHRASE, Shell
from keyring.backend import KeyringBackend
from keyring.backends import fail, null
from keyring.errors import KeyringLocked, PasswordDeleteError

from app.store.keychain import SERVICE


class MemoryKeyring(KeyringBackend):
    """A keyring without a file."""

    priority = 1.0  # type: ignore[assignment]  # a class property there
    name = "Memory"
    is_locked = False

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.questions = 0

    def get_password(self, service: str, username: str) -> str | None:
        self.questions += 1
        if self.is_locked:
            raise KeyringLocked
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError


@pytest.fixture
def ring() -> Iterator[MemoryKeyring]:
    """The keyring of this process, in memory."""
    before = keyring.get_keyring()
    ring = MemoryKeyring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


@pytest.fixture
def bare(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A shell that nothing else tells the passphrase."""
    shell("vault", "info")
    monkeypatch.delenv("ACTIONBENCH_PASSPHRASE_FILE")
    monkeypatch.setattr("app.cli.passphrase.can_ask", lambda: False)
    return shell


def _remember(shell: Shell) -> str:
    return shell("--passphrase-file", str(shell.passphrase_file), "vault", "remember").err


def test_it_is_kept_found_and_forgotten(bare: Shell, ring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under the vault's id, by option and by variable; without either nobody looks there."""
    assert "kept in the system keyring (Memory)" in _remember(bare)
    assert list(ring.kept.values()) == [PASSPHRASE]
    ((service, file_id),) = ring.kept
    assert service == SERVICE
    assert str(bare("--keyring", "--json", "vault", "info").document["store"]["file_id"]) == file_id  # type: ignore[index]
    asked = ring.questions
    assert "passphrase is needed" in bare("object", "list", code=2).err
    assert ring.questions == asked
    monkeypatch.setenv("ACTIONBENCH_KEYRING", "1")
    bare("object", "list")
    assert "removed from the system keyring" in bare("vault", "forget").err
    assert ring.kept == {}
    assert "There was no passphrase" in bare("vault", "forget").err
    assert "holds no passphrase for v.tdx" in bare("object", "list", code=2).err


def test_a_file_wins_over_the_variable_and_options_exclude_each_other(
    bare: Shell, ring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is given is used; the keyring is not even asked."""
    monkeypatch.setenv("ACTIONBENCH_KEYRING", "1")
    bare("--passphrase-file", str(bare.passphrase_file), "object", "list")
    assert ring.questions == 0
    both = ("--keyring", "--passphrase-file", str(bare.passphrase_file), "object", "list")
    assert "one of them" in bare(*both, code=2).err


def test_a_wrong_one_is_never_kept(bare: Shell, ring: MemoryKeyring) -> None:
    """The vault does not open with it, so the command is not reached."""
    bare.passphrase_file.write_text("wrong\n")
    bare("--passphrase-file", str(bare.passphrase_file), "vault", "remember", code=4)
    assert ring.kept == {}


def test_a_new_passphrase_replaces_the_kept_one(bare: Shell, ring: MemoryKeyring) -> None:
    """Said, and the new one opens; without a kept one nothing is kept."""
    done = bare("--passphrase-file", str(bare.passphrase_file), "vault", "passphrase", stdin="first new\n")
    assert "keyring" not in done.err
    assert ring.kept == {}
    bare.passphrase_file.write_text("first new\n")
    _remember(bare)
    assert "keyring (Memory) is replaced too" in bare("--keyring", "vault", "passphrase", stdin="second new\n").err
    assert list(ring.kept.values()) == ["second new"]
    bare("--keyring", "object", "list")


def test_a_keyring_that_is_locked_during_a_change_is_said(bare: Shell, ring: MemoryKeyring) -> None:
    """The old passphrase may still be in there, and no longer opens the vault."""
    _remember(bare)
    ring.is_locked = True
    done = bare("--passphrase-file", str(bare.passphrase_file), "vault", "passphrase", stdin="new\n")
    assert "may still hold the old one" in done.err
    ring.is_locked = False
    assert "was changed elsewhere" in bare("--keyring", "object", "list", code=4).err


def test_another_file_of_the_same_name_is_not_tried(bare: Shell, ring: MemoryKeyring, tmp_path: Path) -> None:
    """The entry belongs to the vault, wherever it lies."""
    _remember(bare)
    moved = bare.path.rename(tmp_path / "moved.tdx")
    bare("--vault", str(moved), "--keyring", "object", "list")
    bare("--passphrase-file", str(bare.passphrase_file), "vault", "init")
    assert "holds no passphrase" in bare("--keyring", "object", "list", code=2).err
    bare.path.write_bytes(b"nothing")
    assert "is not a vault" in bare("--keyring", "object", "list", code=4).err


def test_no_keyring_is_said_in_words(bare: Shell, ring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch) -> None:
    """None running, one that forgets, one that is a file in clear, one that is locked, no package."""
    given = ("--passphrase-file", str(bare.passphrase_file), "vault", "remember")
    keyring.set_keyring(fail.Keyring())
    assert "This system has no keyring" in bare("--keyring", "object", "list", code=4).err
    assert "This system has no keyring" in bare(*given, code=4).err
    bare("--passphrase-file", str(bare.passphrase_file), "vault", "passphrase", stdin=PASSPHRASE)
    keyring.set_keyring(null.Keyring())
    assert "keeps nothing" in bare(*given, code=4).err
    keyring.set_keyring(ring)
    with monkeypatch.context() as patched:
        patched.setattr(MemoryKeyring, "__module__", "keyrings.alt.file")
        assert "is a file, not a keyring" in bare(*given, code=4).err
    ring.is_locked = True
    assert "is locked. Unlock it" in bare("--keyring", "object", "list", code=4).err
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert "pip install 'actionbench[keyring]'" in bare("--keyring", "object", "list", code=4).err
