"""The root conftest beside an untouched copy of TinyDB's own suite: its JSONStorage is a vault from here on."""

from __future__ import annotations

import os
from pathlib import Path

import tinydb
from tinydb import storages

from app.errors import VaultError
from app.store import Kdf
from app.store.tinydb_storage import SealedStorage

CHEAP = Kdf.argon2id(memory_kib=8, iterations=1, lanes=1)


class JSONStorage(SealedStorage):
    """A vault behind the arguments of stock TinyDB's file storage, with its errors for paths that cannot be."""

    def __init__(
        self,
        path: str | os.PathLike[str],
        create_dirs: bool = False,
        encoding: str | None = None,
        access_mode: str = "r+",
        **_json_options: object,
    ) -> None:
        if create_dirs:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        if not (Path(path) if access_mode == "r" else Path(path).parent).exists():
            raise FileNotFoundError(path)
        super().__init__(path, "suite", kdf=CHEAP, readonly=access_mode == "r")

    def write(self, data: object) -> None:
        try:
            super().write(data)  # type: ignore[arg-type]  # the suite writes what it likes
        except VaultError as error:
            raise OSError(str(error)) from error


JSONStorage.__module__ = storages.__name__
storages.JSONStorage = tinydb.JSONStorage = JSONStorage  # type: ignore[misc,assignment]  # what this file is for
tinydb.TinyDB.default_storage_class = JSONStorage
