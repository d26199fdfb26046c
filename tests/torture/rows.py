"""The rows of the table of faults, by name."""

from __future__ import annotations

from collections.abc import Callable

from tests.torture import changed, crashes, failures, hazards, moved, others, planted, rights, signals, values
from tests.torture.model import Row

ROWS: dict[str, Callable[..., None]] = {
    each.__name__: each
    for each in (
        *crashes.CRASHES,
        *changed.CHANGED,
        *moved.MOVED,
        *failures.FAILURES,
        *others.OTHERS,
        *signals.SIGNALS,
        *rights.RIGHTS,
        *values.VALUES,
        *hazards.HAZARDS,
        planted.planted_bugs,
    )
}


def run(name: str, *, long: bool) -> Row:
    """Run one row."""
    row = Row(name=name)
    ROWS[name](row, long=long)
    return row
