"""Objects and attributes made from the sample in place: proposed, edited, then made in one commit with their rows."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass, replace

from app.commands.context import Context, selected_action
from app.commands.lookup import find_action, find_type, refuse
from app.commands.mappings import mapping_for, mapping_lines, response_document
from app.commands.notation import filled
from app.commands.registry import Disabled, Result, arg, command
from app.commands.runs import run_of
from app.commands.sample_notation import FIELD_FORM, read_field, write_field
from app.domain.action import Action
from app.domain.changes import MAPPINGS, OBJECTS, STANDARDS, Change, Changes
from app.domain.datatypes import DataType
from app.domain.identifiers import ObjectId, decode
from app.domain.mapping import FieldMapping, Mapping
from app.domain.path import FieldPath
from app.domain.schema import Attribute, ObjectType, RecordType, StandardName, attribute_of
from app.domain.schema_rules import check_new_attribute, check_new_object
from app.engine.infer import FieldKind, ResponseField, fields
from app.engine.naming import words
from app.engine.proposing import attribute_for, attribute_name, data_type, proposed
from app.errors import InvalidInput
from app.store.codec import new_id
from app.workbench import Workbench

_FORMATS = "|".join(DataType)


@dataclass(frozen=True, slots=True, kw_only=True)
class SampledAttribute:
    action: str = arg("The action whose response is mapped.", positional=True, choices="actions", subject=True)
    path: str = arg("The row's path, relative to the source.", positional=True, subject=True)
    name: str = arg("Its name. It can never be changed.", default="")
    format: str = arg("Its format. It can never be changed.", default="", choices=_FORMATS)
    description: str = arg("What it holds.", default="")
    option: tuple[str, ...] = arg("For a list: one of its options; repeat for each.", default=())
    target: str = arg("For a reference: the object it points to.", default="", choices="types?")
    many: bool = arg("For a reference: to many records, not one.", default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SampledObject:
    action: str = arg("The action whose response is mapped.", positional=True, choices="actions", subject=True)
    name: str = arg("Its name. It can never be changed.", default="")
    description: str = arg("What it stands for.", default="")
    field: tuple[str, ...] = arg(f"{FIELD_FORM}; repeat for each. All when left out.", default=(), multiline=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Branching:
    action: str = arg("The action whose response is mapped.", positional=True, choices="actions", subject=True)
    path: str = arg("The row's path, relative to the source.", positional=True, subject=True)
    name: str = arg("The Conversation attribute's name. It can never be changed.", default="")


async def _sampled(workbench: Workbench, action: Action, mapping: Mapping) -> tuple[ResponseField, ...]:
    document = await response_document(workbench, run_of(workbench, action, ""))
    return await asyncio.to_thread(fields, document, mapping.source)


async def _field(workbench: Workbench, action: Action, mapping: Mapping, path: str) -> ResponseField:
    found = await _sampled(workbench, action, mapping)
    field = next((each for each in found if each.path == path), None)
    if field is None:
        raise InvalidInput(f"{path} is not in the records of {mapping.source}.")
    return field


def _row(context: Context) -> ReadOnly[str, object] | Disabled:
    action = context.workspace.action_named(context.action)
    mapping = context.workspace.mapping_of(action) if action else None
    if action is None or mapping is None or not context.row:
        return Disabled("Select a row of the mapping first.")
    return {"action": action.name, "path": context.row}


def _attribute(context: Context) -> ReadOnly[str, object] | Disabled:
    """The proposal for the selected row; no format where nothing but nulls came."""
    found = _row(context)
    if isinstance(found, Disabled):
        return found
    field = next((each for each in context.fields if each.path == context.row), None)
    if field is None:
        return {**found, "name": attribute_name(context.row)}
    made = data_type(field.kind, field.choices)
    return {
        **found,
        "name": attribute_name(context.row),
        "format": made.value if made else "",
        "description": f"{context.row} of {context.action}",
        "option": field.choices if made is DataType.LIST else (),
    }


@command(
    "mapping.attribute",
    SampledAttribute,
    title="New attribute from field",
    keys="n",
    panes="mapping",
    gather=_attribute,
    asks=True,
)
async def create_attribute(workbench: Workbench, args: SampledAttribute) -> Result:
    """Add an attribute to the target as the field suggests, and let the row fill it."""
    workspace = workbench.workspace
    action = find_action(workspace, args.action)
    mapping = mapping_for(workbench, action)
    if not mapping.target:
        raise InvalidInput("Choose the object that the records go to first (t), or make one from the sample (N).")
    kind = find_type(workspace, mapping.target)
    field = await _field(workbench, action, mapping, args.path)
    made = _made(args, field, action)
    refuse(check_new_attribute(workspace, kind, made))
    mapping = _with_row(mapping, args.path, made.name)
    changes = [_type_change(kind, (*kind.attributes, made)), _mapping_change(workbench, action, mapping)]
    await workbench.commit(Changes.of(f"Add {kind.name}.{made.name}", changes))
    message = f"Added {kind.name}.{made.name} ({made.format}); {args.path} fills it."
    return Result(message=message, data=mapping, lines=mapping_lines(mapping))


def _made(args: SampledAttribute, field: ResponseField, action: Action) -> Attribute:
    if args.format and args.format not in list(DataType):
        raise InvalidInput(f'"{args.format}" is not a format; choose one of {", ".join(DataType)}.')
    kind = DataType(args.format) if args.format else data_type(field.kind, field.choices)
    if kind is None:
        why = "is null in every record" if field.kind is FieldKind.UNKNOWN else f"holds {field.kind} values"
        raise InvalidInput(f"{args.path} {why}, so its format cannot be told. Choose one.")
    options = args.option or (field.choices if kind is DataType.LIST else ())
    return Attribute(
        name=args.name or attribute_name(args.path),
        data_type=kind,
        description=args.description or f"{args.path} of {action.name}",
        options=options if kind is DataType.LIST else (),
        target=args.target if kind is DataType.REFERENCE else "",
        many=args.many and kind is DataType.REFERENCE,
    )


def _with_row(mapping: Mapping, path: str, attribute: str) -> Mapping:
    """The row of the path fills the attribute; a row that is not there yet is added."""
    rows = [replace(row, attribute=attribute) if row.path == path else row for row in mapping.rows]
    if all(row.path != path for row in mapping.rows):
        rows.append(FieldMapping(path=path, attribute=attribute))
    return replace(mapping, rows=tuple(rows))


def _type_change(kind: RecordType, attributes: tuple[Attribute, ...]) -> Change:
    table = OBJECTS if isinstance(kind, ObjectType) else STANDARDS
    return Change(table, decode(kind.id), kind, replace(kind, attributes=attributes))


def _mapping_change(workbench: Workbench, action: Action, mapping: Mapping) -> Change:
    return Change(MAPPINGS, decode(mapping.id), workbench.workspace.mapping_of(action), mapping)


def _object(context: Context) -> ReadOnly[str, object] | Disabled:
    found = selected_action(context)
    if isinstance(found, Disabled) or context.run_id is None:
        return (
            found if isinstance(found, Disabled) else Disabled("Send the action first (F5): there is no response yet.")
        )
    action = context.workspace.action_named(context.action)
    mapping = context.workspace.mapping_of(action) if action else None
    if mapping is None:
        return Disabled("Choose the source first (s).")
    name = _object_name(mapping.source)
    blank = ObjectType(id=ObjectId(""), name=name)
    lines = tuple(write_field(path, made) for path, made in proposed(context.fields, blank, context.action))
    return {**found, "name": name, "description": f"From {mapping.source} of {context.action}", "field": lines}


def _object_name(source: str) -> str:
    return " ".join(words(FieldPath.parse(source).name)).capitalize()


@command(
    "mapping.object",
    SampledObject,
    title="New object from sample",
    keys="N",
    panes="mapping",
    gather=_object,
    asks=True,
)
async def create_object(workbench: Workbench, args: SampledObject) -> Result:
    """Make a custom object as the records suggest, and map them to it."""
    workspace = workbench.workspace
    action = find_action(workspace, args.action)
    mapping = mapping_for(workbench, action)
    number = workbench.ids()
    name = args.name or _object_name(mapping.source)
    refuse(check_new_object(workspace, name))
    blank = ObjectType(
        id=ObjectId(new_id(OBJECTS, number)),
        name=name,
        description=args.description or f"From {mapping.source} of {action.name}",
        created_at=workbench.now(),
    )
    found = await _sampled(workbench, action, mapping)
    pairs = [read_field(line, blank, action.name) for line in filled(args.field)] or proposed(found, blank, action.name)
    kind = blank
    for _, made in pairs:
        if attribute_of(kind, made.name) is None:
            refuse(check_new_attribute(workspace, kind, made))
            kind = replace(kind, attributes=(*kind.attributes, made))
    rows = tuple(FieldMapping(path=path, attribute=made.name) for path, made in pairs)
    mapping = replace(mapping, target=name, rows=rows)
    changes = [Change(OBJECTS, number, None, kind), _mapping_change(workbench, action, mapping)]
    await workbench.commit(Changes.of(f"Create {name} from the sample", changes))
    message = f"Created the custom object {name} with {len(kind.attributes)} attributes; {len(rows)} fields fill it."
    return Result(message=message, data=kind, lines=mapping_lines(mapping))


def _branching(context: Context) -> ReadOnly[str, object] | Disabled:
    found = _row(context)
    return found if isinstance(found, Disabled) else {**found, "name": attribute_name(context.row)}


@command(
    "mapping.conversation",
    Branching,
    title="Store as Conversation attribute",
    keys="v",
    panes="mapping",
    gather=_branching,
    asks=True,
)
async def store_on_conversation(workbench: Workbench, args: Branching) -> Result:
    """Let a field such as a status fill an attribute of the conversation too, for a flow to branch on."""
    workspace = workbench.workspace
    action = find_action(workspace, args.action)
    mapping = mapping_for(workbench, action)
    kind = find_type(workspace, StandardName.CONVERSATION)
    field = await _field(workbench, action, mapping, args.path)
    if data_type(field.kind, field.choices) is None:
        raise InvalidInput(f"{args.path} holds {field.kind} values; an attribute of the conversation takes plain ones.")
    name = args.name or attribute_name(args.path)
    changes = []
    if attribute_of(kind, name) is None:
        made = attribute_for(args.path, field.kind, field.choices, name, action.name)
        refuse(check_new_attribute(workspace, kind, made))
        changes.append(_type_change(kind, (*kind.attributes, made)))
    rest = tuple(row for row in mapping.conversation if row.path != args.path)
    mapping = replace(mapping, conversation=(*rest, FieldMapping(path=args.path, attribute=name)))
    changes.append(_mapping_change(workbench, action, mapping))
    await workbench.commit(Changes.of(f"Store {args.path} on the conversation", changes))
    message = f"{args.path} fills Conversation.{name} where the action runs; a flow can branch on it."
    return Result(message=message, data=mapping, lines=mapping_lines(mapping))
