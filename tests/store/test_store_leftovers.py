"""What lies beside the vault: leftovers of killed rewrites, live drafts, planted links."""

from __future__ import annotations

from pathlib import Path

import pytest
from store_kit import new_vault, open_vault, put

from app.errors import VaultError
from app.store import rewrite


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "v.tdx"


def test_leftovers_of_a_killed_rewrite_are_swept_and_nothing_else(path: Path) -> None:
    with new_vault(path) as store:
        put(store, "t", 1, a=1)
    victim = path.with_name("victim")
    victim.write_text("mine")
    (path.parent / "v.tdx.tmp-0123456789abcdef").write_bytes(b"half")
    (path.parent / "v.tdx.new-0123456789abcdef").write_bytes(b"half")
    (path.parent / "v.tdx.tmp-planted-by-hand").write_bytes(b"mine")
    (path.parent / "v.tdx.tmp-ffffffffffffffff").symlink_to(victim)
    with open_vault(path) as store:
        assert store.report.swept == ("v.tdx.new-0123456789abcdef", "v.tdx.tmp-0123456789abcdef")
    assert victim.read_text() == "mine"
    assert (path.parent / "v.tdx.tmp-planted-by-hand").exists()


def test_a_rewrite_that_is_alive_is_not_swept(path: Path) -> None:
    with new_vault(path) as store:
        draft = rewrite.Draft(path, store.next_keys(), suffix="tmp")
        assert rewrite.sweep(path) == ()
        draft.abandon()


def test_a_planted_link_is_not_written_through(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    victim = path.with_name("victim")
    victim.write_text("mine")
    monkeypatch.setattr("app.store.rewrite.secrets.token_hex", lambda _length: "0123456789abcdef")
    (path.parent / "v.tdx.new-0123456789abcdef").symlink_to(victim)
    with pytest.raises(VaultError, match="created"):
        new_vault(path)
    (path.parent / "v.tdx.new-0123456789abcdef").unlink()
    (path.parent / "v.tdx.tmp-0123456789abcdef").symlink_to(victim)
    (path.parent / "v.tdx.torn").symlink_to(victim)
    with new_vault(path) as store:
        with pytest.raises(VaultError, match="unchanged"):
            store.compact()
        put(store, "t", 1, a=1)
    with path.open("ab") as file:
        file.write(b"torn")
    open_vault(path).close()
    assert victim.read_text() == "mine"
