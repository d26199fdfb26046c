"""Finding what a person named; the refusal names what there is."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from app.domain.action import Action, MockResponse
from app.domain.environment import Environment
from app.domain.identifiers import RunId
from app.domain.record import Record
from app.domain.run import Run
from app.domain.samples import sample_named, samples
from app.domain.schema import Attribute, ObjectType, RecordType, attribute_of
from app.domain.token import Token
from app.domain.values import Value
from app.domain.workspace import Workspace
from app.errors import InvalidInput
from app.workbench import Workbench


def _not_found(what: str, name: str, known: Iterable[str], how: str) -> InvalidInput:
    return InvalidInput(f'There is no {what} "{name}"; {hint(name, known, how)}')


def hint(name: str, known: Iterable[str], how: str) -> str:
    """The nearest name that exists, as a question; else what to do instead."""
    names = list(known)
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    folded = [other for other in names if other.casefold() == name.casefold()]
    return f'did you mean "{(folded or near)[0]}"?' if folded or near else how


def find_type(workspace: Workspace, name: str) -> RecordType:
    """The custom or standard object of that name; InvalidInput when there is none."""
    found = workspace.type_named(name)
    if found is None:
        known = [kind.name for kind in workspace.types]
        raise _not_found("object", name, known, '"object list" shows what there is.')
    return found


def find_object(workspace: Workspace, name: str) -> ObjectType:
    """The custom object of that name; InvalidInput when there is none or it is a standard one."""
    found = find_type(workspace, name)
    if not isinstance(found, ObjectType):
        raise InvalidInput(f"{name} is one of Intercom's own objects; only custom objects can be changed like this.")
    return found


def find_attribute(kind: RecordType, name: str) -> Attribute:
    """The attribute of that name; InvalidInput when there is none."""
    found = attribute_of(kind, name)
    if found is None:
        known = [attribute.name for attribute in kind.attributes]
        raise _not_found(f"attribute on {kind.name} called", name, known, f'"object show {kind.name}" lists them.')
    return found


def find_action(workspace: Workspace, name: str) -> Action:
    """The action of that name; InvalidInput when there is none."""
    found = workspace.action_named(name)
    if found is None:
        known = [action.name for action in workspace.actions.values()]
        raise _not_found("action", name, known, '"action list" shows what there is.')
    return found


def find_sample(action: Action, name: str) -> MockResponse:
    """The sample of that name; InvalidInput when the action has none."""
    found = sample_named(action, name.strip())
    if found is None:
        known = [sample.name for sample in samples(action)]
        raise _not_found(f"sample of {action.name} called", name, known, f'"sample list {action.name}" lists them.')
    return found


def find_token(workspace: Workspace, name: str) -> Token:
    """The token of that name; InvalidInput when there is none."""
    found = workspace.token_named(name)
    if found is None:
        known = [token.name for token in workspace.tokens.values()]
        raise _not_found("token", name, known, '"token list" shows what there is.')
    return found


def find_environment(workspace: Workspace, name: str) -> Environment:
    """The environment of that name; InvalidInput when there is none."""
    found = workspace.environment_named(name)
    if found is None:
        known = [each.name for each in workspace.environments.values()]
        raise _not_found("environment", name, known, '"environment list" shows what there is.')
    return found


def find_run(workbench: Workbench, run_id: str, action: Action | None = None) -> Run:
    """The run of that id; InvalidInput when there is none, or it is not one of `action`."""
    found = workbench.runs.get(RunId(run_id))
    if found is None:
        raise InvalidInput(f'There is no run "{run_id}"; "run list" shows what there is.')
    if action and found.action_id != action.id:
        raise InvalidInput(
            f'{run_id} is a run of {found.action_name}, not of {action.name}; "run list" shows which is which.'
        )
    return found


def find_record(workbench: Workbench, kind: RecordType, key: str) -> Record:
    """The record that one of the type's keys names; InvalidInput when there is none."""
    found = next((r for name in kind.keys if (r := record_by_key(workbench, kind, name, key))), None)
    if found is None:
        raise InvalidInput(f'{kind.name} has no record "{key}"; "record list {kind.name}" shows what there is.')
    return found


def record_by_key(workbench: Workbench, kind: RecordType, key: str, value: Value) -> Record | None:
    """The record whose key attribute has that text, if any."""
    return workbench.records.by_key(kind.name, key, value) if isinstance(value, str) and value else None


def refuse(problems: Iterable[object]) -> None:
    """Raise InvalidInput when there is any problem."""
    found = [str(problem) for problem in problems]
    if found:
        raise InvalidInput(found)
