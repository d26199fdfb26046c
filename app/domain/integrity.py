"""What must hold between the parts of a workspace, whoever wrote them: names, limits, references with both ends.

A rule stands here only when no sequence of commands can break it, so a finding means that another program wrote, or
that something is wrong with this one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from app.domain.action_rules import check_action
from app.domain.datatypes import DataType, Misfit, fit
from app.domain.identifiers import name_problem
from app.domain.mapping import Mapping, row_problems
from app.domain.problems import Problem
from app.domain.record import Record, key_problem
from app.domain.schema import RecordType, StandardName, active_attributes, attribute_of
from app.domain.schema_rules import format_problems
from app.domain.token_rules import check_token
from app.domain.workspace import Workspace


def definition_problems(workspace: Workspace) -> Iterator[Problem]:
    """Everything that is wrong with the definitions, each finding with the name of what it is about."""
    yield from _repeated("the object", (kind.name for kind in workspace.types))
    yield from _repeated("the action", (action.name for action in workspace.actions.values()))
    yield from _repeated("the token", (token.name for token in workspace.tokens.values()))
    for kind in workspace.types:
        yield from _type_problems(workspace, kind)
    yield from _quota_problems(workspace)
    tokens = {token.id for token in workspace.tokens.values()}
    for action in workspace.sorted_actions:
        if action.token_id is not None and action.token_id not in tokens:
            yield Problem(f"the action {action.name}", "sends a token that does not exist; choose another one")
    for token in workspace.tokens.values():
        for found in check_token(workspace, token):
            if found.path != "name":
                yield Problem(f"the token {token.name}", f"its {found}")
    yield from _mapping_problems(workspace)


def definition_notes(workspace: Workspace) -> Iterator[Problem]:
    """What stops an action from being sent as it is, though it may be kept: a name that is gone, say."""
    for action in workspace.sorted_actions:
        for found in check_action(workspace, action):
            if found.path != "name":
                yield Problem(f"the action {action.name}", str(found))


def record_problems(kind: RecordType, record: Record) -> Iterator[Problem]:
    """What is wrong with one record, each finding under the attribute's name."""
    for name, value in record.values.items():
        attribute = attribute_of(kind, name)
        if attribute is None:
            yield Problem(name, f"the attribute does not exist on {kind.name}")
            continue
        found = fit(attribute, value, text_limit=kind.text_limit)
        if isinstance(found, Misfit):
            yield Problem(name, f"is {found.reason}")
    if problem := key_problem(kind, record.values):
        yield problem


def _repeated(what: str, names: Iterable[str]) -> Iterator[Problem]:
    for name, count in Counter(names).items():
        if count > 1:
            yield Problem(f"{what} {name}", f"{count} have this name; give each its own")


def _type_problems(workspace: Workspace, kind: RecordType) -> Iterator[Problem]:
    if text := name_problem(kind.name):
        yield Problem(f"the object {kind.name}", text)
    yield from _repeated(f"the attribute {kind.name}.", (attribute.name for attribute in kind.attributes))
    for attribute in kind.attributes:
        where = f"the attribute {kind.name}.{attribute.name}"
        if text := name_problem(attribute.name):
            yield Problem(where, text)
        if attribute.data_type is DataType.REFERENCE and workspace.type_named(attribute.target):
            continue  # an archived target may be restored: its name stays taken
        if not attribute.is_archived and not kind.is_archived:
            for found in format_problems(workspace, attribute):
                yield Problem(where, str(found))
    for key in kind.keys[:1]:
        if attribute_of(kind, key) is None:
            yield Problem(f"the object {kind.name}", f"lacks the attribute {key}, by which its records are matched")


def _quota_problems(workspace: Workspace) -> Iterator[Problem]:
    settings = workspace.settings
    count = len(workspace.active_objects)
    if count > settings.object_limit:
        yield Problem("custom objects", f"{count} are active and {settings.object_limit} are allowed; archive some")
    shared = [kind for kind in workspace.standards.values() if kind.name is not StandardName.CONVERSATION]
    custom = sum(not attribute.is_built_in for kind in shared for attribute in active_attributes(kind))
    if custom > settings.standard_attribute_limit:
        limit = settings.standard_attribute_limit
        yield Problem("People and Company", f"{custom} custom data attributes are active and {limit} are allowed")


def _mapping_problems(workspace: Workspace) -> Iterator[Problem]:
    actions = {action.id: action.name for action in workspace.actions.values()}
    owners = Counter(mapping.action_id for mapping in workspace.mappings.values())
    for mapping in workspace.mappings.values():
        if mapping.action_id not in actions:
            yield Problem(f"the mapping {mapping.id}", "belongs to an action that does not exist")
            continue
        where = f'the mapping of the action "{actions[mapping.action_id]}"'
        if owners[mapping.action_id] > 1:
            yield Problem(where, f"the action has {owners[mapping.action_id]} mappings; one is allowed")
        yield from _target_problems(workspace, mapping, where)


def _target_problems(workspace: Workspace, mapping: Mapping, where: str) -> Iterator[Problem]:
    if not mapping.target:
        return
    kind = workspace.type_named(mapping.target)
    if kind is None:
        yield Problem(where, f'its target "{mapping.target}" does not exist')
        return
    for row in mapping.rows:
        if row.attribute:
            for found in row_problems(row, kind):
                yield Problem(where, str(found))
