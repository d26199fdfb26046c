"""The one sanitiser: every text from outside passes it on its way to a screen or a terminal.

Control characters, escape sequences, bidi overrides and invisible characters are made visible; what is left cannot
move a cursor, change a title, write a clipboard or reorder a line, and takes the same number of cells everywhere.

Emoji are drawn by their base signs: terminals disagree on how wide a joined, coloured or restyled emoji is, so the
joiner, skin tone or style selector that belongs to one is left out (❤ for ❤ + U+FE0F). Anywhere else they are shown
like all invisible characters, since text can be smuggled in them.
"""

from __future__ import annotations

import re
from itertools import chain
from unicodedata import category, east_asian_width

_MAX_MARKS = 4
"""Zero-width letters that one character may carry; more would draw over its neighbours."""
_UNSEEN = frozenset(
    chain(
        (0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180F, 0x2800, 0x3164, 0xFFA0, 0x16FE4),
        range(0x180B, 0x180E),
        range(0xFE00, 0xFE10),
        range(0x1F3FB, 0x1F400),
        range(0xE0100, 0xE01F0),
    )
)
"""Letters, marks and selectors that show nothing or change what stands before them, though Unicode calls them text."""
_NEWER = (range(0x1F6D0, 0x1F700), range(0x1F7E0, 0x1F800), range(0x1F900, 0x1FB00), range(0x20000, 0x3FFFE))
"""Where new emoji and CJK letters appear: shown even if this Python's Unicode is too old to know them."""
_WIDE = (range(0x2630, 0x2638), range(0x268A, 0x2690), range(0x4DC0, 0x4E00), range(0x1D300, 0x1D377))
"""Wide since Unicode 16, which this Python's tables may predate."""
_JAMO = "\u1160-\u11ff\ud7b0-\ud7ff"
_JOINED_JAMO = (range(0x1160, 0x1200), range(0xD7B0, 0xD800))
_EMOJI = (
    "[\xa9\xae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff"
    "\u3030\u303d\u3297\u3299\U0001f000-\U0001f3fa\U0001f400-\U0001faff]"
)
EMOJI_JOINTS = re.compile(
    f"(?<={_EMOJI})(?:[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff](?:\u200d(?={_EMOJI}))?|\u200d(?={_EMOJI}))"
    "|(?<=[0-9#*])\ufe0f(?=\u20e3)"
)
"""What is left out of an emoji."""
_MAYBE_MARKS = re.compile(rf"(?:[^\w\s\x00-\x7f]|[{_JAMO}]){{{_MAX_MARKS + 1},}}")
_BARE = "◌"
"""Carries a mark that has no letter of its own, as Unicode advises; it would land on a neighbour."""


class _Shown(dict[int, str]):
    """How each character is shown, found out once."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        kind = category(letter)
        if kind == "Cn" and (code & 0xFFFE) != 0xFFFE and any(code in block for block in _NEWER):
            shown = letter
        elif code < 0x20:
            shown = chr(0x2400 + code)
        elif code == 0x7F:
            shown = "\u2421"
        elif code in _UNSEEN or kind in ("Cc", "Cf", "Cs", "Cn", "Zl", "Zp"):
            shown = f"‹U+{code:04X}›"
        else:
            shown = letter
        self[code] = shown
        return shown


class _Widths(dict[str, int]):
    """How many cells each visible character takes, found out once; as Textual counts them."""

    def __missing__(self, letter: str) -> int:
        code, kind = ord(letter), category(letter)
        if kind in ("Mn", "Me", "Mc") or any(code in block for block in _JOINED_JAMO):
            width = 0
        elif kind == "Cn":
            width = 2 if any(code in block for block in _NEWER) else 1
        else:
            width = 2 if east_asian_width(letter) in ("W", "F") or any(code in block for block in _WIDE) else 1
        self[letter] = width
        return width


_SHOWN = _Shown()
_WIDTHS = _Widths()


def visible(text: str) -> str:
    """The text on one line, with nothing in it that a terminal could act on; unchanged when it is plain."""
    if text.isascii() and text.isprintable():
        return text
    shown = _MAYBE_MARKS.sub(_fewer_marks, EMOJI_JOINTS.sub("", text).translate(_SHOWN))
    return _BARE + shown if shown and not _WIDTHS[shown[0]] else shown


def visible_lines(text: str) -> str:
    """Like `visible`, but line breaks stay line breaks and a tab becomes spaces up to the next column of eight."""
    return "\n".join(map(visible_line, text.replace("\r\n", "\n").split("\n")))


def visible_line(line: str) -> str:
    """Like `visible`, but a tab becomes spaces up to the next column of eight."""
    if "\t" not in line:
        return visible(line)
    *fields, last = line.split("\t")
    padded = [field + " " * (8 - cell_width(field) % 8) for field in map(visible, fields)]
    return "".join([*padded, visible(last)])


def cell_width(text: str) -> int:
    """How many terminal cells a text takes, once it is visible."""
    return len(text) if text.isascii() else sum(map(_WIDTHS.__getitem__, text))


def clip(text: str, cells: int) -> str:
    """The text cut to at most `cells` cells, with … where something was left out."""
    if text.isascii():
        return text if len(text) <= cells else text[: cells - 1] + "…" if cells > 0 else ""
    used = kept = 0
    for at, letter in enumerate(text):
        used += _WIDTHS[letter]
        if used > cells:
            return text[:kept] + "…" if cells > 0 else ""
        if used < cells:
            kept = at + 1
    return text


def _fewer_marks(found: re.Match[str]) -> str:
    kept: list[str] = []
    run = 0
    for letter in found[0]:
        run = 0 if _WIDTHS[letter] else run + 1
        if run <= _MAX_MARKS:
            kept.append(letter)
    return "".join(kept)
