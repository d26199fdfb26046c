"""The few marks that the screen uses; plain ASCII where the locale is not UTF-8."""

from __future__ import annotations

import locale
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Glyphs:
    """One set of marks."""

    opened: str
    closed: str
    picked: str
    source: str
    draft: str = "○"
    tested: str = "◐"
    live: str = "●"
    changed: str = "!"
    ascending: str = "▲"
    descending: str = "▼"
    full: str = "█"
    """The done part of a bar, and the rest of it."""
    rest: str = "░"


_UNICODE = Glyphs(opened="▾", closed="▸", picked="●", source="◆")
_ASCII = Glyphs(
    opened="-",
    closed="+",
    picked="*",
    source="#",
    draft="d",
    tested="t",
    live="L",
    ascending="^",
    descending="v",
    full="#",
    rest=".",
)

GLYPHS = _UNICODE if locale.getencoding().lower().replace("-", "") == "utf8" else _ASCII
