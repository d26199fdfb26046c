"""Rows of crashes: killed before every call, in the middle of every write, at random, and by a loss of power."""

from __future__ import annotations

import errno
import os
import random
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import product
from pathlib import Path

from app.store import compaction
from tests.torture import child, native
from tests.torture.medium import Medium, write_out
from tests.torture.model import FIRST, NAME, SECOND, Row, Step, survives, workload
from tests.torture.native import FAIL, KILL, MUTATING, SYNC, TEAR, WRITE, Fault

TEARS = (2, 30, 70, 98)


@contextmanager
def folder() -> Iterator[Path]:
    """A folder of its own for one try, on memory where there is some: nothing here depends on a real disk."""
    shared = Path("/dev/shm")
    base = shared if os.access(shared, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="torture-", dir=base) as name:
        yield Path(name)


def killed_before_every_call(row: Row, *, long: bool) -> None:
    """SIGKILL before each call that changes the disk, from creation to close, rewrites included."""
    for seed in range(1, 4 if long else 2):
        steps = workload(seed, 24 if long else 12)
        for at in range(_calls(steps, Fault())):
            _crash(row, steps, Fault(how=KILL, at=at), f"seed {seed}, before call {at}")


def killed_within_every_write(row: Row, *, long: bool) -> None:
    """SIGKILL in the middle of every write, at 2, 30, 70 and 98 per cent."""
    for seed in range(1, 3 if long else 2):
        steps = workload(seed, 24 if long else 12)
        for at in range(_calls(steps, Fault(which=WRITE))):
            for part in TEARS:
                _crash(row, steps, Fault(how=TEAR, which=WRITE, at=at, part=part), f"seed {seed}, write {at}, {part} %")


def killed_again_while_recovering(row: Row, *, long: bool) -> None:
    """SIGKILL before each call of the opening that mends what the first kill left."""
    steps = workload(2, 10)
    writes = _calls(steps, Fault(which=WRITE))
    for at in range(0, writes, 1 if long else 9):
        for again in range(24):
            with folder() as place:
                first = child.run(place, steps, Fault(how=TEAR, which=WRITE, at=at, part=70))
                second = child.run(place, [], Fault(how=KILL, at=again))
                survives(row, place / NAME, steps, first.last, f"write {at}, then before call {again}")
                if second.status != -signal.SIGKILL:
                    break


def killed_at_random_under_load(row: Row, *, long: bool) -> None:
    """SIGKILL at any moment while commits and rewrites in the background go on."""
    choose = random.Random(11)
    steps = workload(3, 300, rewrites=False, big=0.01)
    calls = _calls(steps, Fault(), quick_rewrites=True)
    for _round in range(300 if long else 12):
        at = choose.randrange(calls)
        _crash(row, steps, Fault(how=KILL, at=at), f"under load, before call {at}", quick_rewrites=True)


def power_lost_at_every_event(row: Row, *, long: bool) -> None:
    """Power lost after each call: many of the file systems that may be there."""
    for seed in range(21, 24 if long else 22):
        steps = workload(seed, 20 if long else 10, size=20)
        _replay(row, steps, [Fault()], variants=14 if long else 3, seed=seed)


def power_lost_after_a_kill(row: Row, *, long: bool) -> None:
    """Killed, opened again, gone on, then power lost: what the first left unsynced must not be built on."""
    steps = _light(workload(31, 12, size=20, big=0))
    for which, every in ((SYNC, 1), (MUTATING, 2)) if long else ((SYNC, 1),):
        for at in range(1, _calls(steps, Fault(which=which)), every):
            fault = Fault(how=KILL, which=which, at=at)
            _replay(row, steps, [fault], variants=4 if long else 2, seed=at, every=3)


def power_lost_after_a_failed_sync(row: Row, *, long: bool) -> None:
    """A sync fails and its bytes are dropped; the vault is opened again, gone on with, then power is lost."""
    steps = _light(workload(41, 10, size=20, big=0))
    for at in range(1, _calls(steps, Fault(which=SYNC)), 1 if long else 3):
        fault = Fault(how=FAIL, which=SYNC, at=at, code=errno.EIO)
        _replay(row, steps, [fault], variants=4 if long else 2, seed=at, every=3)


def _light(steps: list[Step]) -> list[Step]:
    return [step for step in steps if "docs" not in step]


def _crash(row: Row, steps: list[Step], fault: Fault, where: str, *, quick_rewrites: bool = False) -> None:
    with folder() as place:
        outcome = child.run(place, steps, fault, before=_rewrite_often if quick_rewrites else lambda: None)
        row.check(outcome.status in (0, -signal.SIGKILL), f"{where}: ended with {outcome.status}: {outcome.said[-2:]}")
        survives(row, place / NAME, steps, outcome.last, where)


