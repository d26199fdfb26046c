"""How one body differs from another: JSON by path, anything else by line.

Spelling and order count, space between values does not: 1 and 1.0 differ, and so do two orders of the same members.
The differences are whole: applied to the left body they give the right one. What is too large is not compared by
path, and the comparison says so instead of leaving something out in silence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from app.domain.path import FieldPath
from app.engine.alignment import aligned
from app.engine.cancel import IsCancelled, check, never
from app.engine.json_index import JsonIndex
from app.engine.json_topology import NodeKind

BYTES_AT_MOST = 8_000_000
DIFFERENCES_AT_MOST = 5_000
DEPTH_AT_MOST = 500
"""Containers within containers; what lies deeper is compared as a whole, for its paths would fill the memory."""
_CHECKED_EVERY = 256
_SPACE = re.compile(rb'("[^"\\]*+(?:\\.[^"\\]*+)*+")|[ \t\r\n]+', re.DOTALL)

Segments = tuple[str | int, ...]


class Kind(StrEnum):
    """What became of a value."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    REORDERED = "reordered"
    """The members of an object that both have stand in another order; the texts are their names as JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One value that is not the same on both sides, as the two spell it."""

    kind: Kind
    path: Segments
    """In the left body; of what was added, the path of the container that it was added to."""
    new_path: Segments
    """In the right body; of what was removed, the path of the container that it was in."""
    before: bytes = b""
    after: bytes = b""
    position: int = 0
    """Where an added value stands among the members or elements of its container, or an added line in the text."""

    @property
    def place(self) -> str:
        """The RFC 9535 path, the new one where there is one."""
        return str(FieldPath(self.path if self.kind is Kind.REMOVED else self.new_path))


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyComparison:
    """The differences of two bodies."""

    differences: tuple[Difference, ...] = ()
    is_json: bool = False
    """Else the paths are positions of lines."""
    remark: str = ""
    """What was not compared, and why."""


def compare_bodies(left: bytes, right: bytes, is_cancelled: IsCancelled = never) -> BodyComparison:
    """Compare two UTF-8 bodies by path when both are JSON, by line otherwise; raises Cancelled."""
    if left == right:
        return BodyComparison()
    if max(len(left), len(right)) > BYTES_AT_MOST:
        remark = f"The bodies differ. They are not compared in detail: one has more than {BYTES_AT_MOST:,} bytes."
        return BodyComparison(remark=remark)
    check(is_cancelled)
    ours, theirs = JsonIndex.build(compact(left)), JsonIndex.build(compact(right))
    check(is_cancelled)
    is_json = all(len(each) and each.problem is None for each in (ours, theirs))
    found = _by_path(ours, theirs, is_cancelled) if is_json else _by_line(left, right, is_cancelled)
    kept = tuple(islice(found, DIFFERENCES_AT_MOST + 1))
    if len(kept) <= DIFFERENCES_AT_MOST:
        return BodyComparison(differences=kept, is_json=is_json)
    remark = f"There are more differences than the {DIFFERENCES_AT_MOST:,} that are listed."
    return BodyComparison(differences=kept[:-1], is_json=is_json, remark=remark)


def compact(data: bytes) -> bytes:
    """The text of a JSON document without the space between its values."""
    return _SPACE.sub(lambda found: found[1] or b"", data)


def _by_line(left: bytes, right: bytes, is_cancelled: IsCancelled) -> Iterator[Difference]:
    ours, theirs = left.splitlines(keepends=True), right.splitlines(keepends=True)
    for at, (a, b) in enumerate(aligned(ours, theirs)):
        if at % _CHECKED_EVERY == 0:
            check(is_cancelled)
        before, after = b"" if a is None else ours[a], b"" if b is None else theirs[b]
        yield _difference((), (), a, b, before, after)


