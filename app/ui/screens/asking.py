"""A dialog of one line at the bottom: the records stay in view, and what is to be said stands below the line."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Label

from app.domain.text import cell_width, visible
from app.ui.screens.styled_once import StyledOnce

T = TypeVar("T")


class Asking(StyledOnce, ModalScreen[T]):
    """An input in a frame; a line of carets, a message and a line of words below it."""

    CSS_PATH: ClassVar = ["asking.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel"),
        Binding("tab", "complete", "Complete", priority=True),
    ]

    def __init__(self, title: str, value: str, keys: str) -> None:
        super().__init__()
        self._title = title
        self._value = value
        self._keys = keys

    def compose(self) -> ComposeResult:
        """The frame."""
        with Vertical(id="asking") as frame:
            frame.border_title = Content(visible(self._title))
            frame.border_subtitle = Content(self._keys)
            box = Input(self._value, compact=True, select_on_focus=False)
            box.cursor_blink = False
            yield box
            yield Label("", id="carets")
            yield Label("", id="said")
            yield Label("", id="words")

    def on_mount(self) -> None:
        """What was said before would cover it."""
        self.app.clear_notifications()

    def action_complete(self) -> None:
        """Nothing to complete unless a subclass knows better."""

    @property
    def box(self) -> Input:
        """Where it is typed."""
        return self.query_one(Input)

    def say(self, message: str, *, words: str = "", is_bad: bool = False) -> None:
        """Show a message, and what could be typed."""
        self.query_one("#said", Label).update(Content(visible(message)))
        self.query_one("#said").set_class(is_bad, "-bad")
        self.query_one("#words", Label).update(Content(visible(words)))
        self.query_one("#carets", Label).update("")

    def point(self, start: int, end: int) -> None:
        """Put carets under letters of the input, as far as they are in view."""
        text, left = self.box.value, int(self.box.scroll_offset.x)
        first = cell_width(text[:start]) - left
        last = max(cell_width(text[:end]) - left, first + 1)
        carets = " " * max(0, first) + "^" * max(0, last - max(0, first))
        self.query_one("#carets", Label).update(Content(carets[: max(1, self.box.size.width)]))
