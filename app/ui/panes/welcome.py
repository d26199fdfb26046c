"""What the main area says before anything is selected."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

_LINES = (
    ("Nothing is selected yet.", "bold"),
    ("", ""),
    ("  up, down     move in the navigator", ""),
    ("  enter        open an object or an action", ""),
    ("  a            new action", ""),
    ("  n            new custom object", ""),
    ("  F5, ctrl+j   send the selected action", ""),
    ("  ctrl+p       find any command by name", ""),
    ("  ?            every key", ""),
)


class Welcome(Widget):
    """The first keys to know."""

    def __init__(self) -> None:
        super().__init__(id="welcome")

    def render(self) -> Content:
        """A few lines."""
        return Content("\n").join(Content.styled(text, style) for text, style in _LINES)
