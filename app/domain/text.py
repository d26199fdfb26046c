"""The one sanitiser: every text from outside passes it on its way to a screen or a terminal.

Control characters, escape sequences, bidi overrides and invisible characters are made visible; what is left cannot
move a cursor, change a title, write a clipboard or reorder a line.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_MAX_MARKS = 4
"""Combining marks that one character may carry; more would draw over its neighbours."""
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202f\u205f-\u206f"
    "\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0e31-\u0e4e\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{5,}"
)
_PICTURES = 0x2400
_DELETE = "\u2421"


def visible(text: str) -> str:
    """The text on one line, with nothing in it that a terminal could act on; unchanged when it is plain."""
    if text.isascii() and text.isprintable():
        return text
    return _MARKS.sub(lambda found: found[0][:_MAX_MARKS], _HIDDEN.sub(_show, text))


def visible_lines(text: str) -> str:
    """Like `visible`, but line breaks stay line breaks and a tab becomes spaces up to the next column of eight."""
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join(visible(line.expandtabs(8)) for line in lines)


def _show(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < 0x20:
        return chr(_PICTURES + code)
    return _DELETE if code == 0x7F else f"‹U+{code:04X}›"


@lru_cache(4096)
def _width(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def cell_width(text: str) -> int:
    """How many terminal cells a text takes."""
    return len(text) if text.isascii() else sum(map(_width, text))


def clip(text: str, cells: int) -> str:
    """The text cut to at most `cells` cells, with … where something was left out."""
    if cell_width(text) <= cells:
        return text
    if cells < 1:
        return ""
    kept, used = [], 0
    for letter in text:
        used += _width(letter)
        if used > cells - 1:
            break
        kept.append(letter)
    return "".join(kept) + "…"
