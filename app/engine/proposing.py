"""Names and formats proposed for new attributes from what a response holds; every one of them can be edited."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.domain.datatypes import DataType
from app.domain.path import FieldPath
from app.domain.schema import Attribute, ObjectType
from app.engine.affinity import WRAPPERS, affinity
from app.engine.infer import FieldKind, ResponseField
from app.engine.naming import words

_FORMATS = {
    FieldKind.TEXT: DataType.TEXT,
    FieldKind.INTEGER: DataType.INTEGER,
    FieldKind.DECIMAL: DataType.DECIMAL,
    FieldKind.BOOLEAN: DataType.BOOLEAN,
    FieldKind.DATE: DataType.DATE,
}
_STATUS = frozenset(("status", "state", "stage", "phase", "step", "outcome", "result"))


def attribute_name(path: str) -> str:
    """`$.shipping.city` is shipping_city: members that only wrap others are left out."""
    names = [words(segment) for segment in FieldPath.parse(path).segments if isinstance(segment, str)]
    while len(names) > 1 and len(names[0]) == 1 and names[0][0] in WRAPPERS:
        names.pop(0)
    return "_".join(word for name in names for word in name)


def data_type(kind: str, choices: Sequence[str]) -> DataType | None:
    """The format for a field's values; None when nobody can tell from them: nulls only, arrays, objects."""
    if kind == FieldKind.TEXT and choices:
        return DataType.LIST
    return _FORMATS.get(FieldKind(kind))


def is_status_like(path: str, choices: Sequence[str]) -> bool:
    """Whether a flow would want to branch on the field: named like a status, or one of a few texts."""
    name = words(FieldPath.parse(path).name)
    return bool(choices) or (bool(name) and name[-1] in _STATUS)


def proposed(fields: Iterable[ResponseField], kind: ObjectType, origin: str) -> tuple[tuple[str, Attribute], ...]:
    """A path and an attribute for every plain field; `kind` gives the three that an object has from birth."""
    taken: set[str] = set()
    found: list[tuple[str, Attribute]] = []
    usable = [field for field in fields if data_type(field.kind, field.choices) is not None and not field.needs_chain]
    for built_in in kind.attributes:
        scored = [(affinity(FieldPath.parse(f.path), built_in, kind), -at) for at, f in enumerate(usable)]
        best, place = max(scored, default=(0, 0))
        if best and usable[-place].path not in taken:
            taken.add(usable[-place].path)
            found.append((usable[-place].path, built_in))
    names = {attribute.name for attribute in kind.attributes}
    for field in usable:
        name = attribute_name(field.path)
        if field.path in taken or not name or name in names:
            continue
        names.add(name)
        found.append((field.path, attribute_for(field.path, field.kind, field.choices, name, origin)))
    order = {field.path: at for at, field in enumerate(usable)}
    return tuple(sorted(found, key=lambda pair: order[pair[0]]))


def attribute_for(path: str, kind: str, choices: Sequence[str], name: str, origin: str) -> Attribute:
    """The attribute proposed for one field; text where its values do not tell."""
    made = data_type(kind, choices) or DataType.TEXT
    return Attribute(
        name=name,
        data_type=made,
        description=f"{path} of {origin}",
        options=tuple(choices) if made is DataType.LIST else (),
    )
