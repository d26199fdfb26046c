"""A mapping proposed from names and values: which source, which object, which field for which attribute.

Careful before complete: a field is left out unless its name says what it is and most of its values would be kept.
The same document and objects always give the same proposal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from app.domain.datatypes import Fit, fit
from app.domain.mapping import FieldMapping, Mapping
from app.domain.path import FieldPath
from app.domain.problems import Problem
from app.domain.schema import Attribute, ObjectType, RecordType, active_attributes
from app.domain.values import JsonValue
from app.engine.affinity import WRAPPERS, affinity, called
from app.engine.columns import MISSING
from app.engine.columns import read as read_column
from app.engine.infer import FieldKind, ResponseField, fields_of
from app.engine.naming import words
from app.engine.sources import candidates, records

_SOURCES_TRIED = 10
_FIELDS_TRIED = 500
_SAMPLE = 1_000
_VALUES_TRIED = 200
_NAME_BONUS = 5.0
_ENOUGH = 2
"""Attributes of its own that an object not named like the source must find in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A proposal; nothing in it is kept before somebody takes it."""

    source: str
    target: str
    """"" when no object is like the records."""
    rows: tuple[FieldMapping, ...] = ()
    """In the order of the response."""
    left_out: tuple[str, ...] = ()
    """Paths of plain fields that no attribute was found for."""

    def applied_to(self, mapping: Mapping) -> Mapping:
        """The mapping with this source, target and these rows."""
        return replace(mapping, source=self.source, target=self.target, rows=self.rows)


def suggest(
    document: JsonValue, source: str | None, kinds: Iterable[RecordType], wanted: str | None = None
) -> Suggestion:
    """Propose a mapping of `document`.

    `source` and `wanted` (the name of the target) are kept when given. `kinds` are all custom and standard objects.
    """
    active = [kind for kind in kinds if not kind.is_archived and (wanted is None or kind.name == wanted)]
    active.sort(key=lambda kind: (not isinstance(kind, ObjectType), kind.name))
    paths = [source] if source else [found.path for found in candidates(document)[:_SOURCES_TRIED]]
    best = Suggestion(source=paths[0] if paths else "$", target=wanted or "")
    best_score = 0.0
    for path in paths:
        found = records(document, path)
        if isinstance(found, Problem):
            continue
        sample = found[:_SAMPLE]
        described = fields_of(sample)[:_FIELDS_TRIED]
        for kind in active:
            score, suggestion = _matched(path, kind, sample, described, is_wanted=wanted is not None)
            if score > best_score:
                best, best_score = suggestion, score
    return best


def _matched(
    source: str, kind: RecordType, sample: Sequence[JsonValue], described: Sequence[ResponseField], *, is_wanted: bool
) -> tuple[float, Suggestion]:
    """The rows that this source would fill of this object, and how well the two belong together."""
    rows, total = _rows(kind, sample, described)
    used = {row.path for row in rows}
    plain = [field for field in described if field.kind is not FieldKind.OBJECT]
    suggestion = Suggestion(
        source=source,
        target=kind.name,
        rows=rows,
        left_out=tuple(field.path for field in plain if field.path not in used),
    )
    bonus = _name_bonus(source, kind)
    filled = {row.attribute for row in rows}
    own = [a.name for a in active_attributes(kind) if not a.is_built_in or not isinstance(kind, ObjectType)]
    matches = sum(name in filled for name in own if name not in kind.keys)
    has_key = any(key in filled for key in kind.keys)
    is_like_it = bonus > 0 or (matches >= _ENOUGH and 2 * matches >= len(own))
    return (total / 100 + bonus if is_wanted or (has_key and is_like_it) else 0.0), suggestion


def _name_bonus(source: str, kind: RecordType) -> float:
    names = [words(segment) for segment in FieldPath.parse(source).segments if isinstance(segment, str)]
    while len(names) > 1 and len(names[-1]) == 1 and names[-1][0] in WRAPPERS:
        names.pop()
    if not names:
        return 0.0
    known = called(kind.name)
    if names[-1] == known[0]:
        return _NAME_BONUS
    return _NAME_BONUS / 2 if names[-1] in known else 0.0


def _rows(
    kind: RecordType, sample: Sequence[JsonValue], described: Sequence[ResponseField]
) -> tuple[tuple[FieldMapping, ...], int]:
    """The surest pairs of field and attribute, each of both at most once, and the sum of their sureness."""
    attributes = active_attributes(kind)
    pairs = [
        (-score, field_at, attribute_at)
        for field_at, field in enumerate(described)
        if field.kind not in (FieldKind.OBJECT, FieldKind.UNKNOWN) and not field.needs_chain
        for attribute_at, attribute in enumerate(attributes)
        if (score := affinity(FieldPath.parse(field.path), attribute, kind))
    ]
    rows: dict[int, FieldMapping] = {}
    filled: set[int] = set()
    total = 0
    for negative, field_at, attribute_at in sorted(pairs):
        if field_at in rows or attribute_at in filled:
            continue
        path, attribute = described[field_at].path, attributes[attribute_at]
        is_converted = _conversion(path, sample, attribute, kind.text_limit)
        if is_converted is not None:
            rows[field_at] = FieldMapping(path=path, attribute=attribute.name, is_converted=is_converted)
            filled.add(attribute_at)
            total -= negative
    return tuple(row for _, row in sorted(rows.items(), key=lambda item: item[0])), total


def _conversion(path: str, sample: Sequence[JsonValue], attribute: Attribute, text_limit: int | None) -> bool | None:
    """Whether the field must be converted for most of its values to be kept; None when even that does not help."""
    seen = [cell for cell in read_column(FieldPath.parse(path), sample) if cell is not MISSING and cell is not None]
    tried = seen[:_VALUES_TRIED]
    for is_converted in (False, True):
        results = [fit(attribute, value, convert=is_converted, text_limit=text_limit) for value in tried]
        if 2 * sum(isinstance(result, Fit) for result in results) > len(tried):
            return is_converted
    return None
