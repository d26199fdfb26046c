"""No search for reference cycles while large documents are read: JSON and columns make none.

Looking for them costs more than reading, and holds up the keys for as long as it takes. So whoever has made much tells
the collector that it stays; it is let go of like everything else when nobody needs it. What the store has frozen stays
frozen.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TypeVar

T = TypeVar("T")

_MANY = 50_000
"""New containers from which on they are not walked once more to find that they are needed."""
_SOME = 500
"""Values that are freed in a millisecond or so."""
_guard = Lock()
_depth = 0
_is_ours = False


@contextmanager
def paused() -> Iterator[None]:
    """Leave the collector off until the last of those who asked for it, in whatever thread, is done."""
    global _depth, _is_ours
    with _guard:
        if _depth == 0:
            _is_ours = gc.isenabled()
            gc.disable()
        _depth += 1
    try:
        yield
    finally:
        with _guard:
            _depth -= 1
            if _depth == 0 and gc.get_count()[0] > _MANY:
                gc.freeze()
            if _depth == 0 and _is_ours:
                gc.enable()


def let_go(values: list[T]) -> None:
    """Empty a list that alone holds many values, in a thread, a little at a time.

    Freeing them all at once would take as long as making them, and nothing else could be done meanwhile.
    """
    while values:
        del values[-_SOME:]
