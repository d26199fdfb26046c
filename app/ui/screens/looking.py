"""Looking at a response: the cursor that tree and raw share, the index that fills up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from time import monotonic
from typing import TYPE_CHECKING

from app.domain.path import FieldPath
from app.engine.json_growth import index_elsewhere
from app.engine.json_index import JsonIndex
from app.ui.panes.raw import RawPane
from app.ui.panes.response import ResponsePane
from app.ui.selection import Shown
from app.ui.widgets.json_raw import JsonRaw
from app.ui.widgets.json_tree import JsonTree

if TYPE_CHECKING:
    from app.ui.screens.main import MainScreen

_LARGE = 2_000_000
"""Bytes from which on a process of its own makes the index: one that shares the interpreter would hold up the keys."""
_SLICE = 64 * 1024
"""Bytes that are indexed here before the screen is looked after."""
_TOLD_EVERY = 0.15


class Looking:
    """What a person does with the body on the screen."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._pending: int | None = None
        """A byte to go to in the tree, once it is indexed."""
        self._synced: int | None = None
        """Where the tree was sent by the raw view, which must not be sent back."""

    @property
    def _shown(self) -> Shown | None:
        return self._screen.shown

    @property
    def _tree(self) -> JsonTree:
        return self._screen.query_one(JsonTree)

    @property
    def _raw(self) -> JsonRaw:
        return self._screen.query_one(JsonRaw)

    async def _index_whole(self, shown: Shown) -> None:
        """Index the rest of a body, a large one in another process; the panes follow, unless a dialog covers them."""
        index, told = shown.index, 0.0
        if index is None:
            return
        self._screen.query_one(ResponsePane).is_indexing = True
        try:
            async with aclosing(_indexing(index)) as slices:
                async for _ in slices:
                    if monotonic() - told > _TOLD_EVERY and not index.is_done and self._screen.is_current:
                        told = monotonic()
                        self._index_grew(index)
        except OSError as error:
            self._screen.runner.say(f"Only the beginning is shown: {error}.", severity="error")
        finally:
            self._screen.query_one(ResponsePane).is_indexing = False
            if self._shown is shown:
                self._index_grew(index)

    def _index_grew(self, index: JsonIndex) -> None:
        self._screen.query_one(ResponsePane).index_grew()
        if index.is_done:
            self._screen.query_one(RawPane).grew()
        if self._pending is not None and (index.reached > self._pending or index.is_done):
            self.go_to(self._pending)

    def begin(self, shown: Shown) -> None:
        """Index the rest of a body from now on."""
        self._screen.run_worker(self._index_whole(shown), group="index", exclusive=True)

    def let_go(self) -> None:
        """Another body is on the screen, or none: stop everything that looks into this one."""
        self._screen.workers.cancel_group(self._screen, "index")
        self._screen.searching.forget()
        self._screen.filtering.forget()
        self._pending = None

    # The cursor that tree and raw share.

    def follow_tree(self, offset: int) -> None:
        """The tree's cursor has moved: so does the raw view's."""
        if offset != self._synced:
            self._screen.query_one(RawPane).show_offset(offset)
        self._synced = None

    def follow_raw(self) -> None:
        """The raw view was left: the tree goes to what its cursor was on."""
        node, index = self._screen.query_one(RawPane).node, self._tree.index
        if node is not None and index is not None and node != self._tree.node:
            self._synced = index.start(node)
            self._tree.go_to(node)

    @property
    def place(self) -> tuple[JsonIndex, int] | None:
        """The node under the cursor of the pane in focus."""
        index = self._tree.index
        node = self._screen.query_one(RawPane).node if self._screen.pane == "raw" else self._tree.node
        return (index, node) if index is not None and node is not None else None

    @property
    def path(self) -> str:
        """Its path."""
        return str(FieldPath(self.place[0].segments(self.place[1]))) if self.place else ""

    def raw_way(self) -> None:
        """Another way of showing the raw body."""
        self._screen.query_one(RawPane).show_next_way()

    def offset(self, match: int | None, *, is_end: bool = False) -> int:
        """The byte that searching goes on from: the whole of a scalar is one place, a match another."""
        if self._screen.pane == "raw" or self.place is None:
            start, end = self._raw.bytes_shown
            is_at_match = match is not None and start <= match < end
            return match if is_at_match and match is not None else start - is_end
        index, node = self.place
        if is_end and not index.kind(node).is_container:
            return index.end(node) - 1
        name = index.name_span(node)
        return index.start(node) if is_end or name is None else name[0]

    def go_to(self, offset: int) -> None:
        """Send both cursors to a byte, that of the tree as soon as it is indexed."""
        index = self._tree.index
        node = index.node_at(offset) if index is not None else None
        is_indexed = index is None or index.is_done or index.reached > offset
        self._pending = None if is_indexed else offset
        self._synced = index.start(node) if index is not None and node is not None else None
        is_shared = self._shown is None or self._shown.index is None or self._shown.is_json_raw
        if is_shared or self._screen.pane == "raw":
            self._raw.go_to(offset)
        if node is not None and is_indexed and (is_shared or self._screen.pane != "raw"):
            self._tree.go_to(node)


async def _indexing(index: JsonIndex) -> AsyncGenerator[None, None]:
    """Go on with an index to its end; whoever stops listening stops it."""
    if len(index.data) > _LARGE:
        async with aclosing(index_elsewhere(index)) as slices:
            async for _ in slices:
                yield
    while not index.is_done:
        await asyncio.to_thread(index.advance, _SLICE)
        yield
