"""What the main area says before anything is selected."""

from __future__ import annotations

import textwrap

from textual.content import Content
from textual.widget import Widget

_LINES = (
    ("From an API to records in five steps", "bold"),
    ("", ""),
    ("1  Move down to an action and press enter; a makes a new one.", ""),
    ("2  F5 or ctrl+j sends it. What came shows as a tree, and raw.", ""),
    ("3  space picks a field or an array; m takes a suggested mapping.", ""),
    ("4  The mapping says what would happen, record by record.", ""),
    ("5  a applies it. u takes it back.", ""),
    ("", ""),
    ("n makes a new custom object, ctrl+p finds any command by name,", "$text-muted"),
    ("? lists every key. Everything is saved as soon as it is done.", "$text-muted"),
)


def start_lines(width: int) -> list[str]:
    """The same for a window, where there is no room for it beside the navigator."""
    return [piece for text, _ in _LINES for piece in (textwrap.wrap(text, width, subsequent_indent="   ") or [""])]


class Welcome(Widget):
    """The first keys to know."""

    def __init__(self) -> None:
        super().__init__(id="welcome")

    def render(self) -> Content:
        """A few lines."""
        return Content("\n").join(Content.styled(text, style) for text, style in _LINES)
