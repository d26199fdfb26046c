"""The main screen: owns what is selected and shown, hands it down to the panes, turns their messages into commands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.events import DescendantFocus
from textual.reactive import reactive
from textual.worker import Worker, WorkerState

from app.commands.context import Context
from app.domain.changes import Changes
from app.domain.run import Run
from app.domain.workspace import Workspace
from app.engine.preview import Preview
from app.errors import VaultDamaged
from app.ui.bindings import all_entries
from app.ui.context import context_of
from app.ui.panes.key_bar import MOST_LINES, KeyBar, message_lines
from app.ui.panes.mapping import MappingPane
from app.ui.panes.navigator import Navigator
from app.ui.panes.raw import RawPane
from app.ui.panes.records import RecordsPane
from app.ui.panes.request import RequestPane
from app.ui.panes.response import ResponsePane
from app.ui.panes.schema import SchemaPane
from app.ui.panes.tabs import Tabs
from app.ui.panes.title_bar import TitleBar
from app.ui.panes.welcome import Welcome
from app.ui.runner import SENDS, Runner
from app.ui.screens.covered import CoveredScreen
from app.ui.screens.filtering import Filtering
from app.ui.screens.following import follow
from app.ui.screens.layout import arrange, first_class, panes_of
from app.ui.screens.looking import Looking
from app.ui.screens.mapped import say_mapped
from app.ui.screens.missing import give_missing
from app.ui.screens.searching import Searching
from app.ui.screens.styled_once import StyledOnce
from app.ui.screens.using import Using
from app.ui.screens.verbs import OWN_DIALOGS, Verbs
from app.ui.selection import Selection, Shown, Study
from app.ui.shown import first_look, is_studied_unasked, let_go_of, study_of, whole
from app.workbench import Workbench


def _bindings() -> Iterator[Binding]:
    for entry in all_entries():
        if entry.keys:
            yield Binding(",".join(entry.keys), f"entry('{entry.id}')", entry.title, id=entry.id, show=False)


class MainScreen(StyledOnce, CoveredScreen):
    """Navigator on the left; on the right what belongs to the selected object or action."""

    AUTO_FOCUS = "#navigator-list"
    BINDINGS: ClassVar[list[BindingType]] = list(_bindings())

    workspace: reactive[Workspace] = reactive(Workspace, init=False)
    selection: reactive[Selection] = reactive(Selection, init=False)
    shown: reactive[Shown | None] = reactive[Shown | None](None, init=False)
    preview: reactive[Preview | None] = reactive[Preview | None](None, init=False)
    pane: reactive[str] = reactive("navigator", init=False)
    commits: reactive[int] = reactive(0, init=False)
    """Grows with every published change, for panes that read records."""
    is_sending: reactive[bool] = reactive(False, init=False)
    message: reactive[str] = reactive("", init=False)
    """What the last command said; until the next key it stands in place of the keys."""
    is_raw: reactive[bool] = reactive(True, init=False)
    """Whether the raw body stands beside the tree, or the mapping does."""
    reopened: reactive[Run | None] = reactive[Run | None](None, init=False)
    """The run that was taken from the history; None while the newest is shown."""

    def __init__(self, workbench: Workbench, *, width: int) -> None:
        super().__init__(classes=first_class(width))
        self.workbench = workbench
        self.runner = Runner(self, workbench, self._command_runs, self._say)
        self.verbs = Verbs(self)
        self.looking = Looking(self)
        self.searching = Searching(self)
        self.using = Using(self)
        self.filtering = Filtering(self)
        self.study = Study()
        self._css_update_count = self.app._css_update_count  # its sheet is the app's: not read anew at each switch
        self.set_reactive(MainScreen.workspace, workbench.workspace)

    def compose(self) -> ComposeResult:
        """All panes; which of them are displayed follows from the selection and the width."""
        me = MainScreen
        records = self.workbench.records
        yield TitleBar(self.workbench).data_bind(me.workspace, me.selection, me.commits)
        yield Tabs().data_bind(me.pane, me.selection)
        with Horizontal(id="body"):
            yield Navigator(records).data_bind(me.workspace, me.selection, me.commits)
            with Vertical(id="main"):
                yield Welcome()
                yield RecordsPane(records).data_bind(me.workspace, me.selection, me.commits)
                yield SchemaPane().data_bind(me.workspace, me.selection)
                yield RequestPane().data_bind(me.workspace, me.selection, me.reopened)
                with Horizontal(id="answer"):
                    yield ResponsePane().data_bind(me.shown, me.preview, me.is_sending)
                    yield RawPane().data_bind(me.shown)
                    yield MappingPane().data_bind(me.workspace, me.selection, me.preview)
        yield KeyBar().data_bind(me.pane, me.workspace, me.selection, me.shown, me.commits, me.message)

    def on_screen_resume(self) -> None:
        """Paint at once when a dialog has closed: what was behind it was painted just before, and would wait."""
        if self.stack_updates:
            self.call_next(self._on_timer_update)

    def on_mount(self) -> None:
        """Hear of every change from now on."""
        self.workbench.subscribe(self._published)
        arrange(self)
        for remark in self.workbench.vault.store.report.remarks:
            self.runner.say(remark, severity="warning")

    def _published(self, changes: Changes) -> None:
        self.workspace = self.workbench.workspace
        self.commits += 1
        follow(self, changes)
        self.update_preview()

    def watch_selection(self) -> None:
        """Show what belongs to the new selection, with the newest run of an action."""
        self.looking.let_go()
        self.workers.cancel_group(self, "show")
        self.shown = None
        self.reopened = None
        self.preview = None
        self._take(Study())
        action = self.workspace.action_named(self.selection.action)
        self.is_raw = action is None or self.workspace.mapping_of(action) is None
        arrange(self)
        try:
            run = next(self.workbench.runs.newest(action.id), None) if action else None
        except VaultDamaged as error:  # another program wrote a run that is none
            self.runner.say(str(error), severity="error")
            return
        if run:
            self.show_run(run)

    async def on_unmount(self) -> None:
        """No worker process outlives the screen."""
        await self.filtering.stop()

    def on_resize(self) -> None:
        """Another width may have room for more panes, or for fewer."""
        arrange(self)

    def watch_pane(self) -> None:
        """One pane at a time where there is no room for more."""
        arrange(self)
        if self.pane == "mapping" and self.study == Study():
            self.update_preview()

    def watch_is_raw(self) -> None:
        """Put the raw body or the mapping beside the tree."""
        arrange(self)

    @work(exclusive=True, group="show")
    async def show_run(self, run: Run) -> None:
        """Show a run's response: its first screen at once, the rest read and indexed off the event loop."""
        self.looking.let_go()
        try:
            self.shown = await first_look(self.workbench, run)
            if not self.shown.is_whole:
                self.shown = await whole(self.workbench, self.shown)
        except VaultDamaged as error:
            self.runner.say(str(error), severity="error")
            return
        self.looking.begin(self.shown)
        self.update_preview()
        action = self.workspace.action_named(self.selection.action)
        if action and action.view_filter and self.shown.has_nodes:
            self.filtering.apply(action.view_filter)

    @work(exclusive=True, group="preview")
    async def update_preview(self) -> None:
        """Work out what the mapping would write, off the event loop."""
        action = self.workspace.action_named(self.selection.action)
        shown = self.shown if self.shown and self.shown.is_whole else None
        is_wanted = action and shown and (self.pane == "mapping" or is_studied_unasked(self.workspace, action, shown))
        self._take(await study_of(self.workbench, action, shown) if action and shown and is_wanted else Study())
        self.preview = self.study.preview

    def _take(self, study: Study) -> None:
        if self.study.preview:
            self.run_worker(let_go_of(self.study), group="free")
        self.study = study

    def run_entry(self, entry_id: str) -> None:
        """Do what a key, the palette or a click names."""
        self.catch_up()
        if entry_id in OWN_DIALOGS:
            self.verbs.do(OWN_DIALOGS[entry_id])
        elif entry_id.startswith("view."):
            self.verbs.do(entry_id.removeprefix("view."))
        else:
            self.runner.start(entry_id, self.context())

    def context(self) -> Context:
        """What is selected, for commands and the line of keys."""
        return context_of(self)

    def action_entry(self, entry_id: str) -> None:
        """The action behind every key."""
        self.run_entry(entry_id)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key belongs to the panes that its entry names."""
        if action != "entry":
            return True
        entry = next((entry for entry in all_entries() if entry.id == parameters[0]), None)
        return entry is None or not entry.panes or self.pane in entry.panes

    def focus_pane(self, pane: str) -> None:
        """Move to a pane that belongs to the selection."""
        if pane in panes_of(self):
            if self.pane == "raw" and pane != "raw":
                self.looking.follow_raw()
            if pane in ("raw", "mapping"):
                self.is_raw = pane == "raw"
            self.pane = pane
            self.set_focus(self.query_one(f"#{pane}").query_one(".body"))

    @on(DescendantFocus)
    def _focus_moved(self, event: DescendantFocus) -> None:
        if event.widget is not self.focused:
            return  # the focus has moved on since
        pane = next((node.id for node in event.widget.ancestors_with_self if node.has_class("pane")), None)
        self.pane = pane or self.pane

    @on(Navigator.Selected)
    def catch_up(self) -> None:
        """Select what the navigator's cursor is on. Keys may be read faster than messages, so every key does this."""
        self.selection = self.query_one(Navigator).target or self.selection

    @on(Navigator.Opened)
    def _opened(self) -> None:
        self.run_entry("view.enter")

    @on(Tabs.PaneChosen)
    def _tab(self, event: Tabs.PaneChosen) -> None:
        self.focus_pane(event.pane)

    @on(RecordsPane.RecordChosen)
    def _open_record(self) -> None:
        self.run_entry("view.record")

    @on(RequestPane.EntryChosen)
    @on(MappingPane.EntryChosen)
    @on(KeyBar.EntryChosen)
    def _entry(self, event: KeyBar.EntryChosen) -> None:
        self.run_entry(event.entry_id)

    @on(SchemaPane.Moved)
    def _attribute_moved(self) -> None:
        self.query_one(KeyBar).refresh()

    @on(ResponsePane.Moved)
    def _moved(self, event: ResponsePane.Moved) -> None:
        self.looking.follow_tree(event.offset)

    def _say(self, message: str) -> bool:
        """Show a message at the bottom; False when it has no room there, or another window is over it."""
        is_seen = self.is_current and len(message_lines(message, self.size.width)) <= MOST_LINES
        self.message = message if is_seen else ""
        return is_seen

    def on_key(self) -> None:
        """A message is read by the time of the next key or click; a command may say something new."""
        self.message = ""

    on_click = on_key

    def _command_runs(self, command_id: str, is_running: bool) -> None:
        if command_id in SENDS:
            self.is_sending = is_running

    @on(Worker.StateChanged)
    def _worker(self, event: Worker.StateChanged) -> None:
        if event.worker.group == "mapping.preview" and event.state is WorkerState.SUCCESS:
            self.verbs.preview_records()
        if event.worker.group == "mapping.suggest" and event.state is WorkerState.SUCCESS and event.worker.result:
            self.run_worker(say_mapped(self), group="mapped", exclusive=True)
        if event.worker.group in SENDS:
            if event.state is WorkerState.CANCELLED:
                self.runner.say("Stopped waiting. The request may have reached the server.", severity="warning")
            elif event.state is WorkerState.SUCCESS and not event.worker.result:
                give_missing(self)
            elif event.state is WorkerState.SUCCESS and self.pane in ("navigator", "request"):
                self.focus_pane("response")
