"""Orders over records: whatever is written, a look shows what a plain filter and sort of all records would."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vault_kit import new_vault

from app.domain.changes import Change, Changes
from app.domain.datatypes import DataType
from app.domain.identifiers import ObjectId, RecordId, encode
from app.domain.looking import Look, look_at
from app.domain.record import Record
from app.domain.schema import Attribute, ObjectType
from app.domain.values import Value
from app.store import arranging
from app.store.arranging import Cancelled
from app.store.vault import Vault

AT = "2026-11-24T09:30:00.000Z"
ORDER = ObjectType(
    id=ObjectId("obj_1"),
    name="Order",
    attributes=(
        Attribute(name="total", data_type=DataType.DECIMAL),
        Attribute(name="note", data_type=DataType.TEXT),
        Attribute(name="at", data_type=DataType.DATE),
    ),
)
SORTS = (None, *ORDER.attributes)
LOOKS = [
    Look(filter=found.filter, search=found.search, searched=found.searched, sort=sort, is_descending=down)
    for found in (look_at(ORDER), look_at(ORDER, filter="total > 1"), look_at(ORDER, search="a"))
    for sort in SORTS
    for down in (False, True)
]


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    """An empty vault."""
    made = new_vault(tmp_path / "v.tdx")
    yield made
    made.close()


def record(number: int, values: dict[str, Value]) -> Record:
    """A record with these values."""
    return Record(id=RecordId(encode("rec", number)), type_name="Order", values=MappingProxyType(values), created_at=AT)


def write(vault: Vault, rows: dict[int, dict[str, Value] | None]) -> None:
    """Put, or remove where there is None, in one commit."""
    items = []
    for number, values in rows.items():
        before = vault.records.get("Order", number)
        items.append(Change("records/Order", number, before, None if values is None else record(number, values)))
    vault.commit(Changes.of("x", items), at=AT)


def plainly(vault: Vault, look: Look) -> list[int]:
    """The numbers that a look shows, found out the slow way."""
    rows = {number: dict(document["values"]) for number, document in vault.store.scan("records/Order")}  # type: ignore[call-overload]
    sieve = look.sieve
    shown = [n for n in sorted(rows) if sieve is None or sieve([rows[n]], [0])]
    if look.sort is None:
        return shown
    name = look.sort.name
    have = [n for n in shown if rows[n].get(name) is not None]
    have.sort(key=lambda n: (_place(rows[n][name]), n), reverse=look.is_descending)
    null = [n for n in shown if name in rows[n] and rows[n][name] is None]
    return have + null + [n for n in shown if name not in rows[n]]


def _place(value: object) -> tuple[object, object]:
    if not isinstance(value, str):
        return value, value
    return value.casefold(), "" if value == value.casefold() else value


def agrees(vault: Vault, look: Look) -> None:
    """Numbers, count, windows and positions all say the same."""
    expected = plainly(vault, look)
    assert list(vault.records.numbers("Order", look)) == expected
    assert vault.records.count_shown("Order", look) == len(expected) == vault.records.count_matching("Order", look)
    window = vault.records.window("Order", 1, 2, look)
    assert [found.id for found in window] == [encode("rec", n) for n in expected[1:3]]
    assert [vault.records.position("Order", n, look) for n in expected] == list(range(len(expected)))


_values: st.SearchStrategy[dict[str, Value]] = st.fixed_dictionaries(
    {},
    optional={
        "total": st.none() | st.integers(0, 3) | st.floats(0, 3),
        "note": st.none() | st.sampled_from(["", "a", "A", "b", "Ab"]),
        "at": st.none() | st.sampled_from(["2026-01-01", "2026-01-02", "2026-01-03T10:00:00Z"]),
    },
)
_steps = st.lists(st.dictionaries(st.integers(1, 9), st.none() | _values, min_size=1, max_size=6), max_size=5)


@settings(max_examples=40, deadline=None)
@given(_steps, st.booleans(), st.lists(st.booleans(), min_size=5, max_size=5))
def test_every_look_follows_every_commit(
    tmp_path_factory: pytest.TempPathFactory,
    steps: list[dict[int, dict[str, Value] | None]],
    is_few: bool,
    looked: list[bool],
) -> None:
    """Whether changes are worked in one by one or in one pass, at once or after several commits."""
    made = new_vault(tmp_path_factory.mktemp("looks") / "v.tdx")
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("app.store.arrangement._FEW", 64 if is_few else 0)
            patch.setattr("app.store.arranging._KEPT", len(LOOKS))
            patch.setattr("app.store.arrangement._RUN", 2)
            write(made, {1: {"total": 2}, 5: {"note": "b"}})
            for look in LOOKS:
                agrees(made, look)
            for step, is_looked in zip(steps, looked, strict=False):
                write(made, step)
                for look in LOOKS if is_looked else ():
                    agrees(made, look)
            while looked[0] and made.undo():
                pass
            for look in LOOKS:
                agrees(made, look)
            while looked[-1] and made.redo():
                pass
            for look in LOOKS:
                agrees(made, look)
    finally:
        made.close()


def test_what_changes_while_an_order_is_made_is_in_it(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commits between two slices: of what was read already, and of what was not."""
    monkeypatch.setattr(arranging, "_SLICE", 2)
    write(vault, {n: {"total": n} for n in range(1, 8)})
    look = Look(sort=ORDER.attributes[0])
    asked = 0

    def meanwhile() -> bool:
        nonlocal asked
        asked += 1
        if asked == 2:
            write(vault, {1: {"total": 9}, 2: None, 7: {"total": 0}, 6: None, 8: {"total": 3}})
        return False

    vault.records.arrange("Order", look, meanwhile)
    assert asked == 4
    agrees(vault, look)
    assert list(vault.records.numbers("Order", look)) == [7, 3, 8, 4, 5, 1]


