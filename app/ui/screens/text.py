"""A window with lines to read: a result, a long value, the help. Scrolls, never wraps, hides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from app.domain.text import cell_width, visible
from app.ui.screens.styled_once import StyledOnce
from app.ui.widgets.lines import Lines


class Reading(Lines):
    """Lines to read: there is nothing to choose, so every key that moves scrolls at once."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "page(1)", "Page down", show=False)]

    def can_rest_on(self, row: int) -> bool:
        """There is no cursor."""
        return False

    def on_resize(self) -> None:
        """Nor one that must stay in view."""


class TextScreen(StyledOnce, ModalScreen[None]):
    """Shows lines until it is left."""

    CSS_PATH: ClassVar = ["form.tcss", "text.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,enter", "dismiss(None)", "Close")]

    def __init__(self, title: str, lines: Sequence[str]) -> None:
        super().__init__()
        self._title = title
        self._lines = tuple(lines)

    def compose(self) -> ComposeResult:
        """The lines in a frame that says how to leave."""
        with Vertical(id="dialog") as dialog:
            dialog.border_title = Content(visible(self._title))
            dialog.border_subtitle = Content("esc close")
            lines = Reading(self._lines)
            lines.styles.width = max([36, *map(cell_width, self._lines)]) + 2
            yield lines
