"""The records pane: an object's records as a grid over windows read from the vault."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive

from app.domain.datatypes import DataType
from app.domain.record import Record
from app.domain.schema import Attribute, active_attributes
from app.domain.text import visible
from app.domain.values import plain_value
from app.domain.workspace import Workspace
from app.store.views import Records
from app.ui.selection import Selection
from app.ui.widgets.grid import Column, Grid
from app.ui.widgets.line_view import Span

_LAST = ("external_created_at", "external_updated_at")
"""Columns that seldom tell records apart stand at the end."""
_NUMBERS = (DataType.INTEGER, DataType.DECIMAL)


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
        name, row = self.selection.object, self.query_one(Grid).cursor
        found = self._records.window_of_readable(name, row, 1) if name else ()
        return found[0] if found else None

    def _draw(self) -> None:
        kind = self.workspace.type_named(self.selection.object)
        if not self.is_mounted or kind is None:
            return
        attributes = sorted(active_attributes(kind), key=lambda attribute: attribute.name in _LAST)
        count = self._records.count(kind.name)
        self.border_title = Content(visible(f"Records of {kind.name}"))
        self.border_subtitle = Content(f"{count:,} record{'' if count == 1 else 's'}")

        unreadable: list[Span] = [("not a record: vault check names it", "bad"), *[("", "")] * (len(attributes) - 1)]

        def fetch(start: int, size: int) -> Sequence[Sequence[Span]]:
            window = self._records.window_of_readable(kind.name, start, size)
            return [
                [_cell(record, attribute) for attribute in attributes] if record else unreadable for record in window
            ]

        columns = [Column(attribute.name, attribute.data_type in _NUMBERS) for attribute in attributes]
        empty = "No records yet. Map a response to this object and apply it, or press n to write one."
        self.query_one(Grid).show(columns, count, fetch, empty=empty)

    @on(Grid.Chosen)
    def _chosen(self, event: Grid.Chosen) -> None:
        event.stop()
        self.post_message(self.RecordChosen())


def _cell(record: Record, attribute: Attribute) -> Span:
    """Missing is a dot, null says so, an empty text shows its quotes."""
    if attribute.name not in record.values:
        return "·", "muted"
    value = record.values[attribute.name]
    if value is None:
        return "null", "literal"
    return ('""', "muted") if value == "" else (plain_value(value), "")
