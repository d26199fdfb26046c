"""What is told, and what is closed, where the vault or the screen cannot be had."""

from __future__ import annotations

import pytest
from cli_kit import PASSPHRASE, Shell

from app.cli import start
from app.store import SealedStore
from app.store.vault import Vault


@pytest.mark.parametrize("target", ["v.tdx", "absent.tdx"], ids=["to itself", "to nothing"])
@pytest.mark.parametrize("verb", ["info", "init"])
def test_a_link_that_leads_nowhere_is_called_that(target: str, verb: str, empty_shell: Shell) -> None:
    """Neither missing, to be created, nor there already."""
    empty_shell.path.parent.mkdir()
    empty_shell.path.symlink_to(empty_shell.path.with_name(target))
    assert "is a link that leads to no file" in empty_shell("vault", verb, code=4).err


@pytest.mark.parametrize("failing", [ImportError("no screen"), KeyboardInterrupt()], ids=["broken", "interrupted"])
def test_a_screen_that_cannot_be_loaded_leaves_the_vault_closed(
    failing: BaseException, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails() -> None:
        raise failing

    monkeypatch.setattr(start, "_load_screen", fails)
    with pytest.raises(type(failing)):
        start.show("v.tdx", lambda _pool: Vault.open(shell.path, PASSPHRASE))
    with SealedStore.open(shell.path, PASSPHRASE) as store:
        assert store.report.was_closed
