"""The short form of every row of the table of faults; `make torture` is the long one."""

from __future__ import annotations

import pytest

from tests.torture import native, rows

if native.compiler() is None or not native.is_linux():
    pytest.skip(
        "the faults of a disk are injected by a preloaded library: it takes Linux and a C compiler",
        allow_module_level=True,
    )


@pytest.mark.parametrize("name", rows.ROWS)
def test_row(name: str) -> None:
    done = native.run_preloaded(["--short", name], timeout=300)
    assert done.returncode == 0, done.stdout
    assert " 0 checks" not in done.stdout or "not tried" in done.stdout
