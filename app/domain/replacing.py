"""An attribute cannot be changed: what a copy with the change would carry over of a value, and what it would not.

A value carries over when it fits the copy, converted where nothing is lost by it; a reference that turns from many to
one keeps its first association and drops the others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from app.domain.datatypes import DataType, Misfit, fit
from app.domain.schema import Attribute, ObjectType, RecordType, attribute_of
from app.domain.values import JsonValue, Value, shown

ONLY_DESCRIPTIONS = "Only the description of an object or an attribute can ever be edited."
"""The rule that a change of anything else is refused by; the copy is the way out."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What becomes of one value."""

    value: Value = None
    reason: str = ""
    """Why it is not carried over, after "is"; "" when it is."""
    dropped: int = 0
    """Associations that are lost with it."""


def carry(
    before: Attribute, after: Attribute, value: Value, *, text_limit: int | None, exists: Callable[[str], bool]
) -> Carried:
    """One value of `before` as a value of `after`; `exists` says whether a record of the new target has that id."""
    if value is None:
        return Carried(None)
    dropped = 0
    given: JsonValue = Decimal(repr(value)) if isinstance(value, float) else value
    if before.data_type is DataType.REFERENCE and after.data_type is DataType.REFERENCE:
        ids = value if isinstance(value, tuple) else (str(value),)
        kept = ids if before.target == after.target else tuple(one for one in ids if exists(one))
        if ids and not kept:
            return Carried(reason=f"{shown(ids[0])}, which is no record of {after.target}", dropped=len(ids))
        kept = kept if after.many else kept[:1]
        dropped = len(ids) - len(kept)
        given = kept if after.many else kept[0] if kept else None
    elif after.data_type is DataType.REFERENCE and after.many:
        given = (given,)
    found = fit(after, given, convert=True, text_limit=text_limit)
    return Carried(reason=found.reason) if isinstance(found, Misfit) else Carried(found.value, dropped=dropped)


def free_name(kind: RecordType, name: str) -> str:
    """A name for the copy of an attribute: the old one stays taken."""
    number = 2
    while attribute_of(kind, f"{name}_{number}"):
        number += 1
    return f"{name}_{number}"


def copied_attributes(kind: ObjectType, name: str) -> tuple[Attribute, ...]:
    """The attributes of a copy of an object: those that are not archived; a reference to itself points to the copy."""
    return tuple(_pointing(attribute, kind.name, name) for attribute in kind.attributes if not attribute.is_archived)


def _pointing(attribute: Attribute, old: str, new: str) -> Attribute:
    return replace(attribute, target=new) if attribute.target == old else attribute
