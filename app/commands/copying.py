"""A custom object under another name: its attributes and records are copied, the old one is archived, in one commit."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from app.commands.context import Context
from app.commands.lookup import find_object, refuse
from app.commands.registry import Disabled, Result, arg, command
from app.domain.changes import MAPPINGS, OBJECTS, Change, Changes, record_table
from app.domain.counting import counted
from app.domain.identifiers import ObjectId, RecordId, decode
from app.domain.problems import Problem
from app.domain.replacing import ONLY_DESCRIPTIONS, copied_attributes
from app.domain.schema import ObjectType
from app.domain.schema_rules import check_new_object, references_to
from app.domain.workspace import Workspace
from app.store import collector
from app.store.codec import new_id
from app.store.relations import every_record
from app.workbench import Workbench


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    object: str = arg("The custom object.", positional=True, choices="objects", subject=True)
    name: str = arg("The copy's name; the old one stays taken.", positional=True)
    description: str = arg("What it stands for; as it was when left out.", default="")
    keep: bool = arg("Keep the old one as it is, with its mappings, instead of archiving it.", default=False)


class CopyPlan(NamedTuple):
    """What a copy would do."""

    changes: Changes
    lines: tuple[str, ...]
    records: int


def _gather(context: Context) -> Mapping[str, object] | Disabled:
    kind = context.workspace.type_named(context.object)
    if not isinstance(kind, ObjectType):
        return Disabled("Select a custom object first; standard objects cannot be copied.")
    return {"object": kind.name, "description": kind.description}


def plan(workbench: Workbench, args: Copy) -> CopyPlan:
    """Work out the whole copy; InvalidInput with every rule that it would break."""
    workspace = workbench.workspace
    kind = find_object(workspace, args.object)
    refuse(_problems(workbench, kind, args))
    number = workbench.ids()
    made = ObjectType(
        id=ObjectId(new_id(OBJECTS, number)),
        name=args.name,
        description=args.description or kind.description,
        attributes=copied_attributes(kind, args.name),
        created_at=workbench.now(),
    )
    with collector.paused():
        records = tuple(_records(workbench, kind, made))
    items = [Change(OBJECTS, number, None, made), *records]
    moved = () if args.keep else tuple(_moved_mappings(workspace, kind.name, made.name))
    if not args.keep:
        items += [Change(OBJECTS, decode(kind.id), kind, replace(kind, is_archived=True)), *moved]
    title = f"Copy {kind.name} to {made.name}"
    return CopyPlan(Changes.of(title, items), _lines(kind, made, len(records), len(moved), args), len(records))


def _problems(workbench: Workbench, kind: ObjectType, args: Copy) -> Iterator[Problem]:
    workspace = workbench.workspace
    if kind.is_archived:
        yield Problem("", f"{kind.name} is archived; restore it first.")
    freed = workspace
    if not args.keep:
        archived = replace(kind, is_archived=True)
        freed = workspace.applied(Changes("", (Change(OBJECTS, decode(kind.id), kind, archived),)))
        if users := references_to(workspace, kind):
            yield Problem(
                "",
                f"{kind.name} is used by {', '.join(users)}, so it cannot be archived. Copy it with --keep, change "
                "those references so that they point to the copy, then archive it.",
            )
    yield from check_new_object(freed, args.name)
    count, limit = workbench.records.count(kind.name), workspace.settings.record_limit
    total = workbench.records.count_custom(freed) + count
    if total > limit:
        yield Problem("", f"With the copy there would be {total:,} records; at most {limit:,} are allowed.")


def _records(workbench: Workbench, kind: ObjectType, made: ObjectType) -> Iterator[Change]:
    table = record_table(made.name)
    kept = {attribute.name for attribute in made.attributes}
    for record in every_record(workbench.records, kind.name):
        number = workbench.ids()
        values = {name: value for name, value in record.values.items() if name in kept}
        after = replace(record, id=RecordId(new_id(table, number)), type_name=made.name, values=values)
        yield Change(table, number, None, after)


def _moved_mappings(workspace: Workspace, old: str, new: str) -> Iterator[Change]:
    for number, mapping in workspace.mappings.items():
        if mapping.target == old:
            yield Change(MAPPINGS, number, mapping, replace(mapping, target=new))


def _lines(kind: ObjectType, made: ObjectType, records: int, moved: int, args: Copy) -> tuple[str, ...]:
    left = [attribute.name for attribute in kind.attributes if attribute.is_archived]
    lines = [
        f"{made.name} is made with {len(made.attributes)} attributes.",
        f"Carried over: {counted(records, 'record')}.",
        f"{kind.name} stays as it is."
        if args.keep
        else f"{kind.name} is archived: hidden, its records kept, its name taken.",
    ]
    if moved:
        lines.append(f"{moved} mapping{'' if moved == 1 else 's'} fill{'s' if moved == 1 else ''} the copy then.")
    if left:
        lines.append(f"Not carried over, since archived: {', '.join(left)}.")
    return tuple(lines)


async def question(workbench: Workbench, args: Copy) -> str:
    found = await asyncio.to_thread(plan, workbench, args)
    offer = f"Copy {args.object}?" if args.keep else f"Archive {args.object} and start the copy {args.name}?"
    return "\n".join([ONLY_DESCRIPTIONS, *found.lines, offer])


@command(
    "object.copy",
    Copy,
    title="Copy object",
    keys="C",
    panes="navigator,schema",
    gather=_gather,
    asks=True,
    confirms=question,
)
async def copy_object(workbench: Workbench, args: Copy) -> Result:
    """Start a copy of a custom object under another name, with its records; archive the old one."""
    found = await asyncio.to_thread(plan, workbench, args)
    await workbench.commit(found.changes)
    return Result(
        message=f"{args.name} is there with {counted(found.records, 'record')} of {args.object}. Undo takes it back.",
        data={"object": workbench.workspace.type_named(args.name), "records": found.records},
    )
