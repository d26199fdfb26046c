"""What tests of the workbench share: a new vault, a fixed clock, counted ids."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from pathlib import Path

from app.domain.changes import OBJECTS, Change, Changes
from app.domain.identifiers import ObjectId
from app.domain.schema import ObjectType
from app.store.codec import new_id
from app.store.kdf import Kdf
from app.store.vault import Vault
from app.workbench import Workbench

PASSPHRASE = "correct horse"
CHEAP = Kdf.argon2id(memory_kib=64, iterations=1, lanes=1)
NOW = datetime(2026, 11, 24, 9, 30, 0, 987_654, tzinfo=UTC)


def new_workbench(path: Path) -> Workbench:
    """A workbench on a new vault; close its vault."""
    vault = Vault.create(path, PASSPHRASE, kdf=CHEAP)
    return Workbench(vault, clock=lambda: NOW, ids=itertools.count(1).__next__)


def creation(workbench: Workbench, name: str) -> Changes:
    """The changes that create a custom object."""
    number = workbench.ids()
    made = ObjectType(id=ObjectId(new_id(OBJECTS, number)), name=name)
    return Changes.of(f"Create {name}", [Change(OBJECTS, number, None, made)])
