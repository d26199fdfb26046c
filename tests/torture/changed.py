"""Rows of changed files: cut anywhere, any byte changed, frames moved, junk behind, older copies put back."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.errors import VaultDamaged
from app.store import SealedStore
from app.store.frames import HEAD_BYTES, parse_head
from app.store.header import HEADER_BYTES
from tests.torture.crashes import folder
from tests.torture.model import FIRST, NAME, OPEN, Row, State, Step, contents, states, workload

CHANGES = (0x01, 0x80, 0xFF)


@dataclass(slots=True)
class Sample:
    """A vault's bytes with the state at the end of each frame."""

    raw: bytes
    ends: list[int]
    """Where each frame ends."""
    at_end: dict[int, State]
    """The state after each whole commit, by where it ends."""
    notes: dict[str, bytes]
    """The witness, by file name."""

    def newest(self, length: int) -> State | None:
        """What the first `length` bytes hold; None when they are no vault."""
        return next((self.at_end[end] for end in sorted(self.at_end, reverse=True) if end <= length), None)

    @property
    def frames(self) -> list[bytes]:
        """The bytes of each frame."""
        return [self.raw[start:end] for start, end in zip([HEADER_BYTES, *self.ends], self.ends, strict=False)]


def sample(steps: list[Step], *, closed: bool) -> Sample:
    """Make a vault of these steps."""
    with folder() as place:
        path = place / NAME
        store = OPEN(path, FIRST)
        at_end = {path.stat().st_size: contents(store)}
        for step, state in zip(steps, states(steps)[1:], strict=True):
            _do(store, step)
            at_end[path.stat().st_size] = state
        raw = path.read_bytes()
        store.close()
        if closed:
            raw = path.read_bytes()
            at_end[len(raw)] = contents_again(at_end)
        notes = {each.name: each.read_bytes() for each in (place / "state").iterdir()}
        return Sample(raw=raw, ends=ends_of(raw), at_end=at_end, notes=notes if closed else {})


def contents_again(at_end: dict[int, State]) -> State:
    """The newest state."""
    return at_end[max(at_end)]


def _do(store: SealedStore, step: Step) -> None:
    from app.cli.execute import carry_out

    carry_out(store, step)


def ends_of(raw: bytes) -> list[int]:
    ends, at = [], HEADER_BYTES
    while head := parse_head(raw[at : at + HEAD_BYTES]):
        at += HEAD_BYTES + head.length
        ends.append(at)
    return ends


SMALL: list[Step] = [
    {"op": "put", "table": "a", "id": 1, "doc": {"n": 1}},
    {
        "op": "tx",
        "steps": [{"op": "put", "table": "a", "id": 2, "doc": {"t": "x"}}, {"op": "del", "table": "a", "id": 1}],
    },
    {"op": "put", "table": "b", "id": 3, "doc": {"n": [1, None]}},
]


class Bench:
    """A folder in which one changed file after the other is opened."""

    def __init__(self, row: Row, place: Path) -> None:
        self.row = row
        self.path = place / NAME
        self.torn = place / f"{NAME}.torn"

    def open(self, raw: bytes, notes: dict[str, bytes], *, readonly: bool = False) -> SealedStore | None:
        """The store on these bytes, closed again; None when refused as damage, which must change nothing."""
        self.torn.unlink(missing_ok=True)
        self.path.write_bytes(raw)
        state = self.path.parent / "state"
        for old in state.glob("*"):
            old.unlink()
        for name, data in notes.items():
            state.mkdir(exist_ok=True)
            (state / name).write_bytes(data)
        try:
            store = OPEN(self.path, FIRST, readonly)
        except VaultDamaged:
            self.row.check(self.path.read_bytes() == raw, "a refusal changed the file")
            return None
        store.close()
        return store


def cut_at_every_length(row: Row, *, long: bool) -> None:
    """The file ends early: the commits that fit, the rest reported; less than the first state is refused."""
    for closed in (True, False):
        made = sample(SMALL, closed=closed)
        with folder() as place:
            bench = Bench(row, place)
            for length in _lengths(made, long=long):
                where = f"cut at {length}, closed {closed}"
                for readonly in (True, False):
                    store = bench.open(made.raw[:length], {}, readonly=readonly)
                    _check_cut(row, made, length, store, where)
                kept = bench.torn.read_bytes() if bench.torn.exists() else b""
                end = max((end for end in made.ends if end <= length), default=length)
                row.check(kept == (b"" if store is None else made.raw[end:length]), f"{where}: not what was kept")


def _lengths(made: Sample, *, long: bool) -> Iterator[int]:
    yield from range(0, HEADER_BYTES, 7 if long else 512)
    yield from range(HEADER_BYTES, len(made.raw) + 1)


