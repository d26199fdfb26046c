"""The runs that are kept: searched, reopened, compared. Looking at them never sends anything.

Runs are read from the vault for the lines on screen and for no others; a search reads them in a thread.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from app.commands.cancelling import cancellable
from app.commands.run_lines import kind_words, run_lines, size_words, status_words
from app.commands.run_search import RunSearch, search_runs
from app.domain.action import Action
from app.domain.identifiers import RunId
from app.domain.run import Run
from app.domain.text import visible
from app.engine.cancel import IsCancelled
from app.errors import VaultDamaged
from app.ui.bindings import shown_key
from app.ui.history_keys import HISTORY_KEYS
from app.ui.panes.sent import started_words
from app.ui.screens.styled_once import StyledOnce
from app.ui.widgets.grid import Column, Grid
from app.ui.widgets.line_view import Span
from app.workbench import Workbench

_RIGHT = ("time", "size")
Act = Callable[[str, Mapping[str, object]], None]


class HistoryScreen(StyledOnce, ModalScreen[Run | None]):
    """Dismissed with the run to reopen, or None."""

    CSS_PATH: ClassVar = ["form.tcss", "history.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,H", "dismiss(None)", "Close"),
        *(Binding(",".join(each.keys), each.id.removeprefix("history."), each.title) for each in HISTORY_KEYS),
    ]

    def __init__(self, workbench: Workbench, action: Action | None, act: Act) -> None:
        """`act` begins a command on the main screen, with what it has to know."""
        super().__init__()
        self._act = act
        self._workbench = workbench
        self._action = action
        self._search = RunSearch(action_id=action.id if action else None)
        self._ids: Sequence[RunId] | None = None
        """What a search found; None for every run of the action, read as they are looked at."""
        self._marked: RunId | None = None
        self._count = workbench.runs.count()

    def compose(self) -> ComposeResult:
        """What is searched, the runs, the keys."""
        with Vertical(id="dialog") as dialog:
            dialog.border_title = Content("History of runs")
            yield Static(id="searched")
            yield Grid(id="runs")
            yield Static(id="history-keys")

    def on_mount(self) -> None:
        """The newest runs first."""
        self._draw()
        self.query_one(Grid).focus()

    def on_resize(self) -> None:
        """Room for more keys on a line, or for fewer."""
        keys = _keys(self.size.width - 4)
        shown = self.query_one("#history-keys", Static)
        shown.styles.height = keys.plain.count("\n") + 1
        shown.update(keys)

    def _draw(self) -> None:
        count = self._workbench.runs.count(self._search.action_id) if self._ids is None else len(self._ids)
        columns = [Column(title, title in _RIGHT) for title in self._titles]
        empty = "No runs yet: F5 sends." if self._search.is_open else "No run is like that."
        self.query_one(Grid).show(columns, count, self._fetch, empty=empty)
        self.query_one("#searched", Static).update(Content(visible(self._words(f"{count:,}"))))

    def _words(self, count: str) -> str:
        whose = self._action.name if self._action and self._search.action_id else "all actions"
        parts = [f"{count} of {whose}"] if count else [f"searching {whose} …"]
        parts += ["failed only"] if self._search.is_failed else []
        if self._search.text:
            parts.append(f'with "{self._search.text}"{" (bodies too)" if self._search.in_bodies else ""}')
        marked = self._workbench.runs.get(self._marked) if self._marked else None
        parts += [f"marked: {started_words(marked)} {status_words(marked)}"] if marked else []
        return " · ".join(parts)

    @property
    def _titles(self) -> tuple[str, ...]:
        """The columns; the action's name only where there may be several."""
        whose = () if self._search.action_id else ("action",)
        return ("", "started", "outcome", "time", "size", "", *whose, "request")

    def _fetch(self, start: int, size: int) -> Sequence[Sequence[Span]]:
        try:
            if self._ids is None:
                runs: Sequence[Run | None] = self._workbench.runs.window(start, size, self._search.action_id)
            else:
                runs = [self._workbench.runs.get(run_id) for run_id in self._ids[start : start + size]]
        except VaultDamaged as error:  # another program wrote a run that is none
            self.notify(visible(str(error)), severity="error", markup=False)
            return ()
        return [self._cells(run) if run else [("", "")] * len(self._titles) for run in runs]

    def _cells(self, run: Run) -> Sequence[Span]:
        response = run.response
        return (
            ("●" if run.id == self._marked else "", "accent"),
            (started_words(run), "muted"),
            (status_words(run), "good" if run.is_success else "bad"),
            (f"{response.elapsed_ms:.0f} ms" if response else "", ""),
            (size_words(response.body_size) if response else "", ""),
            (kind_words(run), "bad" if run.is_mock or run.is_insecure else "muted"),
            *([] if self._search.action_id else [(run.action_name, "")]),
            (f"{run.request.method} {run.request.url}", "accent"),
        )

    @property
    def _run(self) -> Run | None:
        """The run under the cursor."""
        at = self.query_one(Grid).cursor
        if self._ids is not None:
            return self._workbench.runs.get(self._ids[at]) if at < len(self._ids) else None
        found = self._workbench.runs.window(at, 1, self._search.action_id)
        return found[0] if found else None

    @on(Grid.Chosen)
    def action_open(self) -> None:
        """Leave with the run under the cursor."""
        run = self._run
        if run:
            self.dismiss(run)

    def action_search(self) -> None:
        """Ask for words; none shows every run again."""
        from app.ui.screens.prompt import Prompt

        self.app.push_screen(Prompt("Search runs: URL, status, outcome, time, request", self._search.text), self._asked)

    def _asked(self, text: str | None) -> None:
        if text is not None:
            self._find(replace(self._search, text=text))

    def action_failed(self) -> None:
        """Only what failed, or everything."""
        self._find(replace(self._search, is_failed=not self._search.is_failed))

    def action_bodies(self) -> None:
        """Look for the words in the responses' bodies too, or no longer."""
        self._find(replace(self._search, in_bodies=not self._search.in_bodies))
        if not self._search.text:
            self.notify(f"/ now searches {'bodies too' if self._search.in_bodies else 'no bodies'}.", markup=False)

    def action_all(self) -> None:
        """The runs of all actions, or of the selected one."""
        one = self._action.id if self._action else None
        self._find(replace(self._search, action_id=None if self._search.action_id else one))

    @work(exclusive=True, group="show")
    async def _find(self, search: RunSearch) -> None:
        self._search = search
        self._ids = None
        if not search.is_open:
            self.query_one("#searched", Static).update(Content(visible(self._words(""))))
            try:
                self._ids = await cancellable(_ids, self._workbench, search)
            except VaultDamaged as error:
                self.notify(visible(str(error)), severity="error", markup=False)
                self._ids = ()
        self._draw()
        self.query_one(Grid).move_to(0)

    def action_mark(self) -> None:
        """Mark a run, or take the mark from it."""
        run = self._run
        if run:
            self._marked = None if run.id == self._marked else run.id
            self._draw()

    def action_compare(self) -> None:
        """Compare the marked run with the one under the cursor; the earlier stands on the left."""
        from app.ui.screens.compare import CompareScreen

        run, marked = self._run, self._workbench.runs.get(self._marked) if self._marked else None
        if run is None or marked is None or run.id == marked.id:
            self.notify("Mark one run with m, move to another, and press c.", severity="warning", markup=False)
            return
        left, right = sorted((run, marked), key=lambda each: each.started_at)
        self.app.clear_notifications()
        self.app.push_screen(CompareScreen(self._workbench, left, right))

    def action_again(self) -> None:
        """Show the run in the panes, and send its action again with its values; it asks like any other send."""
        run = self._run
        if run:
            self.dismiss(run)
            self._act("run.again", {"run": run.id})

    def action_purge(self) -> None:
        """Ask which runs to remove; the list is drawn anew when that is answered."""
        whose = self._action.name if self._action and self._search.action_id else ""
        self._act("run.purge", {"action": whose})

    def action_retention(self) -> None:
        """Ask how long runs are kept."""
        self._act("run.retention", {})

    def on_screen_resume(self) -> None:
        """A dialog over it may have removed runs."""
        count = self._workbench.runs.count()
        if count != self._count:
            self._count = count
            if self._marked and self._workbench.runs.get(self._marked) is None:
                self._marked = None
            self._find(self._search)

    def action_details(self) -> None:
        """All that is kept of the run but its body."""
        from app.ui.screens.text import TextScreen

        if self._run:
            self.app.push_screen(TextScreen("Run details", run_lines(self._run)))


def _keys(width: int) -> Content:
    """Every key of the window with what it does; a line never ends between the two."""
    lines: list[list[tuple[str, str]]] = [[]]
    used = 0
    for key, does in (*((shown_key(each.keys[0]), each.short) for each in HISTORY_KEYS), ("esc", "close")):
        size = len(key) + len(does) + 3
        if used + size > width + 2:
            lines.append([])
            used = 0
        lines[-1] += [(key, "bold $text-accent"), (f" {does}  ", "")]
        used += size
    return Content("\n").join(Content.assemble(*line) for line in lines)


def _ids(workbench: Workbench, search: RunSearch, is_cancelled: IsCancelled) -> tuple[RunId, ...]:
    return tuple(run.id for run in search_runs(workbench, search, is_cancelled))
