"""What every test shares: property tests without deadlines, and a folder for notes about vaults of its own."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import settings

settings.register_profile("shared", deadline=None)
settings.load_profile("shared")
_numbers = count()


@pytest.fixture(autouse=True)
def _state_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Copies of one vault are many vaults to the tests, and one to the notes about what was seen last."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.getbasetemp() / f"state-{next(_numbers)}"))
