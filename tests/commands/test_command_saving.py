"""Saving one value of a body: exactly its bytes; a path that names none is refused, and nothing is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_kit import Bench


def run_id(shop: Bench) -> str:
    """The newest run of the sample action."""
    return str(next(run for run in shop.workbench.runs.newest() if run.response).id)


async def test_one_value_is_saved(shop: Bench, tmp_path: Path) -> None:
    target = tmp_path / "id"
    result = await shop.run("run.save", run=run_id(shop), file=str(target), path="$.orders[0].id")
    assert target.read_bytes().startswith(b'"')
    assert target.stat().st_size < 20
    assert result.message == f"Saved {target.stat().st_size} B to {target}."


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("$.nope", "$.nope is not in the response."),
        ("$.orders[*]", "$.orders[*] names many values"),
        ("orders", "The path cannot be read"),
    ],
)
async def test_a_path_of_no_value_is_refused(shop: Bench, tmp_path: Path, path: str, words: str) -> None:
    assert words in await shop.refused("run.save", run=run_id(shop), file=str(tmp_path / "new"), path=path)
    assert not (tmp_path / "new").exists()
