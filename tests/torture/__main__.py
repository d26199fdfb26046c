"""`python -m tests.torture [--short] [ROW …]`: every row of the table of faults, with counts and violations.

The process starts itself anew under the preloaded library. Exit code 1 on a violation.
"""

from __future__ import annotations

import sys
import time

from tests.torture import native, rows


def main(arguments: list[str]) -> int:
    """Run the rows that were named, or all of them."""
    if not native.is_preloaded():
        return native.run_preloaded(arguments).returncode
    long = "--short" not in arguments
    chosen = [name for name in arguments if not name.startswith("-")] or list(rows.ROWS)
    began = time.monotonic()
    bad = sum(_run(name, long=long) for name in chosen)
    print(f"{len(chosen)} rows, {bad} with violations, {time.monotonic() - began:.0f} s")
    return 1 if bad else 0


def _run(name: str, *, long: bool) -> bool:
    began = time.monotonic()
    row = rows.run(name, long=long)
    spent = time.monotonic() - began
    print(f"{name:<44} {row.checks:>8} checks {len(row.violations):>5} violations {spent:>7.1f} s", flush=True)
    for note in row.notes:
        print(f"    {note}")
    for violation in row.violations[:8]:
        print(f"    ! {violation}")
    return bool(row.violations)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
