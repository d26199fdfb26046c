"""Mappings: show, set, suggest — from a response to what is kept of it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass, replace

from app.commands.actions import ActionName
from app.commands.context import Context, selected_action, shown_run
from app.commands.keeping import CHANGED_MARK, is_changed
from app.commands.lookup import find_action, find_type
from app.commands.notation import ROW_FORM, filled, read_row, write_row
from app.commands.registry import Disabled, Result, arg, command
from app.commands.runs import run_of
from app.domain.action import Action
from app.domain.changes import MAPPINGS, Change, Changes
from app.domain.identifiers import MappingId, decode
from app.domain.mapping import Mapping, is_redacted
from app.domain.path import FieldPath
from app.domain.run import Run
from app.domain.values import JsonValue
from app.engine.body import decode as decode_body
from app.engine.cancel import IsCancelled, never
from app.engine.content import content_of
from app.engine.suggest import suggest
from app.errors import InvalidInput
from app.store.codec import new_id
from app.workbench import Workbench


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingParts:
    action: str = arg("The action whose response is mapped.", positional=True, choices="actions", subject=True)
    source: str | None = arg("Where the records are, such as $.orders[*].", default=None)
    target: str | None = arg("The object that the records go to.", default=None, choices="types?")
    row: tuple[str, ...] | None = arg(f"{ROW_FORM}; repeat for each. Replaces all rows.", default=None, multiline=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    action: str = arg("The action whose response is mapped.", positional=True, choices="actions", subject=True)
    target: str = arg(
        "The object that the records go to; found by likeness when left out.", default="", choices="types?"
    )
    run: str = arg("The run whose response is looked at; the newest when left out.", default="", subject=True)


def document_of(run: Run, body: bytes, is_cancelled: IsCancelled = never) -> JsonValue:
    """The decoded body of a run that succeeded; InvalidInput says why it cannot be mapped."""
    if not run.is_success:
        failure = run.failure.message if run.failure else ""
        raise InvalidInput(f"The run failed, so there is nothing to map: {failure}")
    assert run.response is not None
    content = content_of(body, run.response.header("content-type"))
    converted = content.json_bytes(body)
    return decode_body(body if converted is None else converted, is_cancelled)


async def response_document(workbench: Workbench, run: Run) -> JsonValue:
    """The decoded body of a run, read and decoded off the event loop."""
    return await asyncio.to_thread(lambda: document_of(run, workbench.runs.body(run)))


def mapping_for(workbench: Workbench, action: Action) -> Mapping:
    """The action's mapping, or a blank one that is not kept yet."""
    found = workbench.workspace.mapping_of(action)
    return found or Mapping(id=MappingId(new_id(MAPPINGS, workbench.ids())), action_id=action.id)


async def keep_mapping(workbench: Workbench, action: Action, mapping: Mapping) -> None:
    """Commit an action's mapping in place of the one it has."""
    before = workbench.workspace.mapping_of(action)
    change = Change(MAPPINGS, decode(mapping.id), before, mapping)
    await workbench.commit(Changes.of(f"Mapping of {action.name}", [change]))


def mapping_lines(mapping: Mapping) -> tuple[str, ...]:
    """A mapping for a person."""
    head = (f"source  {mapping.source}", f"target  {mapping.target or '(none chosen)'}")
    branching = (f"{row.path} -> Conversation.{row.attribute}" for row in mapping.conversation)
    return (*head, *(write_row(row) for row in mapping.rows), *branching)


@command("mapping.show", ActionName, title="Show mapping", gather=selected_action, only_reads=True)
async def show_mapping(workbench: Workbench, args: ActionName) -> Result:
    """Show an action's mapping: source, target, rows."""
    action = find_action(workbench.workspace, args.action)
    mapping = workbench.workspace.mapping_of(action)
    if mapping is None:
        raise InvalidInput(f'{action.name} has no mapping yet; "mapping suggest" makes one from its newest response.')
    mark = f"\n{CHANGED_MARK[0].upper()}{CHANGED_MARK[1:]}." if is_changed(workbench.workspace, mapping) else ""
    return Result(data=mapping, lines=(*mapping_lines(mapping), *mark.splitlines()))


def _parts(context: Context) -> ReadOnly[str, object] | Disabled:
    action = context.workspace.action_named(context.action)
    if action is None:
        return Disabled("Select an action in the navigator first.")
    mapping = context.workspace.mapping_of(action)
    if mapping is None:
        return {"action": action.name}
    rows = tuple(write_row(row) for row in mapping.rows)
    return {"action": action.name, "source": mapping.source, "target": mapping.target, "row": rows}


@command("mapping.set", MappingParts, title="Edit mapping", keys="e", panes="mapping", gather=_parts, asks=True)
async def set_mapping(workbench: Workbench, args: MappingParts) -> Result:
    """Set the given parts of an action's mapping; the rest stays as it is."""
    action = find_action(workbench.workspace, args.action)
    mapping = mapping_for(workbench, action)
    if args.source is not None:
        _check_path(args.source)
        mapping = replace(mapping, source=args.source)
    if args.target:
        mapping = replace(mapping, target=str(find_type(workbench.workspace, args.target).name))
    if args.row is not None:
        mapping = replace(mapping, rows=tuple(read_row(line) for line in filled(args.row)))
        for row in mapping.rows:
            _check_path(row.path)
    await keep_mapping(workbench, action, mapping)
    return Result(message=f"Saved the mapping of {action.name}.", data=mapping, lines=mapping_lines(mapping))


def _check_path(text: str) -> None:
    try:
        FieldPath.parse(text)
    except ValueError as error:
        raise InvalidInput(f"The path cannot be read: {error}.") from None


@command(
    "mapping.suggest",
    Suggested,
    title="Take suggested mapping",
    keys="m",
    panes="response,raw,mapping",
    gather=shown_run,
)
async def suggest_mapping(workbench: Workbench, args: Suggested) -> Result:
    """Propose source, target and rows from a response, and keep them as the action's mapping."""
    action = find_action(workbench.workspace, args.action)
    run = run_of(workbench, action, args.run)
    before = mapping_for(workbench, action)
    types = workbench.workspace.types
    wanted = find_type(workbench.workspace, args.target).name if args.target else before.target or None
    source = before.source if before.source != "$" else None
    document = await response_document(workbench, run)
    found = await asyncio.to_thread(suggest, document, source, types, wanted)
    if not found.rows:
        where = f" in {source}" if source else ""
        raise InvalidInput(
            f"Nothing{where} looks like {wanted or 'one of the objects'}. Create an object with matching attributes, "
            "or pick the fields yourself."
        )
    hidden = workbench.workspace.redacted(action.id)
    rows = tuple(row for row in found.rows if not is_redacted(found.source, row.path, hidden))
    mapping = replace(found.applied_to(before), rows=rows)
    await keep_mapping(workbench, action, mapping)
    left = f" Left out: {', '.join(found.left_out)}." if found.left_out else ""
    message = f"Mapped {len(mapping.rows)} fields of {mapping.source} to {mapping.target}.{left}"
    return Result(message=message, data=found, lines=mapping_lines(mapping))
