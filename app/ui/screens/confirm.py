"""A question with yes and no; no is where the cursor is."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Label

from app.domain.text import visible_lines


class Confirm(ModalScreen[bool]):
    """Dismissed with True for yes, False for everything else."""

    CSS_PATH: ClassVar = ["form.tcss", "confirm.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes"),
        Binding("n,escape", "answer(False)", "No"),
        Binding("left,right", "app.focus_next", "Other", show=False),
    ]

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        """The question and two buttons."""
        with Vertical(id="dialog"):
            yield Label(Content(visible_lines(self._question)), id="question")
            with Horizontal(id="buttons"):
                yield Button("Yes  y", id="yes", variant="warning", compact=True)
                yield Button("No  n", id="no", variant="primary", compact=True)

    def on_mount(self) -> None:
        """Enter alone must never mean yes."""
        self.query_one("#no").focus()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")

    def action_answer(self, is_yes: bool) -> None:
        """Answer from the keyboard."""
        self.dismiss(is_yes)
