"""A window with one value, drawn by line: it scrolls at any size, and a long line is wrapped, never cut."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from app.ui.panes.response import shortened
from app.ui.screens.styled_once import StyledOnce
from app.ui.widgets.json_raw import JsonRaw


class ValueScreen(StyledOnce, ModalScreen[None]):
    """Shows a value until it is left."""

    CSS_PATH: ClassVar = ["value.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter,o", "dismiss(None)", "Close"),
        Binding("p", "way", "As sent, pretty-printed, hex"),
    ]

    def __init__(self, title: str, data: bytes, *, is_json: bool) -> None:
        super().__init__()
        self._title = title
        self._data = data
        self._is_json = is_json

    def compose(self) -> ComposeResult:
        """The value in a frame that says how to leave."""
        with Vertical(id="dialog") as dialog:
            dialog.border_title = Content(f"{shortened(self._title, 50)}  {len(self._data):,} bytes")
            yield JsonRaw(id="value")

    def on_mount(self) -> None:
        """From its beginning."""
        raw = self.query_one(JsonRaw)
        raw.show(self._data, is_json=self._is_json)
        raw.focus()
        self._say_way()

    def action_way(self) -> None:
        """Another way of showing it."""
        self.query_one(JsonRaw).show_next_way()
        self._say_way()

    def _say_way(self) -> None:
        way = self.query_one(JsonRaw).way.value
        self.query_one("#dialog").border_subtitle = Content(f"{way} · p other · esc close")
