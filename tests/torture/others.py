"""Rows of other processes: a second writer, readers, a killed holder, racing creators, a fork."""

from __future__ import annotations

import itertools
import os
import select
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

from app.errors import VaultBusy, VaultError
from app.store import compaction
from tests.torture import child
from tests.torture.crashes import folder
from tests.torture.model import FIRST, NAME, OPEN, Row

AT_ONCE = 0.1
"""Seconds in which a second writer hears that he is one."""


class Holder:
    """A forked process that works on a vault until it is told to stop."""

    def __init__(self, work: Callable[[Callable[[], bool]], None]) -> None:
        self._stop, stop = os.pipe()
        ready, self._ready = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            code = 70
            try:
                os.close(stop)
                os.write(self._ready, b".")
                work(lambda: not select.select([self._stop], [], [], 0)[0])
                code = 0
            finally:
                os._exit(code)
        os.close(self._stop)
        os.close(self._ready)
        self._told = stop
        os.read(ready, 1)
        os.close(ready)

    def end(self, number: int | None = None) -> int:
        """Stop it in order, or by a signal; its exit status."""
        if number is not None:
            os.kill(self.pid, number)
        os.close(self._told)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def a_second_writer(row: Row, *, long: bool) -> None:
    """Refused at once, naming the process; a killed holder's lock is free at once, and nothing is lost."""
    for _round in range(20 if long else 4):
        with folder() as place:
            path = place / NAME
            OPEN(path, FIRST).close()
            store_is_open, opened = os.pipe()

            def hold(keep_on: Callable[[], bool], path: Path = path, opened: int = opened) -> None:
                with OPEN(path, FIRST) as store:
                    for number in itertools.count():
                        if not keep_on():
                            break
                        with store.transaction() as transaction:
                            transaction.put("t", number % 50, {"n": number})
                        if number == 1:
                            os.write(opened, b".")
                        if number % 100 == 99:
                            store.compact()

            holder = Holder(hold)
            os.read(store_is_open, 1)
            for _attempt in range(5):
                _refused(row, path, holder.pid)
            row.check(holder.end(signal.SIGKILL) == -signal.SIGKILL, "the holder ended before it was killed")
            with OPEN(path, FIRST) as store:
                row.check(store.count("t") > 0, "lost after the holder was killed")
            os.close(store_is_open)
            os.close(opened)


def _refused(row: Row, path: Path, holder: int) -> None:
    began = time.monotonic()
    try:
        OPEN(path, FIRST).close()
        row.check(False, "two writers")
    except VaultBusy as error:
        row.check(f"process {holder}" in str(error), f"the refusal does not name {holder}: {error}")
    row.check(time.monotonic() - began < AT_ONCE, "the refusal took too long")


def readers_beside_commits(row: Row, *, long: bool) -> None:
    """Readers see whole commits, in order, while another process commits and rewrites."""
    with folder() as place:
        path = place / NAME
        OPEN(path, FIRST).close()

        def write(keep_on: Callable[[], bool]) -> None:
            compaction.MIN_FRAMES = 40
            with OPEN(path, FIRST) as store:
                number = 0
                while keep_on():
                    number += 1
                    text = "x" * (number % 7 * 100_000)
                    with store.transaction() as transaction:
                        transaction.put("a", 1, {"n": number})
                        transaction.put_many("c", [(key, {"n": number, "text": text}) for key in range(6)])
                        transaction.put("b", 1, {"n": number})
                    if number % 60 == 0:
                        store.compact()

        writer = Holder(write)
        seen = 0
        for _round in range(2500 if long else 60):
            try:
                with OPEN(path, FIRST, readonly=True) as store:
                    found = {document["n"] for table in "abc" for _key, document in store.scan(table)}
            except VaultError as error:
                row.check(False, f"a reader was refused: {error}")
                continue
            newest = max((int(str(n)) for n in found), default=0)
            row.check(len(found) <= 1 and newest >= seen, f"a reader saw {found} after {seen}")
            seen = newest
        row.check(writer.end() == 0, "the writer failed")
        row.check(seen > 0, "the readers saw nothing")


def eight_racing_creators(row: Row, *, long: bool) -> None:
    """One of eight makes the vault; the others are told; nothing else is left."""
    for round_ in range(60 if long else 6):
        with folder() as place:
            path = place / NAME
            gate, opener = os.pipe()

            def race(path: Path = path, gate: int = gate) -> None:
                os.read(gate, 1)
                with OPEN(path, FIRST) as store, store.transaction() as transaction:
                    transaction.put("who", os.getpid(), {})

            racers = [_forked(race) for _racer in range(8)]
            os.write(opener, b"12345678")
            codes = [os.waitstatus_to_exitcode(os.waitpid(racer, 0)[1]) for racer in racers]
            row.check(set(codes) <= {0, 4}, f"round {round_}: not a typed refusal: {codes}")
            with OPEN(path, FIRST) as store:
                winners = {pid for pid, code in zip(racers, codes, strict=True) if code == 0}
                row.check(set(store.ids("who")) == winners != set(), f"round {round_}: lost a winner's change")
            left = {each.name for each in place.iterdir()} - {NAME, "state"}
            row.check(not left, f"round {round_}: left behind {left}")
            os.close(gate)
            os.close(opener)


def _forked(work: Callable[[], None]) -> int:
    process = os.fork()
    if process:
        return process
    code = 70
    try:
        work()
        code = 0
    except VaultError as error:
        code = error.exit_code
    finally:
        os._exit(code)


def a_fork(row: Row, *, long: bool) -> None:
    """A forked child writes nothing and keeps no lock, with a rewrite running or not; the parent goes on."""
    for seed in range(10 if long else 3):
        with folder() as place:
            outcome = child.collect(lambda say, place=place, seed=seed: _fork_within(place / NAME, seed, say))
            row.check("child VaultError" in outcome.said, f"the child was not refused: {outcome.said}")
            row.check("parent went on" in outcome.said, f"the parent did not go on: {outcome.said}")
            with OPEN(place / NAME, FIRST) as store:
                row.check(store.ids("t") == (1, 3), f"other data after a fork: {store.ids('t')}")


def _fork_within(path: Path, seed: int, say: Callable[[str], None]) -> None:
    store = OPEN(path, FIRST)
    with store.transaction() as transaction:
        transaction.put("t", 1, {"text": "x" * 200_000})
    rewriting = threading.Thread(target=store.compact) if seed % 2 else None
    if rewriting:
        rewriting.start()
    process = os.fork()
    if process == 0:
        try:
            with store.transaction() as transaction:
                transaction.put("t", 2, {})
            say("child wrote")
        except VaultError:
            say("child VaultError")
        os._exit(0)
    os.waitpid(process, 0)
    if rewriting:
        rewriting.join()
    with store.transaction() as transaction:
        transaction.put("t", 3, {})
    store.close()
    say("parent went on")


OTHERS = (a_second_writer, readers_beside_commits, eight_racing_creators, a_fork)
