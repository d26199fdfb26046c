"""What can be known about a TinyDB query without running it: whether an index answers it, whether it leaks.

A TinyDB query describes itself in its hash value; a query that does not is run on copies, over everything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tinydb.queries import Query, QueryInstance

if TYPE_CHECKING:
    from tinydb.queries import QueryLike

    from app.store.indexes import FieldPath

_COMPARISONS = frozenset(
    {"==", "!=", "<", "<=", ">", ">=", "exists", "matches", "search", "one_of", "fragment", "path"}
)
_SCALARS = (str, int, float, bool, type(None))


def indexed_equality(query: QueryLike) -> tuple[FieldPath, object] | None:
    """The path and the scalar of a query `where(path) == scalar`; None for any other query."""
    described = _description(query)
    if described is None or len(described) != 3 or described[0] != "==":
        return None
    _operator, path, value = described
    if not isinstance(path, tuple) or not all(isinstance(part, str) for part in path):
        return None
    return (path, value) if type(value) in _SCALARS else None


def leaks_documents(query: QueryLike) -> bool:
    """Whether running the query may hand a document, or a part of one, to code that is not TinyDB's own."""
    described = _description(query)
    return described is None or not _is_plain(described)


def _description(query: QueryLike) -> tuple[object, ...] | None:
    if type(query) not in (QueryInstance, Query):
        return None
    described: object = query._hash  # type: ignore[attr-defined]  # TinyDB keeps the description there and nowhere else
    return described if isinstance(described, tuple) else None


def _is_plain(described: object) -> bool:
    if not isinstance(described, tuple):
        return False
    if not described or described == (None,):
        return True
    operator = described[0]
    if operator in ("and", "or"):
        return all(_is_plain(part) for part in described[1])
    if operator == "not":
        return _is_plain(described[1])
    if operator in ("any", "all"):
        inner = described[2]
        return not leaks_documents(inner) if callable(inner) else True
    return operator in _COMPARISONS
