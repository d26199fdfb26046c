"""The rows of the table of faults, by name."""

from __future__ import annotations

from collections.abc import Callable

from tests.torture import changed, crashes, failures, others
from tests.torture.model import Row

ROWS: dict[str, Callable[..., None]] = {each.__name__: each for each in (*crashes.CRASHES, *changed.CHANGED, *failures.FAILURES, *others.OTHERS)}


def run(name: str, *, long: bool) -> Row:
    """Run one row; a harness that breaks counts as a violation."""
    row = Row(name=name)
    ROWS[name](row, long=long)
    return row
