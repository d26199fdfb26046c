"""The locked screen: a question for the passphrase, and nothing of what it protects."""

from __future__ import annotations

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, Label

from app.domain.text import visible_lines
from app.ui.screens.styled_once import StyledOnce

Unlock = Callable[["LockedScreen", str], None]
"""Begins to try a passphrase; the screen hears of a refusal, and goes when the vault is open."""


class PassphraseInput(Input):
    """Shows a dot for each letter, and gives nothing of it to a clipboard."""

    def action_copy(self) -> None:
        """Not from here."""

    def action_cut(self) -> None:
        """Nor this."""


class LockedScreen(StyledOnce, Screen[None]):
    """Stands alone: the screens of the workspace are gone while it is shown."""

    CSS_PATH = "locked.tcss"
    AUTO_FOCUS = "Input"

    def __init__(self, reason: str, unlock: Unlock) -> None:
        super().__init__()
        self._reason = reason
        self._unlock = unlock

    def compose(self) -> ComposeResult:
        """Why it is locked, one row to type in, what was wrong."""
        with Vertical(id="dialog") as dialog:
            dialog.border_title = Content("Locked")
            dialog.border_subtitle = Content("enter unlock · ctrl+q quit")
            yield Label(Content(self._reason), id="reason")
            box = PassphraseInput(password=True, placeholder="passphrase", compact=True)
            box.cursor_blink = False
            yield box
            yield Label("", id="refusal")

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        text = event.value
        event.input.clear()
        if text:
            event.input.disabled = True
            self._say("Opening …")
        self._unlock(self, text)

    def refuse(self, words: str) -> None:
        """Say why it is locked still, or what went wrong when it was, and ask again."""
        if self.is_attached:
            self._say(words)
            box = self.query_one(PassphraseInput)
            box.disabled = False
            box.focus()

    def _say(self, words: str) -> None:
        self.query_one("#refusal", Label).update(Content(visible_lines(words)))
