"""Rows of frames that are not where they were: moved, altered in their clear header, or from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

from app.store.frames import HEAD_BYTES
from app.store.header import HEADER_BYTES
from tests.torture.changed import Bench, Sample, ends_of, sample
from tests.torture.crashes import folder
from tests.torture.model import FIRST, NAME, OPEN, Row, contents, workload


def frames_moved(row: Row, *, long: bool) -> None:
    """Frames dropped, repeated, swapped, renumbered, retyped, or from elsewhere: refused, or a reported tail."""
    steps = workload(51, 9, rewrites=False, size=4, big=0.05 if long else 0)
    made, other = sample(steps, closed=True), sample(steps, closed=True)
    with folder() as place:
        bench = Bench(row, place)
        for where, frames, position in _moves(made, other):
            raw = made.raw[:HEADER_BYTES] + b"".join(frames)
            store = bench.open(raw, made.notes)
            is_last = position >= len(made.frames) - 1
            if store is None:
                row.check(not is_last or "drop" not in where, f"{where}: a mere cut was called damage")
                continue
            if not row.check(is_last, f"{where}: not refused"):
                continue
            row.check(contents(store) in made.at_end.values(), f"{where}: other data")
            row.check(store.report.torn_bytes > 0 or store.report.is_rolled_back, f"{where}: in silence")


def _moves(made: Sample, other: Sample) -> Iterator[tuple[str, list[bytes], int]]:
    frames = made.frames
    for at, frame in enumerate(frames):
        before, after = frames[:at], frames[at + 1 :]
        yield f"drop {at}", before + after, at
        yield f"repeat {at}", [*before, frame, frame, *after], at + 1
        yield f"foreign {at}", [*before, other.frames[at], *after], at
        for number in (0, at - 1, at + 1, 2**40):
            if 0 <= number != at:
                yield f"renumber {at} {number}", [*before, _patched(frame, 8, number, 8), *after], at
        for kind in range(6):
            if kind != frame[40]:
                yield f"retype {at} {kind}", [*before, _patched(frame, 40, kind, 1), *after], at
        yield f"flag {at}", [*before, _patched(frame, 41, frame[41] ^ 1, 1), *after], at
        yield f"session {at}", [*before, _patched(frame, 24, 5, 8), *after], at
        for second in range(at + 1, len(frames)):
            swapped = list(frames)
            swapped[at], swapped[second] = swapped[second], swapped[at]
            yield f"swap {at} {second}", swapped, at


def _patched(frame: bytes, at: int, number: int, width: int) -> bytes:
    head = bytearray(frame[:44])
    head[at : at + width] = number.to_bytes(width, "little")
    return bytes(head) + crc32(head).to_bytes(4, "little") + frame[HEAD_BYTES:]


def frames_of_another_past(row: Row, *, long: bool) -> None:
    """Frames of the same file's other generation, or of another history after a copy was made."""
    with folder() as place:
        path = place / NAME
        for _round in range(4 if long else 1):
            for each in (path, *(place / "state").glob("*")):
                each.unlink(missing_ok=True)
            made, foreign = _histories(path)
            bench = Bench(row, place)
            for where, pasts in foreign.items():
                for at in range(1, min(len(made.frames), len(pasts)) - 2):
                    frames = [*made.frames[:at], pasts[at], *made.frames[at + 1 :]]
                    store = bench.open(made.raw[:HEADER_BYTES] + b"".join(frames), made.notes)
                    row.check(store is None or pasts[at] == made.frames[at], f"{where} {at}: not refused")


def _histories(path: Path) -> tuple[Sample, dict[str, list[bytes]]]:
    def grow(first: int) -> None:
        with OPEN(path, FIRST) as store:
            for n in range(first, first + 5):
                with store.transaction() as transaction:
                    transaction.put("a", n, {"n": n})

    def frames() -> list[bytes]:
        raw = path.read_bytes()
        return Sample(raw=raw, ends=ends_of(raw), at_end={}, notes={}).frames

    grow(0)
    forked = path.read_bytes()
    older = frames()
    grow(100)
    other = frames()
    path.write_bytes(forked)
    for note in (path.parent / "state").glob("*"):
        note.unlink()
    grow(200)
    raw = path.read_bytes()
    notes = {each.name: each.read_bytes() for each in (path.parent / "state").iterdir()}
    made = Sample(raw=raw, ends=ends_of(raw), at_end={}, notes=notes)
    with OPEN(path, FIRST) as store:
        store.compact()
    grow(300)
    grow(400)
    return made, {"history": other, "generation": frames(), "older": older}


MOVED = (frames_moved, frames_of_another_past)
