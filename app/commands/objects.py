"""Custom objects: list, show, create, describe, archive, restore."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from app.commands.context import Context, selected_object
from app.commands.lookup import find_object, find_type, refuse
from app.commands.object_sample import Sample, create_from_file, sample_preview
from app.commands.preparing import FileChoice
from app.commands.registry import Disabled, NoArgs, Result, arg, command
from app.commands.tabular import fields, table
from app.domain.changes import OBJECTS, Change, Changes
from app.domain.identifiers import ObjectId, decode
from app.domain.problems import Problem
from app.domain.schema import ObjectType, StandardType, active_attributes
from app.domain.schema_rules import check_archive, check_new_object, check_object_quota, where_used
from app.domain.workspace import Workspace
from app.engine.tabular.proposing import FIELD_FORM
from app.store.codec import new_id
from app.workbench import Workbench


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectName:
    object: str = arg("The custom or standard object.", positional=True, choices="types", subject=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomObjectName:
    object: str = arg("The custom object.", positional=True, choices="objects", subject=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewObject:
    name: str = arg("Its name. It can never be changed.", positional=True)
    description: str = arg("What it stands for.", default="")
    from_: str = arg("A CSV, JSON or JSON lines file whose columns become its attributes.", default="")
    field: tuple[str, ...] = arg(f"{FIELD_FORM}; repeat for each to change.", default=(), multiline=True)
    rows: bool = arg("Import the records of the file too.", default=False)

    @property
    def sample(self) -> Sample:
        """What is asked for where a file is named."""
        return Sample(
            name=self.name,
            description=self.description,
            choice=FileChoice(file=self.from_),
            lines=self.field,
            has_rows=self.rows,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    object: str = arg("The custom object.", positional=True, choices="objects", subject=True)
    description: str = arg("What it stands for.", positional=True)


@command("object.list", NoArgs, title="List objects", only_reads=True)
async def list_objects(workbench: Workbench, _: NoArgs) -> Result:
    """Show the custom and standard objects with their record counts."""
    workspace = workbench.workspace
    rows = [_row(workbench, kind) for kind in workspace.types]
    titles = ("name", "kind", "records", "attributes", "description")
    data = [dict(zip(titles, row, strict=True)) for row in rows]
    return Result(data=data, lines=table(titles, rows))


def _row(workbench: Workbench, kind: ObjectType | StandardType) -> tuple[str, str, int, int, str]:
    what = "standard" if isinstance(kind, StandardType) else "archived" if kind.is_archived else "custom"
    return kind.name, what, workbench.records.count(kind.name), len(kind.attributes), kind.description


@command("object.show", ObjectName, title="Show object", gather=selected_object, only_reads=True)
async def show_object(workbench: Workbench, args: ObjectName) -> Result:
    """Show an object's attributes, formats, references and what uses it."""
    kind = find_type(workbench.workspace, args.object)
    users = where_used(workbench.workspace, kind)
    rows = [(a.name, a.format, "archived" if a.is_archived else "", a.description) for a in kind.attributes]
    head = fields(
        [
            ("name", kind.name),
            ("description", kind.description),
            ("records", workbench.records.count(kind.name)),
            ("used by", ", ".join(users) or "nothing"),
        ]
    )
    lines = (*head, "", *table(("attribute", "format", "state", "description"), rows))
    return Result(data={"object": kind, "used_by": users}, lines=lines)


async def _preview(workbench: Workbench, args: NewObject) -> tuple[str, ...]:
    if not args.from_.strip():
        return ("Name a file above to take the attributes from; what would be made of it is shown here.",)
    return await sample_preview(workbench, args.sample)


@command(
    "object.create", NewObject, title="New custom object", keys="n", panes="navigator", asks=True, preview=_preview
)
async def create_object(workbench: Workbench, args: NewObject) -> Result:
    """Create a custom object with its three attributes from birth, and more as the columns of a file suggest."""
    if args.from_.strip():
        return await create_from_file(workbench, args.sample)
    refuse(check_new_object(workbench.workspace, args.name))
    number = workbench.ids()
    kind = ObjectType(
        id=ObjectId(new_id(OBJECTS, number)),
        name=args.name,
        description=args.description,
        created_at=workbench.now(),
    )
    await workbench.commit(Changes.of(f"Create {kind.name}", [Change(OBJECTS, number, None, kind)]))
    return Result(message=f"Created the custom object {kind.name}.", data=kind)


def _description(context: Context) -> Mapping[str, object] | Disabled:
    kind = context.workspace.type_named(context.object)
    if not isinstance(kind, ObjectType):
        return Disabled("Select a custom object first; standard objects cannot be described.")
    return {"object": kind.name, "description": kind.description}


@command(
    "object.describe",
    Described,
    title="Edit object's description",
    keys="d",
    panes="navigator,schema,records",
    gather=_description,
    asks=True,
)
async def describe_object(workbench: Workbench, args: Described) -> Result:
    """Change an object's description, the only part of it that can be edited."""
    kind = find_object(workbench.workspace, args.object)
    await _replace(workbench, f"Describe {kind.name}", kind, replace(kind, description=args.description))
    return Result(message=f"Described {kind.name}.", data=workbench.workspace.type_named(kind.name))


def _custom_object(context: Context) -> Mapping[str, object] | Disabled:
    kind = context.workspace.type_named(context.object)
    if not isinstance(kind, ObjectType):
        return Disabled("Select a custom object first; standard objects cannot be archived.")
    return {"object": kind.name}


@command(
    "object.archive",
    CustomObjectName,
    title="Archive object",
    keys="x",
    panes="navigator",
    gather=_custom_object,
    asks=True,
)
async def archive_object(workbench: Workbench, args: CustomObjectName) -> Result:
    """Hide an object and keep its records; frees its place in the quota, keeps its name."""
    kind = find_type(workbench.workspace, args.object)
    refuse(check_archive(workbench.workspace, kind))
    assert isinstance(kind, ObjectType)
    await _replace(workbench, f"Archive {kind.name}", kind, replace(kind, is_archived=True))
    return Result(message=f"Archived {kind.name}. Its records are kept; restore brings it back.")


@command("object.restore", CustomObjectName, title="Restore object", gather=_custom_object, asks=True)
async def restore_object(workbench: Workbench, args: CustomObjectName) -> Result:
    """Bring an archived object back with its records."""
    workspace = workbench.workspace
    kind = find_object(workspace, args.object)
    if not kind.is_archived:
        refuse([Problem("", f"{kind.name} is not archived.")])
    refuse((*check_object_quota(workspace), *_lost_references(workspace, kind)))
    total = workbench.records.count_custom(workspace) + workbench.records.count(kind.name)
    if total > workspace.settings.record_limit:
        limit = workspace.settings.record_limit
        refuse([Problem("", f"With {kind.name} there would be {total:,} records; at most {limit:,} are allowed.")])
    await _replace(workbench, f"Restore {kind.name}", kind, replace(kind, is_archived=False))
    return Result(message=f"Restored {kind.name}.")


def _lost_references(workspace: Workspace, kind: ObjectType) -> Iterator[Problem]:
    """What was archived meanwhile, since nothing active referred to it."""
    for attribute in active_attributes(kind):
        target = workspace.type_named(attribute.target)
        if target and target.is_archived and target.name != kind.name:
            yield Problem(
                "", f"{kind.name}.{attribute.name} refers to {target.name}, which is archived. Restore it first."
            )


async def _replace(workbench: Workbench, title: str, before: ObjectType, after: ObjectType) -> None:
    await workbench.commit(Changes.of(title, [Change(OBJECTS, decode(before.id), before, after)]))
