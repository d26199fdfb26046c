"""Rows of a disk that says no: errors at every call, once and for ever; short writes; limits; a disk that is full.

What is asked each time: a typed error, memory = what was acknowledged = file, and no acknowledgement of a change
after a failed sync of the vault.
"""

from __future__ import annotations

import errno
import itertools
import json
import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from app.errors import VaultError, WrongPassphrase
from tests.torture import child, native
from tests.torture.child import Outcome
from tests.torture.crashes import folder
from tests.torture.medium import rename
from tests.torture.model import FIRST, NAME, OPEN, SECOND, Row, State, Step, apply, contents
from tests.torture.native import CHMOD, CUT, FAIL, LINK, MAKE, READ, RENAME, SHORT, SYNC, UNLINK, WRITE, Fault

KINDS = {
    "write": WRITE,
    "sync": SYNC,
    "rename": RENAME,
    "make": MAKE,
    "open": native.OPEN,
    "link": LINK,
    "unlink": UNLINK,
    "chmod": CHMOD,
    "read": READ,
    "write and cut": WRITE | CUT,
    "write, cut and sync": WRITE | CUT | SYNC,
}
_BIG: Step = {"op": "put", "table": "big", "docs": {str(n): {"text": "x" * 300_000} for n in range(4)}}
_LESS: Step = {"op": "put", "table": "big", "docs": {str(n): {"text": "x" * 3000} for n in range(4)}}
STEPS: list[Step] = [
    {"op": "put", "table": "a", "id": 1, "doc": {"n": 1}},
    _BIG,
    {"op": "put", "table": "a", "id": 2, "doc": {"text": "y" * 5000}},
    {"op": "compact"},
    {"op": "del", "table": "a", "id": 1},
    {"op": "tx", "steps": [{"op": "put", "table": "a", "id": 4, "doc": {}}, {"op": "clear", "table": "big"}]},
    {"op": "rekey", "passphrase": SECOND},
    {"op": "put", "table": "a", "id": 3, "doc": {"text": "z" * 3000}},
]


SMALL: list[Step] = [step if step is not _BIG else _LESS for step in STEPS]


def errors_at_every_call(row: Row, *, long: bool) -> None:
    """EIO and ENOSPC at the n-th call of each kind, once and for ever; half of a failed write is there."""
    steps = STEPS if long else SMALL
    for name, which in KINDS.items():
        calls = _try(row, Fault(which=which), name, steps=steps).calls
        codes = (errno.EIO, errno.ENOSPC) if long else (errno.EIO if which & (SYNC | READ) else errno.ENOSPC,)
        parts = (0, 50, 100) if long and which & WRITE else (50,)
        for at, code, always, part in itertools.product(range(calls), codes, (False, True), parts):
            fault = Fault(how=FAIL, which=which, at=at, code=code, always=always, part=part)
            _try(row, fault, f"{os.strerror(code)} at {name} {at}{' and on' * always}, {part} %", steps=steps)


def short_writes(row: Row, *, long: bool) -> None:
    """Every write, or one, takes less than it was given: nobody notices."""
    steps = STEPS if long else SMALL
    writes = _try(row, Fault(which=WRITE), "short", steps=steps).calls
    for part, at in itertools.product((0, 1, 50, 99) if long else (50,), range(writes)):
        fault = Fault(how=SHORT, which=WRITE, at=at, part=part)
        row.check(
            not _try(row, fault, f"short write {at}, {part} %", steps=steps).errors, f"short write {at}: an error"
        )
    for part in (30, 70):
        outcome = _try(row, Fault(how=SHORT, which=WRITE, part=part, always=True), "short writes")
        row.check(not outcome.errors, f"short writes of {part} %: an error")
    reads = Fault(how=SHORT, which=READ, part=50, always=True)
    row.check(not _try(row, reads, "short reads").errors, "short reads: an error")


def a_limit_of_file_size(row: Row, *, long: bool) -> None:
    """RLIMIT_FSIZE at many sizes: refused with words, and smaller changes go on."""
    for limit in range(0, 1_400_000, 20_000 if long else 200_000):
        _try(row, Fault(), f"RLIMIT_FSIZE {limit}", before=lambda limit=limit: _limit(limit))


def _limit(size: int) -> None:
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))


def _try(
    row: Row, fault: Fault, where: str, before: Callable[[], None] = lambda: None, steps: list[Step] = STEPS
) -> Outcome:
    with folder() as place, folder() as logs:
        log = logs / "log"
        outcome = child.run(place, steps, fault, log=log, before=before)
        typed = outcome.status in (0, 4) and not any(line.startswith("crash") for line in outcome.said)
        row.check(typed, f"{where}: not a typed error: {outcome.status} {outcome.said[-2:]}")
        _check_agreement(row, place / NAME, steps, outcome, where)
        _check_silence_after_failed_sync(row, place / NAME, log, where)
        return outcome


