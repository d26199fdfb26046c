"""Whether two names mean the same: snake, camel and kebab case, singular and plural, and what people add to names."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

Words = tuple[str, ...]

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_BETWEEN = re.compile(r"[\W_]+")
_IRREGULAR = {"people": "person", "children": "child", "ids": "id", "data": "data", "news": "news", "series": "series"}
_FILLERS = frozenset(("at", "on", "date", "time", "datetime", "timestamp", "amount", "value", "is", "has"))
_NEAR = 0.88
_NEAR_LENGTH = 5


def words(name: str) -> Words:
    """The words of a name, lower case and singular: `orderItems` and `order_item` are both (order, item)."""
    parts = _BETWEEN.split(_HUMP.sub(" ", name))
    return tuple(singular(part.casefold()) for part in parts if part)


def singular(word: str) -> str:
    """The singular of an English word, as far as its ending tells: orders, boxes, companies; status stays."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        return word[:-1]
    return word


def similarity(one: Words, other: Words) -> int:
    """How surely two names mean the same: 100 equal, 0 not at all."""
    if not one or not other:
        return 0
    if one == other:
        return 100
    if "".join(one) == "".join(other):
        return 98
    # A ratio can depend on the order of its two texts, so they are sorted.
    shorter, longer = sorted(("".join(_trimmed(one)), "".join(_trimmed(other))), key=lambda text: (len(text), text))
    if shorter == longer:
        return 85
    is_near = len(shorter) >= _NEAR_LENGTH and SequenceMatcher(None, shorter, longer).ratio() >= _NEAR
    return 60 if is_near else 0


def _trimmed(name: Words) -> Words:
    """Without the words that say only what kind of value it is: placed_at is placed."""
    return tuple(word for word in name if word not in _FILLERS) or name
