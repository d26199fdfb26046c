"""Where only one pane fits: a line that names all panes of the selection and shows which one this is."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from app.ui.screens.layout import PANES
from app.ui.selection import Selection


class Tabs(Widget):
    """Clickable; tab and shift+tab do the same."""

    DEFAULT_CLASSES = "bar"
    pane: reactive[str] = reactive("navigator")
    selection: reactive[Selection] = reactive(Selection)

    @dataclass
    class PaneChosen(Message):
        """A name was clicked."""

        pane: str

    def __init__(self) -> None:
        super().__init__(id="tabs")
        self._places: list[tuple[int, int, str]] = []

    def render(self) -> Content:
        """The names; the current one in brackets, so that it is seen without colour."""
        parts: list[tuple[str, str]] = []
        self._places, at = [], 0
        for pane in PANES[self.selection.kind]:
            title = pane.capitalize() if pane != "navigator" else "Workspace"
            text = f"[{title}]" if pane == self.pane else f" {title} "
            parts.append((text, "bold $text-accent" if pane == self.pane else ""))
            self._places.append((at, at + len(text), pane))
            at += len(text)
        return Content.assemble(*parts)

    def on_click(self, event: Click) -> None:
        """Go to the pane under the pointer."""
        for start, end, pane in self._places:
            if start <= event.x < end:
                self.post_message(self.PaneChosen(pane))
