"""One line for a field and the attribute proposed for it: `$.status -> status: list(open|paid)`."""

from __future__ import annotations

import re

from app.domain.datatypes import DataType
from app.domain.path import FieldPath
from app.domain.schema import Attribute, ObjectType, attribute_of
from app.errors import InvalidInput

FIELD_FORM = "path -> name: format # description"
_LINE = re.compile(
    r"(?P<path>\$.*?)\s*(?:->|→)\s*(?P<name>[^:#]+?)\s*:\s*(?P<format>[a-z]+)\s*"
    r"(?:\((?P<of>[^)]*)\))?\s*(?:#\s*(?P<description>.*))?\Z"
)


def write_field(path: str, attribute: Attribute) -> str:
    """The line that `read_field` reads back."""
    of = "|".join(attribute.options) or (f"{'many ' if attribute.many else ''}{attribute.target}")
    description = f" # {attribute.description}" if attribute.description else ""
    return f"{path} -> {attribute.name}: {attribute.data_type}{f'({of})' if of else ''}{description}"


def read_field(line: str, kind: ObjectType, origin: str) -> tuple[str, Attribute]:
    """The path and the attribute; one that `kind` has from birth is taken as it is."""
    found = _LINE.match(line.strip())
    if not found or found["format"] not in list(DataType):
        raise InvalidInput(f'"{line}" is not "{FIELD_FORM}"; formats are {", ".join(DataType)}.')
    try:
        path = str(FieldPath.parse(found["path"]))
    except ValueError as error:
        raise InvalidInput(f"The path cannot be read: {error}.") from None
    built_in = attribute_of(kind, found["name"])
    if built_in:
        return path, built_in
    of = (found["of"] or "").strip()
    made = DataType(found["format"])
    return path, Attribute(
        name=found["name"],
        data_type=made,
        description=found["description"] or f"{path} of {origin}",
        options=tuple(each.strip() for each in of.split("|")) if made is DataType.LIST and of else (),
        target=of.removeprefix("many ") if made is DataType.REFERENCE else "",
        many=made is DataType.REFERENCE and of.startswith("many "),
    )
