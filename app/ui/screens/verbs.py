"""What the main screen does by itself: moving between panes, searching, copying, help. No change of the workspace."""

from __future__ import annotations

import asyncio
import textwrap
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from app.commands.record_detail import Detail, Place, detail
from app.commands.run_lines import run_lines
from app.commands.test_values import asked_names, record_types, taken_from
from app.domain.run import Run
from app.domain.text import visible_lines
from app.ui.context import context_for, context_of
from app.ui.help import help_lines
from app.ui.panes.records import RecordsPane
from app.ui.panes.request import RequestPane
from app.ui.panes.welcome import start_lines
from app.ui.runner import SENDS
from app.ui.screens.finding import RecordVerbs
from app.ui.screens.following import reopener
from app.ui.screens.layout import WIDE, panes_of

if TYPE_CHECKING:
    from app.ui.screens.main import MainScreen

_TEXT_WIDTH = 100

OWN_DIALOGS = {"record.columns": "columns", "action.fill": "with_record"}
"""Commands that are asked for in a dialog of their own, by the verb that opens it."""


class Verbs:
    """One method for each entry of `VIEW_ENTRIES`, named as it."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self.records = RecordVerbs(screen)

    def do(self, name: str) -> None:
        """Carry out a verb by name."""
        screen = self._screen
        owners = (self, screen.using, screen.searching, screen.looking, screen.filtering)
        owner = next(each for each in owners if hasattr(each, name))
        getattr(owner, name)()

    def help(self) -> None:
        self._screen.runner.show_lines("Help and keys", help_lines(self._text_width, self._screen.pane))

    def next_pane(self) -> None:
        self._cycle(1)

    def previous_pane(self) -> None:
        self._cycle(-1)

    def _cycle(self, step: int) -> None:
        panes = panes_of(self._screen)
        at = panes.index(self._screen.pane) if self._screen.pane in panes else 0
        self._screen.focus_pane(panes[(at + step) % len(panes)])

    def navigator(self) -> None:
        """Go there; what is under way goes on."""
        self._screen.focus_pane("navigator")

    def back(self) -> None:
        """Stop what is under way — a preview, an answer that is awaited, a search — else go to the navigator."""
        screen = self._screen
        records = screen.query_one(RecordsPane)
        if screen.workbench.is_writing:
            screen.runner.say("It is being stored already. u takes it back.", severity="warning")
        elif self._stopped({"mapping.apply"}):
            screen.runner.say("Stopped: nothing was stored. a applies it again.", severity="warning")
        elif self._stopped({"preview", "mapping.preview", "mapping.suggest"}):
            screen.runner.say("Stopped working out the preview. p starts it again.", severity="warning")
        elif screen.pane == "records" and records.is_finding:
            records.stop_finding()
        elif screen.is_sending:
            self._stopped(set(SENDS))
        elif self._stopped({"index"}):
            screen.runner.say("Stopped: only the beginning is shown. Select the action again to see all.")
        elif self._stopped({"filter"}):
            screen.filtering.stopped()
            screen.runner.say("Stopped filtering: not every match is shown. f asks again.")
        elif self._stopped({"search"}):
            screen.runner.say("Stopped searching. / searches again.")
        else:
            screen.focus_pane("navigator")

    def _stopped(self, groups: set[str]) -> bool:
        """Whether there was something to stop."""
        screen = self._screen
        stopped = groups & {worker.group for worker in screen.workers if worker.node is screen and worker.is_running}
        for group in stopped:
            screen.workers.cancel_group(screen, group)
        return bool(stopped)

    def preview_records(self) -> None:
        """Open the window with every record as it would be stored; a preview with problems says them instead."""
        from app.ui.screens.preview import PreviewScreen

        found = self._screen.preview
        if found is None or found.problems:
            self._screen.runner.say(found.sentence if found else "There is nothing to preview.", severity="error")
        else:
            self._screen.app.push_screen(PreviewScreen(found))

    def history(self) -> None:
        """Open the runs of the selected action, or all of them; the one that is chosen is shown in the panes."""
        from app.ui.screens.history import HistoryScreen

        screen = self._screen
        action = screen.workspace.action_named(screen.selection.action)

        def act(command_id: str, values: Mapping[str, object]) -> None:
            screen.runner.begin(command_id, context_of(screen), values)

        screen.app.push_screen(HistoryScreen(screen.workbench, action, act), reopener(screen))

    def with_record(self) -> None:
        """Choose the record that the selected action runs with; in the records pane, the action."""
        screen = self._screen
        action = screen.workspace.action_named(screen.selection.action)
        if action is None:
            screen.runner.start("action.fill", context_of(screen))
            return
        from app.ui.screens.record_choice import RecordChoice

        workspace, records = screen.workspace, screen.workbench.records
        kinds = [kind for kind in record_types(workspace, action) if records.count(kind.name)]
        if not kinds or not asked_names(action):
            why = f"{action.name} asks for no values." if kinds else "There are no records yet to run it with."
            screen.runner.say(why, severity="warning")
            return

        def take(chosen: str | None) -> None:
            if chosen is not None:
                screen.runner.carry_out("action.fill", {"action": action.name, "record": chosen})

        given = partial(taken_from, workspace, action)
        screen.app.push_screen(RecordChoice(f"Run {action.name} with a record", kinds, records, given), take)

    def details(self, run: Run) -> None:
        """A run whose action is gone: all that is kept of it but its body."""
        self._screen.runner.show_lines(f"Run of {run.action_name}, which was deleted", run_lines(run))

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

    def open(self) -> None:
        """The whole value under the cursor, or the whole record."""
        if self._screen.pane == "records":
            self.records.open()
            return
        self._screen.using.open()

    def show(self, title: str, text: str) -> None:
        """Open a window with a text, wrapped for it."""
        lines = visible_lines(text).split("\n")
        wrapped = [piece for line in lines for piece in (textwrap.wrap(line, self._text_width) or [""])]
        self._screen.runner.show_lines(title, wrapped)

    def enter(self) -> None:
        """From the navigator into the first pane of what is selected."""
        panes = panes_of(self._screen)
        if len(panes) > 1:
            self._screen.focus_pane(panes[1])
        elif self._screen.size.width < WIDE:
            self._screen.runner.show_lines("Start here", start_lines(self._text_width))

    def change_line(self) -> None:
        """What the line under the request pane's cursor is for."""
        self._screen.run_entry(self._screen.query_one(RequestPane).entry)

    def reveal(self) -> None:
        """The token's value, for ten seconds."""
        if not self._screen.query_one(RequestPane).reveal():
            self._screen.runner.say("There is no token value to show.", severity="warning")

    def record(self) -> None:
        """All of the record under the cursor, in a window of its own from which links lead on."""
        from app.ui.screens.record import RecordScreen

        context = context_of(self._screen)
        if not context.record:
            self._screen.runner.say("There is no record here to open.", severity="warning")
            return
        start = Place(context.object, context.record)
        self._screen.app.push_screen(RecordScreen(start, self._look_up, self._act_on))

    async def _look_up(self, place: Place) -> Detail:
        return await asyncio.to_thread(detail, self._screen.workbench, place.object, place.record)

    def _act_on(self, command_id: str, found: Detail) -> None:
        """Edit or delete the record of the window: the same dialogs as in the grid."""
        self._screen.runner.start(command_id, context_for(self._screen, found.kind, found.record, is_editing=True))

    def edit_record(self) -> None:
        """The dialog of a new record, filled with the one under the cursor."""
        self._screen.runner.start("record.put", context_of(self._screen, is_editing=True))

    def columns(self) -> None:
        self.records.choose_columns()

    def filter_records(self) -> None:
        self.records.filter()

    def search_records(self) -> None:
        self.records.search()

    def sort_records(self) -> None:
        self.records.sort()

    def all_records(self) -> None:
        self.records.show_all()

    def edit_cell(self) -> None:
        self.records.edit_cell()

    @property
    def _text_width(self) -> int:
        return min(_TEXT_WIDTH, self._screen.size.width - 10)
