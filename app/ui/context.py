"""The selection of the main screen as the plain values that commands are filled in from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.commands.context import Context
from app.domain.record import Record, shown_key
from app.domain.schema import RecordType
from app.domain.values import plain_value
from app.engine.file_names import file_name
from app.engine.sources import row_path
from app.ui.panes.mapping import MappingPane
from app.ui.panes.records import RecordsPane
from app.ui.panes.response import ResponsePane
from app.ui.panes.schema import SchemaPane

if TYPE_CHECKING:
    from app.ui.screens.main import MainScreen


def context_of(screen: MainScreen, *, is_editing: bool = False) -> Context:
    """What a person has in front of them now; the record's values only when it is to be edited."""
    kind = screen.workspace.type_named(screen.selection.object)
    return context_for(screen, kind, screen.query_one(RecordsPane).selected, is_editing=is_editing)


def context_for(
    screen: MainScreen, kind: RecordType | None, record: Record | None, *, is_editing: bool = False
) -> Context:
    """As `context_of`, about a record that need not be the one under the grid's cursor."""
    key = shown_key(kind, record) if kind and record else ""
    values = record.values.items() if record and is_editing else ()
    shown_as = screen.query_one(RecordsPane).shown_as
    return Context(
        workspace=screen.workspace,
        pane=screen.pane,
        object=kind.name if kind else "",
        attribute=screen.query_one(SchemaPane).selected,
        record=key,
        record_lines=tuple(f"{name}={plain_value(value)}" for name, value in values if value is not None),
        filter=shown_as.filter,
        search=shown_as.search,
        action=screen.selection.action,
        run_id=screen.shown.run.id if screen.shown else None,
        is_success=bool(screen.shown and screen.shown.run.is_success),
        body_name=file_name(screen.shown.run, screen.shown.content) if screen.shown else "",
        path=screen.query_one(ResponsePane).path,
        row=_row(screen),
        sources=screen.study.sources,
        fields=screen.study.fields,
        undo_title=screen.workbench.vault.undo_title(),
        redo_title=screen.workbench.vault.redo_title(),
    )


def _row(screen: MainScreen) -> str:
    """The path of the mapping's row in question: that of the response's field under the cursor, else the marked one."""
    mapping, place = screen.query_one(MappingPane).mapping, screen.looking.place
    if screen.pane in ("response", "raw") and mapping is not None and place is not None:
        index, node = place
        path = row_path(mapping.source, index.segments(node), index.kind(node).words)
        if isinstance(path, str):
            return path
    return screen.query_one(MappingPane).selected
