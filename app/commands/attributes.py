"""Attributes: add, describe, archive, restore."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.commands.context import Context, selected_attribute, selected_object
from app.commands.lookup import find_attribute, find_type, refuse
from app.commands.registry import Disabled, Result, arg, command
from app.domain.changes import OBJECTS, STANDARDS, Change, Changes
from app.domain.datatypes import DataType
from app.domain.identifiers import decode
from app.domain.problems import Problem
from app.domain.schema import Attribute, ObjectType, RecordType, attribute_of
from app.domain.schema_rules import check_archive, check_new_attribute
from app.errors import InvalidInput
from app.workbench import Workbench

_FORMATS = "|".join(DataType)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAttribute:
    object: str = arg("The object that gets it.", positional=True, choices="types", subject=True)
    name: str = arg("Its name. It can never be changed.", positional=True)
    format: str = arg("Its format. It can never be changed.", positional=True, choices=_FORMATS)
    description: str = arg("What it holds.", default="")
    option: tuple[str, ...] = arg("For a list: one of its options; repeat for each.", default=())
    target: str = arg("For a reference: the object it points to.", default="", choices="types?")
    many: bool = arg("For a reference: to many records, not one.", default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeName:
    object: str = arg("The object.", positional=True, choices="types", subject=True)
    attribute: str = arg("The attribute.", positional=True, subject=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedAttribute:
    object: str = arg("The object.", positional=True, choices="types", subject=True)
    attribute: str = arg("The attribute.", positional=True, subject=True)
    description: str = arg("What it holds.", positional=True)


def _described(context: Context) -> Mapping[str, object] | Disabled:
    selected = selected_attribute(context)
    kind = context.workspace.type_named(context.object)
    found = attribute_of(kind, context.attribute) if kind else None
    if isinstance(selected, Disabled) or found is None:
        return selected
    return {**selected, "description": found.description}


@command(
    "attribute.add",
    NewAttribute,
    title="Add attribute",
    keys="plus,n",
    panes="schema",
    gather=selected_object,
    asks=True,
)
async def add_attribute(workbench: Workbench, args: NewAttribute) -> Result:
    """Add an attribute of one of the seven formats to an object."""
    if args.format not in list(DataType):
        raise InvalidInput(f'"{args.format}" is not a format; choose one of {", ".join(DataType)}.')
    kind = find_type(workbench.workspace, args.object)
    made = Attribute(
        name=args.name,
        data_type=DataType(args.format),
        description=args.description,
        options=args.option,
        target=args.target,
        many=args.many,
    )
    refuse(check_new_attribute(workbench.workspace, kind, made))
    await _commit(workbench, f"Add {kind.name}.{made.name}", kind, (*kind.attributes, made))
    return Result(message=f"Added {kind.name}.{made.name} ({made.format}).", data=made)


@command(
    "attribute.describe",
    DescribedAttribute,
    title="Edit attribute's description",
    keys="e",
    panes="schema",
    gather=_described,
    asks=True,
)
async def describe_attribute(workbench: Workbench, args: DescribedAttribute) -> Result:
    """Change an attribute's description, the only part of it that can be edited."""
    kind = find_type(workbench.workspace, args.object)
    found = find_attribute(kind, args.attribute)
    await _swap(
        workbench, f"Describe {kind.name}.{found.name}", kind, found, replace(found, description=args.description)
    )
    return Result(message=f"Described {kind.name}.{found.name}.")


@command(
    "attribute.archive",
    AttributeName,
    title="Archive attribute",
    keys="x",
    panes="schema",
    gather=selected_attribute,
    asks=True,
)
async def archive_attribute(workbench: Workbench, args: AttributeName) -> Result:
    """Hide an attribute and keep its values; its name stays taken."""
    kind = find_type(workbench.workspace, args.object)
    found = find_attribute(kind, args.attribute)
    refuse(check_archive(workbench.workspace, kind, found.name))
    await _swap(workbench, f"Archive {kind.name}.{found.name}", kind, found, replace(found, is_archived=True))
    return Result(message=f"Archived {kind.name}.{found.name}. Its values are kept; restore brings it back.")


@command("attribute.restore", AttributeName, title="Restore attribute", gather=selected_attribute, asks=True)
async def restore_attribute(workbench: Workbench, args: AttributeName) -> Result:
    """Bring an archived attribute back with its values."""
    workspace = workbench.workspace
    kind = find_type(workspace, args.object)
    found = find_attribute(kind, args.attribute)
    if not found.is_archived:
        refuse([Problem("", f"{kind.name}.{found.name} is not archived.")])
    rest = tuple(attribute for attribute in kind.attributes if attribute.name != found.name)
    restored = replace(found, is_archived=False)
    refuse(check_new_attribute(workspace, replace(kind, attributes=rest), restored))
    await _swap(workbench, f"Restore {kind.name}.{found.name}", kind, found, restored)
    return Result(message=f"Restored {kind.name}.{found.name}.")


async def _swap(workbench: Workbench, title: str, kind: RecordType, before: Attribute, after: Attribute) -> None:
    attributes = tuple(after if attribute == before else attribute for attribute in kind.attributes)
    await _commit(workbench, title, kind, attributes)


async def _commit(workbench: Workbench, title: str, kind: RecordType, attributes: tuple[Attribute, ...]) -> None:
    table = OBJECTS if isinstance(kind, ObjectType) else STANDARDS
    after = replace(kind, attributes=attributes)
    await workbench.commit(Changes.of(title, [Change(table, decode(kind.id), kind, after)]))
