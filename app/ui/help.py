"""The help: what the workbench is for in a few lines, then every key, from the same list that binds them."""

from __future__ import annotations

from collections.abc import Sequence

from app.ui.bindings import Entry, all_entries
from app.ui.screens.layout import ALL_PANES

_ABOUT = (
    "Define custom objects, send an action, look at what really comes back,",
    "pick fields with space, take a suggested mapping with m, apply it with a.",
    "Everything is sealed in the vault as soon as it is done; u takes it back.",
    "",
    "up down pgup pgdn home end move · enter opens or chooses · left right collapse",
    "and expand · 1-9 open so many levels · tab goes to the next pane",
)


def help_lines() -> tuple[str, ...]:
    """Everything the help window shows."""
    return (*_ABOUT, "", *key_table())


def key_table() -> tuple[str, ...]:
    """Every key, by pane."""
    keyed = [entry for entry in all_entries() if entry.keys]
    lines = ["Everywhere", *_rows([entry for entry in keyed if not entry.panes])]
    for pane in ALL_PANES:
        own = [entry for entry in keyed if pane in entry.panes]
        if own:
            lines += ["", f"In the {pane} pane", *_rows(own)]
    return tuple(lines)


def _rows(entries: Sequence[Entry]) -> list[str]:
    return [f"  {entry.shown_keys:<14}{entry.title:<28}{entry.help}" for entry in entries]
