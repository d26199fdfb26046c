"""One line at the bottom that asks for a text."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input

from app.ui.screens.styled_once import StyledOnce


class Prompt(StyledOnce, ModalScreen[str | None]):
    """Dismissed with the text, or None when it was left."""

    CSS_PATH = "prompt.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel")]

    def __init__(self, title: str, value: str = "") -> None:
        super().__init__()
        self._title = title
        self._value = value

    def compose(self) -> ComposeResult:
        """A frame with an input."""
        box = Input(self._value)
        box.cursor_blink = False
        box.border_title = Content(self._title)
        yield box

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        self.dismiss(event.value)
