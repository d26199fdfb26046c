"""The names that placeholders may have: inputs, attributes such as person.email, variables such as env.base_url.

An attribute is written `object.attribute`, with the object's name in lower case and `_` for spaces; its name as it is
works as well. A name is exact: one that nothing stands behind is refused, with the nearest that exist.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence

from app.domain.action import Action
from app.domain.datatypes import DataType
from app.domain.environment import PREFIX, variable_names
from app.domain.schema import RecordType, active_attributes
from app.domain.workspace import Workspace

_STANDARD = {"People": "person", "Company": "company", "Conversation": "conversation"}
_PARTING = re.compile(r"[\s._-]+")


def subjects(workspace: Workspace, kind: RecordType) -> tuple[str, ...]:
    """What an object is called in placeholders, the usual spelling first."""
    if kind.name in _STANDARD:
        return (_STANDARD[kind.name],)
    usual = _usual(kind.name)
    taken = {*_STANDARD.values(), PREFIX.rstrip("."), *(_usual(k.name) for k in workspace.types if k is not kind)}
    return tuple(dict.fromkeys((usual, kind.name))) if usual not in taken else (kind.name,)


def _usual(name: str) -> str:
    return name.lower().replace(" ", "_")


def attribute_types(workspace: Workspace) -> dict[str, DataType]:
    """The attribute placeholders with their types; the usual spellings before the others."""
    found: list[tuple[int, str, DataType]] = []
    for kind in workspace.types:
        for place, subject in enumerate(subjects(workspace, kind)):
            found += [(place, f"{subject}.{a.name}", a.data_type) for a in active_attributes(kind)]
    return {name: data_type for _, name, data_type in sorted(found, key=lambda each: each[0])}


def known_names(workspace: Workspace, action: Action) -> tuple[str, ...]:
    """Every name a placeholder of this action may have: its inputs, attributes, variables."""
    inputs = (item.name for item in action.inputs)
    return tuple(dict.fromkeys((*inputs, *attribute_types(workspace), *variable_names(workspace))))


def offered_names(workspace: Workspace, inputs: Iterable[str]) -> tuple[str, ...]:
    """The names that an editor offers, each thing once: inputs, variables, attributes of people first."""
    custom = [kind for kind in workspace.types if kind.name not in _STANDARD]
    attributes = [
        f"{subjects(workspace, kind)[0]}.{attribute.name}"
        for kind in (*workspace.standards.values(), *custom)
        for attribute in active_attributes(kind)
    ]
    return tuple(dict.fromkeys((*inputs, *variable_names(workspace), *attributes)))


def unknown_name(name: str, known: Sequence[str]) -> str:
    """The sentence for a placeholder that nothing stands behind, with the nearest names that exist."""
    same = [each for each in known if _folded(each) == _folded(name)]
    if same:
        return f"{{{{{name}}}}} is not known; did you mean {same[0]}? {_difference(name, same[0])}"
    near = difflib.get_close_matches(name, known, n=2, cutoff=0.6)
    if near:
        return f"{{{{{name}}}}} is not known; did you mean {' or '.join(near)}?"
    how = "set it in an environment." if name.startswith(PREFIX) else "declare it as an input of the action."
    return f"{{{{{name}}}}} is not known; {how}"


def _folded(name: str) -> str:
    return _PARTING.sub("", name).casefold()


def _difference(name: str, meant: str) -> str:
    """What sets two spellings of the same letters apart, as a person has to know it."""
    if "." in name and "." not in meant:
        return f"{name} would be the attribute of an object, {meant} is an input."
    if "." in meant and "." not in name:
        return f"{meant} is the attribute of an object, {name} would be an input."
    return "Names are exact, with their capitals, dots and lines."


def record_values(workspace: Workspace, kind: RecordType, texts: Mapping[str, str]) -> dict[str, str]:
    """What the attributes of a record, as texts, give to placeholders."""
    return {f"{subject}.{name}": text for subject in subjects(workspace, kind) for name, text in texts.items()}


def input_values(workspace: Workspace, action: Action, kind: RecordType, texts: Mapping[str, str]) -> dict[str, str]:
    """What a record gives to the inputs of an action: the attribute of that name, or `order_id` its external_id."""
    keys = {f"{subject}_id".casefold() for subject in subjects(workspace, kind)}
    found = {}
    for item in action.inputs:
        for subject in ("", *(f"{each}_" for each in subjects(workspace, kind))):
            name = item.name.removeprefix(subject)
            if name in texts:
                found[item.name] = texts[name]
                break
        else:
            if item.name.casefold() in keys and "external_id" in texts:
                found[item.name] = texts["external_id"]
    return found
