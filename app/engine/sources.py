"""Where in a document a mapping can take its records from, and the rule about arrays inside arrays.

The root object and every nested object is a source of one record; an array of objects, at the root or inside objects,
is a source of as many records as it has elements. Documents are as `body.decode` gives them: dicts and lists.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.mapping import CHAIN_RULE
from app.domain.path import FieldPath, Segment, Wildcard
from app.domain.problems import Problem
from app.domain.values import JsonValue, json_kind

MAX_CANDIDATES = 200
"""Places looked at; a document that uses keys as ids has more objects than anybody can choose from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A place that a mapping can take its records from."""

    path: str
    """RFC 9535: `$`, `$.customer`, `$.orders[*]`."""
    count: int
    """How many records it gives now."""
    is_array: bool
    fields: int
    """How many fields its first record has."""

    @property
    def phrase(self) -> str:
        """Its size in words: "25 records of 9 fields", "1 record of 3 fields"."""
        fields = f" of {self.fields} {'field' if self.fields == 1 else 'fields'}" if self.count else ""
        return f"{self.count:,} {'record' if self.count == 1 else 'records'}{fields}"


def candidates(document: JsonValue) -> tuple[Candidate, ...]:
    """What a mapping may take as its source, the likeliest first: arrays by size, outer before inner, then objects."""
    found: list[tuple[tuple[bool, bool, int, int], int, Candidate]] = []
    for depth, segments, value in _containers(document):
        elements = [item for item in value if isinstance(item, dict)] if isinstance(value, list) else [value]
        candidate = Candidate(
            path=str(FieldPath((*segments, Wildcard.ALL) if isinstance(value, list) else segments)),
            count=len(value) if isinstance(value, list) else 1,
            is_array=isinstance(value, list),
            fields=len(elements[0]) if elements else 0,
        )
        rank = (not candidate.is_array or not candidate.count, not candidate.count, -candidate.count, depth)
        found.append((rank, len(found), candidate))
    return tuple(candidate for *_, candidate in sorted(found, key=lambda item: item[:2]))


def _containers(document: JsonValue) -> Iterator[tuple[int, tuple[str, ...], dict[str, JsonValue] | list[JsonValue]]]:
    """Objects outside of arrays and arrays that hold objects (or nothing yet), level by level."""
    level: list[tuple[tuple[str, ...], JsonValue]] = [((), document)]
    depth = count = 0
    while level:
        below: list[tuple[tuple[str, ...], JsonValue]] = []
        for segments, value in level:
            if isinstance(value, dict):
                below.extend(((*segments, name), child) for name, child in value.items())
            if isinstance(value, dict) or (isinstance(value, list) and _is_source(value)):
                yield depth, segments, value
                count += 1
                if count == MAX_CANDIDATES:
                    return
        level, depth = below, depth + 1


def _is_source(array: list[JsonValue]) -> bool:
    return not array or any(isinstance(item, dict) for item in array)


def inner_arrays(document: JsonValue) -> tuple[str, ...]:
    """Arrays of objects or arrays inside the records of the array sources: `$.orders[*].items`, as they are met."""
    found: dict[str, None] = {}
    for candidate in candidates(document):
        if not candidate.is_array:
            continue
        base = FieldPath.parse(candidate.path).segments
        values = records(document, candidate.path)
        for record in () if isinstance(values, Problem) else values[:_LOOKED_INTO]:
            for names in _arrays_in(record):
                found[str(FieldPath((*base, *names)))] = None
    return tuple(found)


_LOOKED_INTO = 1_000


def _arrays_in(record: JsonValue) -> Iterator[tuple[str, ...]]:
    waiting: list[tuple[tuple[str, ...], JsonValue]] = [((), record)]
    while waiting:
        names, value = waiting.pop()
        if isinstance(value, dict):
            waiting.extend(((*names, name), child) for name, child in reversed(value.items()))
        elif isinstance(value, list) and any(isinstance(item, (dict, list)) for item in value):
            yield names


def records(document: JsonValue, source: str) -> list[JsonValue] | Problem:
    """The records at a source, in their order, whatever they are; or why there can be none."""
    try:
        path = FieldPath.parse(source)
    except ValueError as error:
        return Problem("source", str(error))
    if path.wildcards > 1:
        return Problem("source", CHAIN_RULE)
    is_array = bool(path.segments) and path.segments[-1] is Wildcard.ALL
    base = FieldPath(path.segments[:-1]) if is_array else path
    found = next(base.values(document), base)
    if found is base:
        return Problem("source", f"{base} is not in this response")
    assert not isinstance(found, FieldPath)
    return _elements(base, found) if is_array else _one(base, found)


def _elements(base: FieldPath, found: JsonValue) -> list[JsonValue] | Problem:
    if isinstance(found, list):
        return found
    if isinstance(found, dict):
        return list(found.values())
    return Problem("source", f"{base} is {_a(found)}, not an array, in this response")


def _one(base: FieldPath, found: JsonValue) -> list[JsonValue] | Problem:
    if isinstance(found, dict):
        return [found]
    if isinstance(found, list):
        return Problem("source", f"{base} is an array; write {base}[*] to take each of its elements as a record")
    return Problem("source", f"{base} is {_a(found)}, not an object, in this response")


def _a(value: JsonValue) -> str:
    kind = json_kind(value)
    return kind if kind == "null" else f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def source_for(segments: tuple[str | int, ...], kind: str) -> str | Problem:
    """The source for a node that a person picked, or the rule that refuses it.

    `kind` is the node's JSON type (`json_kind`). An array gives its elements; anything inside an element of an array
    gives the elements of that array; an object outside of arrays gives itself, a plain field the object it is in.
    """
    places = _container(segments, kind)
    indexes = [at for at, segment in enumerate(places) if isinstance(segment, int)]
    if len(indexes) + (kind == "array") > 1:
        return Problem("source", CHAIN_RULE)
    if kind == "array":
        return str(FieldPath((*places, Wildcard.ALL)))
    if indexes:
        return str(FieldPath((*places[: indexes[0]], Wildcard.ALL)))
    return str(FieldPath(places if kind == "object" else places[:-1]))


def row_path(source: str, segments: tuple[str | int, ...], kind: str) -> str | Problem | None:
    """A picked node's path relative to a source: None when it is not in there, a Problem inside an inner array."""
    place = FieldPath(tuple(_container(segments, kind)))
    relative = place.relative_to(FieldPath.parse(source))
    if relative is None or not relative.segments:
        return None
    if any(isinstance(segment, int) for segment in relative.segments):
        return Problem(str(place), CHAIN_RULE)
    return str(relative)


def _container(segments: tuple[str | int, ...], kind: str) -> tuple[Segment, ...]:
    """The place itself; for a plain element of an array, such as a tag, the array that holds it."""
    is_element = bool(segments) and isinstance(segments[-1], int) and kind not in ("object", "array")
    return segments[:-1] if is_element else segments
