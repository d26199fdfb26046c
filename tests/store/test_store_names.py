"""A vault whose name was given to another file while it was open: that file is never touched, and it is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from store_kit import contents_of, names, new_vault, open_vault, put

from app.errors import VaultError
from app.store import SealedStore


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "v.tdx"


def _opened_and_replaced(path: Path) -> tuple[SealedStore, SealedStore]:
    """A vault that is open, and the other one that took its name, open too."""
    other = path.with_name("other.tdx")
    with new_vault(other) as store:
        put(store, "t", 1, of="the other")
    first = new_vault(path)
    put(first, "t", 1, of="the first")
    path.rename(path.with_name("moved.tdx"))
    other.rename(path)
    return first, open_vault(path)


def test_a_rewrite_does_not_destroy_another_vault_that_took_the_name(path: Path) -> None:
    first, other = _opened_and_replaced(path)
    with pytest.raises(VaultError, match="was moved, removed or replaced"):
        first.compact()
    with pytest.raises(VaultError, match="was moved, removed or replaced"):
        put(first, "t", 2, lost="it would be")
    first.close()
    put(other, "t", 2, of="the other")
    other.close()
    assert contents_of(path) == {"t": {1: {"of": "the other"}, 2: {"of": "the other"}}}
    assert contents_of(path.with_name("moved.tdx")) == {"t": {1: {"of": "the first"}}}
    assert names(path.parent) == ["moved.tdx", "v.tdx"]


def test_a_vault_that_was_removed_is_not_brought_back_by_a_rewrite(path: Path) -> None:
    store = new_vault(path)
    path.unlink()
    with pytest.raises(VaultError, match="was moved, removed or replaced"):
        store.compact()
    assert names(path.parent) == []
    store.close()


def test_closing_says_that_the_name_is_another_files(path: Path) -> None:
    first, other = _opened_and_replaced(path)
    with pytest.raises(VaultError, match="What was saved is in the file that had this name"):
        first.close()
    first.close()
    other.close()
    moved = path.with_name("moved.tdx")
    with open_vault(moved) as again:
        assert again.report.was_closed
    assert contents_of(moved) == {"t": {1: {"of": "the first"}}}
