"""An order of a table's documents, all or those that a sieve lets through: sorted once, then kept.

The table tells it of every document that comes, changes or goes; that costs one note. When somebody looks, the notes
are worked in: one by one where they are few, in one pass where they are many. Numbers alone are kept, with the keys
by which they are sorted; documents stay where they are.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping, Sequence

    from app.store.documents import Document
    from app.store.operations import Key

    Values = Mapping[str, object]
    Sieve = Callable[[Sequence[Values], Sequence[int]], list[int]]
    Keyed = Callable[[object], object]

_FEW = 64
_ABSENT = object()
_HELD = itemgetter("values")
_KEY = cast("Callable[[tuple[object, int]], str]", itemgetter(0))  # those of one column are of one kind
_NUMBER = cast("Callable[[tuple[object, int]], int]", itemgetter(1))
_RUN = 8192


def values_of(documents: Sequence[Document]) -> list[Values]:
    """What records' documents hold under attribute names; nothing where one has another shape."""
    try:
        found = list(map(_HELD, documents))
    except KeyError:  # a script wrote one without
        found = [document.get("values") for document in documents]
    if set(map(type, found)) <= {dict}:
        return cast("list[Values]", found)
    return [held if isinstance(held, dict) else {} for held in found]


class Arrangement:
    """Numbers in an order: what has a key by it, then nulls, then what lacks the attribute, each the oldest first."""

    __slots__ = ("_column", "_key", "_keys", "_last", "_notes", "_null", "_sieve", "_sorted")

    def __init__(self, column: str | None, key: Keyed | None, sieve: Sieve | None) -> None:
        """`column` None stands for the order in which documents were made."""
        self._column = column
        self._key = key
        self._sieve = sieve
        self._keys: list[object] = []
        self._sorted: list[int] = []
        """Numbers with a key, in the order of `_keys`."""
        self._null: list[int] = []
        self._last: list[int] = []
        self._notes: dict[Key, tuple[Document | None, Document | None]] = {}
        """By key: the document that is worked in, and the one that is to be; None for none."""

    # told by the table, which holds the lock

    def add(self, key: Key, document: Document) -> None:
        """Note a document that was put."""
        self._notes[key] = (self._notes.get(key, (None, None))[0], document)

    def remove(self, key: Key, document: Document) -> None:
        """Note that a document has gone."""
        self._notes[key] = (self._notes[key][0] if key in self._notes else document, None)

    def clear(self) -> None:
        """Forget everything: the table is empty."""
        self._keys, self._sorted, self._null, self._last, self._notes = [], [], [], [], {}

    # filling

    def sift(self, rows: Sequence[Document]) -> tuple[list[Values], Sequence[int]]:
        """The values of documents, and the places of those that belong here."""
        values = values_of(rows)
        places = range(len(rows))
        return values, places if self._sieve is None else self._sieve(values, places)

    def keyed(self, numbers: Sequence[Key], rows: Sequence[Document]) -> list[tuple[int, object]]:
        """The numbers of those that belong here, each with its key; `None` for a null, `_ABSENT` for nothing."""
        values, places = self.sift(rows)
        ours = cast("Sequence[int]", numbers)
        if self._column is None or self._key is None:
            return [(ours[place], _ABSENT) for place in places]
        column, key = self._column, self._key
        held = [(ours[place], values[place].get(column, _ABSENT)) for place in places]
        return [(number, value if value is _ABSENT else key(value)) for number, value in held]

    def fill(self, slices: Iterable[tuple[Sequence[Key], Sequence[Document]]]) -> None:
        """Take in all documents and sort them; nobody may look before `catch_up`."""
        if self._column is None:
            found: list[int] = []
            for numbers, rows in slices:
                ours = cast("Sequence[int]", numbers)
                found += [ours[place] for place in self.sift(rows)[1]]
            found.sort()
            self._last = found
            return
        keyed = [pair for numbers, rows in slices for pair in self.keyed(numbers, rows)]
        self._null = sorted([number for number, key in keyed if key is None])
        self._last = sorted([number for number, key in keyed if key is _ABSENT])
        pairs = [(key, number) for number, key in keyed if key is not None and key is not _ABSENT]
        self._keys, self._sorted = _parted(_sorted_by_steps(pairs))

    def catch_up(self) -> None:
        """Let what was noted while it was filled stand above what was read; under the lock."""
        if self._notes:
            self._pass_over(set(self._notes), ())
            self._notes = {key: (None, after) for key, (_, after) in self._notes.items()}

    # reading, under the lock

    def __len__(self) -> int:
        self._settle()
        return len(self._sorted) + len(self._null) + len(self._last)

    def numbers(self, start: int, size: int, *, is_descending: bool) -> list[int]:
        """Up to `size` numbers from a position; descending turns round what has a key, the rest stays behind it."""
        self._settle()
        count, found = len(self._sorted), []
        end = start + size
        if start < count:
            found = self._sorted[start:end]
            if is_descending:
                found = self._sorted[max(0, count - end) : count - start][::-1]
        for part in (self._null, self._last):
            found += part[max(0, start - count) : max(0, end - count)]
            count += len(part)
        return found

    def position(self, number: int, document: Document, *, is_descending: bool) -> int | None:
        """Where a document stands, or None when the sieve holds it back."""
        self._settle()
        found = self.keyed([number], [document])
        if not found:
            return None
        key = found[0][1]
        if key is not None and key is not _ABSENT:
            at = self._place(key, number)
            return len(self._sorted) - 1 - at if is_descending else at
        if key is None:
            return len(self._sorted) + bisect_left(self._null, number)
        return len(self._sorted) + len(self._null) + bisect_left(self._last, number)

    # within

    def _settle(self) -> None:
        if not self._notes:
            return
        notes, self._notes = self._notes, {}
        before = {key: old for key, (old, _) in notes.items() if old is not None}
        after = {key: new for key, (_, new) in notes.items() if new is not None}
        gone = self.keyed(tuple(before), tuple(before.values()))
        come = self.keyed(tuple(after), tuple(after.values()))
        if len(notes) <= _FEW:
            for number, key in gone:
                self._take_out(number, key)
            for number, key in come:
                self._put_in(number, key)
        else:
            self._pass_over({number for number, _ in gone}, come)

    def _place(self, key: object, number: int) -> int:
        # All keys of one column are of one kind; which one makes no difference here.
        keys, sought = cast("list[str]", self._keys), cast("str", key)
        low = bisect_left(keys, sought)
        high = bisect_right(keys, sought, low)
        return bisect_left(self._sorted, number, low, high)

    def _group(self, key: object) -> list[int] | None:
        return self._null if key is None else self._last if key is _ABSENT else None

    def _take_out(self, number: int, key: object) -> None:
        group = self._group(key)
        at = self._place(key, number) if group is None else bisect_left(group, number)
        if group is None:
            del self._keys[at]
        del (self._sorted if group is None else group)[at]

    def _put_in(self, number: int, key: object) -> None:
        group = self._group(key)
        if group is not None:
            insort(group, number)
            return
        at = self._place(key, number)
        self._keys.insert(at, key)
        self._sorted.insert(at, number)

    def _pass_over(self, gone: Container[Key], come: Sequence[tuple[int, object]]) -> None:
        """Leave out and take in many at once; what is sorted already is merged, not sorted again."""
        kept = [(key, n) for key, n in zip(self._keys, self._sorted, strict=True) if n not in gone]
        new = sorted([(key, n) for n, key in come if self._group(key) is None])
        self._keys, self._sorted = _parted(sorted(kept + new))
        self._null = sorted([n for n in self._null if n not in gone] + [n for n, key in come if key is None])
        self._last = sorted([n for n in self._last if n not in gone] + [n for n, key in come if key is _ABSENT])


def _sorted_by_steps(pairs: list[tuple[object, int]]) -> list[tuple[object, int]]:
    """By key, then by number, in many short steps: while one list is sorted, no other thread gets its turn."""
    pairs.sort(key=_NUMBER)
    runs = [sorted(pairs[start : start + _RUN], key=_KEY) for start in range(0, len(pairs), _RUN)]
    while len(runs) > 1:  # two runs are merged, and equal keys stay in the order of their numbers
        runs = [sorted(chain.from_iterable(runs[at : at + 2]), key=_KEY) for at in range(0, len(runs), 2)]
    return runs[0] if runs else []


def _parted(pairs: list[tuple[object, int]]) -> tuple[list[object], list[int]]:
    return [key for key, _ in pairs], [number for _, number in pairs]
