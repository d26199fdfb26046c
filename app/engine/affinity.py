"""How surely a field of a response means a given attribute, judged by names alone."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.datatypes import DataType
from app.domain.path import FieldPath
from app.domain.schema import EXTERNAL_ID, Attribute, RecordType, StandardName
from app.engine.naming import Words, similarity, words

CALLED: dict[str, tuple[str, ...]] = {
    StandardName.PEOPLE: ("person", "customer", "user", "contact", "client", "member", "lead", "buyer", "subscriber"),
    StandardName.COMPANY: ("company", "account", "organisation", "organization", "business", "merchant"),
    StandardName.CONVERSATION: ("conversation", "ticket", "thread", "chat", "case"),
}
"""What other systems call Intercom's standard objects."""
WRAPPERS = frozenset(("data", "attribute", "field", "property", "node", "record", "result", "item", "object", "value"))
"""Members that only hold the fields: their names mean nothing for those."""

_ID_NAMES: tuple[Words, ...] = tuple(map(words, ("external_id", "id", "uuid", "guid", "uid", "key", "number", "code")))
_TIMES: dict[str, tuple[Words, ...]] = {
    "external_created_at": tuple(
        map(words, ("external_created_at", "created_at", "creation_date", "date_created", "inserted_at", "placed_at"))
    ),
    "external_updated_at": tuple(
        map(words, ("external_updated_at", "updated_at", "modified_at", "last_modified", "date_modified", "changed_at"))
    ),
    "signed_up_at": tuple(map(words, ("signed_up_at", "signup_date", "registered_at", "created_at"))),
}


_LINK = 97
"""Below 100: a text that has exactly the field's name comes before a reference that the field could feed too."""


def called(kind_name: str) -> tuple[Words, ...]:
    """The names of an object in other systems, its own first."""
    return (words(kind_name), *((name,) for name in CALLED.get(kind_name, ())))


def affinity(path: FieldPath, attribute: Attribute, kind: RecordType) -> int:
    """0 for no relation, about 100 for certainty."""
    name = _meaningful(path, kind)
    if not name:
        return 0
    if attribute.data_type is DataType.REFERENCE:
        return _reference(name, attribute)
    if attribute.name == EXTERNAL_ID:
        return _identity(name, kind)
    if attribute.name in _TIMES:
        return _ranked(name, _TIMES[attribute.name], 10)
    wanted = words(attribute.name)
    own = max((similarity(name, (*prefix, *wanted)) for prefix in called(kind.name)), default=0)
    return max(similarity(name, wanted), own - 5)


def _meaningful(path: FieldPath, kind: RecordType) -> Words:
    """The words of a path without leading wrappers and without the object's own name as one of them."""
    names = [words(segment) for segment in path.segments if isinstance(segment, str)]
    while len(names) > 1 and (names[0] == words(kind.name) or (len(names[0]) == 1 and names[0][0] in WRAPPERS)):
        names.pop(0)
    return tuple(word for name in names for word in name)


def _identity(name: Words, kind: RecordType) -> int:
    own = [(*prefix, *suffix) for prefix in called(kind.name) for suffix in _ID_NAMES]
    return max(_ranked(name, _ID_NAMES, 8), _ranked(name, own, 1) - 3)


def _ranked(name: Words, known: Iterable[Words], step: int) -> int:
    """100 for the first of `known` that the name equals, `step` less for each further one, at least 30."""
    for at, wanted in enumerate(known):
        if similarity(name, wanted) >= 85:
            return max(30, 100 - at * step)
    return 0


def _reference(name: Words, attribute: Attribute) -> int:
    """`customer.email`, `customer_id`, `customer` for a reference "customer" or one to People; `item_ids` for many."""
    keys: tuple[Words, ...] = (("email",), ("external", "id"), ("id",), ())
    if attribute.target != StandardName.PEOPLE:
        keys = keys[1:]
    bases = (words(attribute.name), *called(attribute.target))
    scores = [
        _LINK - 5 * (base_at > 0) - 3 * key_at
        for base_at, base in enumerate(bases)
        for key_at, key in enumerate(keys)
        if name == (*base, *key)
    ]
    return max(scores, default=0)
