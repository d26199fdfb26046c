"""Hash indexes: which documents hold a value at a path of nested fields.

An index answers as a scan with `==` would: `1`, `1.0` and `True` are one value, lists and dicts are in none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.store.documents import Document
    from app.store.operations import Key

FieldPath = tuple[str, ...]
_ABSENT = object()


def parse_field(field: str | FieldPath) -> FieldPath:
    """The path meant by a field: `"values.status"` and `("values", "status")` are the same."""
    return tuple(field.split(".")) if isinstance(field, str) else tuple(field)


def value_at(document: Document, path: FieldPath) -> object:
    """The scalar at a path; `is_indexed` tells whether there is one."""
    value: object = document
    for part in path:
        if type(value) is not dict or part not in value:
            return _ABSENT
        value = value[part]
    return _ABSENT if isinstance(value, (dict, list)) else value


def is_indexed(value: object) -> bool:
    """Whether `value_at` found a scalar, null included."""
    return value is not _ABSENT


class Index:
    """Keys by value for one path of one table. A value held once costs no set."""

    __slots__ = ("_buckets", "path")

    def __init__(self, path: FieldPath, values: Iterable[tuple[Key, object]]) -> None:
        self.path = path
        self._buckets: dict[object, Key | set[Key]] = {}
        for key, value in values:
            self._add_value(key, value)

    def add(self, key: Key, document: Document) -> None:
        """Note a document that was put."""
        self._add_value(key, value_at(document, self.path))

    def remove(self, key: Key, document: Document) -> None:
        """Forget a document that was put before."""
        value = value_at(document, self.path)
        if value is _ABSENT:
            return
        bucket = self._buckets.get(value)
        if isinstance(bucket, set):
            bucket.discard(key)
            if bucket:
                return
        self._buckets.pop(value, None)

    def keys_with(self, value: object) -> tuple[Key, ...]:
        """The keys whose document holds this scalar, in no order."""
        bucket = self._buckets.get(value)
        if bucket is None:
            return ()
        return tuple(bucket) if isinstance(bucket, set) else (bucket,)

    def _add_value(self, key: Key, value: object) -> None:
        if value is _ABSENT:
            return
        bucket = self._buckets.get(value)
        if bucket is None:
            self._buckets[value] = key
        elif isinstance(bucket, set):
            bucket.add(key)
        elif bucket != key:
            self._buckets[value] = {bucket, key}
