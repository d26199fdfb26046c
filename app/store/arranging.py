"""Arrangements of tables: built off the event loop a slice at a time, kept while they are used.

While one is built the lock is held for short, so that a screen goes on; changes that come meanwhile are noted and
worked in at the end.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from app.domain.looking import Look
from app.domain.ordering import sort_key
from app.store import collector
from app.store.arrangement import Arrangement

if TYPE_CHECKING:
    from app.store.documents import Document
    from app.store.operations import Key
    from app.store.reading import Reading
    from app.store.tables import Table

_SLICE = 2048
_KEPT = 8
_MANY = 8192

IsCancelled = Callable[[], bool]


class Cancelled(Exception):  # noqa: N818 - nothing is wrong: nobody wants it any more
    """The arrangement is not wanted any more."""


class Arrangements:
    """The arrangements that were used last, by table and look."""

    def __init__(self, store: Reading) -> None:
        self._store = store
        self._kept: OrderedDict[tuple[str, Look], tuple[Table, Arrangement]] = OrderedDict()

    def ready(self, table: str, look: Look) -> Arrangement | None:
        """The arrangement, if it stands and its table is still that one."""
        key = (table, look.upright)
        with self._store.state_lock:
            found = self._kept.get(key)
            if found is None or found[0] is not self._store.live_table(table):
                return None
            self._kept.move_to_end(key)
            return found[1]

    def made(self, table: str, look: Look, is_cancelled: IsCancelled = lambda: False) -> Arrangement:
        """The arrangement, built if it does not stand; raises Cancelled."""
        found = self.ready(table, look)
        while found is None:
            live = self._store.live_table(table)
            if live is None:
                return _of(look)
            self._keep((table, look.upright), live, self._build(live, look, is_cancelled))
            found = self.ready(table, look)
        return found

    def count(self, table: str, look: Look, is_cancelled: IsCancelled = lambda: False) -> int:
        """How many documents a look shows, without keeping its arrangement; raises Cancelled."""
        arrangement, live = _of(look), self._store.live_table(table)
        slices = self._slices(live, is_cancelled) if live is not None else ()
        return sum(len(arrangement.sift(rows)[1]) for _, rows in slices)

    def decode(self, table: str, is_cancelled: IsCancelled = lambda: False) -> None:
        """Look at every document once, so that the next who does need not wait."""
        live = self._store.live_table(table)
        for _ in self._slices(live, is_cancelled) if live is not None else ():
            pass
        if live is not None and len(live) > _MANY:
            collector.settle()

    def _keep(self, key: tuple[str, Look], table: Table, arrangement: Arrangement) -> None:
        with self._store.state_lock:
            for old in [key, *self._kept][: 1 + max(0, len(self._kept) + 1 - _KEPT)]:
                dropped = self._kept.pop(old, None)
                if dropped and dropped[1] in dropped[0].arrangements:
                    dropped[0].arrangements.remove(dropped[1])
            self._kept[key] = table, arrangement

    def _build(self, table: Table, look: Look, is_cancelled: IsCancelled) -> Arrangement:
        arrangement = _of(look)
        with self._store.state_lock:
            table.arrangements.append(arrangement)
        try:
            arrangement.fill(self._slices(table, is_cancelled))
            with self._store.state_lock:
                arrangement.catch_up()
        except BaseException:
            with self._store.state_lock:
                table.arrangements.remove(arrangement)
            raise
        return arrangement

    def _slices(self, table: Table, is_cancelled: IsCancelled) -> Iterator[tuple[Sequence[Key], list[Document]]]:
        """Keys and documents, as they are when their turn comes."""
        with self._store.state_lock:
            keys = table.keys()
        for start in range(0, len(keys), _SLICE):
            if is_cancelled():
                raise Cancelled
            with self._store.state_lock, collector.paused():
                found = table.some(keys[start : start + _SLICE])
            yield found


def _of(look: Look) -> Arrangement:
    if look.sort is None:
        return Arrangement(None, None, look.sieve)
    return Arrangement(look.sort.name, sort_key(look.sort.data_type), look.sieve)
