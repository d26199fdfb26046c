"""What a person has in front of them when a key is pressed: the selection, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.commands.registry import Disabled
from app.domain.identifiers import RunId
from app.domain.workspace import Workspace
from app.engine.infer import ResponseField
from app.engine.sources import Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The selection of the main screen. Empty texts mean that nothing of the kind is selected."""

    workspace: Workspace
    pane: str = ""
    """The pane with the focus: navigator, records, schema, request, response, mapping."""
    object: str = ""
    """Name of the selected custom or standard object."""
    attribute: str = ""
    record: str = ""
    """The selected record's key: its external_id, or a person's e-mail."""
    record_lines: tuple[str, ...] = ()
    """The selected record's values as `attribute=value`; the required names when none is selected."""
    filter: str = ""
    """What holds records of the selected object back in the grid, as it was typed."""
    search: str = ""
    """The words that the records which the grid shows hold."""
    action: str = ""
    """Name of the selected action."""
    run_id: RunId | None = None
    """The run whose response is shown."""
    is_success: bool = False
    """Whether that run brought a response that can be mapped."""
    body_name: str = ""
    """A file name that suits that run's body."""
    path: str = ""
    """RFC 9535 path of the tree's cursor."""
    row: str = ""
    """Path of the selected mapping row."""
    sources: tuple[Candidate, ...] = ()
    """Where a mapping of the response on screen can take its records from, the likeliest first."""
    fields: tuple[ResponseField, ...] = ()
    """What the records of the mapping's source hold."""
    undo_title: str = ""
    redo_title: str = ""


def selected_object(context: Context) -> Mapping[str, object] | Disabled:
    """The selected object, as the argument `object`."""
    if not context.object:
        return Disabled("Select an object in the navigator first.")
    return {"object": context.object}


def selected_attribute(context: Context) -> Mapping[str, object] | Disabled:
    """The selected attribute, as the arguments `object` and `attribute`."""
    if not context.object or not context.attribute:
        return Disabled("Select an attribute in the schema pane first.")
    return {"object": context.object, "attribute": context.attribute}


def selected_action(context: Context) -> Mapping[str, object] | Disabled:
    """The selected action, as the argument `action`."""
    if not context.action:
        return Disabled("Select an action in the navigator first.")
    return {"action": context.action}


def shown_run(context: Context) -> Mapping[str, object] | Disabled:
    """The selected action with the run that is on screen, for commands that look at a response."""
    if not context.action:
        return Disabled("Select an action in the navigator first.")
    if context.run_id is None:
        return Disabled("Send the action first (F5): there is no response yet.")
    return {"action": context.action, "run": context.run_id}
