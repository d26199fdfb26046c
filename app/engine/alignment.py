"""Which elements of two sequences belong together: equal ones where they can be, the rest pair by pair.

The work is bounded: between a common beginning and a common end, long stretches are paired by position.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

MATCHED_AT_MOST = 400
"""Elements of a stretch on either side up to which the best match is looked for; beyond, the cost would be a square."""

Pair = tuple[int | None, int | None]
"""Positions on the left and on the right; None where the other side has nothing to pair with."""


def aligned(left: Sequence[bytes], right: Sequence[bytes]) -> Iterator[Pair]:
    """Every position of both sides once, in order; equal elements of the beginning and the end are left out."""
    start = 0
    shorter = min(len(left), len(right))
    while start < shorter and left[start] == right[start]:
        start += 1
    tail = 0
    while tail < shorter - start and left[-1 - tail] == right[-1 - tail]:
        tail += 1
    ours, theirs = range(start, len(left) - tail), range(start, len(right) - tail)
    if max(len(ours), len(theirs)) > MATCHED_AT_MOST:
        yield from _paired(ours, theirs)
        return
    matcher = SequenceMatcher(None, left[ours.start : ours.stop], right[theirs.start : theirs.stop], autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            yield from _paired(ours[a:b], theirs[c:d])


def _paired(left: range, right: range) -> Iterator[Pair]:
    yield from zip(left, right, strict=False)
    yield from ((at, None) for at in left[len(right) :])
    yield from ((None, at) for at in right[len(left) :])
