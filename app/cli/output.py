"""Results and errors, printed: one JSON document, or lines for a person."""

from __future__ import annotations

import sys

from app.commands.registry import Result
from app.domain.text import visible_lines
from app.errors import InvalidInput, WorkbenchError


def print_result(result: Result, *, as_json: bool) -> None:
    """Data to stdout, talk to stderr."""
    if result.raw is not None:
        _print_raw(result.raw)
    elif as_json:
        from app.store.codec import to_json

        print(to_json(result.data if result.data is not None else {"message": result.message}))
    elif result.lines:
        print("\n".join(result.lines))
    if result.message:
        print(visible_lines(result.message), file=sys.stderr)
    sys.stdout.flush()


def _print_raw(raw: bytes) -> None:
    if sys.stdout.isatty():
        print(visible_lines(raw.decode("utf-8", "replace")))
    else:
        sys.stdout.buffer.write(raw)


def print_error(error: WorkbenchError, *, as_json: bool) -> int:
    """Say what stopped the command; returns its exit code."""
    problems = error.problems if isinstance(error, InvalidInput) else (str(error),)
    if as_json:
        from app.store.codec import to_json

        kind = type(error).__name__
        print(to_json({"error": {"kind": kind, "exit_code": error.exit_code, "problems": problems}}))
    for problem in problems:
        print(f"actionbench: {visible_lines(problem)}", file=sys.stderr)
    return error.exit_code
