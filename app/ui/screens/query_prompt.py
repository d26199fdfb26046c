"""One line at the bottom that asks for a query and tells with every letter what it finds."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Label

from app.domain.text import visible
from app.ui.screens.styled_once import StyledOnce


class QueryPrompt(StyledOnce, ModalScreen[str | None]):
    """Dismissed with the query, or None when it was left."""

    CSS_PATH = "query_prompt.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel")]

    def __init__(self, query: str, typed: Callable[[str], None]) -> None:
        """`typed` hears every change."""
        super().__init__()
        self._query = query
        self._typed = typed

    def compose(self) -> ComposeResult:
        """A frame with an input, and what the query finds."""
        with Vertical(id="query") as frame:
            frame.border_title = "Filter by an RFC 9535 query, as in $.orders[?@.total > 100].id"
            frame.border_subtitle = "enter keep · esc back · $ shows all"
            box = Input(self._query, compact=True, select_on_focus=False)
            box.cursor_blink = False
            yield box
            yield Label("", id="verdict")

    def say(self, text: str) -> None:
        """What the query finds, or why it finds nothing."""
        self.query_one("#verdict", Label).update(Content(visible(text)))

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        if event.value != self._query:
            self._query = event.value
            self._typed(event.value)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        self.dismiss(event.value)
