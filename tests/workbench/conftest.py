"""A workbench on an empty vault."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from workbench_kit import new_workbench

from app.workbench import Workbench


@pytest.fixture
def workbench(tmp_path: Path) -> Iterator[Workbench]:
    """Closed afterwards."""
    made = new_workbench(tmp_path / "v.tdx")
    yield made
    made.vault.close()
