"""A forked child that does the work while the fault lies in wait; what it said before it ended."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from app.cli import execute
from app.errors import WorkbenchError
from tests.torture import native
from tests.torture.model import FIRST, NAME, OPEN, State, Step, contents
from tests.torture.native import Fault


@dataclass(slots=True)
class Outcome:
    """How a child ended."""

    status: int
    """The exit code, or the negative number of a signal."""
    acknowledged: list[int] = field(default_factory=list)
    errors: dict[int, str] = field(default_factory=dict)
    memory: State | None = None
    """What the store held in memory at the end, if the child lived to say it."""
    said: list[str] = field(default_factory=list)
    """Every line, in order."""
    calls: int = 0

    @property
    def last(self) -> int:
        """The newest acknowledged operation; 0 is the opening."""
        return max(self.acknowledged, default=-1)


def run(
    folder: Path,
    steps: list[Step],
    fault: Fault,
    *,
    log: Path | None = None,
    before: Callable[[], None] = lambda: None,
    passphrase: str = FIRST,
) -> Outcome:
    """Do the steps in a forked child under a fault."""
    return collect(lambda say: _work(folder, steps, fault, log, before, passphrase, say))


def collect(work: Callable[[Callable[[str], None]], object]) -> Outcome:
    """Fork, let the child work and talk, and gather what it said."""
    receiving, sending = os.pipe()
    process = os.fork()
    if process == 0:
        code = 70
        try:
            os.close(receiving)
            work(lambda line: _say(sending, line))
            code = 0
        except WorkbenchError as error:
            _say(sending, f"raised {type(error).__name__}: {error}")
            code = error.exit_code
        except BaseException as error:  # noqa: BLE001 - the harness wants to know
            _say(sending, f"crash {type(error).__name__}: {error}")
        finally:
            os._exit(code)
    os.close(sending)
    with os.fdopen(receiving, encoding="utf-8") as answers:
        said = [line[:-1] for line in answers if line.endswith("\n")]
    status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    return _read(status, said)


def _say(descriptor: int, line: str) -> None:
    data = (line.replace("\n", " ") + "\n").encode()
    while data:
        data = data[os.write(descriptor, data) :]


def _work(
    folder: Path,
    steps: list[Step],
    fault: Fault,
    log: Path | None,
    before: Callable[[], None],
    passphrase: str,
    say: Callable[[str], None],
) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    journal = -1
    if log is not None:
        journal = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    before()
    native.arm(folder, fault, journal)

    def answer(line: str) -> None:
        if line.startswith("ack "):
            native.mark(int(line[4:]))
        say(line)

    try:
        store = OPEN(folder / NAME, passphrase)
        answer("ack 0")
        execute.run(store, (json.dumps(step) for step in steps), answer)
        say("memory " + json.dumps(contents(store)))
        store.close()
        say("closed")
    finally:
        say(f"calls {native.count()}")
        native.rest()


def _read(status: int, said: list[str]) -> Outcome:
    outcome = Outcome(status=status, said=said)
    for line in said:
        kind, _space, rest = line.partition(" ")
        if kind == "ack":
            outcome.acknowledged.append(int(rest))
        elif kind == "error":
            number, _space, message = rest.partition(" ")
            outcome.errors[int(number)] = message
        elif kind == "memory":
            outcome.memory = {
                table: {int(key): document for key, document in rows.items()}
                for table, rows in json.loads(rest).items()
            }
        elif kind == "calls":
            outcome.calls = int(rest)
    return outcome
