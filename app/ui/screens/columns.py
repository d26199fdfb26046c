"""The dialog of an object's columns: which attributes are shown, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Label

from app.domain.schema import Attribute
from app.domain.text import visible
from app.ui.screens.styled_once import StyledOnce
from app.ui.widgets.lines import Line, Lines


class ColumnsDialog(StyledOnce, ModalScreen[tuple[str, ...] | None]):
    """Dismissed with the names to show, in order, or None when it was left."""

    CSS_PATH: ClassVar = ["form.tcss", "columns.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel"),
        Binding("space", "pick", "Show or hide", priority=True),
        Binding("J,shift+down", "carry(1)", "Further back", priority=True),
        Binding("K,shift+up", "carry(-1)", "Further forward", priority=True),
        Binding("a", "all", "Show all", priority=True),
        Binding("enter", "keep", "Keep", priority=True),
    ]

    def __init__(self, name: str, shown: Sequence[Attribute], hidden: Sequence[Attribute]) -> None:
        super().__init__()
        self._name = name
        self._rows = [*shown, *hidden]
        self._picked = {attribute.name for attribute in shown}

    def compose(self) -> ComposeResult:
        """A line for each attribute."""
        with Vertical(id="dialog") as dialog:
            dialog.border_title = Content(visible(f"Columns of {self._name}"))
            dialog.border_subtitle = Content("enter keep · esc leave")
            yield Lines(id="columns")
            yield Label("space show or hide · J K move · a all", id="hint")

    def on_mount(self) -> None:
        """The first drawing; what was said before would cover it."""
        self.app.clear_notifications()
        self._draw()

    def _draw(self) -> None:
        self.query_one(Lines).show([self._line(attribute) for attribute in self._rows])

    def _line(self, attribute: Attribute) -> Line:
        mark = "[x] " if attribute.name in self._picked else "[ ] "
        return Line(mark, attribute.name, ("  " + attribute.format, "muted"))

    @property
    def _at(self) -> int:
        return self.query_one(Lines).cursor

    def action_pick(self) -> None:
        """Show or hide the attribute under the cursor; one at least is shown."""
        name = self._rows[self._at].name
        if self._picked != {name}:
            self._picked ^= {name}
        self._draw()

    def action_carry(self, step: int) -> None:
        """Move the attribute under the cursor, and the cursor with it."""
        here, there = self._at, self._at + step
        if 0 <= there < len(self._rows):
            self._rows[here], self._rows[there] = self._rows[there], self._rows[here]
            self._draw()
            self.query_one(Lines).move_to(there)

    def action_all(self) -> None:
        """Show every attribute."""
        self._picked = {attribute.name for attribute in self._rows}
        self._draw()

    def action_keep(self) -> None:
        """Take it as it is."""
        self.dismiss(tuple(attribute.name for attribute in self._rows if attribute.name in self._picked))