def _rewrite_often() -> None:
    compaction.MIN_FRAMES = 25
    compaction.MIN_DEAD_BYTES = 200_000


def _calls(steps: list[Step], fault: Fault, *, quick_rewrites: bool = False) -> int:
    with folder() as place:
        outcome = child.run(place, steps, fault, before=_rewrite_often if quick_rewrites else lambda: None)
        assert outcome.status == 0, outcome.said[-3:]
        return outcome.calls


def _replay(row: Row, steps: list[Step], faults: list[Fault], *, variants: int, seed: int, every: int = 1) -> None:
    """Run under each fault in turn, then once without, and lose power after events of the whole history.

    A second run goes on from what the first one left, so the model goes on too: from the state that was found.
    """
    with folder() as place, folder() as logs:
        log, vault = logs / "log", place / "vault"
        vault.mkdir()
        first = child.run(vault, steps, faults[0], log=log)
        length = len(native.read_log(log))
        is_whole = faults[0].how == native.PASS
        later: list[Step] = []
        if not is_whole:
            later = _go_on(vault, log, steps, first)
        _lose_power(
            row,
            steps,
            later,
            native.read_log(log),
            vault,
            start=0 if is_whole else length,
            done=first,
            variants=variants,
            seed=seed,
            every=every,
        )


def _without_failures(steps: list[Step], done: child.Outcome) -> tuple[list[Step], child.Outcome]:
    """The history without the operations that failed while later ones were acknowledged.

    Most of them did nothing; one of which only the note beside the vault failed has taken place, and says so.
    """
    failed = [number for number in done.errors if number < done.last]
    kept = [step for number, step in enumerate(steps, 1) if number not in failed]
    return kept, replace(done, acknowledged=[done.last - len(failed)])


def _go_on(vault: Path, log: Path, steps: list[Step], first: child.Outcome) -> list[Step]:
    more: list[Step] = [{"op": "put", "table": "more", "id": n, "doc": {"more": n}} for n in range(1, 5)]
    words = [FIRST, SECOND] if any(step["op"] == "rekey" for step in steps[: first.last + 1]) else [FIRST]
    for word in reversed(words):
        if child.run(vault, more, Fault(), log=log, passphrase=word).status == 0:
            break
    return more


def _lose_power(
    row: Row,
    steps: list[Step],
    later: list[Step],
    events: list[native.Event],
    source: Path,
    *,
    start: int,
    done: child.Outcome,
    variants: int,
    seed: int,
    every: int,
) -> None:
    choose = random.Random(seed)
    medium = Medium()
    acknowledged = -1
    for at, event in enumerate(events):
        medium.take(event)
        if event.op == native.LOG_MARK and at >= start:
            acknowledged = event.offset
        if at < start or (at - start) % every:
            continue
        # A commit of several frames has many ways to be torn.
        for variant in range(variants * 6 if len(event.data) > 2**20 else variants):
            where = f"seed {seed}, after event {at} of {len(events)}, variant {variant}"
            with folder() as place:
                write_out(medium.after_power_loss(choose), source, place)
                if not later:
                    survives(row, place / NAME, steps, acknowledged, where)
                else:
                    _survives_both(row, place / NAME, steps, later, done, acknowledged, where)


def _survives_both(
    row: Row, path: Path, steps: list[Step], later: list[Step], done: child.Outcome, more: int, where: str
) -> None:
    """As `survives`, where a first run ended after `done` and a second one came as far as `more`."""
    tries = []
    pasts = [(steps, done), _without_failures(steps, done)]
    for (steps, done), further in product(pasts, (0, 1)):
        whole = done.last + further
        trial = Row(name=row.name)
        history = [*steps[: max(whole, 0)], *later] if more >= 0 else steps
        with folder() as copy:
            shutil.copytree(path.parent, copy, dirs_exist_ok=True)
            known = max(whole, 0) + more if more >= 0 else done.last
            survives(trial, copy / NAME, history, known, where)
        tries.append(trial)
        if not trial.violations:
            break
    best = min(tries, key=lambda trial: len(trial.violations))
    row.checks += best.checks
    row.violations += best.violations


CRASHES = (
    killed_before_every_call,
    killed_within_every_write,
    killed_again_while_recovering,
    killed_at_random_under_load,
    power_lost_at_every_event,
    power_lost_after_a_kill,
    power_lost_after_a_failed_sync,
)
