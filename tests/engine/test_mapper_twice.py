"""Applying a response twice changes nothing the second time, and undo gives back what was there."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from mapper_kit import LATER, Store, mapping, previewed

from app.domain.values import JsonValue

scalars: st.SearchStrategy[JsonValue] = (
    st.none()
    | st.booleans()
    | st.integers(min_value=-(2**60), max_value=2**60)
    | st.decimals(allow_nan=False, allow_infinity=False, places=2)
    | st.sampled_from(["", "1", "2", "open", "true", "2026-01-01T00:00:00Z", "n/a"])
)


records = st.one_of(
    st.dictionaries(
        st.sampled_from(["id", "total", "status", "quantity", "gift", "note", "at", "who"]),
        scalars,
    ),
    scalars,
)


NAMES = {
    "external_id": "$.id",
    "total": "$.total",
    "status": "$.status",
    "quantity": "$.quantity",
    "gift": "$.gift",
    "note": "$.note",
    "external_created_at": "$.at",
    "customer": "$.who",
}


@settings(deadline=None)
@given(st.lists(records, max_size=12), st.lists(records, max_size=12), st.sets(st.sampled_from(sorted(NAMES))))
def test_applying_twice_changes_nothing_and_undo_restores(
    before: list[JsonValue], page: list[JsonValue], converted: set[str]
) -> None:
    store = Store()
    wanted = mapping(source="$[*]", **{name: path + "!" * (name in converted) for name, path in NAMES.items()})
    store.apply(previewed(before, wanted, store=store).changes)
    start = dict(store.records)

    first = previewed(page, wanted, store=store, first_id=1_000, now=LATER)
    assert sum(first.counts.values()) == len(page) == len(first.rows)
    assert len(first.changes.items) == first.new + first.changed
    store.apply(first.changes)

    again = previewed(page, wanted, store=store, first_id=2_000, now=LATER)
    assert not again.changes
    assert (again.same, again.rejected) == (first.new + first.changed + first.same, first.rejected)

    store.apply(first.changes.inverse())
    assert store.records == start
