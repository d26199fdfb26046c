"""Building a mapping field by field: pick, choose the attribute, convert, remove, choose source and target."""

from __future__ import annotations

from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass, replace

from app.commands.context import Context, shown_run
from app.commands.lookup import find_action, find_attribute, find_type
from app.commands.mappings import keep_mapping, mapping_for, mapping_lines, response_document
from app.commands.registry import Disabled, Result, arg, command
from app.commands.runs import run_of
from app.domain.action import Action
from app.domain.mapping import FieldMapping, Mapping, is_redacted
from app.domain.path import FieldPath, Wildcard
from app.domain.problems import Problem
from app.domain.values import JsonValue, json_kind
from app.engine.sources import row_path, source_for
from app.engine.suggest import suggest
from app.errors import InvalidInput
from app.workbench import Workbench


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    action: str = arg("The action whose response is mapped.", positional=True, choices="actions", subject=True)
    path: str = arg("A place in the response, such as $.orders[0].total.", positional=True)
    run: str = arg("The run whose response is looked at; the newest when left out.", default="", subject=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowName:
    action: str = arg("The action whose response is mapped.", positional=True, choices="actions", subject=True)
    path: str = arg("The row's path, relative to the source.", positional=True, subject=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowTarget:
    action: str = arg("The action whose response is mapped.", positional=True, choices="actions", subject=True)
    path: str = arg("The row's path, relative to the source.", positional=True, subject=True)
    attribute: str = arg("The attribute it fills.", positional=True, choices="attributes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    action: str = arg("The action whose response is mapped.", positional=True, choices="actions", subject=True)
    target: str = arg("The object that the records go to.", positional=True, choices="types")


def _cursor(context: Context) -> ReadOnly[str, object] | Disabled:
    found = shown_run(context)
    if isinstance(found, Disabled):
        return found
    if not context.is_success:
        return Disabled("The run failed: there is nothing to map.")
    return {**found, "path": context.path} if context.path else Disabled("Move to a field of the response first.")


@command("mapping.pick", Picked, title="Pick field", keys="space", panes="response", gather=_cursor)
async def pick(workbench: Workbench, args: Picked) -> Result:
    """Add a field of the response to the mapping, or remove it; an array becomes the source."""
    action = find_action(workbench.workspace, args.action)
    run = run_of(workbench, action, args.run)
    document = await response_document(workbench, run)
    segments, value = _place(document, args.path)
    mapping = mapping_for(workbench, action)
    kind = json_kind(value)
    if kind in ("array", "object") and not _is_list_of_texts(value):
        mapping, message = _with_source(mapping, segments, kind)
    else:
        mapping, message = _toggled(workbench, mapping, document, segments, kind)
    await keep_mapping(workbench, action, mapping)
    return Result(message=message, data=mapping, lines=mapping_lines(mapping))


def _is_list_of_texts(value: JsonValue) -> bool:
    return isinstance(value, list) and bool(value) and not any(isinstance(item, (list, dict)) for item in value)


def _place(document: JsonValue, path: str) -> tuple[tuple[str | int, ...], JsonValue]:
    try:
        parsed = FieldPath.parse(path)
    except ValueError as error:
        raise InvalidInput(f"The path cannot be read: {error}.") from None
    plain = tuple(0 if segment is Wildcard.ALL else segment for segment in parsed.segments)
    found = list(FieldPath(plain).values(document))
    if not found:
        raise InvalidInput(f"{path} is not in the response.")
    return plain, found[0]


def _with_source(mapping: Mapping, segments: tuple[str | int, ...], kind: str) -> tuple[Mapping, str]:
    source = source_for(segments, kind)
    if isinstance(source, Problem):
        raise InvalidInput(f"{FieldPath(segments)}: {source.message}.")
    if source == mapping.source:
        return mapping, f"The source is {source} already; pick fields inside it."
    dropped = f" The {len(mapping.rows)} rows of {mapping.source} were removed; undo brings them back."
    return replace(mapping, source=source, rows=()), f"The source is {source}.{dropped if mapping.rows else ''}"


def _toggled(
    workbench: Workbench, mapping: Mapping, document: JsonValue, segments: tuple[str | int, ...], kind: str
) -> tuple[Mapping, str]:
    if (not mapping.rows and row_path(mapping.source, segments, kind) is None) or mapping.source == "$":
        source = source_for(segments, kind)
        if isinstance(source, Problem):
            raise InvalidInput(f"{FieldPath(segments)}: {source.message}.")
        if not mapping.rows:
            mapping = replace(mapping, source=source)
    path = row_path(mapping.source, segments, kind)
    if isinstance(path, Problem):
        raise InvalidInput(f"{path}.")
    if path is None:
        raise InvalidInput(
            f"{FieldPath(segments)} is outside of the source {mapping.source}. Pick another source first."
        )
    rest = tuple(row for row in mapping.rows if row.path != path)
    if len(rest) < len(mapping.rows):
        return replace(mapping, rows=rest), f"{path} is not mapped any more."
    if is_redacted(mapping.source, path, workbench.workspace.redacted(mapping.action_id)):
        raise InvalidInput(f"{path} is redacted, so it is never stored. End its redaction first.")
    mapping, row = _guessed(workbench, mapping, document, path)
    where = f"{mapping.target}.{row.attribute}" if row.attribute else "nothing yet: choose its attribute"
    return replace(mapping, rows=(*mapping.rows, row)), f"{path} goes to {where}."


def _guessed(workbench: Workbench, mapping: Mapping, document: JsonValue, path: str) -> tuple[Mapping, FieldMapping]:
    """The row with the attribute that a suggestion would give it, if that one is free; the target likewise."""
    found = suggest(document, mapping.source, workbench.workspace.types, mapping.target or None)
    mapping = replace(mapping, target=mapping.target or found.target)
    taken = {row.attribute for row in mapping.rows}
    same = (row for row in found.rows if row.path == path and row.attribute not in taken)
    return mapping, next(same, FieldMapping(path=path, attribute=""))


def _row(context: Context) -> ReadOnly[str, object] | Disabled:
    if not context.action or not context.row:
        return Disabled("Select a row of the mapping first.")
    return {"action": context.action, "path": context.row}


def _change_row(mapping: Mapping, path: str, change: ReadOnly[str, object]) -> Mapping:
    if not any(row.path == path for row in mapping.rows):
        raise InvalidInput(f"The mapping has no row {path}.")
    rows = tuple(replace(row, **change) if row.path == path else row for row in mapping.rows)  # type: ignore[arg-type]  # fields of the row
    return replace(mapping, rows=rows)


async def _keep(workbench: Workbench, action: Action, mapping: Mapping, message: str) -> Result:
    await keep_mapping(workbench, action, mapping)
    return Result(message=message, data=mapping, lines=mapping_lines(mapping))


@command("mapping.row", RowTarget, title="Choose attribute", keys="enter", panes="mapping", gather=_row, asks=True)
async def choose_attribute(workbench: Workbench, args: RowTarget) -> Result:
    """Choose the attribute that a row of the mapping fills."""
    action = find_action(workbench.workspace, args.action)
    mapping = mapping_for(workbench, action)
    if not mapping.target:
        raise InvalidInput("Choose the object that the records go to first.")
    attribute = find_attribute(find_type(workbench.workspace, mapping.target), args.attribute)
    changed = _change_row(mapping, args.path, {"attribute": attribute.name})
    return await _keep(workbench, action, changed, f"{args.path} goes to {mapping.target}.{attribute.name}.")


@command("mapping.convert", RowName, title="Convert or strict", keys="c", panes="mapping", gather=_row)
async def convert_row(workbench: Workbench, args: RowName) -> Result:
    """Switch a row between strict and convert: whether values of another type are turned into the attribute's."""
    action = find_action(workbench.workspace, args.action)
    mapping = mapping_for(workbench, action)
    row = next((row for row in mapping.rows if row.path == args.path), None)
    is_converted = bool(row and not row.is_converted)
    changed = _change_row(mapping, args.path, {"is_converted": is_converted})
    words = "converts values of other types" if is_converted else "is strict: only values of its own type fit"
    return await _keep(workbench, action, changed, f"{args.path} {words}.")


@command("mapping.remove", RowName, title="Remove row", keys="delete,x", panes="mapping", gather=_row)
async def remove_row(workbench: Workbench, args: RowName) -> Result:
    """Remove a row from the mapping."""
    action = find_action(workbench.workspace, args.action)
    mapping = mapping_for(workbench, action)
    rest = tuple(row for row in mapping.rows if row.path != args.path)
    if len(rest) == len(mapping.rows):
        raise InvalidInput(f"The mapping has no row {args.path}.")
    return await _keep(workbench, action, replace(mapping, rows=rest), f"{args.path} is not mapped any more.")


def _target(context: Context) -> ReadOnly[str, object] | Disabled:
    action = context.workspace.action_named(context.action)
    if action is None:
        return Disabled("Select an action in the navigator first.")
    mapping = context.workspace.mapping_of(action)
    return {"action": action.name, "target": mapping.target if mapping else ""}


@command(
    "mapping.target",
    Target,
    title="Choose target object",
    keys="t",
    panes="mapping,response",
    gather=_target,
    asks=True,
)
async def choose_target(workbench: Workbench, args: Target) -> Result:
    """Choose the object that the records go to; rows whose attribute it lacks lose it."""
    action = find_action(workbench.workspace, args.action)
    kind = find_type(workbench.workspace, args.target)
    mapping = mapping_for(workbench, action)
    names = {attribute.name for attribute in kind.attributes}
    rows = tuple(row if row.attribute in names else replace(row, attribute="") for row in mapping.rows)
    changed = replace(mapping, target=str(kind.name), rows=rows)
    return await _keep(workbench, action, changed, f"The records go to {kind.name}.")
