"""Results and errors, printed: one JSON document, or lines for a person.

Whatever leaves here for a terminal has passed the sanitiser; only `--body` into a file or a pipe is left as it came.
"""

from __future__ import annotations

import errno
import os
import shutil
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO

from app.domain.text import clip, visible, visible_lines
from app.errors import InvalidInput, ResultNotWritten, WorkbenchError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from app.commands.registry import Result

_NOBODY_READS = (errno.EPIPE, errno.EIO)


def print_result(result: Result, *, as_json: bool, is_table: bool = False) -> None:
    """Data to stdout, talk to stderr; a table is cut to the terminal's width, if that is where it goes."""
    if as_json:
        _print_json(_document(result))
    elif result.raw is not None:
        _print_raw(result.raw)
    elif result.lines:
        lines = _fitting(result.lines) if is_table else map(visible, result.lines)
        put("\n".join(lines) + "\n")
    if result.message:
        say(result.message)


def _fitting(lines: Iterable[str]) -> Iterator[str]:
    """Each line whole, or on a terminal as much of it as stands in one row: a table that wraps cannot be read."""
    is_shown = sys.stdout is not None and sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if is_shown else 0
    for line in map(visible, lines):
        yield clip(line, width) if width else line


def _document(result: Result) -> object:
    if result.raw is not None:
        try:
            return {"encoding": "utf-8", "body": result.raw.decode()}
        except UnicodeDecodeError:
            from base64 import b64encode

            return {"encoding": "base64", "body": b64encode(result.raw).decode()}
    return result.data if result.data is not None else {"message": result.message}


def _print_json(document: object) -> None:
    from app.store.codec import to_json

    put(f"{to_json(document)}\n")


def _print_raw(raw: bytes) -> None:
    if sys.stdout is not None and sys.stdout.isatty():
        put(visible_lines(raw.decode("utf-8", "replace")) + "\n")
    else:
        put(raw)


def put(data: str | bytes) -> None:
    """Data on stdout, at once; ResultNotWritten when it cannot go there, but for a pipe or terminal that has gone."""
    if sys.stdout is None:
        raise ResultNotWritten(
            "The result could not be written: standard output is closed. What was asked for is done."
        )
    try:
        if isinstance(data, bytes):
            sys.stdout.flush()
            sys.stdout.buffer.write(data)
        else:
            sys.stdout.write(data)
        sys.stdout.flush()
    except OSError as error:
        if error.errno in _NOBODY_READS:
            raise
        abandon()
        raise _not_written(error.strerror or "the system does not say why") from error


def _not_written(reason: str) -> ResultNotWritten:
    return ResultNotWritten(f"The result could not be written: {reason}. What was asked for is done.")


def say(text: str, *, end: str = "\n") -> None:
    """A sentence for the person, on stderr, after the data that it is about; nothing where stderr is closed or full."""
    if sys.stdout is not None:
        sys.stdout.flush()
    if sys.stderr is None:  # print would take stdout instead
        return
    try:
        print(visible_lines(text), file=sys.stderr, end=end, flush=True)
    except OSError as error:
        if error.errno in _NOBODY_READS:
            raise
        abandon()


def print_error(error: WorkbenchError, *, as_json: bool) -> int:
    """Say what stopped the command; returns its exit code."""
    problems = error.problems if isinstance(error, InvalidInput) else (str(error),)
    if as_json:
        _print_stop(type(error).__name__, error.exit_code, problems)
    for problem in problems:
        say(f"actionbench: {problem}")
    return error.exit_code


def print_interrupted(exit_code: int, *, as_json: bool) -> int:
    """Say that the person stopped the command."""
    if as_json:
        _print_stop("Interrupted", exit_code, ("Interrupted.",))
    say("\nInterrupted.")
    return exit_code


def print_crash(error: Exception, *, as_json: bool) -> int:
    """Say that the program itself failed: the kind of error and its places, never a value or the error's text."""
    import traceback

    what = f"Actionbench stopped because of an error of its own ({type(error).__name__})."
    if as_json:
        _print_stop(type(error).__name__, WorkbenchError.exit_code, (what,))
    say(f"actionbench: {what} What was saved before is in the vault. Please report these lines:")
    for frame in traceback.extract_tb(error.__traceback__)[-6:]:
        say(f"  {os.path.relpath(frame.filename)}:{frame.lineno} in {frame.name}")
    return WorkbenchError.exit_code


def _print_stop(kind: str, exit_code: int, problems: tuple[str, ...]) -> None:
    with suppress(ResultNotWritten):  # it is said on stderr too
        _print_json({"error": {"kind": kind, "exit_code": exit_code, "problems": problems}})


def prepare() -> None:
    """Let no letter stop the output: what the locale cannot say is escaped."""
    with suppress(AttributeError):  # a stream that a test or a wrapper put in its place
        sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # or it raises AttributeError


def flush() -> None:
    """Hand over what was printed; BrokenPipeError or EIO when nobody reads it."""
    for stream in _streams():
        stream.flush()


def abandon() -> None:
    """Drop what nobody reads any more, so that the end of the program stays quiet."""
    for stream in _streams():
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC), stream.fileno())


def _streams() -> tuple[TextIO, ...]:
    return tuple(stream for stream in (sys.stdout, sys.stderr) if stream is not None)
