"""`python -m tests.bench [NAME …]`: every benchmark, or those named, one after the other; each prints its own table."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path


def names() -> tuple[str, ...]:
    """The benchmarks there are: `start` for bench_start.py."""
    return tuple(sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py")))


def main(chosen: list[str]) -> int:
    """Run them; 2 when a name is not known."""
    unknown = set(chosen) - set(names())
    if unknown:
        print(f"There is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(names())}.", file=sys.stderr)
        return 2
    for name in chosen or names():
        print(f"== {name}", flush=True)
        import_module(f"tests.bench.bench_{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
