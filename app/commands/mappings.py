"""Mappings: show, set, suggest, preview, apply — from a response to records."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping as ReadOnly
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.commands.actions import ActionName
from app.commands.context import Context, selected_action, shown_run
from app.commands.lookup import find_action, find_type
from app.commands.notation import ROW_FORM, filled, read_row, write_row
from app.commands.registry import Disabled, Result, arg, command
from app.commands.runs import run_of
from app.commands.tabular import table
from app.domain.action import Action
from app.domain.changes import MAPPINGS, Change, Changes
from app.domain.identifiers import MappingId, decode
from app.domain.mapping import Mapping
from app.domain.path import FieldPath
from app.domain.record import Record
from app.domain.run import Run
from app.domain.values import JsonValue
from app.engine.body import decode as decode_body
from app.engine.content import content_of
from app.engine.mapper import preview
from app.engine.preview import Preview, Verdict
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Previewed:
    action: str = arg("The action whose response is mapped.", positional=True, choices="actions", subject=True)
    run: str = arg("The run whose response is taken; the newest when left out.", default="", subject=True)


class Existing:
    """The vault's records, as a preview asks for them."""

    def __init__(self, workbench: Workbench) -> None:
        self._records = workbench.records
        self._workspace = workbench.workspace

    def by_keys(self, type_name: str, key: str, values: Sequence[str]) -> ReadOnly[str, Record]:
        """The records whose attribute `key` equals one of `values`, by that value."""
        return self._records.by_keys(type_name, key, values)

    def absent(self, type_name: str, values: Sequence[str]) -> int:
        """How many of these references find no record."""
        return self._records.absent(type_name, values)

    def count_all_custom(self) -> int:
        """How many records count against the limit."""
        return self._records.count_custom(self._workspace)


def document_of(run: Run, body: bytes) -> JsonValue:
    """The decoded body of a run that succeeded; InvalidInput says why it cannot be mapped."""
    if not run.is_success:
        failure = run.failure.message if run.failure else ""
        raise InvalidInput(f"The run failed, so there is nothing to map: {failure}")
    assert run.response is not None
    content = content_of(body, run.response.header("content-type"))
    converted = content.json_bytes(body)
    return decode_body(body if converted is None else converted)


async def response_document(workbench: Workbench, run: Run) -> JsonValue:
    """The decoded body of a run, read and decoded off the event loop."""
    return await asyncio.to_thread(lambda: document_of(run, workbench.runs.body(run)))


def preview_body(workbench: Workbench, mapping: Mapping, run: Run, body: bytes) -> Preview:
    """What a mapping would write of a response; may be called off the event loop."""
    workspace = workbench.workspace
    return preview(
        document_of(run, body),
        mapping,
        workspace.type_named(mapping.target),
        Existing(workbench),
        ids=workbench.ids,
        now=workbench.now(),
        run_id=run.id,
        record_limit=workspace.settings.record_limit,
    )


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
    return (*head, *(write_row(row) for row in mapping.rows))


@command("mapping.show", ActionName, title="Show mapping", gather=selected_action)
async def show_mapping(workbench: Workbench, args: ActionName) -> Result:
    """Show an action's mapping: source, target, rows."""
    action = find_action(workbench.workspace, args.action)
    mapping = workbench.workspace.mapping_of(action)
    if mapping is None:
        raise InvalidInput(f'{action.name} has no mapping yet; "mapping suggest" makes one from its newest response.')
    return Result(data=mapping, lines=mapping_lines(mapping))


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
    mapping = found.applied_to(before)
    await keep_mapping(workbench, action, mapping)
    left = f" Left out: {', '.join(found.left_out)}." if found.left_out else ""
    message = f"Mapped {len(mapping.rows)} fields of {mapping.source} to {mapping.target}.{left}"
    return Result(message=message, data=found, lines=mapping_lines(mapping))


async def _previewed(workbench: Workbench, args: Previewed) -> tuple[Action, Preview]:
    action = find_action(workbench.workspace, args.action)
    mapping = workbench.workspace.mapping_of(action)
    if mapping is None:
        raise InvalidInput(f'{action.name} has no mapping yet; "mapping suggest" makes one from its newest response.')
    run = run_of(workbench, action, args.run)
    body = await asyncio.to_thread(workbench.runs.body, run)
    return action, await asyncio.to_thread(preview_body, workbench, mapping, run, body)


def _row_table(found: Preview) -> tuple[str, ...]:
    rows = [(f.path, f.kind, f.attribute, f.format, f.example, f.words) for f in found.fields]
    return table(("path", "found", "attribute", "format", "first value", "verdict"), rows)


def _data(found: Preview) -> dict[str, object]:
    return {
        "source": found.source,
        "target": found.target,
        "counts": {str(verdict): count for verdict, count in found.counts.items()},
        "problems": [str(problem) for problem in found.problems],
        "notes": found.notes,
        "fields": found.fields,
        "rejected": [{"index": row.index, "key": row.key, "reasons": row.reasons} for row in found.rejections],
    }


@command("mapping.preview", Previewed, title="Preview mapping", keys="p", panes="mapping", gather=shown_run)
async def preview_mapping(workbench: Workbench, args: Previewed) -> Result:
    """Show what applying the mapping would do, record by record; nothing is written."""
    _, found = await _previewed(workbench, args)
    records = [(row.index, row.verdict, row.key, "; ".join(row.reasons)) for row in found.rows]
    lines = [*_row_table(found), ""]
    if records:
        lines += [*table(("record", "verdict", "key", "why"), records), ""]
    lines += [*found.notes, found.sentence]
    return Result(data=_data(found), lines=tuple(lines), exit_code=1 if found.problems else 0)


@command("mapping.apply", Previewed, title="Apply mapping", keys="a", panes="response,raw,mapping", gather=shown_run)
async def apply_mapping(workbench: Workbench, args: Previewed) -> Result:
    """Store the records that fit, in one commit and one undo; the rejected are listed."""
    _, found = await _previewed(workbench, args)
    if found.problems:
        raise InvalidInput([str(problem) for problem in found.problems])
    await workbench.commit(found.changes)
    rejected = [f"rejected: record {row.index} ({row.key}): {'; '.join(row.reasons)}" for row in found.rejections]
    stored = found.counts[Verdict.NEW] + found.counts[Verdict.CHANGED]
    message = f"{found.target}: {found.sentence}." + (" Undo takes it back." if stored else "")
    return Result(message=message, data=_data(found), lines=tuple(rejected))
