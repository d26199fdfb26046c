"""A demo API, and a vault with the sample workspace that calls it, made once and copied for each test."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from ui_kit import CHEAP, PASSPHRASE

from app.demo.server import DemoServer
from app.demo.workspace import fill
from app.store.vault import Vault


@pytest.fixture(scope="session")
def demo() -> Iterator[DemoServer]:
    """The demo API on a free loopback port."""
    with DemoServer() as server:
        yield server


@pytest.fixture(scope="session")
def sample_vault(demo: DemoServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed vault with the sample workspace; copy it, do not open it."""
    path = tmp_path_factory.mktemp("sample") / "sample.tdx"
    vault = Vault.create(path, PASSPHRASE, kdf=CHEAP)
    asyncio.run(fill(vault, demo.url))
    vault.close()
    return path


@pytest.fixture
def vault_path(sample_vault: Path, tmp_path: Path) -> Path:
    """A fresh copy of the sample vault."""
    return Path(shutil.copy(sample_vault, tmp_path / "demo.tdx"))


@pytest.fixture
def passphrase_file(tmp_path: Path) -> Path:
    """A file with the sample vault's passphrase."""
    path = tmp_path / "passphrase"
    path.write_text(PASSPHRASE + "\n")
    path.chmod(0o600)
    return path