def test_an_order_that_nobody_wants_any_more_leaves_nothing_behind(vault: Vault) -> None:
    """Cancelled before its end: not kept, not told of changes, and made anew when it is wanted again."""
    write(vault, {1: {"total": 1}, 2: {"total": 2}})
    look = look_at(ORDER, filter="total > 1")
    with pytest.raises(Cancelled):
        vault.records.arrange("Order", look, lambda: True)
    with pytest.raises(Cancelled):
        vault.records.count_matching("Order", look, lambda: True)
    table = vault.store.live_table("records/Order")
    assert table is not None
    assert not vault.records.is_arranged("Order", look)
    assert table.arrangements == []
    agrees(vault, look)
    assert vault.records.is_arranged("Order", look)


def test_only_the_orders_used_last_are_kept(vault: Vault) -> None:
    """And both directions of one column are one order."""
    write(vault, {1: {"total": 1}})
    looks = [look_at(ORDER, filter=f"total > {n}") for n in range(12)]
    for look in looks:
        vault.records.arrange("Order", look)
    table = vault.store.live_table("records/Order")
    assert table is not None
    assert len(table.arrangements) == arranging._KEPT
    assert [vault.records.is_arranged("Order", look) for look in looks] == [False] * 4 + [True] * 8
    vault.records.arrange("Order", Look(sort=ORDER.attributes[0]))
    assert vault.records.is_arranged("Order", Look(sort=ORDER.attributes[0], is_descending=True))


def test_a_table_that_was_dropped_and_made_again_has_new_orders(vault: Vault) -> None:
    """Nothing of the old one is shown; an object without records shows none."""
    look = look_at(ORDER, filter="total > 1")
    assert vault.records.numbers("Order", look) == []
    assert vault.records.position("Order", 1, look) is None
    write(vault, {1: {"total": 5}})
    agrees(vault, look)
    with vault.store.transaction() as transaction:
        transaction.clear("records/Order")
    assert vault.records.count_shown("Order", look) == 0
    with vault.store.transaction() as transaction:
        transaction.drop("records/Order")
    write(vault, {2: {"total": 4}})
    agrees(vault, look)


def test_odd_values_of_a_script_have_a_place(vault: Vault) -> None:
    """A text among numbers stands with the nulls; a document without values with what lacks the attribute."""
    with vault.store.transaction() as transaction:
        transaction.put("records/Order", 1, {"values": {"total": "x"}})
        transaction.put("records/Order", 2, {"values": {"total": 1}})
        transaction.put("records/Order", 3, {"values": 7})
    assert list(vault.records.numbers("Order", Look(sort=ORDER.attributes[0]))) == [2, 1, 3]
    assert vault.records.numbers("Order", look_at(ORDER, filter="total > 0")) == [2]


def test_warming_makes_the_keys_ready(vault: Vault) -> None:
    """After it a record is found without a scan."""
    write(vault, {n: {"external_id": f"e-{n}"} for n in range(1, 5)})
    vault.records.warm("Order", ("external_id",))
    table = vault.store.live_table("records/Order")
    assert table is not None
    assert ("values", "external_id") in table.indexes
    assert vault.records.by_key("Order", "external_id", "e-3")
