"""The garbage collector while many documents are made: off during the work, and told afterwards that they stay.

Decoding makes hundreds of thousands of containers without one cycle among them; walking them again and again took
half of the time of a scan.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def paused() -> Iterator[None]:
    """No collection within; as before after it."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def settle() -> None:
    """What lives now is not walked again."""
    gc.freeze()
