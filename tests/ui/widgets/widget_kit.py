"""A stage for one widget, and what the tests of the widgets share."""

from __future__ import annotations

from unicodedata import category

from textual.app import App, ComposeResult
from textual.widget import Widget

HOSTILE = (
    "\x1b[31mred\x1b[0m",
    "\x1b]52;c;aGk=\x07",
    "\x9b2J\x7f",
    "abc\u202etxt.exe",
    "pay\u200bpal",
    "[red]markup[/]",
    "a\nb\rc\x00",
    "e" + "\u0301" * 50,
    "👩🏽\u200d💻❤\ufe0f",
    "東京",
)
SHOWN = (
    "␛[31mred␛[0m",
    "␛]52;c;aGk=␇",
    "‹U+009B›2J␡",
    "abc‹U+202E›txt.exe",
    "pay‹U+200B›pal",
    "[red]markup[/]",
    "a␊b␍c␀",
    "e" + "\u0301" * 4,
    "👩💻❤",
    "東京",
)
"""How the screen shows each of the hostile texts."""


class Stage(App[None]):
    """Shows one widget on the whole screen."""

    def __init__(self, widget: Widget) -> None:
        super().__init__()
        self.animation_level = "none"
        self._widget = widget

    def compose(self) -> ComposeResult:
        """The widget."""
        yield self._widget

    def on_mount(self) -> None:
        """Keys go to the widget."""
        self._widget.focus()


def harmful(text: str) -> list[str]:
    """The characters of a screen that a terminal could act on."""
    return [letter for letter in text if letter != "\n" and category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp")]
