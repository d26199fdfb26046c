"""The line at the bottom: the keys that work here and now, each of them clickable."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from app.commands.registry import REGISTRY, Disabled
from app.domain.text import cell_width
from app.domain.workspace import Workspace
from app.ui.bindings import Entry, entries_for, shown_key
from app.ui.selection import Selection, Shown


class KeyBar(Widget):
    """Shows as many keys as fit: first those of the pane, then those that work everywhere."""

    DEFAULT_CLASSES = "bar"
    pane: reactive[str] = reactive("navigator")
    workspace: reactive[Workspace] = reactive(Workspace)
    selection: reactive[Selection] = reactive(Selection)
    shown: reactive[Shown | None] = reactive[Shown | None](None)
    commits: reactive[int] = reactive(0)

    @dataclass
    class EntryChosen(Message):
        """A key was clicked."""

        entry_id: str

    def __init__(self) -> None:
        super().__init__(id="key-bar")
        self._places: list[tuple[int, int, str]] = []

    def render(self) -> Content:
        """`key what  key what …`, cut at a whole entry."""
        parts: list[tuple[str, str]] = [(" ", "")]
        self._places = []
        at = 1
        for entry in self._entries():
            key = shown_key(entry.keys[0])
            width = cell_width(f"{key} {entry.short}") + 2
            if at + width > self.size.width:
                continue
            self._places.append((at, at + width - 2, entry.id))
            parts += [(key, "bold $accent"), (f" {entry.short}  ", "")]
            at += width
        return Content.assemble(*parts)

    def _entries(self) -> list[Entry]:
        shown = [entry for entry in entries_for(self.pane) if entry.short]
        last = [entry for entry in shown if entry.id in ("view.help", "view.palette")]
        return [*last, *(entry for entry in shown if entry not in last and self._is_enabled(entry))]

    def _is_enabled(self, entry: Entry) -> bool:
        from app.ui.screens.main import MainScreen

        screen = self.screen
        if entry.id not in REGISTRY or not isinstance(screen, MainScreen) or not screen.is_mounted:
            return True
        return not isinstance(REGISTRY[entry.id].gather(screen.context()), Disabled)

    def on_click(self, event: Click) -> None:
        """Do what the key under the pointer does."""
        for start, end, entry_id in self._places:
            if start <= event.x < end:
                self.post_message(self.EntryChosen(entry_id))
