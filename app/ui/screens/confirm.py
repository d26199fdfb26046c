"""A question with yes and no; no is where the cursor is. Some want a text typed out instead of a mere yes."""

from __future__ import annotations

import re
import textwrap
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Label

from app.domain.text import visible, visible_lines
from app.ui.screens.styled_once import StyledOnce

_SIZE = re.compile(r"(?<=\d) (?=(?:B|kB|MB|GB)\b)")
_WIDTH = 58
"""Cells inside of the frame."""


def _unbroken(text: str) -> str:
    """Wrapped so that no size is parted from its unit."""
    lines = (textwrap.wrap(_SIZE.sub("\u00a0", line), _WIDTH) or [""] for line in text.split("\n"))
    return "\n".join("\n".join(pieces) for pieces in lines)


class Confirm(StyledOnce, ModalScreen[bool]):
    """Dismissed with True for yes, False for everything else."""

    CSS_PATH: ClassVar = ["form.tcss", "confirm.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes"),
        Binding("n,escape", "answer(False)", "No"),
        Binding("left,right", "app.focus_next", "Other", show=False),
    ]

    def __init__(self, question: str, demanded: str = "", *, title: str = "") -> None:
        super().__init__()
        self._title = title
        self._question = question
        self._demanded = demanded

    def compose(self) -> ComposeResult:
        """The question and two buttons."""
        with Vertical(id="dialog") as dialog:
            dialog.border_title = Content(visible(self._title))
            yield Label(Content(_unbroken(visible_lines(self._question))), id="question")
            if self._demanded:
                yield Label(Content(f"Production: type {visible_lines(self._demanded)} to go on."), id="demand")
                box = Input(id="typed", compact=True)
                box.cursor_blink = False
                yield box
            with Horizontal(id="buttons"):
                yes, no = ("Send", "No  esc") if self._demanded else ("Yes  y", "No  n")
                yield Button(yes, id="yes", compact=True, disabled=bool(self._demanded))
                yield Button(no, id="no", variant="primary", compact=True)

    def on_mount(self) -> None:
        """Enter alone must never mean yes."""
        self.query_one("#typed" if self._demanded else "#no").focus()

    @on(Input.Changed, "#typed")
    def _typed(self, event: Input.Changed) -> None:
        self.query_one("#yes", Button).disabled = event.value.strip() != self._demanded

    @on(Input.Submitted, "#typed")
    def _submitted(self, event: Input.Submitted) -> None:
        if event.value.strip() == self._demanded:
            self.dismiss(True)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")

    def action_answer(self, is_yes: bool) -> None:
        """Answer from the keyboard; where a text is demanded, a key alone cannot mean yes."""
        if not is_yes or not self._demanded:
            self.dismiss(is_yes)
