"""The records pane: an object's records as a grid over windows read from the vault, as somebody looks at them.

What takes long — the first sorting or filtering of many records — is made ready off the event loop; until it is, the
pane shows what it showed before.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive

from app.commands.finding import matching, read_look
from app.domain.columns import Held, cell, shown_attributes
from app.domain.datatypes import DataType
from app.domain.identifiers import decode
from app.domain.looking import Look
from app.domain.record import Record
from app.domain.schema import Attribute, RecordType
from app.domain.text import visible
from app.domain.workspace import Workspace
from app.errors import InvalidInput
from app.store.views import PLAIN, Records
from app.ui.selection import Selection
from app.ui.widgets.glyphs import GLYPHS
from app.ui.widgets.grid import Column, Grid
from app.ui.widgets.line_view import Span

AT_ONCE = 2_000
"""So many records are sorted and filtered before the next repaint."""
_NUMBERS = (DataType.INTEGER, DataType.DECIMAL)
_STYLES = {Held.VALUE: "", Held.NULL: "literal", Held.EMPTY: "muted", Held.MISSING: "muted"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody wants to see of an object, as it was typed."""

    filter: str = ""
    search: str = ""
    sort: str = ""
    is_descending: bool = False


class RecordsPane(Vertical):
    """Enter opens the record under the cursor."""

    DEFAULT_CLASSES = "pane"
    workspace: reactive[Workspace] = reactive(Workspace)
    selection: reactive[Selection] = reactive(Selection)
    commits: reactive[int] = reactive(0)

    class RecordChosen(Message):
        """Enter was pressed on a record."""

    def __init__(self, records: Records) -> None:
        super().__init__(id="records")
        self._records = records
        self._asked: dict[str, Asked] = {}
        self._shown: tuple[str, Look] = ("", PLAIN)
        """The object and the look that the grid shows."""
        self._shown_as = Asked()
        self._framed = ("", "")
        self._number: int | None = None
        """The document number of the record under the cursor."""
        self._before: tuple[str, Asked] | None = None
        """What was asked for before the look that is being made ready."""
        self._warmed: set[str] = set()

    def compose(self) -> ComposeResult:
        """The grid."""
        yield Grid(id="records-grid", classes="body")

    def on_mount(self) -> None:
        """The first drawing."""
        self._draw()

    def watch_selection(self) -> None:
        """Another object."""
        self._draw()

    def watch_commits(self) -> None:
        """Records or attributes may have changed."""
        self._draw()

    @property
    def selected(self) -> Record | None:
        """The record under the cursor."""
        name, look = self._shown
        if not name or name != self.selection.object or not self._records.is_arranged(name, look):
            return None
        found = self._records.window_of_readable(name, self.query_one(Grid).cursor, 1, look)
        return found[0] if found else None

    @property
    def attribute(self) -> Attribute | None:
        """The attribute of the column that is marked."""
        kind = self.workspace.type_named(self.selection.object)
        shown = shown_attributes(kind, self.workspace.view_of(kind.name)) if kind else ()
        at = self.query_one(Grid).column
        return shown[at] if at < len(shown) else None

    @property
    def asked(self) -> Asked:
        """What is asked for of the selected object."""
        return self._asked.get(self.selection.object, Asked())

    @property
    def shown_as(self) -> Asked:
        """What the grid shows of the selected object now, which is not what is still being made ready."""
        return self._shown_as if self._shown[0] == self.selection.object else Asked()

    def ask(self, asked: Asked) -> None:
        """Look at the selected object in another way."""
        self._before = self.selection.object, self.asked
        self._asked[self.selection.object] = asked
        self._draw()

    @property
    def is_finding(self) -> bool:
        """Whether a look is being made ready."""
        mine = (worker for worker in self.workers if worker.node is self and worker.group == "find")
        return any(not worker.is_finished and not worker.is_cancelled for worker in mine)

    def stop_finding(self) -> None:
        """Go back to the look that is shown."""
        self.workers.cancel_group(self, "find")
        name, asked = self._before or (self.selection.object, Asked())
        self._asked[name] = asked
        self._draw()

    def look_of(self, kind: RecordType, asked: Asked) -> Look:
        """The look that was asked for; InvalidInput when it cannot be."""
        return read_look(
            kind, filter=asked.filter, search=asked.search, sort=asked.sort, descending=asked.is_descending
        )

    def _draw(self) -> None:
        kind = self.workspace.type_named(self.selection.object)
        if not self.is_mounted or kind is None:
            return
        try:
            look = self.look_of(kind, self.asked)
        except InvalidInput:  # an attribute that it names was archived meanwhile
            self._asked.pop(kind.name, None)
            look = PLAIN
        if self._records.count(kind.name) > AT_ONCE and not self._records.is_arranged(kind.name, look):
            self._frame(self._framed[0], "finding… esc stops")
            self._arrange(kind.name, look)
            return
        self._show(kind, look)

    @work(exclusive=True, group="find")
    async def _arrange(self, name: str, look: Look) -> None:
        await until_arranged(self._records, name, look)
        self._draw()

    def _show(self, kind: RecordType, look: Look) -> None:
        row = self._row(kind.name, look)
        self._shown, self._shown_as = (kind.name, look), self.asked
        attributes = shown_attributes(kind, self.workspace.view_of(kind.name))
        total, count = self._records.count(kind.name), self._records.count_shown(kind.name, look)
        title = f"Records of {kind.name}"
        records = f"{total:,} record{'' if total == 1 else 's'}"
        self._frame(
            title if look.is_whole else f"{title}: {look.words}", records if look.is_whole else matching(count, total)
        )
        columns = [_column(attribute, look) for attribute in attributes]
        empty = "No records yet: n writes one, I imports a file. s shows the schema."
        if total:
            empty = "No record matches. F shows all of them again, f changes the filter."
        self.query_one(Grid).show(columns, count, self._fetch(kind.name, attributes, look), empty=empty, row=row)
        self._note_number()
        self._warm(kind)

    def _frame(self, title: str, subtitle: str) -> None:
        """Say it on the frame; to repaint one that says it already costs as much."""
        if (title, subtitle) != self._framed:
            self._framed = (title, subtitle)
            self.border_title, self.border_subtitle = Content(visible(title)), Content(subtitle)

    def _fetch(
        self, name: str, attributes: Sequence[Attribute], look: Look
    ) -> Callable[[int, int], Sequence[Sequence[Span]]]:
        unreadable: list[Span] = [("not a record: vault check names it", "bad"), *[("", "")] * (len(attributes) - 1)]

        def fetch(start: int, size: int) -> Sequence[Sequence[Span]]:
            window = self._records.window_of_readable(name, start, size, look)
            return [[_cell(record, a) for a in attributes] if record else unreadable for record in window]

        return fetch

    def _row(self, name: str, look: Look) -> int | None:
        """Where the cursor goes: with its record after a change, to the top for another look."""
        if (name, look) != self._shown:
            return 0
        return None if self._number is None else self._records.position(name, self._number, look)

    @on(Grid.Highlighted)
    def _note_number(self) -> None:
        record = self.selected
        self._number = decode(record.id) if record else None

    def _warm(self, kind: RecordType) -> None:
        """Get ready for the first edit while nobody waits for it."""
        if kind.name in self._warmed or self._records.count(kind.name) <= AT_ONCE:
            return
        self._warmed.add(kind.name)
        self._warm_up(kind.name, kind.keys)

    @work(group="warm")
    async def _warm_up(self, name: str, keys: Sequence[str]) -> None:
        with _stopping() as is_stopped:
            await asyncio.to_thread(self._records.warm, name, keys, is_stopped)

    @on(Grid.Chosen)
    def _chosen(self, event: Grid.Chosen) -> None:
        event.stop()
        self.post_message(self.RecordChosen())


async def until_arranged(records: Records, name: str, look: Look) -> None:
    """Make a look ready in a thread; when this is cancelled, the thread stops too."""
    with _stopping() as is_stopped:
        await asyncio.to_thread(records.arrange, name, look, is_stopped)


async def counted(records: Records, name: str, look: Look) -> int:
    """How many records a look would show, found out as `until_arranged` does."""
    with _stopping() as is_stopped:
        return await asyncio.to_thread(records.count_matching, name, look, is_stopped)


@contextmanager
def _stopping() -> Iterator[Callable[[], bool]]:
    """Something for a thread to ask; true once nobody waits for it."""
    event = threading.Event()
    try:
        yield event.is_set
    finally:
        event.set()


def _column(attribute: Attribute, look: Look) -> Column:
    is_sorted = look.sort is not None and look.sort.name == attribute.name
    mark = (GLYPHS.descending if look.is_descending else GLYPHS.ascending) if is_sorted else ""
    return Column(attribute.name, attribute.data_type in _NUMBERS, mark)


def _cell(record: Record, attribute: Attribute) -> Span:
    """Missing is a dot, null says so, an empty text shows its quotes."""
    text, held = cell(record.values, attribute.name)
    return text, _STYLES[held]