def _difference(
    path: Segments, new_path: Segments, a: str | int | None, b: str | int | None, before: bytes, after: bytes
) -> Difference:
    kind = Kind.ADDED if a is None else Kind.REMOVED if b is None else Kind.CHANGED
    return Difference(
        kind=kind,
        path=path if a is None else (*path, a),
        new_path=new_path if b is None else (*new_path, b),
        before=before,
        after=after,
        position=b if isinstance(b, int) else 0,
    )


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two values that stand in the same place."""

    left: int
    right: int
    path: Segments
    new_path: Segments


class _Walk:
    """Two indexed documents; containers are walked by a stack, since a hostile one nests deeper than Python calls."""

    def __init__(self, left: JsonIndex, right: JsonIndex) -> None:
        self._left, self._right = left, right

    def step(self, pair: _Pair) -> Iterator[Difference | _Pair]:
        """The differences of one pair, and the pairs inside it that differ."""
        before, after = self._left.source(pair.left), self._right.source(pair.right)
        if before == after:
            return
        kinds = self._left.kind(pair.left), self._right.kind(pair.right)
        if len(pair.path) >= DEPTH_AT_MOST:
            kinds = NodeKind.STRING, NodeKind.STRING
        if kinds == (NodeKind.ARRAY, NodeKind.ARRAY):
            yield from self._elements(pair)
        elif kinds == (NodeKind.OBJECT, NodeKind.OBJECT) and self._has_single_names(pair):
            yield from self._members(pair)
        else:
            yield Difference(kind=Kind.CHANGED, path=pair.path, new_path=pair.new_path, before=before, after=after)

    def _elements(self, pair: _Pair) -> Iterator[Difference | _Pair]:
        ours, theirs = tuple(self._left.children(pair.left)), tuple(self._right.children(pair.right))
        for a, b in aligned([*map(self._left.source, ours)], [*map(self._right.source, theirs)]):
            if a is not None and b is not None:
                yield _Pair(ours[a], theirs[b], (*pair.path, a), (*pair.new_path, b))
                continue
            before = b"" if a is None else self._left.source(ours[a])
            after = b"" if b is None else self._right.source(theirs[b])
            yield _difference(pair.path, pair.new_path, a, b, before, after)

    def _has_single_names(self, pair: _Pair) -> bool:
        sizes = self._left.size(pair.left), self._right.size(pair.right)
        return sizes == (len(_named(self._left, pair.left)), len(_named(self._right, pair.right)))

    def _members(self, pair: _Pair) -> Iterator[Difference | _Pair]:
        ours, theirs = _named(self._left, pair.left), _named(self._right, pair.right)
        for name in ours:
            if name not in theirs:
                yield _difference(pair.path, pair.new_path, name, None, self._left.source(ours[name]), b"")
        common = [name for name in ours if name in theirs]
        new_order = [name for name in theirs if name in ours]
        if common != new_order:
            yield Difference(
                kind=Kind.REORDERED,
                path=pair.path,
                new_path=pair.new_path,
                before=_names(common),
                after=_names(new_order),
            )
        for position, (name, node) in enumerate(theirs.items()):
            if name in ours:
                yield _Pair(ours[name], node, (*pair.path, name), (*pair.new_path, name))
            else:
                yield Difference(
                    kind=Kind.ADDED,
                    path=pair.path,
                    new_path=(*pair.new_path, name),
                    after=self._right.source(node),
                    position=position,
                )


def _named(index: JsonIndex, node: int) -> dict[str | int, int]:
    return {key: child for child in index.children(node) if (key := index.key(child)) is not None}


def _names(names: list[str | int]) -> bytes:
    return json.dumps(names, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _by_path(left: JsonIndex, right: JsonIndex, is_cancelled: IsCancelled) -> Iterator[Difference]:
    walk = _Walk(left, right)
    waiting = [walk.step(_Pair(0, 0, (), ()))]
    steps = 0
    while waiting:
        steps += 1
        if steps % _CHECKED_EVERY == 0:
            check(is_cancelled)
        found = next(waiting[-1], None)
        if found is None:
            waiting.pop()
        elif isinstance(found, _Pair):
            waiting.append(walk.step(found))
        else:
            yield found
