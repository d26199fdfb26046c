"""The navigator: custom objects with their record counts, standard objects, actions."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.reactive import reactive

from app.domain.schema import ObjectType, RecordType
from app.domain.workspace import Workspace
from app.store.views import Records
from app.ui.selection import Kind, Selection
from app.ui.widgets.lines import Line, Lines


class Navigator(Vertical):
    """Moving the cursor selects; enter opens."""

    DEFAULT_CLASSES = "pane"
    workspace: reactive[Workspace] = reactive(Workspace)
    selection: reactive[Selection] = reactive(Selection)
    commits: reactive[int] = reactive(0)

    @dataclass
    class Selected(Message):
        """The cursor moved to an object or an action."""

        selection: Selection

    @dataclass
    class Opened(Message):
        """An object or an action was chosen with enter or a double click."""

        selection: Selection

    def __init__(self, records: Records) -> None:
        super().__init__(id="navigator")
        self._records = records
        self._targets: tuple[Selection | None, ...] = ()
        self.border_title = "Workspace"

    def compose(self) -> ComposeResult:
        """One list."""
        yield Lines(id="navigator-list", classes="body")

    def watch_workspace(self) -> None:
        """Draw the list anew."""
        self._draw()

    def watch_commits(self) -> None:
        """Counts may have changed."""
        self._draw()

    def watch_selection(self) -> None:
        """Follow a selection that was made elsewhere."""
        self._place_cursor()

    def on_mount(self) -> None:
        """The first list."""
        self._draw()

    def _draw(self) -> None:
        if not self.is_mounted:
            return
        rows = self._rows()
        self._targets = tuple(target for _, target in rows)
        self.query_one(Lines).show([line for line, _ in rows], selectable=[target is not None for _, target in rows])
        self._place_cursor()

    def _rows(self) -> list[tuple[Line, Selection | None]]:
        workspace = self.workspace
        custom = [kind for kind in workspace.types if isinstance(kind, ObjectType)]
        rows: list[tuple[Line, Selection | None]] = [(Line("Custom objects", style="heading"), None)]
        rows += [self._object_row(kind) for kind in custom]
        if not custom:
            rows.append((Line("  none yet: press n", style="muted"), None))
        rows.append((Line("Standard objects", style="heading"), None))
        rows += [self._object_row(kind) for kind in workspace.standards.values()]
        rows.append((Line("Actions", style="heading"), None))
        for action in workspace.sorted_actions:
            rows.append((Line("  " + action.name), Selection(Kind.ACTION, action.name)))
        if not workspace.actions:
            rows.append((Line("  none yet: press a", style="muted"), None))
        return rows

    def _object_row(self, kind: RecordType) -> tuple[Line, Selection]:
        count = "archived" if kind.is_archived else f"{self._records.count(kind.name):,}"
        line = Line("  " + kind.name, style="muted" if kind.is_archived else "", right=count)
        return line, Selection(Kind.OBJECT, kind.name)

    def _place_cursor(self) -> None:
        if self.is_mounted and self.selection in self._targets:
            self.query_one(Lines).move_to(self._targets.index(self.selection))

    @on(Lines.Highlighted)
    def _highlighted(self, event: Lines.Highlighted) -> None:
        event.stop()
        target = self._targets[event.row] if event.row < len(self._targets) else None
        if target and target != self.selection:
            self.post_message(self.Selected(target))

    @on(Lines.Chosen)
    def _chosen(self, event: Lines.Chosen) -> None:
        event.stop()
        target = self._targets[event.row]
        if target:
            self.post_message(self.Opened(target))
