"""The line at the bottom: the keys that work here and now, each of them clickable."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from app.commands.context import Context
from app.commands.registry import REGISTRY, Disabled
from app.domain.text import cell_width, visible
from app.domain.workspace import Workspace
from app.ui.bindings import Entry, entries_by_need, shown_key
from app.ui.selection import Selection, Shown

_LAST = ("view.help", "view.palette")


MOST_LINES = 4
"""Lines that a message may take from the panes."""


def message_lines(message: str, width: int) -> list[str]:
    """A message made visible and wrapped for the bottom of the screen."""
    found: list[str] = []
    for line in message.split("\n") if message else []:
        words = visible(line)
        is_plain = cell_width(words) == len(words)
        found += textwrap.wrap(words, max(20, width - 2) if is_plain else max(10, width // 2)) or [""]
    return found


class KeyBar(Widget):
    """Shows as many keys as fit: first those of the pane, then those that work everywhere."""

    DEFAULT_CLASSES = "bar"
    pane: reactive[str] = reactive("navigator")
    workspace: reactive[Workspace] = reactive(Workspace)
    selection: reactive[Selection] = reactive(Selection)
    shown: reactive[Shown | None] = reactive[Shown | None](None)
    commits: reactive[int] = reactive(0)
    message: reactive[str] = reactive("")
    """What a command said; it stands here until the next key."""

    @dataclass
    class EntryChosen(Message):
        """A key was clicked."""

        entry_id: str

    def __init__(self) -> None:
        super().__init__(id="key-bar")
        self._places: list[tuple[int, int, str]] = []

    def render(self) -> Content:
        """`key what  key what …`, whole entries only; help and palette always stand at the end."""
        if self.message:
            self._places = []
            lines = message_lines(self.message, self.size.width)
            return Content.styled("\n".join(f" {line}" for line in lines), "bold")
        entries = [entry for entry in entries_by_need(self.pane) if entry.short]
        last = [entry for entry in entries if entry.id in _LAST]
        room = self.size.width - 1 - sum(map(_width, last))
        chosen, context = [], self._selected()
        for entry in entries:
            if entry not in last and _width(entry) <= room and _is_enabled(entry, context):
                chosen.append(entry)
                room -= _width(entry)
        return self._laid_out([*chosen, *last])

    def watch_message(self) -> None:
        """A long message takes the lines that it needs, until the next key."""
        self.styles.height = max(1, len(message_lines(self.message, self.size.width)))

    def _laid_out(self, entries: list[Entry]) -> Content:
        parts: list[tuple[str, str]] = [(" ", "")]
        self._places, at = [], 1
        for entry in entries:
            parts += [(shown_key(entry.keys[0]), "bold $text-accent"), (f" {entry.short}  ", "")]
            self._places.append((at, at + _width(entry) - 2, entry.id))
            at += _width(entry)
        return Content.assemble(*parts)

    def _selected(self) -> Context | None:
        from app.ui.screens.main import MainScreen

        return self.screen.context() if isinstance(self.screen, MainScreen) and self.screen.is_mounted else None

    def on_click(self, event: Click) -> None:
        """Do what the key under the pointer does."""
        for start, end, entry_id in self._places:
            if start <= event.x < end:
                self.post_message(self.EntryChosen(entry_id))


def _is_enabled(entry: Entry, context: Context | None) -> bool:
    if entry.id not in REGISTRY or context is None:
        return True
    return not isinstance(REGISTRY[entry.id].gather(context), Disabled)


def _width(entry: Entry) -> int:
    return cell_width(f"{shown_key(entry.keys[0])} {entry.short}") + 2
