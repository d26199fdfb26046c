"""How a response becomes records: a source, and which field goes to which attribute."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.identifiers import ActionId, MappingId
from app.domain.path import FieldPath, Wildcard
from app.domain.problems import Problem
from app.domain.schema import RecordType, attribute_of

CHAIN_RULE = (
    "an array inside an array cannot come from one call. Map the outer array here, then make a second action that "
    "fetches the inner one by its id (b builds it), with a reference between the two objects"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMapping:
    """One row: a path relative to the source, and the attribute it fills."""

    path: str
    attribute: str
    """An attribute's name; "" while none is chosen."""
    is_converted: bool = False
    """Whether a value of another type may be turned into the attribute's; strict otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """What to store of an action's response. Each action has at most one."""

    id: MappingId
    action_id: ActionId
    source: str = "$"
    """RFC 9535 path of the root object, a nested object, or an array's elements such as $.orders[*]."""
    target: str = ""
    """Name of the custom or standard object; "" while none is chosen."""
    rows: tuple[FieldMapping, ...] = ()
    conversation: tuple[FieldMapping, ...] = ()
    """Rows, relative to the source, that go to the conversation in which the action runs: a flow can branch on them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenField:
    """A row as it was when the mapping was last previewed."""

    path: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPreview:
    """What a mapping was, and what its rows held, when somebody last looked at its preview or applied it."""

    mapping_id: MappingId
    fingerprint: str
    """Of source, target, rows and schema; see `fingerprint`."""
    fields: tuple[SeenField, ...] = ()
    at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedRecord:
    """A record that an apply did not store."""

    index: int
    key: str
    reasons: tuple[str, ...]
    raw: str
    """The record as it came, as JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejections:
    """What the last apply of a mapping left out; kept until the next."""

    mapping_id: MappingId
    at: str
    records: tuple[RejectedRecord, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Redaction:
    """Fields of an action's responses that are never kept: RFC 9535 paths from the root of the body."""

    action_id: ActionId
    paths: tuple[str, ...] = ()


def whole_path(source: str, path: str) -> str:
    """A row's path from the root of the body; indexes become [*], since a field is redacted in every record."""
    segments = (*FieldPath.parse(source).segments, *FieldPath.parse(path).segments)
    return str(FieldPath(tuple(Wildcard.ALL if isinstance(each, int) else each for each in segments)))


def is_redacted(source: str, path: str, redacted: Sequence[str]) -> bool:
    """Whether a row's field, or something that it lies in, is redacted."""
    try:
        place = FieldPath.parse(whole_path(source, path))
    except ValueError:
        return False
    return any(place.segments[: len(each.segments)] == each.segments for each in map(FieldPath.parse, redacted))


def fingerprint(mapping: Mapping, kind: RecordType | None) -> str:
    """Equal as long as source, target, rows and the schema that they fill are."""
    names = {row.attribute for row in mapping.rows}
    schema = [
        (a.name, a.data_type.value, a.options, a.target, a.many, a.is_archived)
        for a in (kind.attributes if kind else ())
        if a.name in names
    ]
    rows = [(row.path, row.attribute, row.is_converted) for row in mapping.rows]
    said = repr((mapping.source, mapping.target, rows, schema, kind.is_archived if kind else None))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


REDACTED_RULE = "it is redacted, so it is never stored; remove the row, or end its redaction"


def check_mapping(mapping: Mapping, kind: RecordType | None, redacted: Sequence[str] = ()) -> tuple[Problem, ...]:
    """Everything that stops a mapping from being applied; `kind` is its target, if it exists."""
    problems = [*_source_problems(mapping.source)]
    if not mapping.target:
        problems.append(Problem("target", "choose the object that the records go to"))
    elif kind is None:
        problems.append(Problem("target", f'there is no object "{mapping.target}"'))
    elif kind.is_archived:
        problems.append(Problem("target", f"{kind.name} is archived; restore it first"))
    if not mapping.rows:
        problems.append(Problem("rows", "pick at least one field"))
    for row in mapping.rows:
        problems.extend(row_problems(row, kind))
        if is_redacted(mapping.source, row.path, redacted):
            problems.append(Problem(row.path, REDACTED_RULE))
    problems.extend(_key_problems(mapping, kind))
    return tuple(problems)


def _source_problems(text: str) -> tuple[Problem, ...]:
    try:
        source = FieldPath.parse(text)
    except ValueError as error:
        return (Problem("source", str(error)),)
    if source.wildcards > 1:
        return (Problem("source", CHAIN_RULE),)
    if source.wildcards and source.segments[-1] is not Wildcard.ALL:
        return (Problem("source", f"{text} goes on after [*]; end it there and put the rest into the rows"),)
    return ()


def row_problems(row: FieldMapping, kind: RecordType | None) -> tuple[Problem, ...]:
    """What stops one row from being applied, were it alone; no attribute is looked up while there is no `kind`."""
    try:
        path = FieldPath.parse(row.path)
    except ValueError as error:
        return (Problem(row.path, str(error)),)
    if path.wildcards:
        return (Problem(row.path, CHAIN_RULE),)
    if not row.attribute:
        return (Problem(row.path, "choose an attribute for it, or remove the row"),)
    if kind is None:
        return ()
    attribute = attribute_of(kind, row.attribute)
    if attribute is None or attribute.is_archived:
        state = "is archived" if attribute else "does not exist"
        return (Problem(row.path, f"the attribute {row.attribute} {state} on {kind.name}"),)
    return ()


def _key_problems(mapping: Mapping, kind: RecordType | None) -> tuple[Problem, ...]:
    names = [row.attribute for row in mapping.rows if row.attribute]
    problems = [
        Problem(name, "is filled by two rows; remove one") for name in dict.fromkeys(names) if names.count(name) > 1
    ]
    if kind is not None and mapping.rows and not any(key in names for key in kind.keys):
        problems.append(Problem(kind.keys[0], f"must be mapped: records are matched by {' or '.join(kind.keys)}"))
    return tuple(problems)
