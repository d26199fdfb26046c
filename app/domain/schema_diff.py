"""Where two schemas differ, in lines: + only in the second, - only in the first, ~ in both and not the same."""

from __future__ import annotations

from collections.abc import Iterator

from app.domain.schema import Attribute, RecordType
from app.domain.workspace import Workspace

_LIMITS = {
    "object_limit": "custom objects",
    "record_limit": "records",
    "standard_attribute_limit": "attributes on People and Company",
}


def schema_diff(first: Workspace, second: Workspace) -> tuple[str, ...]:
    """All differences of objects, attributes and limits, by name; nothing when they are the same."""
    return (*_types(first, second), *_limits(first, second))


def _types(first: Workspace, second: Workspace) -> Iterator[str]:
    before = {str(kind.name): kind for kind in first.types}
    after = {str(kind.name): kind for kind in second.types}
    for name in sorted(before.keys() | after.keys()):
        one, other = before.get(name), after.get(name)
        if one is None and other is not None:
            yield f"+ {name}{_state(other.is_archived)}"
            yield from (f"+ {name}.{each.name}  {_said(each)}" for each in other.attributes if not each.is_built_in)
        elif other is None and one is not None:
            yield f"- {name}{_state(one.is_archived)}"
        elif one is not None and other is not None:
            yield from _one_type(name, one, other)


def _one_type(name: str, one: RecordType, other: RecordType) -> Iterator[str]:
    if one.is_archived != other.is_archived:
        yield f"~ {name}  {_word(one.is_archived)} -> {_word(other.is_archived)}"
    if one.description != other.description:
        yield f'~ {name}  description "{one.description}" -> "{other.description}"'
    before = {attribute.name: attribute for attribute in one.attributes}
    after = {attribute.name: attribute for attribute in other.attributes}
    for each in sorted(before.keys() | after.keys()):
        if each not in before:
            yield f"+ {name}.{each}  {_said(after[each])}"
        elif each not in after:
            yield f"- {name}.{each}  {_said(before[each])}"
        elif before[each] != after[each]:
            yield from _one_attribute(f"{name}.{each}", before[each], after[each])


def _one_attribute(name: str, one: Attribute, other: Attribute) -> Iterator[str]:
    if _said(one) != _said(other):
        yield f"~ {name}  {_said(one)} -> {_said(other)}"
    if one.description != other.description:
        yield f'~ {name}  description "{one.description}" -> "{other.description}"'


def _said(attribute: Attribute) -> str:
    options = f": {', '.join(attribute.options)}" if attribute.options else ""
    return f"{attribute.format}{options}{_state(attribute.is_archived)}"


def _state(is_archived: bool) -> str:
    return " (archived)" if is_archived else ""


def _word(is_archived: bool) -> str:
    return "archived" if is_archived else "active"


def _limits(first: Workspace, second: Workspace) -> Iterator[str]:
    for field, words in _LIMITS.items():
        one, other = getattr(first.settings, field), getattr(second.settings, field)
        if one != other:
            yield f"~ limit of {words}  {one:,} -> {other:,}"
