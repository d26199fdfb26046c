"""The definitions of a second vault, opened for reading alone, or of a plain export: to be compared, never kept."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

from app.domain import changes as tables
from app.domain.settings import SETTINGS_NUMBER, Settings
from app.domain.workspace import Workspace, standard_types
from app.errors import InvalidInput
from app.store import passphrases, plain
from app.store.codec import from_document
from app.store.header import MAGIC
from app.store.operations import key_of
from app.store.vault import Vault


def is_sealed(path: Path) -> bool:
    """Whether a file begins as a vault does; InvalidInput when it cannot be read."""
    try:
        if not path.is_file():
            raise InvalidInput(f"There is no file {path}. Give a vault, or a file that vault export has written.")
        with path.open("rb") as stream:
            return stream.read(len(MAGIC)) == MAGIC
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror}. Check the path, then try again.") from None


def workspace_of(name: str, passphrase: str, *, passphrase_file: str = "") -> Workspace:
    """All definitions of a vault or an export; VaultError or InvalidInput when it cannot be opened."""
    path = Path(name).expanduser()
    if not passphrase and passphrase_file:
        passphrase = passphrases.read_file(Path(passphrase_file).expanduser()).reveal()
    if not is_sealed(path):
        return _exported(path)
    if not passphrase:
        raise InvalidInput(f"{path.name} is a vault: give its passphrase, or --other-passphrase-file FILE.")
    vault = Vault.open(path, passphrase, readonly=True)
    try:
        return vault.workspace()
    finally:
        vault.close()


def _exported(path: Path) -> Workspace:
    found = plain.read_tables(path)
    if tables.STANDARDS not in found:
        raise InvalidInput(f"{path.name} holds no schema. Give a vault, or a file that vault export has written.")
    every = {
        table: {int(key_of(key)): from_document(table, int(key_of(key)), document) for key, document in rows.items()}
        for table, rows in found.items()
        if table in tables.DEFINITION_TABLES
    }
    settings = every.pop(tables.SETTINGS, {}).get(SETTINGS_NUMBER)
    every[tables.STANDARDS] = {**standard_types(), **every[tables.STANDARDS]}
    return Workspace(
        settings=settings if isinstance(settings, Settings) else Settings(),
        **{table: MappingProxyType(rows) for table, rows in every.items()},  # type: ignore[arg-type]  # by table
    )
