"""Searching the response on the screen: in slices, beside everything else; the cursor goes to the first match at once.

One method for each entry of `VIEW_ENTRIES` that searches, named as it.
"""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import TYPE_CHECKING

from app.domain.text import visible
from app.engine.json_search import Search
from app.ui.panes.raw import RawPane
from app.ui.panes.response import ResponsePane
from app.ui.selection import Shown

if TYPE_CHECKING:
    from app.ui.screens.main import MainScreen

_SLICE = 256 * 1024
"""Bytes that are searched, in a millisecond or so, before the screen is looked after."""
_BREATH = 0.001
_TOLD_EVERY = 0.15


class Searching:
    """What is looked for, and where it was found."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._text = ""
        self._search: Search | None = None
        self._match: int | None = None
        """Where the match is that the cursor was sent to."""

    def forget(self) -> None:
        """Another body is on the screen, or none: what was found in this one is void."""
        self._screen.workers.cancel_group(self._screen, "search")
        self._search = self._match = None
        self._note("")

    def search(self) -> None:
        """Ask what to look for, then go to the first match after the cursor."""
        from app.ui.screens.prompt import Prompt

        self._screen.app.push_screen(Prompt("Search keys and values", self._text), self._begin_search)

    def _begin_search(self, text: str | None) -> None:
        if text:
            self._text = text
            self._start_search(is_forward=True)

    def _start_search(self, *, is_forward: bool) -> None:
        shown = self._screen.shown
        if shown is None:
            self._screen.runner.say("There is no response to search.", severity="warning")
            return
        self._search = Search(self._text_of(shown), self._text, self._offset(is_end=True), is_whole=shown.is_whole)
        self._screen.run_worker(self._run(self._search, is_forward=is_forward), group="search", exclusive=True)

    def _text_of(self, shown: Shown) -> bytes:
        """What is on the screen: XML has a tree of other bytes than its raw text."""
        return shown.index.data if shown.index and self._screen.pane != "raw" else shown.text

    async def _run(self, search: Search, *, is_forward: bool) -> None:
        """Search to the end, in slices; go to the first match as soon as there is one."""
        origin, told, is_there = self._offset(is_end=True), 0.0, False
        try:
            while not search.is_done:
                if search.can_advance:
                    await asyncio.to_thread(search.advance, _SLICE)
                    await asyncio.sleep(_BREATH)
                else:
                    await asyncio.sleep(_TOLD_EVERY)
                if self._screen.shown and self._screen.shown.is_whole and not search.is_whole:
                    search.extend(self._text_of(self._screen.shown))
                if search.count and not is_there and is_forward:
                    is_there = self._go(search, search.next_after(origin))
                elif monotonic() - told > _TOLD_EVERY and self._screen.is_current:
                    told = monotonic()
                    self._tell(search)
        except asyncio.CancelledError:
            self._tell(search, " so far: stopped")
            raise
        if not search.count:
            self._screen.runner.say(f'"{search.text}" is not in the response.', severity="warning")
        if not is_there:
            self._go(search, search.next_after(origin) if is_forward else search.last_before(origin))
        self._tell(search)

    def _tell(self, search: Search, end: str | None = None) -> None:
        if search is not self._search:
            return
        here = search.number_of(self._match) if self._match is not None else 0
        end = end if end is not None else "" if search.is_done else " so far …"
        text = f'"{search.text}" {here:,} of {search.count:,}{end}' if search.count else f'"{search.text}" none{end}'
        self._note(visible(text))

    def _note(self, text: str) -> None:
        self._screen.query_one(ResponsePane).note = text
        self._screen.query_one(RawPane).note = text

    def _go(self, search: Search, match: int | None) -> bool:
        self._match = match
        if match is not None:
            self._screen.looking.go_to(match)
        self._tell(search)
        return match is not None

    def search_next(self) -> None:
        self._step(is_forward=True)

    def search_previous(self) -> None:
        self._step(is_forward=False)

    def _step(self, *, is_forward: bool) -> None:
        search = self._search
        if not self._text:
            self._screen.runner.say("Press / and type what to look for.", severity="warning")
        elif search is None:
            self._start_search(is_forward=is_forward)
        elif not search.count:
            end = "." if search.is_done else " so far."
            self._screen.runner.say(f'"{search.text}" is not in the response{end}', severity="warning")
        else:
            found = search.next_after(self._offset(is_end=True)) if is_forward else search.last_before(self._offset())
            self._go(search, found)

    def _offset(self, *, is_end: bool = False) -> int:
        return self._screen.looking.offset(self._match, is_end=is_end)
