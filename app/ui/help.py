"""The help: what the workbench is for in a few lines, then every key, from the same list that binds them."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from app.ui.bindings import Entry, all_entries
from app.ui.history_keys import HISTORY_KEYS
from app.ui.screens.layout import ALL_PANES
from app.ui.widgets.glyphs import GLYPHS

_ABOUT = (
    "Define custom objects, send an action, look at what really comes back, pick fields with space, take a "
    "suggested mapping with m, apply it with a. Everything is sealed in the vault as soon as it is done; u takes "
    "it back.",
    "",
    "up, down, pgup, pgdn, home and end move (space is pgdn in a window like this); enter opens or chooses; left and "
    "right collapse and expand; 1 to 9 open so many levels; tab goes to the next pane.",
)
_MARKS = (
    f"Behind an action stands its state: {GLYPHS.draft} draft, {GLYPHS.tested} draft with a green live test, "
    f"{GLYPHS.live} live, {GLYPHS.changed} live but changed since its test. Templates take {{{{input}}}}, "
    '{{person.email}}, {{order.external_id}}, {{env.base_url}}, each with | fallback: "text".',
)
_KEYS, _TITLE = 12, 27


def help_lines(width: int, pane: str = "") -> tuple[str, ...]:
    """Everything the help window shows, no line wider than `width`: first the keys of the pane one is in."""
    about = [piece for line in _ABOUT for piece in (textwrap.wrap(line, width) or [""])]
    marks = [piece for line in _MARKS for piece in textwrap.wrap(line, width)]
    own = _pane_rows(pane, width)
    return (*own, *([""] if own else []), *about, "", *key_table(width), "", *marks)


def key_table(width: int) -> tuple[str, ...]:
    """Every key, by pane."""
    keyed = [entry for entry in all_entries() if entry.keys]
    lines = ["Everywhere", *_rows([entry for entry in keyed if not entry.panes], width)]
    for pane in ALL_PANES:
        lines += ["", *_pane_rows(pane, width)]
    lines += ["", "In the history of runs (H)", *_rows(HISTORY_KEYS, width)]
    return tuple(lines)


def _pane_rows(pane: str, width: int) -> list[str]:
    own = [entry for entry in all_entries() if entry.keys and pane in entry.panes]
    return [f"In the {pane} pane", *_rows(own, width)] if own else []


def _rows(entries: Sequence[Entry], width: int) -> list[str]:
    lines = []
    for entry in entries:
        first, *rest = textwrap.wrap(entry.help, max(20, width - _KEYS - _TITLE - 2))
        lines.append(f"  {entry.shown_keys:<{_KEYS}}{entry.title:<{_TITLE}}{first}")
        lines += [" " * (_KEYS + _TITLE + 2) + piece for piece in rest]
    return lines