def _check_cut(row: Row, made: Sample, length: int, store: SealedStore | None, where: str) -> None:
    expected = made.newest(length)
    if expected is None or store is None:
        row.check(expected is None and store is None, f"{where}: refused {store is None}, expected {expected}")
        return
    end = max(end for end in made.ends if end <= length)
    row.check(contents(store) == expected, f"{where}: other data")
    row.check(store.report.torn_bytes == length - end, f"{where}: torn tail not reported")


def every_byte_changed(row: Row, *, long: bool) -> None:
    """One byte differs: a header copy opens and is reported; a frame is refused, the last one a torn tail."""
    for closed in (True, False):
        made = sample(SMALL, closed=closed)
        with folder() as place:
            bench = Bench(row, place)
            for at in _places(made, long=long):
                for change in CHANGES:
                    raw = bytearray(made.raw)
                    raw[at] ^= change
                    store = bench.open(bytes(raw), made.notes, readonly=bool(at % 2))
                    _check_byte(row, made, at, store, f"byte {at} ^ {change}, closed {closed}")


def _places(made: Sample, *, long: bool) -> Iterator[int]:
    for at in range(HEADER_BYTES):
        within = at % (HEADER_BYTES // 2)
        if long or (within < 140 and within % 3 == 0) or within % 173 == 0 or within > 4056:
            yield at
    yield from range(HEADER_BYTES, len(made.raw))


def _check_byte(row: Row, made: Sample, at: int, store: SealedStore | None, where: str) -> None:
    if at < HEADER_BYTES:
        is_right = (
            store is not None and store.report.is_header_damaged and contents(store) == made.newest(len(made.raw))
        )
        row.check(is_right, f"{where}: a header copy was not enough, or its damage not reported")
        return
    last_start = made.ends[-2]
    if at < last_start:
        row.check(store is None, f"{where}: an acknowledged frame was not missed")
        return
    is_right = store is not None and contents(store) == made.newest(last_start) and store.report.torn_bytes > 0
    row.check(is_right, f"{where}: the last frame is not a torn tail")
    if store is not None and made.notes:
        row.check(store.report.is_rolled_back, f"{where}: the witness did not notice")


def junk_appended(row: Row, *, long: bool) -> None:
    """Bytes behind the last frame: everything is there, the junk is reported and kept beside."""
    choose = random.Random(5)
    made = sample(SMALL, closed=True)
    kinds = [
        b"\0",
        b"x" * 47,
        bytes(4096),
        b"tDf1" * 40,
        made.raw[:HEADER_BYTES],
        made.frames[1],
        b"".join(made.frames),
    ]
    kinds += [choose.randbytes(choose.randrange(1, 5000)) for _kind in range(200 if long else 20)]
    with folder() as place:
        bench = Bench(row, place)
        for junk in kinds:
            for readonly in (True, False):
                store = bench.open(made.raw + junk, made.notes, readonly=readonly)
                is_right = store is not None and contents(store) == made.newest(len(made.raw))
                row.check(is_right, f"junk {junk[:8]!r}: not intact")
                row.check(store is not None and store.report.torn_bytes == len(junk), f"junk {junk[:8]!r}: in silence")
            row.check(bench.torn.read_bytes() == junk, "the junk was not kept")


def older_copies_put_back(row: Row, *, long: bool) -> None:
    """An older copy, or the tail cut at a frame's boundary: noticed through the witness."""
    made = sample(workload(61, 12, rewrites=False, size=4, big=0), closed=True)
    first_end = min(made.at_end)
    with folder() as place:
        bench = Bench(row, place)
        for end in made.ends[:-1]:
            if end < first_end:
                continue
            for readonly in (True, False):
                store = bench.open(made.raw[:end], made.notes, readonly=readonly)
                row.check(store is not None and store.report.is_rolled_back, f"cut at the boundary {end}: in silence")
        store = bench.open(made.raw, made.notes)
        row.check(store is not None and not store.report.is_rolled_back, "the newest copy is called old")
        _older_generations(row, place, 6 if long else 2)


def _older_generations(row: Row, place: Path, rounds: int) -> None:
    path = place / NAME
    for round_ in range(rounds):
        old = path.read_bytes()
        with OPEN(path, FIRST) as store:
            if round_ % 2:
                store.compact()
            with store.transaction() as transaction:
                transaction.put("a", round_, {})
        new = path.read_bytes()
        path.write_bytes(old)
        with OPEN(path, FIRST, readonly=True) as store:
            row.check(store.report.is_rolled_back, f"older copy {round_}: in silence")
        path.write_bytes(new)
        with OPEN(path, FIRST, readonly=True) as store:
            row.check(not store.report.is_rolled_back, f"newest copy {round_}: called old")


CHANGED = (
    cut_at_every_length,
    every_byte_changed,
    junk_appended,
    older_copies_put_back,
)
