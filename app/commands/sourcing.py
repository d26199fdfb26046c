"""Where a mapping takes its records from, and the second action of a chain for an array inside an array."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass, replace

from app.commands.context import Context, selected_action, shown_run
from app.commands.lookup import find_action, refuse
from app.commands.mappings import keep_mapping, mapping_for, mapping_lines, response_document
from app.commands.registry import Disabled, Result, arg, command
from app.commands.runs import run_of
from app.commands.tabular import table
from app.domain.action_rules import check_action
from app.domain.changes import ACTIONS, MAPPINGS, Change, Changes
from app.domain.identifiers import ActionId, MappingId
from app.domain.mapping import Mapping, whole_path
from app.domain.path import FieldPath, Wildcard
from app.domain.problems import Problem
from app.domain.values import JsonValue
from app.engine.chain import second_action
from app.engine.sources import candidates, inner_arrays, records
from app.errors import InvalidInput
from app.store.codec import new_id
from app.workbench import Workbench


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    action: str = arg("The action whose response is mapped.", positional=True, choices="actions", subject=True)
    source: str = arg("Where the records are; left out, what there is is listed.", default="", choices="sources")
    run: str = arg("The run whose response is looked at; the newest when left out.", default="", subject=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chained:
    action: str = arg("The action that lists.", positional=True, choices="actions", subject=True)
    path: str = arg("The array inside its records, such as $.orders[*].items.", default="", subject=True)
    run: str = arg("The run whose response is looked at; the newest when left out.", default="", subject=True)


def _source(context: Context) -> ReadOnly[str, object] | Disabled:
    found = shown_run(context)
    action = context.workspace.action_named(context.action)
    mapping = context.workspace.mapping_of(action) if action else None
    return found if isinstance(found, Disabled) else {**found, "source": mapping.source if mapping else ""}


@command("mapping.source", Source, title="Choose source", keys="s", panes="mapping", gather=_source, asks=True)
async def choose_source(workbench: Workbench, args: Source) -> Result:
    """Choose the object or array that the records come from; the likeliest stands first."""
    action = find_action(workbench.workspace, args.action)
    document = await response_document(workbench, run_of(workbench, action, args.run))
    if not args.source:
        return await asyncio.to_thread(_listed, document)
    found = records(document, args.source)
    if isinstance(found, Problem):
        raise InvalidInput(f"{args.source}: {found.message}.")
    before = mapping_for(workbench, action)
    is_other = before.source != args.source
    mapping = replace(before, source=args.source, rows=() if is_other else before.rows)
    await keep_mapping(workbench, action, mapping)
    gone = f" The {len(before.rows)} rows of {before.source} were removed; undo brings them back."
    message = f"The source is {args.source}: {len(found):,} records.{gone if is_other and before.rows else ''}"
    return Result(message=message, data=mapping, lines=mapping_lines(mapping))


def _listed(document: JsonValue) -> Result:
    found = candidates(document)
    inner = inner_arrays(document)
    lines = [*table(("source", "gives"), [(each.path, each.phrase) for each in found])]
    lines += [f"{path} is an array inside an array: mapping chain makes the action that fetches it" for path in inner]
    return Result(data={"sources": found, "inner": inner}, lines=tuple(lines))


def _chained(context: Context) -> ReadOnly[str, object] | Disabled:
    found = selected_action(context)
    if isinstance(found, Disabled) or context.run_id is None:
        return (
            found if isinstance(found, Disabled) else Disabled("Send the action first (F5): there is no response yet.")
        )
    action = context.workspace.action_named(context.action)
    mapping = context.workspace.mapping_of(action) if action else None
    path = context.path
    if context.pane == "mapping" and mapping and context.row:
        path = whole_path(mapping.source, context.row)
    return {**found, "run": context.run_id, "path": path}


@command("mapping.chain", Chained, title="Build second action", keys="b", panes="response,mapping", gather=_chained)
async def chain(workbench: Workbench, args: Chained) -> Result:
    """Make the action that fetches an array inside an array by the id of its record, inputs wired."""
    workspace = workbench.workspace
    first = find_action(workspace, args.action)
    document = await response_document(workbench, run_of(workbench, first, args.run))
    source, inner = await asyncio.to_thread(_inner, document, args.path)
    found = records(document, str(source))
    assert not isinstance(found, Problem)
    number = workbench.ids()
    link = second_action(
        first, ActionId(new_id(ACTIONS, number)), source, inner, found[0] if found else None, workspace
    )
    refuse(check_action(workspace, link.action))
    changes = [Change(ACTIONS, number, None, link.action)]
    if link.target:
        at = workbench.ids()
        blank = Mapping(id=MappingId(new_id(MAPPINGS, at)), action_id=link.action.id, target=link.target)
        changes.append(Change(MAPPINGS, at, None, blank))
    await workbench.commit(Changes.of(f"Build {link.action.name}", changes))
    goes = f" Its records go to {link.target}." if link.target else " Choose where its records go once it was sent."
    message = f"Built {link.action.name}: GET {link.action.url}.{goes} Check the URL (e), then send it (F5)."
    return Result(message=message, data=link.action)


def _inner(document: JsonValue, text: str) -> tuple[FieldPath, FieldPath]:
    """The source that an inner array lies in, and the array's path from its records."""
    known = inner_arrays(document)
    if not text and known:
        text = known[0]
    try:
        segments = FieldPath.parse(text or "$").segments
    except ValueError as error:
        raise InvalidInput(f"The path cannot be read: {error}.") from None
    everywhere = tuple(Wildcard.ALL if isinstance(each, int) else each for each in segments)
    fitting = next((each for each in known if _begins(everywhere, FieldPath.parse(each).segments)), None)
    if fitting is None:
        there = f" Such arrays here: {', '.join(known)}." if known else " This response has none."
        raise InvalidInput(f"{text or '$'} is not in an array inside an array, so one action is enough for it.{there}")
    whole = FieldPath.parse(fitting).segments
    at = whole.index(Wildcard.ALL) + 1
    return FieldPath(whole[:at]), FieldPath(whole[at:])


def _begins(place: tuple[object, ...], array: tuple[object, ...]) -> bool:
    return place[: len(array)] == array
