"""What cannot be edited is archived and made anew with the change: shown first with counts, done in one commit."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from app.commands.context import Context, selected_attribute
from app.commands.lookup import find_attribute, find_type, refuse
from app.commands.registry import Disabled, Result, arg, command
from app.domain.changes import MAPPINGS, OBJECTS, STANDARDS, Change, Changes, record_table
from app.domain.counting import counted
from app.domain.datatypes import DataType
from app.domain.identifiers import decode
from app.domain.mapping import FieldMapping
from app.domain.mapping import Mapping as FieldsMapping
from app.domain.problems import Problem
from app.domain.record import Record, rewritten, shown_key
from app.domain.replacing import ONLY_DESCRIPTIONS, Carried, carry, free_name
from app.domain.schema import Attribute, ObjectType, RecordType, StandardName, attribute_of
from app.domain.schema_rules import check_new_attribute
from app.domain.workspace import Workspace
from app.errors import InvalidInput
from app.store import collector
from app.store.relations import every_record
from app.workbench import Workbench

FORMATS = "|".join(DataType)
_SHOWN = 3
SAME = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    object: str = arg("The object.", positional=True, choices="types", subject=True)
    attribute: str = arg("The attribute to change.", positional=True, subject=True)
    name: str = arg("The copy's name; the old one stays taken. Made of the old one when left out.", default=SAME)
    format: str = arg("The copy's format; as it was when left out.", default=SAME, choices=FORMATS)
    description: str = arg("What it holds; as it was when left out.", default=SAME)
    option: tuple[str, ...] = arg("For a list: one of its options; repeat for each.", default=())
    target: str = arg("For a reference: the object it points to.", default=SAME, choices="types?")
    number: str = arg("For a reference: to one record, or to many.", default=SAME, choices="one|many")


@dataclass(slots=True, kw_only=True)
class _Counts:
    """What becomes of the values, counted while they are read."""

    values: int = 0
    lost: int = 0
    dropped: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, key: str, found: Carried) -> None:
        """Count one value."""
        self.values += 1
        self.dropped += found.dropped
        if found.reason:
            self.lost += 1
            if len(self.examples) < _SHOWN:
                self.examples.append(f"{key}: is {found.reason}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacePlan:
    """What a replacement would do."""

    changes: Changes
    made: Attribute
    lines: tuple[str, ...]
    carried: int
    lost: int
    dropped: int


def _gather(context: Context) -> Mapping[str, object] | Disabled:
    selected = selected_attribute(context)
    kind = context.workspace.type_named(context.object)
    found = attribute_of(kind, context.attribute) if kind else None
    if isinstance(selected, Disabled) or kind is None or found is None:
        return selected
    if found.is_built_in:
        return Disabled(f"{kind.name}.{found.name} is there from birth and cannot be replaced.")
    return {
        **selected,
        "name": free_name(kind, found.name),
        "format": found.data_type.value,
        "description": found.description,
        "option": found.options,
        "target": found.target,
        "number": ("many" if found.many else "one") if found.target else SAME,
    }


def copy_of(kind: RecordType, found: Attribute, args: Replacement) -> Attribute:
    """The attribute that was asked for: as it was, but for the change."""
    if args.format and args.format not in list(DataType):
        raise InvalidInput(f'"{args.format}" is not a format; choose one of {", ".join(DataType)}.')
    data_type = DataType(args.format or found.data_type)
    is_list, is_reference = data_type is DataType.LIST, data_type is DataType.REFERENCE
    return Attribute(
        name=args.name or free_name(kind, found.name),
        data_type=data_type,
        description=args.description or found.description,
        options=(args.option or found.options) if is_list else args.option if args.format else (),
        target=(args.target or found.target) if is_reference else "",
        many=(args.number == "many" if args.number else found.many) if is_reference else False,
    )


def plan(workbench: Workbench, args: Replacement) -> ReplacePlan:
    """Work out the whole replacement; InvalidInput with every rule that it would break."""
    workspace = workbench.workspace
    kind = find_type(workspace, args.object)
    found = find_attribute(kind, args.attribute)
    made = copy_of(kind, found, args)
    archived = replace(kind, attributes=tuple(_archived(a) if a is found else a for a in kind.attributes))
    table = OBJECTS if isinstance(kind, ObjectType) else STANDARDS
    without = workspace.applied(Changes("", (Change(table, decode(kind.id), kind, archived),)))
    refuse((*_problems(kind, found), *check_new_attribute(without, archived, made)))
    counts = _Counts()
    mappings = tuple(moved_rows(workspace, kind, found.name, made.name))
    with collector.paused():
        items = [
            Change(table, decode(kind.id), kind, replace(archived, attributes=(*archived.attributes, made))),
            *mappings,
            *_records(workbench, kind, found, made, counts),
        ]
    title = f"Replace {kind.name}.{found.name} by {made.name}"
    return ReplacePlan(
        changes=Changes.of(title, items),
        made=made,
        lines=_lines(kind, found, made, counts, mappings, workspace),
        carried=counts.values - counts.lost,
        lost=counts.lost,
        dropped=counts.dropped,
    )


def _archived(attribute: Attribute) -> Attribute:
    return replace(attribute, is_archived=True)


def _problems(kind: RecordType, found: Attribute) -> Iterator[Problem]:
    if found.is_built_in:
        yield Problem("", f"{kind.name}.{found.name} is there from birth and cannot be replaced.")
    elif found.is_archived:
        yield Problem("", f"{kind.name}.{found.name} is archived already; restore it first, or add another attribute.")


def moved_rows(workspace: Workspace, kind: RecordType, old: str, new: str) -> Iterator[Change]:
    """Every mapping that fills the old attribute, filling the copy."""
    for number, mapping in workspace.mappings.items():
        after = mapping
        if mapping.target == kind.name:
            after = replace(after, rows=_renamed(mapping.rows, old, new))
        if kind.name == StandardName.CONVERSATION:
            after = replace(after, conversation=_renamed(mapping.conversation, old, new))
        if after != mapping:
            yield Change(MAPPINGS, number, mapping, after)


def _renamed(rows: tuple[FieldMapping, ...], old: str, new: str) -> tuple[FieldMapping, ...]:
    return tuple(replace(row, attribute=new) if row.attribute == old else row for row in rows)


def _records(
    workbench: Workbench, kind: RecordType, found: Attribute, made: Attribute, counts: _Counts
) -> Iterator[Change]:
    def exists(key: str) -> bool:
        return not workbench.records.absent(made.target, (key,))

    now = workbench.now()
    for record in every_record(workbench.records, kind.name):
        if found.name not in record.values:
            continue
        value = record.values[found.name]
        result = carry(found, made, value, text_limit=kind.text_limit, exists=exists)
        counts.add(shown_key(kind, record), result)
        if not result.reason:
            yield _written(record, made.name, result, now)


def _written(record: Record, name: str, result: Carried, now: str) -> Change:
    after = rewritten(record, {name: result.value}, at=now, run_id=record.run_id)
    return Change(record_table(record.type_name), decode(record.id), record, after)


def _lines(
    kind: RecordType,
    found: Attribute,
    made: Attribute,
    counts: _Counts,
    mappings: Iterable[Change],
    workspace: Workspace,
) -> tuple[str, ...]:
    carried = counts.values - counts.lost
    lines = [
        f"{kind.name}.{found.name} ({found.format}) is archived: hidden, its values kept, its name taken.",
        f"{kind.name}.{made.name} ({made.format}) is made.",
        f"{carried:,} of {counted(counts.values, 'value')} {'carries' if carried == 1 else 'carry'} over."
        if counts.values
        else "No record has a value to carry.",
    ]
    if counts.lost:
        lines.append(
            f"{counted(counts.lost, 'value')} stay{'s' if counts.lost == 1 else ''} behind, for what does not fit:"
        )
        lines += [f"  {example}" for example in counts.examples]
    if counts.dropped:
        lines.append(f"{counted(counts.dropped, 'association')} would be dropped.")
    actions = {action.id: action.name for action in workspace.actions.values()}
    for change in mappings:
        if isinstance(change.before, FieldsMapping):
            lines.append(
                f'The mapping of the action "{actions.get(change.before.action_id, "?")}" fills the copy then.'
            )
    return tuple(lines)


async def question(workbench: Workbench, args: Replacement) -> str:
    found = await asyncio.to_thread(plan, workbench, args)
    offer = f"Archive {args.object}.{args.attribute} and start the copy {found.made.name} with this change?"
    return "\n".join([ONLY_DESCRIPTIONS, *found.lines, offer])


@command(
    "attribute.replace",
    Replacement,
    title="Change attribute (copy)",
    keys="c",
    panes="schema",
    gather=_gather,
    asks=True,
    confirms=question,
)
async def replace_attribute(workbench: Workbench, args: Replacement) -> Result:
    """Archive an attribute and start a copy with a change: another name, format, options, target, one or many."""
    found = await asyncio.to_thread(plan, workbench, args)
    await workbench.commit(found.changes)
    lost = f" {found.lost:,} stayed behind with the archived one." if found.lost else ""
    dropped = f" Dropped: {counted(found.dropped, 'association')}." if found.dropped else ""
    return Result(
        message=f"{args.object}.{found.made.name} ({found.made.format}) takes the place of {args.attribute}. "
        f"Carried over: {counted(found.carried, 'value')}.{lost}{dropped} Undo takes it back.",
        data={
            "attribute": found.made,
            "carried": found.carried,
            "lost": found.lost,
            "associations_dropped": found.dropped,
        },
    )
