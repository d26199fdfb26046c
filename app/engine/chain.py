"""The second action of a chain: one action lists, a person picks one, the second fetches what is inside it by its id.

Proposed from names alone, everything editable; nothing is sent to find out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from app.domain.action import Action, DataInput, Method
from app.domain.identifiers import ActionId
from app.domain.path import FieldPath
from app.domain.template import names as placeholder_names
from app.domain.values import JsonValue
from app.domain.workspace import Workspace
from app.engine.affinity import called
from app.engine.naming import similarity, words

_IDS = ("id", "uuid", "guid", "external_id", "key", "number", "code")


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """How the two actions hang together."""

    action: Action
    id_path: str
    """Where the outer record has its id, relative to it; "" when none looks like one."""
    target: str
    """The object that the inner records belong to, "" when none is named like them."""


def second_action(
    first: Action, action_id: ActionId, source: FieldPath, inner: FieldPath, record: JsonValue, workspace: Workspace
) -> Link:
    """The action that fetches the array `inner` of one record of `source`; `record` is the first of those."""
    outer_name = "_".join(words(source.name)) or "record"
    input_name = f"{outer_name}_id"
    id_name, value = _id_of(record)
    action = replace(
        first,
        id=action_id,
        name=_free_name(workspace, f"{inner.name} of one {outer_name}".capitalize()),
        method=Method.GET,
        url=f"{first.url.split('?')[0].split('#')[0].rstrip('/')}/{{{{{input_name}}}}}/{inner.name}",
        description=f"Fetches {inner.name} by the id that {first.name} lists.",
        body="",
        mock=None,
        other_mocks=(),
    )
    kept = set(placeholder_names(action.url)) | {n for h in action.headers for n in placeholder_names(h.value)}
    asked = DataInput(name=input_name, is_required=True, description=f"{source}.{id_name or 'id'} of {first.name}")
    inputs = (asked, *(item for item in first.inputs if item.name in kept and item.name != input_name))
    values = {name: text for name, text in first.test_values.items() if name in kept}
    action = replace(action, inputs=inputs, test_values={**values, input_name: value} if value else values)
    return Link(action=action, id_path=f"$.{id_name}" if id_name else "", target=_target(workspace, inner.name))


def _id_of(record: JsonValue) -> tuple[str, str]:
    """The member that is most likely the id, and its value as text."""
    if not isinstance(record, dict):
        return "", ""
    for wanted in _IDS:
        for name, value in record.items():
            if words(name) == words(wanted) and isinstance(value, (str, int)) and not isinstance(value, bool):
                return name, str(value)
    return "", ""


def _target(workspace: Workspace, name: str) -> str:
    scored = [
        (max(similarity(words(name), other) for other in called(kind.name)), kind.name)
        for kind in workspace.types
        if not kind.is_archived
    ]
    best = max(scored, default=(0, ""))
    return str(best[1]) if best[0] >= 85 else ""


def _free_name(workspace: Workspace, name: str) -> str:
    taken = {action.name for action in workspace.actions.values()}
    if name not in taken:
        return name
    base = re.sub(r" \d+\Z", "", name)
    return next(made for number in range(2, len(taken) + 3) if (made := f"{base} {number}") not in taken)
