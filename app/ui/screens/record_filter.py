"""The dialog of a filter: completed and counted while it is typed, and pointed at where it is wrong."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from textual import on, work
from textual.widgets import Input

from app.domain.filter_completion import completion
from app.domain.filter_parser import parse
from app.domain.filter_tokens import FilterError
from app.domain.schema import RecordType
from app.ui.screens.asking import Asking

Count = Callable[[str], Awaitable[str]]
"""How many records a filter without mistakes matches, in words."""


class FilterPrompt(Asking[str | None]):
    """Dismissed with a filter that can be read, or None when it was left."""

    def __init__(self, kind: RecordType, value: str, count: Count) -> None:
        super().__init__(f"Filter {kind.name}", value, "enter show · tab complete · esc leave")
        self._kind = kind
        self._count = count

    def on_mount(self) -> None:
        """What could be typed first."""
        self._changed()

    @on(Input.Changed)
    def _changed(self) -> None:
        self.workers.cancel_group(self, "find")
        text = self.box.value
        try:
            parse(text, self._kind)
        except FilterError as error:
            # What can still become right is no mistake yet.
            is_begun = error.end >= len(text.rstrip()) and bool(self._words())
            self.say(" " if is_begun else error.message, words=self._words(), is_bad=not is_begun)
            if not is_begun:
                self.call_after_refresh(self.point, error.start, error.end)
        else:
            self.say(" ", words=self._words())
            self.count(text)

    def _words(self) -> str:
        words = completion(self.box.value, self.box.cursor_position, self._kind).words
        return "  ".join(words)

    @work(exclusive=True, group="find")
    async def count(self, text: str) -> None:
        """Say how many records match; off the event loop."""
        self.say(await self._count(text), words=self._words())

    def action_complete(self) -> None:
        """Take what could be typed, as far as there is one way."""
        box = self.box
        found = completion(box.value, box.cursor_position, self._kind)
        box.value, box.cursor_position = found.applied(box.value, box.cursor_position)

    @on(Input.Submitted)
    def _submitted(self) -> None:
        text = self.box.value
        try:
            parse(text, self._kind)
        except FilterError as error:
            self.say(error.message, words=self._words(), is_bad=True)
            self.point(error.start, error.end)
        else:
            self.dismiss(text.strip())
