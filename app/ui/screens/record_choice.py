"""Choosing the record that an action runs with: an object, words that its records hold, and what each would give.

Typing searches the records of the shown object; up and down move among them while one types, tab goes to the next
object. What the search finds is worked out off the event loop, and only the records on screen are read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from app.commands.finding import matching
from app.domain.columns import cell
from app.domain.looking import Look, look_at
from app.domain.record import Record, shown_key
from app.domain.schema import Attribute, RecordType
from app.domain.text import visible
from app.store.views import Records
from app.ui.panes.records import AT_ONCE, until_arranged
from app.ui.widgets.grid import Column, Grid
from app.ui.widgets.line_view import LineView, Span

Given = Callable[[RecordType, Record], Mapping[str, str]]
"""What a record would give to the action, by placeholder."""


class RecordChoice(ModalScreen[str | None]):
    """Dismissed with the record as OBJECT:ID, or None when it was left."""

    CSS_PATH: ClassVar = ["form.tcss", "record_choice.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Close"),
        Binding("enter", "take", "Take", priority=True),
        Binding("up", "move(-1)", "Up", priority=True),
        Binding("down", "move(1)", "Down", priority=True),
        Binding("pageup", "page(-1)", "Page up", priority=True),
        Binding("pagedown", "page(1)", "Page down", priority=True),
        Binding("tab", "turn(1)", "Next object", priority=True),
        Binding("shift+tab", "turn(-1)", "Previous object", priority=True),
    ]

    def __init__(self, title: str, kinds: Sequence[RecordType], records: Records, given: Given) -> None:
        """`kinds` are the objects that have records, the likeliest first."""
        super().__init__()
        self._title = title
        self._kinds = tuple(kinds)
        self._records = records
        self._given = given
        self._at = 0
        self._look = Look()
        self._columns: tuple[Attribute, ...] = ()

    def compose(self) -> ComposeResult:
        """The objects, the words, the records, and what the one under the cursor gives."""
        with Vertical(id="dialog") as dialog:
            dialog.border_title = Content(visible(self._title))
            dialog.border_subtitle = Content("type to search · ↑↓ move · tab other object · enter takes · esc")
            yield Static(id="kinds")
            box = Input(placeholder="words that the record holds", compact=True)
            box.cursor_blink = False
            yield box
            yield Grid(id="choices")
            yield Static(id="given")

    def on_mount(self) -> None:
        """The records of the likeliest object."""
        self.query_one(Input).focus()
        self._find()

    @property
    def _kind(self) -> RecordType:
        return self._kinds[self._at]

    @on(Input.Changed)
    def _typed(self) -> None:
        self._find()

    def _find(self) -> None:
        """At once where that is quick: the next key may follow before any message does."""
        kind, look = self._kind, look_at(self._kind, search=self.query_one(Input).value)
        self.workers.cancel_group(self, "find")
        if self._records.count(kind.name) <= AT_ONCE or self._records.is_arranged(kind.name, look):
            self._show(kind, look)
        else:
            self._arrange(kind, look)

    @work(exclusive=True, group="find")
    async def _arrange(self, kind: RecordType, look: Look) -> None:
        self.query_one("#given", Static).update("searching …")
        await until_arranged(self._records, kind.name, look)
        self._show(kind, look)

    def _show(self, kind: RecordType, look: Look) -> None:
        self._look = look
        self._columns = self._ordered(kind)
        total, count = self._records.count(kind.name), self._records.count_shown(kind.name, look)
        columns = [Column(attribute.name) for attribute in self._columns]
        self.query_one(Grid).show(columns, count, self._fetch, empty="No record holds these words.", row=0)
        each = [f"[{one.name}]" if one is kind else one.name for one in self._kinds]
        found = f"{total:,} record{'' if total == 1 else 's'}" if look.is_whole else matching(count, total)
        self.query_one("#kinds", Static).update(Content(visible(f"{'  '.join(each)} · {found}")))
        self._tell()

    def _ordered(self, kind: RecordType) -> tuple[Attribute, ...]:
        """Its keys first, since they are what a person knows a record by."""
        found = [attribute for attribute in kind.attributes if not attribute.is_archived]
        return tuple(sorted(found, key=lambda each: each.name not in kind.keys))

    def _fetch(self, start: int, size: int) -> Sequence[Sequence[Span]]:
        window = self._records.window_of_readable(self._kind.name, start, size, self._look)
        return [[(cell(record.values, a.name)[0] if record else "", "") for a in self._columns] for record in window]

    @property
    def _record(self) -> Record | None:
        """The record under the cursor."""
        at = self.query_one(Grid).cursor
        found = self._records.window_of_readable(self._kind.name, at, 1, self._look)
        return found[0] if found else None

    @on(LineView.Highlighted)
    def _tell(self) -> None:
        """What the record under the cursor would give."""
        record = self._record
        given = self._given(self._kind, record) if record else {}
        words = ", ".join(f"{name} = {value}" for name, value in given.items())
        said = f"gives {words}" if words else "gives nothing that the action asks for" if record else ""
        self.query_one("#given", Static).update(Content(visible(said)))

    def action_move(self, step: int) -> None:
        """To the next record, or the one before."""
        grid = self.query_one(Grid)
        grid.move_to(grid.cursor + step)

    def action_page(self, direction: int) -> None:
        """A screen further, or back."""
        grid = self.query_one(Grid)
        grid.move_to(grid.cursor + direction * max(1, grid.size.height - 2))

    def action_turn(self, step: int) -> None:
        """The records of the next object, searched for the same words."""
        self._at = (self._at + step) % len(self._kinds)
        self._find()

    @on(LineView.Chosen)
    def action_take(self) -> None:
        """Leave with the record under the cursor; one that gives nothing is not taken, as the last line says."""
        record = self._record
        key = shown_key(self._kind, record) if record else ""
        if record and key and self._given(self._kind, record):
            self.dismiss(f"{self._kind.name}:{key}")
        else:
            self.app.bell()
