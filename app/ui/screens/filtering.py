"""Filtering the tree by an RFC 9535 query while it is typed; the query is remembered with the action."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from time import monotonic
from typing import TYPE_CHECKING

from app.domain.text import visible
from app.ui.panes.response import ResponsePane
from app.ui.screens.query_prompt import QueryPrompt
from app.ui.selection import Shown
from app.ui.widgets.json_tree import JsonTree

if TYPE_CHECKING:
    from app.engine.querying import Found, Querying
    from app.ui.screens.main import MainScreen

_TYPING_PAUSE = 0.15
"""Seconds without a key after which a query is asked; of two letters in a row only the last counts."""
_SHOWN_EVERY = 0.5


class Filtering:
    """The filter of the response on the screen."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._querying: Querying | None = None
        self._body: bytes | None = None
        self._prompt: QueryPrompt | None = None
        self.query = ""
        """The query that the tree shows the matches of; "" for none."""

    def filter(self) -> None:
        """Ask for a query; its matches show while it is typed."""
        if self._screen.shown is None or not self._screen.shown.has_nodes:
            self._screen.runner.say("There is no JSON to filter.", severity="warning")
            return
        before = self.query
        self._prompt = QueryPrompt(before or "$", self._typed)

        def left(query: str | None) -> None:
            self._prompt = None
            query = before if query is None else "" if query.strip() == "$" else query.strip()
            if query != self.query:
                self.apply(query)
            if query != before:
                self._screen.run_worker(self._remember(query), group="remember", exclusive=True)

        self._screen.app.push_screen(self._prompt, left)

    def _typed(self, query: str) -> None:
        self.apply("" if query.strip() in ("", "$") else query.strip(), pause=_TYPING_PAUSE)

    def apply(self, query: str, *, pause: float = 0) -> None:
        """Show the matches of a query; "" shows everything."""
        self.query = query
        shown = self._screen.shown
        self._screen.workers.cancel_group(self._screen, "filter")
        if not query:
            self._say("")
            self._screen.query_one(JsonTree).keep(None)
        elif shown is not None:
            self._screen.run_worker(self._run(shown, query, pause), group="filter", exclusive=True)

    def forget(self) -> None:
        """Another body is on the screen, or none."""
        self.query = ""
        self._screen.workers.cancel_group(self._screen, "filter")
        self._screen.query_one(ResponsePane).filter_note = ""
        self._screen.run_worker(self.stop(), group="end filter")

    def stopped(self) -> None:
        """Somebody did not want to wait: say that what is shown is not all."""
        self._say(f"{self.query}: stopped")

    async def stop(self) -> None:
        """End the worker process."""
        querying, self._querying, self._body = self._querying, None, None
        if querying is not None:
            await querying.stop()

    async def _run(self, shown: Shown, query: str, pause: float) -> None:
        await asyncio.sleep(pause)
        while not self._is_ready(shown):
            self._say(f"{query}: waiting for the index")
            await asyncio.sleep(_TYPING_PAUSE)
        current = self._screen.shown
        if current is None or current.index is not shown.index:
            return
        self._say(f"{query} …")
        await self._ask(current, query)

    def _is_ready(self, shown: Shown) -> bool:
        current = self._screen.shown
        return current is None or current.index is not shown.index or bool(shown.index and shown.index.is_done)

    async def _ask(self, shown: Shown, query: str) -> None:
        from app.engine.json_index import JsonIndex
        from app.engine.json_paths import Finder

        assert isinstance(shown.index, JsonIndex)
        nodes: set[int] = set()
        finder, told = Finder(shown.index), monotonic()
        async with aclosing((await self._worker(shown)).ask(query)) as answers:
            async for found in answers:
                nodes.update(await asyncio.to_thread(finder.nodes, found.paths))
                if found.is_last:
                    self._finish(query, nodes, found)
                elif monotonic() - told > _SHOWN_EVERY:
                    told = monotonic()
                    self._screen.query_one(JsonTree).keep(nodes)
                    self._say(f"{query}: {len(nodes):,} so far …")

    async def _worker(self, shown: Shown) -> Querying:
        from app.engine.querying import Querying

        if self._querying is None or self._body is not shown.text:
            await self.stop()
            self._querying, self._body = Querying(shown.text), shown.text
        return self._querying

    def _finish(self, query: str, nodes: set[int], found: Found) -> None:
        if nodes or not found.is_error:
            self._screen.query_one(JsonTree).keep(nodes)
        more = " and more, of which nothing is shown" if found.is_cut else ""
        counted = f"{len(nodes):,} {'match' if len(nodes) == 1 else 'matches'}{more}"
        self._say(f"{query}: {counted}" if not found.why else f"{query}: {found.why}")

    def _say(self, text: str) -> None:
        self._screen.query_one(ResponsePane).filter_note = visible(text)
        if self._prompt is not None:
            self._prompt.say(text.removeprefix(self.query).removeprefix(":").strip())

    async def _remember(self, query: str) -> None:
        from app.commands.filtering import FilterOf, remember_filter
        from app.errors import WorkbenchError

        action = self._screen.selection.action
        if action:
            try:
                await remember_filter(self._screen.workbench, FilterOf(action=action, query=query))
            except WorkbenchError as error:
                self._screen.runner.say(str(error), severity="error")
