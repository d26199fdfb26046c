"""The selection of the main screen as the plain values that commands are filled in from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.commands.context import Context
from app.domain.schema import EXTERNAL_ID
from app.domain.values import plain_value
from app.engine.file_names import file_name
from app.ui.panes.mapping import MappingPane
from app.ui.panes.records import RecordsPane
from app.ui.panes.response import ResponsePane
from app.ui.panes.schema import SchemaPane

if TYPE_CHECKING:
    from app.ui.screens.main import MainScreen


def context_of(screen: MainScreen, *, is_editing: bool = False) -> Context:
    """What a person has in front of them now; the record's values only when it is to be edited."""
    record = screen.query_one(RecordsPane).selected
    kind = screen.workspace.type_named(screen.selection.object)
    keys = kind.keys if kind else (EXTERNAL_ID,)
    key = next((text for name in keys if record and (text := record.values.get(name))), "")
    values = record.values.items() if record and is_editing else ()
    return Context(
        workspace=screen.workspace,
        pane=screen.pane,
        object=screen.selection.object,
        attribute=screen.query_one(SchemaPane).selected,
        record=str(key),
        record_lines=tuple(f"{name}={plain_value(value)}" for name, value in values if value is not None),
        action=screen.selection.action,
        run_id=screen.shown.run.id if screen.shown else None,
        is_success=bool(screen.shown and screen.shown.run.is_success),
        body_name=file_name(screen.shown.run, screen.shown.content) if screen.shown else "",
        path=screen.query_one(ResponsePane).path,
        row=screen.query_one(MappingPane).selected,
        sources=screen.study.sources,
        fields=screen.study.fields,
        undo_title=screen.workbench.vault.undo_title(),
    )
