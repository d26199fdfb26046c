"""What a vault must hold: an independent model of dicts, the operations, and which states are legal.

`OPEN` is the one door through which every fault is tried.
"""

from __future__ import annotations

import copy
import random
from dataclasses import dataclass, field
from pathlib import Path

from app.errors import VaultDamaged, VaultError, WrongPassphrase
from app.store import Kdf, SealedStore
from app.store.operations import Key

CHEAP = Kdf.argon2id(memory_kib=64, iterations=1, lanes=1)
NAME = "v.tdx"
FIRST, SECOND = "correct horse", "battery staple"
Step = dict[str, object]
State = dict[str, dict[Key, object]]


def OPEN(path: Path, passphrase: str, readonly: bool = False) -> SealedStore:
    """The store at a path, made if it is not there and may be written; witness notes lie in `state` beside it."""
    witness = path.parent / "state"
    if readonly or path.exists():
        return SealedStore.open(path, passphrase, readonly=readonly, witness=witness)
    return SealedStore.create(path, passphrase, kdf=CHEAP, witness=witness)


def apply(state: State, step: Step) -> None:
    """Carry one operation out on the model."""
    op, table = step["op"], str(step.get("table", ""))
    if op == "tx":
        for each in step["steps"]:  # type: ignore[attr-defined]  # made below
            apply(state, each)
    elif op == "put":
        many = step.get("docs") or {step["id"]: step["doc"]}
        assert isinstance(many, dict)
        state.setdefault(table, {}).update({int(key): document for key, document in many.items()})
    elif op == "del":
        state.get(table, {}).pop(step["id"], None)  # type: ignore[call-overload]  # an id
    elif op == "clear":
        state.get(table, {}).clear()
    elif op == "drop":
        state.pop(table, None)


def states(steps: list[Step]) -> list[State]:
    """The model after 0, 1, … whole operations."""
    found: list[State] = [{}]
    for step in steps:
        state = copy.deepcopy(found[-1])
        apply(state, step)
        found.append(state)
    return found


def passphrases(steps: list[Step]) -> list[str]:
    """The passphrase after 0, 1, … whole operations."""
    found = [FIRST]
    for step in steps:
        found.append(str(step["passphrase"]) if step["op"] == "rekey" else found[-1])
    return found


def contents(store: SealedStore) -> State:
    """What a store holds."""
    return {table: dict(store.scan(table)) for table in store.tables()}


def workload(seed: int, length: int, *, rewrites: bool = True, size: int = 60, big: float = 0.1) -> list[Step]:
    """Operations of every kind, some of many frames, some that rewrite the file."""
    choose = random.Random(seed)
    steps = [_step(choose, number, size, big) for number in range(1, length + 1)]
    if rewrites and length > 3:
        steps[length // 3] = {"op": "compact"}
        steps[length // 2] = _many(choose.random(), length)
        steps[length - 2] = {"op": "rekey", "passphrase": SECOND}
    return steps


def _step(choose: random.Random, number: int, size: int, big: float) -> Step:
    kind = choose.random()
    put: Step = {"op": "put", "table": choose.choice("abc"), "id": choose.randrange(9), "doc": {"n": number}}
    if kind < 0.5:
        return put | {"doc": {"n": number, "text": choose.choice("xyz") * choose.randrange(size * 20)}}
    if kind < 0.6:
        return {"op": "del", "table": choose.choice("abc"), "id": choose.randrange(9)}
    if kind < 0.65:
        return {"op": "clear", "table": choose.choice("abc")}
    if kind < 1 - big:
        other: Step = {"op": "put", "table": "d", "id": number, "doc": {"pair": number}}
        return {"op": "tx", "steps": [put, other, {"op": "del", "table": "d", "id": number - 2}]}
    return _many(choose.random(), number)


def _many(mark: float, number: int) -> Step:
    """Documents beyond a MiB, so that the commit takes several frames."""
    documents: Step = {str(key): {"n": number, "text": f"{mark:.6f}" * 30_000} for key in range(5)}
    return {"op": "put", "table": "big", "docs": documents}


class CaughtError(Exception):
    """A violation, in a row that was to end at the first one."""


@dataclass(slots=True)
class Row:
    """What a row of the table of faults came to."""

    name: str
    checks: int = 0
    violations: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    ends_at_once: bool = False
    """The first violation ends the row, by CaughtError."""

    def check(self, is_right: bool, what: str) -> bool:
        """Count one check; what went wrong is kept in words."""
        self.checks += 1
        if not is_right:
            self.violations.append(what)
            if self.ends_at_once:
                raise CaughtError(what)
        return is_right


def survives(row: Row, path: Path, steps: list[Step], acknowledged: int, where: str) -> None:
    """The check of every crash: a legal state, opened without a tool, nothing left behind, and work goes on.

    `acknowledged` is the newest operation that was; 0 is the opening itself, -1 when not even that was.
    """
    models, words = states(steps), passphrases(steps)
    legal = range(max(acknowledged, 0), min(acknowledged + 1, len(steps)) + 1)
    if not path.exists():
        row.check(acknowledged < 0, f"{where}: no vault after {acknowledged} acknowledged")
        return
    for word in dict.fromkeys(words[k] for k in legal):
        try:
            store = OPEN(path, word)
        except WrongPassphrase:
            continue
        except VaultDamaged as error:
            row.check(False, f"{where}: called damage after {acknowledged}: {error}")
            return
        except VaultError as error:
            row.check(False, f"{where}: not opened after {acknowledged}: {error}")
            return
        _check_open(row, store, models, legal, where, is_rekeyed=word != FIRST)
        return
    row.check(False, f"{where}: no legal passphrase opens it")


def _check_open(
    row: Row, store: SealedStore, models: list[State], legal: range, where: str, *, is_rekeyed: bool
) -> None:
    path = store.path
    try:
        found = contents(store)
        row.check(any(found == models[k] for k in legal), f"{where}: illegal state, {legal} expected")
        row.check(not store.report.is_rolled_back, f"{where}: called rolled back")
        with store.transaction() as transaction:
            transaction.put("after", 1, {"goes": "on"})
    except VaultError as error:
        row.check(False, f"{where}: the work does not go on: {error}")
        return
    finally:
        store.close()
    word = SECOND if is_rekeyed else FIRST
    try:
        with OPEN(path, word, readonly=True) as again:
            row.check(contents(again) == found | {"after": {1: {"goes": "on"}}}, f"{where}: lost after going on")
            row.check(not again.report.remarks, f"{where}: mended once, and yet {again.report.remarks}")
    except VaultError as error:
        row.check(False, f"{where}: opens once only: {error}")
    left = {each.name for each in path.parent.iterdir()} - {NAME, f"{NAME}.torn", "state"}
    notes = {each.name for each in (path.parent / "state").glob("*")}
    row.check(not left and len(notes) <= 1, f"{where}: stray files {left} {notes}")
