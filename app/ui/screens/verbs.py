"""What the main screen does by itself: moving between panes, searching, copying, help. No change of the workspace."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

from app.domain.text import visible_lines
from app.domain.values import plain_value
from app.ui.clipboard import copy
from app.ui.context import context_of
from app.ui.help import help_lines
from app.ui.panes.records import RecordsPane
from app.ui.panes.request import RequestPane
from app.ui.panes.response import ResponsePane
from app.ui.screens.layout import WIDE, panes_of
from app.ui.selection import Shown
from app.ui.widgets.json_raw import JsonRaw
from app.ui.widgets.json_tree import JsonTree

if TYPE_CHECKING:
    from app.ui.screens.main import MainScreen

_TEXT_WIDTH = 100


class Verbs:
    """One method for each entry of `VIEW_ENTRIES`, named as it."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._searched = ""

    def do(self, name: str) -> None:
        """Carry out a verb by name."""
        getattr(self, name)()

    def help(self) -> None:
        self._screen.runner.show_lines("Help and keys", help_lines(self._text_width))

    def next_pane(self) -> None:
        self._cycle(1)

    def previous_pane(self) -> None:
        self._cycle(-1)

    def _cycle(self, step: int) -> None:
        panes = panes_of(self._screen)
        at = panes.index(self._screen.pane) if self._screen.pane in panes else 0
        self._screen.focus_pane(panes[(at + step) % len(panes)])

    def back(self) -> None:
        """Stop waiting for an answer, if one is awaited; else go to the navigator."""
        if self._stopped_looking():
            self._screen.runner.say("Stopped working out the preview. p starts it again.", severity="warning")
        elif self._screen.is_sending:
            self._screen.workers.cancel_group(self._screen, "action.send")
        else:
            self._screen.focus_pane("navigator")

    def _stopped_looking(self) -> bool:
        groups = {worker.group for worker in self._screen.workers if worker.is_running}
        stopped = groups & {"preview", "mapping.preview", "mapping.suggest"}
        for group in stopped:
            self._screen.workers.cancel_group(self._screen, group)
        return bool(stopped)

    def preview_records(self) -> None:
        """Open the window with every record as it would be stored; a preview with problems says them instead."""
        from app.ui.screens.preview import PreviewScreen

        found = self._screen.preview
        if found is None or found.problems:
            self._screen.runner.say(found.sentence if found else "There is nothing to preview.", severity="error")
        else:
            self._screen.app.push_screen(PreviewScreen(found))

    def raw(self) -> None:
        if self._screen.pane == "response":
            self._screen.is_raw = not self._screen.is_raw
            if self._screen.size.width < WIDE:
                self._screen.focus_pane("raw")
        else:
            self._screen.focus_pane("mapping" if self._screen.pane == "raw" else "raw")

    def records_or_schema(self) -> None:
        self._screen.focus_pane("schema" if self._screen.pane == "records" else "records")

    def palette(self) -> None:
        self._screen.app.action_command_palette()

    def redraw(self) -> None:
        self._screen.call_later(self._screen.app.run_action, "app.redraw")

    def lock(self) -> None:
        self._screen.call_later(self._screen.app.run_action, "app.lock")

    def quit(self) -> None:
        self._screen.run_worker(self._screen.app.action_quit())

    def copy_path(self) -> None:
        self._copy(self._screen.query_one(ResponsePane).path, "the path")

    def copy_value(self) -> None:
        tree = self._tree
        if tree.index is not None and tree.node is not None:
            self._copy(tree.index.text(tree.node), "the value")

    def _copy(self, text: str, what: str) -> None:
        if not text:
            self._screen.runner.say("Move to a field of the response first.", severity="warning")
            return
        self._screen.runner.say(copy(self._screen.app, text, what))

    def open(self) -> None:
        """The whole value under the cursor, or the whole record."""
        if self._screen.pane == "records":
            record = self._screen.query_one(RecordsPane).selected
            values = record.values.items() if record else ()
            self._show("Record", "\n".join(f"{name}: {plain_value(value)}" for name, value in values))
            return
        tree = self._tree
        if tree.index is not None and tree.node is not None:
            self._show(self._screen.query_one(ResponsePane).path, tree.index.text(tree.node))

    def _show(self, title: str, text: str) -> None:
        lines = visible_lines(text).split("\n")
        wrapped = [piece for line in lines for piece in (textwrap.wrap(line, self._text_width) or [""])]
        self._screen.runner.show_lines(title, wrapped)

    def enter(self) -> None:
        """From the navigator into the first pane of what is selected."""
        panes = panes_of(self._screen)
        if len(panes) > 1:
            self._screen.focus_pane(panes[1])

    def change_line(self) -> None:
        """What the line under the request pane's cursor is for."""
        self._screen.run_entry(self._screen.query_one(RequestPane).entry)

    def reveal(self) -> None:
        """The token's value, for ten seconds."""
        if not self._screen.query_one(RequestPane).reveal():
            self._screen.runner.say("There is no token value to show.", severity="warning")

    def edit_record(self) -> None:
        """The dialog of a new record, filled with the one under the cursor."""
        self._screen.runner.start("record.put", context_of(self._screen, is_editing=True))

    def search(self) -> None:
        """Ask what to look for, then go to the first match after the cursor."""
        from app.ui.screens.prompt import Prompt

        self._screen.app.push_screen(Prompt("Search keys and values", self._searched), self._search)

    def _search(self, text: str | None) -> None:
        if text:
            self._searched = text
            self.search_next()

    def search_next(self) -> None:
        self._find(is_forward=True)

    def search_previous(self) -> None:
        self._find(is_forward=False)

    def _find(self, *, is_forward: bool) -> None:
        shown = self._screen.shown
        if not self._searched or shown is None:
            self._screen.runner.say("Press / and type what to look for.", severity="warning")
            return
        pattern = re.compile(re.escape(self._searched).encode(), re.IGNORECASE)
        places = [found.start() for found in pattern.finditer(self._searched_text(shown))]
        if not places:
            self._screen.runner.say(f'"{self._searched}" is not in the response.', severity="warning")
            return
        here = self._offset()
        if is_forward:
            at = next((n for n, place in enumerate(places) if place > here), 0)
        else:
            at = next((n for n in reversed(range(len(places))) if places[n] < here), len(places) - 1)
        self._go_to(places[at])
        self._screen.runner.say(f"Match {at + 1:,} of {len(places):,}.")

    def _searched_text(self, shown: Shown) -> bytes:
        """What is on the screen: XML has a tree of other bytes than its raw text."""
        return shown.index.data if shown.index and self._screen.pane != "raw" else shown.text

    def _offset(self) -> int:
        tree = self._tree
        if self._screen.pane == "raw" or tree.index is None or tree.node is None:
            return self._screen.query_one(JsonRaw).offset_shown
        kind = tree.index.kind(tree.node)
        first, last = tree.index.start(tree.node), tree.index.start(tree.node) + len(tree.index.source(tree.node))
        return first if kind.is_container else last - 1

    def _go_to(self, offset: int) -> None:
        tree = self._tree
        node = tree.index.node_at(offset) if tree.index else None
        if self._screen.pane == "raw" or node is None:
            self._screen.query_one(JsonRaw).go_to(offset)
        else:
            tree.go_to(node)

    @property
    def _text_width(self) -> int:
        return min(_TEXT_WIDTH, self._screen.size.width - 10)

    @property
    def _tree(self) -> JsonTree:
        return self._screen.query_one(JsonTree)