def _check_agreement(row: Row, path: Path, steps: list[Step], outcome: Outcome, where: str) -> None:
    acknowledged: State = {}
    for number in outcome.acknowledged:
        if number:
            apply(acknowledged, steps[number - 1])
    if outcome.memory is not None:
        row.check(outcome.memory == acknowledged, f"{where}: memory is not what was acknowledged")
    if not path.exists():
        row.check(not outcome.acknowledged, f"{where}: the vault is gone")
        return
    legal = [acknowledged]
    for number in outcome.errors:
        if "not known" in outcome.errors[number] and number > outcome.last:
            legal.append(_with(acknowledged, steps[number - 1]))
    is_sure = "closed" in outcome.said and not any("not known" in error for error in outcome.errors.values())
    found = _found(path, is_clean=is_sure)
    if row.check(isinstance(found, dict), f"{where}: {found}"):
        row.check(found in legal, f"{where}: the file is not what was acknowledged")


def _with(state: State, step: Step) -> State:
    more: State = json.loads(json.dumps(state), object_hook=None)
    copied: State = {table: {int(key): value for key, value in rows.items()} for table, rows in more.items()}
    apply(copied, step)
    return copied


def _found(path: Path, *, is_clean: bool = False) -> State | str:
    for word in (SECOND, FIRST):
        try:
            with OPEN(path, word) as store:
                if is_clean and store.report.torn_bytes:
                    return f"closed in order, and yet {store.report.remarks}"
                return contents(store)
        except WrongPassphrase:
            continue
        except VaultError as error:
            return f"does not open afterwards: {error}"
    return "no passphrase opens it afterwards"


def _check_silence_after_failed_sync(row: Row, path: Path, log: Path, where: str) -> None:
    names: dict[str, int] = {}
    is_dead = False
    for event in native.read_log(log):
        if event.op in (native.LOG_MAKE, native.LOG_LINK, native.LOG_RENAME, native.LOG_UNLINK):
            rename(names, event, event.inode or names.get(event.first, 0))
        elif event.op == native.LOG_SYNC and event.code and names.get(str(path)) == event.inode:
            is_dead = True
        elif event.op == native.LOG_MARK:
            row.check(not is_dead, f"{where}: operation {event.offset} acknowledged after a failed sync")


def a_full_disk(row: Row, *, long: bool) -> None:
    """A disk of 256 KiB fills up; once there is room the same handle goes on."""
    with folder() as place, small_disk(place) as why:
        if why:
            row.notes.append(f"not tried: {why}")
            return
        for keep in range(0, 60_000, 4096 if long else 20_000):
            outcome = child.collect(lambda say, keep=keep: _fill(place, keep, say))
            where = f"full disk, {keep} bytes of ballast more"
            row.check(outcome.status == 0 and "went on" in outcome.said, f"{where}: {outcome.said}")
            found = _found(place / NAME)
            row.check(found == outcome.memory, f"{where}: memory and file differ")
            for each in place.glob("*"):
                each.unlink() if each.is_file() else None


@contextmanager
def small_disk(place: Path) -> Iterator[str]:
    """A mounted disk of 256 KiB; otherwise the reason why there is none."""
    if os.geteuid() != 0:
        yield "only root may mount a small disk"
        return
    command = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(place)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        yield f"a small disk cannot be mounted here ({done.stderr.strip()[:80]})"
        return
    try:
        yield ""
    finally:
        subprocess.run(["umount", str(place)], check=True)


def _fill(place: Path, keep: int, say: Callable[[str], None]) -> None:
    ballast = place / "ballast"
    ballast.write_bytes(bytes(keep + 60_000))
    store = OPEN(place / NAME, FIRST)
    refused = 0
    for number in range(60):
        try:
            with store.transaction() as transaction:
                transaction.put("t", number, {"text": "z" * 7000})
        except VaultError:
            refused += 1
    assert refused, "the disk never was full"
    try:
        store.compact()
    except VaultError:
        refused += 1
    ballast.unlink()
    with store.transaction() as transaction:
        transaction.clear("t")
        transaction.put("t", 1000, {"text": "z" * 7000})
    store.compact()
    say("memory " + json.dumps(contents(store)))
    store.close()
    say("went on")


FAILURES = (errors_at_every_call, short_writes, a_limit_of_file_size, a_full_disk)
