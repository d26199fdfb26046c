"""Rows of what once went wrong elsewhere: keys that seal twice, interruptions at any line, commits beside a rewrite."""

from __future__ import annotations

import errno
import json
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from app.cli.execute import carry_out
from app.errors import VaultError
from app.store import SealedStore
from app.store.frames import FRAME_MAGIC, HEAD_BYTES, parse_head
from app.store.header import MAGIC
from tests.torture import child, native
from tests.torture.crashes import folder
from tests.torture.failures import STEPS
from tests.torture.model import FIRST, NAME, OPEN, Row, State, Step, apply, contents, workload
from tests.torture.native import FAIL, WRITE, Fault

_STORE = str(native.ROOT / "app" / "store")


def a_key_never_seals_twice(row: Row, *, long: bool) -> None:
    """Every frame that ever went to a medium: session and number come together once, or with the same bytes.

    Failed writes tried again, copies gone on with twice, killed and opened again; and one salt wraps one data key.
    """
    with folder() as logs:
        log = logs / "log"
        for at in range(24 if long else 8):
            with folder() as place:
                fault = Fault(how=FAIL, which=WRITE, at=at, code=errno.EIO, part=60)
                child.run(place, STEPS, fault, log=log)
        with folder() as place:
            path = place / NAME
            child.run(place, STEPS[:3], Fault(), log=log)
            snapshot = path.read_bytes()
            for round_ in range(4):
                path.write_bytes(snapshot)
                more: list[Step] = [{"op": "put", "table": "x", "id": n, "doc": {"r": [round_, n]}} for n in range(5)]
                child.run(place, more, Fault(how=native.KILL, at=20 - round_), log=log)
        _check_uniqueness(row, log)


def _check_uniqueness(row: Row, log: Path) -> None:
    sealed: dict[tuple[bytes, int], bytes] = {}
    wrapped: dict[bytes, bytes] = {}
    for event in native.read_log(log):
        if event.op != native.LOG_WRITE:
            continue
        if event.data.startswith(MAGIC) and len(event.data) >= 136:
            salt, key = event.data[56:88], event.data[88:136]
            row.check(wrapped.setdefault(salt, key) == key, "one salt wraps two data keys")
        data = event.data
        while data.startswith(FRAME_MAGIC) and (head := parse_head(data[:HEAD_BYTES])):
            frame, data = data[: HEAD_BYTES + head.length], data[HEAD_BYTES + head.length :]
            before = sealed.setdefault((head.session, head.seq), frame)
            common = min(len(before), len(frame))
            row.check(before[:common] == frame[:common], f"session and number {head.seq} seal two texts")


def interrupted_at_any_line(row: Row, *, long: bool) -> None:
    """An interruption (as of Ctrl-C) before any line of the store: memory, file and acknowledgements stay one."""
    steps = workload(71, 7, size=4, big=0)
    lines = _lines(steps)
    for at in range(0, lines, max(1, lines // (2500 if long else 120))):
        with folder() as place:
            outcome = child.collect(lambda say, place=place, at=at: _interrupt(place, steps, at, say))
            _check_interrupted(row, place / NAME, steps, outcome, f"interrupted at line {at}")


def _lines(steps: list[Step]) -> int:
    with folder() as place:
        outcome = child.collect(lambda say: _interrupt(place, steps, 10**9, say))
        return int(next(line.split()[1] for line in outcome.said if line.startswith("lines")))


def _interrupt(place: Path, steps: list[Step], at: int, say: Callable[[str], None]) -> None:
    seen = 0

    def trace(frame: FrameType, event: str, _argument: object) -> object:
        nonlocal seen
        if not frame.f_code.co_filename.startswith(_STORE):
            return None
        if event == "line":
            seen += 1
            if seen == at:
                raise KeyboardInterrupt
        return trace

    store = OPEN(place / NAME, FIRST)
    sys.settrace(trace)  # type: ignore[arg-type]  # a local trace function may be of any kind
    for number, step in enumerate(steps, 1):
        _attempt(store, step, number, say)
    sys.settrace(None)
    say(f"lines {seen}")
    say("memory " + json.dumps(contents(store)))
    store.close()


def _attempt(store: SealedStore, step: Step, number: int, say: Callable[[str], None]) -> None:
    try:
        carry_out(store, step)
    except KeyboardInterrupt:
        say(f"interrupted {number}")
    except (VaultError, RuntimeError) as error:  # the interruption may have come before a block could end
        say(f"error {number} {error}")
    else:
        say(f"ack {number}")


def _check_interrupted(row: Row, path: Path, steps: list[Step], outcome: child.Outcome, where: str) -> None:
    if not row.check(outcome.status == 0, f"{where}: {outcome.status} {outcome.said[-2:]}"):
        return
    cut = next((int(line.split()[1]) for line in outcome.said if line.startswith("interrupted")), 0)
    without, with_it = _model(steps, outcome.acknowledged), _model(steps, sorted({*outcome.acknowledged, cut} - {0}))
    row.check(outcome.memory in (without, with_it), f"{where}: memory is not what was acknowledged")
    word = next((str(step["passphrase"]) for step in steps if step["op"] == "rekey"), FIRST)
    found = _open_either(path, word)
    row.check(found in (without, with_it), f"{where}: the file is not what was acknowledged")
    if outcome.last > cut:
        row.check(found == outcome.memory, f"{where}: memory and file went apart")


def _model(steps: list[Step], done: list[int]) -> State:
    state: State = {}
    for number in done:
        apply(state, json.loads(json.dumps(steps[number - 1])))
    return state


def _open_either(path: Path, word: str) -> State | None:
    for each in (word, FIRST):
        try:
            with OPEN(path, each) as store:
                return contents(store)
        except VaultError:
            continue
    return None


def commits_beside_a_rewrite(row: Row, *, long: bool) -> None:
    """What is committed while the file is rewritten, under the old passphrase or a new one, is in the new file."""
    for round_ in range(12 if long else 3):
        with folder() as place:
            path = place / NAME
            words = [FIRST]
            with OPEN(path, FIRST) as store:
                with store.transaction() as transaction:
                    transaction.put_many("base", [(key, {"text": "x" * 900}) for key in range(6000)])
                number = 0
                while number < 120:
                    number = _commit_while(store, _rewriting(store, words, round_), number)
                expected = contents(store)
            with OPEN(path, words[-1]) as store:
                row.check(contents(store) == expected, f"round {round_}: a commit beside a rewrite is lost")
                row.check(len(store.ids("t")) == number, f"round {round_}: {number} commits expected")
                row.check(not store.report.remarks, f"round {round_}: {store.report.remarks}")


def _rewriting(store: SealedStore, words: list[str], round_: int) -> threading.Thread:
    def rekey() -> None:
        words.append(f"{FIRST} {len(words)}")
        store.change_passphrase(words[-1])

    thread = threading.Thread(target=rekey if round_ % 2 else store.compact)
    thread.start()
    return thread


def _commit_while(store: SealedStore, rewriting: threading.Thread, number: int) -> int:
    while rewriting.is_alive() or number == 0:
        number += 1
        with store.transaction() as transaction:
            transaction.put("t", number, {"n": number})
    rewriting.join()
    with store.transaction() as transaction:
        transaction.put("t", number + 1, {"n": number + 1})
    return number + 1


HAZARDS = (a_key_never_seals_twice, interrupted_at_any_line, commits_beside_a_rewrite)
