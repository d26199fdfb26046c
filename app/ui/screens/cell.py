"""The dialog of one value: a refusal stays in it, and nothing that was typed is lost."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from textual import on, work
from textual.widgets import Input

from app.ui.screens.asking import Asking

Submit = Callable[[str], Awaitable[str | None]]
"""Keeps a value; returns the refusal in words, or None when it was accepted."""


class CellPrompt(Asking[bool]):
    """Dismissed with True once the value was kept."""

    def __init__(self, title: str, value: str, hint: str, choices: tuple[str, ...], submit: Submit) -> None:
        keys = "enter keep · tab next choice · esc leave" if choices else "enter keep · esc leave"
        super().__init__(title, value, keys)
        self._hint = hint
        self._choices = choices
        self._submit = submit

    def on_mount(self) -> None:
        """What fits, and what an empty line means."""
        self.say(self._hint, words="nothing at all keeps null")

    def action_complete(self) -> None:
        """The next of the values there are."""
        if self._choices:
            at = self._choices.index(self.box.value) + 1 if self.box.value in self._choices else 0
            self.box.value = self._choices[at % len(self._choices)]
            self.box.cursor_position = len(self.box.value)

    @on(Input.Submitted)
    @work(exclusive=True, group="show")
    async def _submitted(self) -> None:
        refusal = await self._submit(self.box.value)
        if refusal is None:
            self.dismiss(True)
        else:
            self.say(refusal, is_bad=True)
