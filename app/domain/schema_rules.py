"""What may be done to custom objects and attributes, each refusal naming its rule and the way out."""

from __future__ import annotations

from collections.abc import Iterator

from app.domain.datatypes import DataType
from app.domain.identifiers import name_problem
from app.domain.problems import Problem
from app.domain.schema import (
    Attribute,
    ObjectType,
    RecordType,
    StandardName,
    StandardType,
    active_attributes,
    attribute_of,
)
from app.domain.workspace import Workspace


def check_new_object(workspace: Workspace, name: str) -> tuple[Problem, ...]:
    """Why an object of this name cannot be created now."""
    problems = [Problem("name", text) for text in (name_problem(name),) if text]
    if existing := workspace.type_named(name):
        state = "is archived but keeps its name" if existing.is_archived else "exists already"
        problems.append(Problem("name", f'"{name}" {state}; choose another name'))
    problems.extend(check_object_quota(workspace))
    return tuple(problems)


def check_object_quota(workspace: Workspace) -> tuple[Problem, ...]:
    """Why no further custom object may become active."""
    limit = workspace.settings.object_limit
    if len(workspace.active_objects) < limit:
        return ()
    return (
        Problem(
            "",
            f"A workspace holds at most {limit} custom objects and has that many. Archive one to make room.",
        ),
    )


def check_new_attribute(workspace: Workspace, kind: RecordType, attribute: Attribute) -> tuple[Problem, ...]:
    """Why this attribute cannot be added to this object."""
    problems = [Problem("name", text) for text in (name_problem(attribute.name),) if text]
    if kind.is_archived:
        problems.append(Problem("", f"{kind.name} is archived; restore it first."))
    if owner := _owner_of(workspace, kind, attribute.name):
        problems.append(
            Problem(
                "name",
                f'"{attribute.name}" is taken on {owner}. Only descriptions can be edited: '
                'archive that attribute and add one under another name, or start a copy of it ("attribute replace").',
            )
        )
    problems.extend(format_problems(workspace, attribute))
    problems.extend(_standard_problems(workspace, kind, attribute))
    return tuple(problems)


def _owner_of(workspace: Workspace, kind: RecordType, name: str) -> str:
    """Where the name is taken already: names are unique on an object, and across People and Company."""
    shared = (StandardName.PEOPLE, StandardName.COMPANY)
    others = [kind]
    if isinstance(kind, StandardType) and kind.name in shared:
        others += [t for t in workspace.standards.values() if t.name in shared and t.name != kind.name]
    for other in others:
        found = attribute_of(other, name)
        if found and (other is kind or not found.is_built_in):
            return f"{other.name} (archived)" if found.is_archived else str(other.name)
    return ""


def format_problems(workspace: Workspace, attribute: Attribute) -> Iterator[Problem]:
    """What is wrong with an attribute's format: options that only a list has, a target that only a reference has."""
    if attribute.data_type is DataType.LIST:
        if not attribute.options:
            yield Problem("options", "a list needs at least one option")
        if len(set(attribute.options)) < len(attribute.options) or not all(o.strip() for o in attribute.options):
            yield Problem("options", "each option of a list is a different, non-empty text")
    elif attribute.options:
        yield Problem("options", f"only a list has options, not {attribute.data_type.article}")
    if attribute.data_type is DataType.REFERENCE:
        target = workspace.type_named(attribute.target)
        if target is None or target.is_archived:
            known = ", ".join([o.name for o in workspace.active_objects] + [str(n) for n in StandardName])
            yield Problem("target", f'"{attribute.target}" is not an object here; choose one of {known}')
    elif attribute.target or attribute.many:
        yield Problem("target", f"only a reference has a target, not {attribute.data_type.article}")


def _standard_problems(workspace: Workspace, kind: RecordType, attribute: Attribute) -> Iterator[Problem]:
    if not isinstance(kind, StandardType):
        return
    if kind.name is StandardName.CONVERSATION:
        return
    limit = workspace.settings.standard_attribute_limit
    shared = [t for t in workspace.standards.values() if t.name is not StandardName.CONVERSATION]
    count = sum(not a.is_built_in for t in shared for a in active_attributes(t))
    if count >= limit:
        yield Problem(
            "",
            f"People and Company take at most {limit} custom data attributes together. Archive one to make room.",
        )


def references_to(workspace: Workspace, kind: RecordType) -> tuple[str, ...]:
    """References of other objects that point to this one, each as a phrase."""
    return tuple(
        f"the reference {other.name}.{found.name}"
        for other in workspace.types
        for found in active_attributes(other)
        if found.target == kind.name and other.name != kind.name and not other.is_archived
    )


def where_used(workspace: Workspace, kind: RecordType, attribute: str | None = None) -> tuple[str, ...]:
    """What depends on an object, or on one attribute of it, each as a phrase."""
    users: list[str] = [] if attribute else list(references_to(workspace, kind))
    actions = {action.id: action.name for action in workspace.actions.values()}
    for mapping in workspace.mappings.values():
        uses_it = attribute is None or any(row.attribute == attribute for row in mapping.rows)
        branches = kind.name == StandardName.CONVERSATION and any(
            row.attribute == attribute for row in mapping.conversation
        )
        if (mapping.target == kind.name and uses_it) or branches:
            users.append(f'the mapping of the action "{actions.get(mapping.action_id, "?")}"')
    return tuple(users)


def check_archive(workspace: Workspace, kind: RecordType, attribute: str | None = None) -> tuple[Problem, ...]:
    """Why an object, or one of its attributes, cannot be archived now."""
    name = kind.name if attribute is None else f"{kind.name}.{attribute}"
    if attribute is None and not isinstance(kind, ObjectType):
        return (Problem("", f"{kind.name} is part of Intercom and cannot be archived."),)
    found = attribute_of(kind, attribute) if attribute else None
    if found and found.is_built_in:
        return (Problem("", f"{name} is there from birth and cannot be archived."),)
    if found.is_archived if found else kind.is_archived:
        return (Problem("", f"{name} is archived already."),)
    users = where_used(workspace, kind, attribute)
    if users:
        return (Problem("", f"{name} is used by {', '.join(users)}. Remove that first, then archive."),)
    return ()
