"""What one line of a view shows, to be compared: only lines that show something else are painted anew."""

from __future__ import annotations

from typing import NamedTuple


class Drawn(NamedTuple):
    """The pieces of a line, each a text and the name of its style, and what else it looks like."""

    spans: tuple[tuple[str, str], ...]
    right: tuple[str, str] | None = None
    is_cursor: bool = False
    is_header: bool = False
    is_below: bool = False
    """There is no row so far down."""
