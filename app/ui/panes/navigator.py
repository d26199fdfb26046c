"""The navigator: custom objects with their record counts, standard objects, actions."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.reactive import reactive

from app.domain.action import Action, ActionState
from app.domain.schema import ObjectType, RecordType
from app.domain.workspace import Workspace
from app.store.views import Records
from app.ui.selection import Kind, Selection
from app.ui.widgets.glyphs import GLYPHS
from app.ui.widgets.lines import Line, Lines


def _mark(action: Action) -> str:
    """One cell for an action's state: draft, tested draft, live, live but changed since its test."""
    if action.state is ActionState.DRAFT:
        return GLYPHS.tested if action.is_tested else GLYPHS.draft
    return GLYPHS.live if action.is_tested else GLYPHS.changed


class Navigator(Vertical):
    """Moving the cursor selects; enter opens."""

    DEFAULT_CLASSES = "pane"
    workspace: reactive[Workspace] = reactive(Workspace)
    selection: reactive[Selection] = reactive(Selection)
    commits: reactive[int] = reactive(0)

    class Selected(Message):
        """The cursor moved; `target` says where to."""

    class Opened(Message):
        """An object or an action was chosen with a double click."""

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

    def move_to(self, selection: Selection) -> None:
        """Put the cursor on a selection that was made elsewhere."""
        if selection in self._targets:
            self.query_one(Lines).move_to(self._targets.index(selection))

    def on_mount(self) -> None:
        """The first list."""
        self._draw()

    @property
    def target(self) -> Selection | None:
        """What the cursor is on."""
        row = self.query_one(Lines).cursor
        return self._targets[row] if row < len(self._targets) else None

    def _draw(self) -> None:
        if not self.is_mounted:
            return
        lines = self.query_one(Lines)
        here = self.target
        rows = self._rows()
        self._targets = tuple(target for _, target in rows)
        lines.show([line for line, _ in rows], selectable=[target is not None for _, target in rows])
        if here is not None:
            self.move_to(here)

    def _rows(self) -> list[tuple[Line, Selection | None]]:
        workspace = self.workspace
        custom = [kind for kind in workspace.types if isinstance(kind, ObjectType)]
        rows: list[tuple[Line, Selection | None]] = [(Line("Start here"), Selection())]
        rows.append((Line("Custom objects", style="heading"), None))
        rows += [self._object_row(kind) for kind in custom]
        if not custom:
            rows.append((Line("  none yet: press n", style="muted"), None))
        rows.append((Line("Standard objects", style="heading"), None))
        rows += [self._object_row(kind) for kind in workspace.standards.values()]
        rows.append((Line("Actions", style="heading"), None))
        for action in workspace.sorted_actions:
            rows.append((Line("  " + action.name, right=_mark(action)), Selection(Kind.ACTION, action.name)))
        if not workspace.actions:
            rows.append((Line("  none yet: press a", style="muted"), None))
        return rows

    def _object_row(self, kind: RecordType) -> tuple[Line, Selection]:
        count = "archived" if kind.is_archived else f"{self._records.count(kind.name):,}"
        line = Line("  " + kind.name, style="muted" if kind.is_archived else "", right=count)
        return line, Selection(Kind.OBJECT, kind.name)

    @on(Lines.Highlighted)
    def _highlighted(self, event: Lines.Highlighted) -> None:
        event.stop()
        self.post_message(self.Selected())

    @on(Lines.Chosen)
    def _chosen(self, event: Lines.Chosen) -> None:
        event.stop()
        self.post_message(self.Opened())
