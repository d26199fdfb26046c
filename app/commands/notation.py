"""How a person writes headers, inputs and mapping rows on one line, in the shell and in dialogs alike."""

from __future__ import annotations

import re

from app.domain.action import DataInput, Header, QueryRow
from app.domain.datatypes import DataType
from app.domain.mapping import FieldMapping
from app.domain.path import FieldPath
from app.engine.encoding import split_pair
from app.errors import InvalidInput

HEADER_FORM = "Name: value"
QUERY_FORM = "name=value"
INPUT_FORM = "name*: type = default # description"
ROW_FORM = "path -> attribute (convert)"
_INPUT = re.compile(
    r"(?P<name>[^\s:*=#]+)\s*(?P<required>\*)?\s*(:\s*(?P<type>[a-z]+))?\s*"
    r"(=\s?(?P<default>.*?))?\s*((?:^|\s)#\s+(?P<description>.*))?\Z"
)
_ARROW = re.compile(r"\s*(?:->|→)\s*")
_CONVERT = "(convert)"


def read_header(line: str) -> Header:
    """`Name: value`; with `# ` before it, switched off."""
    is_off = line.startswith("# ")
    name, sign, value = line.removeprefix("# ").partition(":")
    if not sign:
        raise InvalidInput(f'The header "{line}" is not "{HEADER_FORM}".')
    return Header(name=name.strip(), value=value.strip(), is_enabled=not is_off)


def write_header(header: Header) -> str:
    """The line that `read_header` reads back."""
    return f"{'' if header.is_enabled else '# '}{header.name}: {header.value}"


def read_query(line: str) -> QueryRow:
    """`name=value`, as plain text; with `# ` before it, switched off."""
    name, value = split_pair(line.removeprefix("# "))
    return QueryRow(name=name.strip(), value=value, is_enabled=not line.startswith("# "))


def write_query(row: QueryRow) -> str:
    """The line that `read_query` reads back."""
    return f"{'' if row.is_enabled else '# '}{row.name}={row.value}"


def read_input(line: str) -> DataInput:
    """`name*: type = default # description`; the star marks a required one, all but the name may be left out."""
    found = _INPUT.match(line.strip())
    if not found:
        raise InvalidInput(f'The input "{line}" is not "{INPUT_FORM}".')
    kind = found["type"] or DataType.TEXT.value
    if kind not in list(DataType):
        raise InvalidInput(
            f'The input {found["name"]} has the type "{kind}"; choose text, integer, decimal or boolean.'
        )
    return DataInput(
        name=found["name"],
        data_type=DataType(kind),
        is_required=bool(found["required"]),
        default=found["default"],
        description=found["description"] or "",
    )


def write_input(item: DataInput) -> str:
    """The line that `read_input` reads back."""
    default = "" if item.default is None else f" = {item.default}"
    description = f" # {item.description}" if item.description else ""
    return f"{item.name}{'*' if item.is_required else ''}: {item.data_type}{default}{description}"


def read_row(line: str) -> FieldMapping:
    """`path -> attribute`, with `(convert)` behind it when other types may be converted."""
    text = line.strip()
    arrows = list(_ARROW.finditer(text))
    if not text.startswith("$") or not arrows:
        raise InvalidInput(f'The row "{line}" is not "{ROW_FORM}", as in "$.total -> total (convert)".')
    # A quoted name may hold an arrow of its own: the one that counts has a whole path before it.
    arrow = next((found for found in arrows if _is_path(text[: found.start()])), arrows[0])
    rest = text[arrow.end() :]
    attribute = rest.removesuffix(_CONVERT)
    return FieldMapping(path=text[: arrow.start()], attribute=attribute.strip(), is_converted=attribute != rest)


def _is_path(text: str) -> bool:
    try:
        FieldPath.parse(text)
    except ValueError:
        return False
    return True


def write_row(row: FieldMapping) -> str:
    """The line that `read_row` reads back."""
    return f"{row.path} -> {row.attribute}{f' {_CONVERT}' if row.is_converted else ''}"


def read_pairs(lines: tuple[str, ...], what: str) -> dict[str, str]:
    """`name=value` lines as a mapping; a later one of the same name counts."""
    pairs = {}
    for line in lines:
        name, sign, value = line.partition("=")
        if not sign or not name.strip():
            raise InvalidInput(f'The {what} "{line}" is not name=value.')
        pairs[name.strip()] = value
    return pairs


def filled(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Lines that hold something."""
    return tuple(line for line in lines if line.strip())
