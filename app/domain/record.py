"""Records of custom and standard objects: typed values under attribute names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from app.domain.datatypes import Misfit, fit
from app.domain.identifiers import RecordId, RunId
from app.domain.problems import Problem
from app.domain.schema import EXTERNAL_ID, RecordType, attribute_of
from app.domain.values import JsonValue, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record. `values` holds every attribute, `external_id` included; None there is an explicit null."""

    id: RecordId
    type_name: str
    values: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))
    created_at: str = ""
    """ISO 8601, UTC: when it was first stored here."""
    updated_at: str = ""
    run_id: RunId | None = None
    """The run whose response wrote it last; None when a person did."""

    @property
    def external_id(self) -> str:
        """The other system's id, "" when there is none."""
        value = self.values.get(EXTERNAL_ID)
        return value if isinstance(value, str) else ""


def rewritten(record: Record, values: Mapping[str, Value], *, at: str, run_id: RunId | None) -> Record:
    """The record with some values changed, as of `at`; written out, for many are made at once."""
    return Record(
        id=record.id,
        type_name=record.type_name,
        values=MappingProxyType({**record.values, **values}),
        created_at=record.created_at,
        updated_at=at,
        run_id=run_id,
    )


def shown_key(kind: RecordType, record: Record) -> str:
    """What a person finds the record by, "" when nothing can."""
    return next((value for key in kind.keys if isinstance(value := record.values.get(key), str) and value), "")


def check_values(
    kind: RecordType, given: Mapping[str, JsonValue], *, convert: bool = False
) -> tuple[dict[str, Value], tuple[Problem, ...]]:
    """Fit given values to a type's attributes: what fits, and a problem for each that does not."""
    values: dict[str, Value] = {}
    problems: list[Problem] = []
    for name, value in given.items():
        attribute = attribute_of(kind, name)
        if attribute is None or attribute.is_archived:
            state = "is archived" if attribute else "does not exist"
            problems.append(Problem(name, f'the attribute {state} on {kind.name}; see "object show {kind.name}"'))
            continue
        result = fit(attribute, value, convert=convert, text_limit=kind.text_limit)
        if isinstance(result, Misfit):
            problems.append(Problem(name, result.reason))
        else:
            values[name] = result.value
    return values, tuple(problems)


def key_problem(kind: RecordType, values: Mapping[str, Value]) -> Problem | None:
    """A record needs a non-empty value in one of the type's keys, else nothing could ever match it again."""
    if any(values.get(key) for key in kind.keys):
        return None
    return Problem(kind.keys[0], f"is missing or empty; a record of {kind.name} is matched by {' or '.join(kind.keys)}")
