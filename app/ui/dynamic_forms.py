"""Dialogs whose rows depend on what is selected: an action's inputs, a record's attributes.

Both commands take `name=value` texts; here each name gets a row of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.commands.context import Context
from app.commands.registry import ArgSpec
from app.commands.test_values import asked_names
from app.domain.action import Action
from app.domain.datatypes import DataType
from app.domain.schema import Attribute, active_attributes

_PREFIX = "field-"


@dataclass(frozen=True, slots=True)
class DynamicForm:
    """The rows to ask, what they hold, and how the answers become the command's `value` argument."""

    specs: tuple[ArgSpec, ...]
    values: Mapping[str, object]
    pack: Callable[[Mapping[str, object]], tuple[str, ...]]


def dynamic_form(command_id: str, context: Context) -> DynamicForm | None:
    """The form of a command whose rows depend on the selection; None for every other command."""
    maker = {"action.values": _values_form, "record.put": _record_form}.get(command_id)
    return maker(context) if maker else None


def _spec(number: int, title: str, help: str, options: tuple[str, ...] = (), *, is_required: bool = False) -> ArgSpec:
    return ArgSpec(
        name=f"{_PREFIX}{number}",
        kind=str,
        help=help,
        is_positional=False,
        is_required=is_required,
        default="",
        choices="",
        options=options,
        is_multiline=False,
        title=title,
    )


def _values_form(context: Context) -> DynamicForm | None:
    action = context.workspace.action_named(context.action)
    if action is None:
        return None
    inputs = {item.name: item for item in action.inputs}
    names = list(asked_names(action))
    specs, values = [], {}
    for number, name in enumerate(names):
        item = inputs.get(name)
        is_required = bool(item and item.is_required)
        specs.append(_spec(number, name, _about(action, name), is_required=is_required))
        values[f"{_PREFIX}{number}"] = action.test_values.get(name, (item.default if item else None) or "")
    return DynamicForm(tuple(specs), values, lambda given: _pairs(names, given))


def _about(action: Action, name: str) -> str:
    item = next((item for item in action.inputs if item.name == name), None)
    if item is None:
        return "An attribute; type the value to try it with."
    need = "required" if item.is_required else "optional"
    return f"{item.data_type}, {need}. {item.description}"


def _pairs(names: list[str], given: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(f"{name}={given[f'{_PREFIX}{number}']}" for number, name in enumerate(names))


def _record_form(context: Context) -> DynamicForm | None:
    kind = context.workspace.type_named(context.object)
    if kind is None:
        return None
    attributes = active_attributes(kind)
    before = dict(line.split("=", 1) for line in context.record_lines)
    specs, values = [], {}
    for number, attribute in enumerate(attributes):
        help = f"{attribute.format}. {attribute.description}"
        specs.append(_spec(number, attribute.name, help, _options(attribute)))
        values[f"{_PREFIX}{number}"] = before.get(attribute.name, "")
    return DynamicForm(tuple(specs), values, lambda given: _record_values(attributes, before, given))


def _options(attribute: Attribute) -> tuple[str, ...]:
    return ("true", "false") if attribute.data_type is DataType.BOOLEAN else attribute.options


def _record_values(
    attributes: tuple[Attribute, ...], before: Mapping[str, str], given: Mapping[str, object]
) -> tuple[str, ...]:
    """An emptied field becomes null; one that never held anything is left out."""
    lines = []
    for number, attribute in enumerate(attributes):
        text = str(given[f"{_PREFIX}{number}"])
        if text:
            lines.append(f"{attribute.name}={text}")
        elif before.get(attribute.name):
            lines.append(f"{attribute.name}:=null")
    return tuple(lines)
