"""The values that an action is tried with: typed, or taken from a record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.commands.actions import commit_action
from app.commands.context import Context
from app.commands.lookup import find_action, refuse
from app.commands.notation import filled, read_pairs
from app.commands.registry import Disabled, Result, arg, command
from app.commands.rendering import named_record, unknown_inputs, values_from
from app.domain.action import Action
from app.domain.action_rules import placeholders
from app.domain.environment import PREFIX
from app.domain.placeholder_names import input_values, record_values
from app.domain.record import Record
from app.domain.schema import ObjectType, RecordType, active_attributes
from app.domain.workspace import Workspace
from app.errors import InvalidInput
from app.workbench import Workbench


@dataclass(frozen=True, slots=True, kw_only=True)
class TestValues:
    action: str = arg("The action.", positional=True, choices="actions", subject=True)
    value: tuple[str, ...] = arg("name=value; repeat for each.", positional=True, multiline=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordValues:
    action: str = arg("The action.", positional=True, choices="actions")
    record: str = arg("OBJECT:ID of the record, such as Order:1001 or People:zoe@example.com.", positional=True)


def _values(context: Context) -> Mapping[str, object] | Disabled:
    action = context.workspace.action_named(context.action)
    if action is None:
        return Disabled("Select an action in the navigator first.")
    if not asked_names(action):
        return Disabled(f"{action.name} takes no inputs.")
    return {"action": action.name, "value": tuple(f"{name}={value}" for name, value in action.test_values.items())}


@command("action.values", TestValues, title="Set test values", keys="i", panes="request", gather=_values, asks=True)
async def set_test_values(workbench: Workbench, args: TestValues) -> Result:
    """Remember the values that an action is tried with."""
    action = find_action(workbench.workspace, args.action)
    given = read_pairs(filled(args.value), "value")
    refuse(unknown_inputs(workbench.workspace, action, given))
    values = {**action.test_values, **given}
    await commit_action(workbench, f"Test values of {action.name}", action, replace(action, test_values=values))
    return Result(message=f"Remembered the test values of {action.name}.", data=values)


def asked_names(action: Action) -> tuple[str, ...]:
    """The names that an action needs values for: its inputs, then the attributes it uses."""
    used = (name for name in placeholders(action) if not name.startswith(PREFIX))
    return tuple(dict.fromkeys((*(item.name for item in action.inputs), *used)))


def taken_from(workspace: Workspace, action: Action, kind: RecordType, record: Record) -> dict[str, str]:
    """What a record gives to the names that an action asks for, in their order."""
    found = values_from(workspace, action, kind, record)
    return {name: found[name] for name in asked_names(action) if name in found}


def record_types(workspace: Workspace, action: Action) -> tuple[RecordType, ...]:
    """The objects whose records an action can run with: first those that give it most, by what it asks for."""
    kinds = [kind for kind in workspace.types if not isinstance(kind, ObjectType) or not kind.is_archived]
    asked = set(asked_names(action))

    def given(kind: RecordType) -> int:
        texts = {attribute.name: "" for attribute in active_attributes(kind)}
        names = {**record_values(workspace, kind, texts), **input_values(workspace, action, kind, texts)}
        return len(asked & names.keys())

    return tuple(sorted(kinds, key=lambda kind: -given(kind)))


def _record(context: Context) -> Mapping[str, object] | Disabled:
    if context.pane == "records":
        if not context.record:
            return Disabled("Select a record in the records pane first.")
        return {"record": f"{context.object}:{context.record}"}
    if not context.action:
        return Disabled("Select a record or an action first.")
    return {"action": context.action}


@command(
    "action.fill", RecordValues, title="Run with a record", keys="w", panes="records,request", gather=_record, asks=True
)
async def fill_from_record(workbench: Workbench, args: RecordValues) -> Result:
    """Take an action's test values from a record: the attributes it uses, and inputs named like them."""
    action = find_action(workbench.workspace, args.action)
    kind, record = named_record(workbench, args.record)
    taken = taken_from(workbench.workspace, action, kind, record)
    if not taken:
        asked = ", ".join(asked_names(action)) or "nothing"
        raise InvalidInput(f"{args.record} has nothing that {action.name} asks for ({asked}).")
    after = replace(action, test_values={**action.test_values, **taken})
    await commit_action(workbench, f"Values of {args.record} for {action.name}", action, after)
    left = [name for name in asked_names(action) if not after.test_values.get(name)]
    rest = f" Still empty: {', '.join(left)}." if left else ""
    return Result(message=f"{action.name} runs with {args.record}: {', '.join(taken)}.{rest}", data=taken)
