"""What applying a mapping would do, record by record and in one sentence."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from mapper_kit import LATER, NOW, ORDER, PEOPLE, RUN, Store, mapping, orders, orders_of, previewed, words

from app.domain.identifiers import decode
from app.domain.record import Record
from app.domain.values import JsonValue
from app.engine.cancel import Cancelled
from app.engine.mapper import BATCH
from app.engine.preview import Level, Verdict


def test_a_first_page_of_25_orders_with_one_bad_total() -> None:
    found = previewed(
        orders(*[f"{number}.50" for number in range(24)], "n/a"), mapping(external_id="$.id", total="$.total!")
    )
    assert found.sentence == '24 new, 0 changed, 0 same, 1 rejected: total is "n/a", not a decimal'
    assert (found.total, found.new, found.changed, found.same, found.rejected) == (25, 24, 0, 0, 1)
    assert found.changes.title == "Apply 24 records to Order"
    assert words(found) == {"external_id": "ok", "total": '1 of 25 rejected: "n/a"; converted from text in 24'}
    assert [field.level for field in found.fields] == [Level.OK, Level.PROBLEM]
    assert [(row.index, row.reasons) for row in found.rejections] == [(24, ('total is "n/a", not a decimal',))]
    assert (found.problems, found.notes) == ((), ())


def test_a_new_record_is_whole() -> None:
    found = previewed(orders(Decimal("42.50")), first_id=7)
    (change,) = found.changes.items
    assert (change.table, change.number, change.before) == ("records/Order", 7, None)
    assert change.after == Record(
        id=found.rows[0].after.id,  # type: ignore[union-attr]  # it is new
        type_name="Order",
        values={"external_id": "1001", "total": 42.5},
        created_at=NOW,
        updated_at=NOW,
        run_id=RUN,
    )
    assert isinstance(change.after, Record)
    assert decode(change.after.id) == found.rows[0].number == 7
    assert change.after.id.startswith("rec_")


def test_missing_is_left_out_and_null_is_kept() -> None:
    document: JsonValue = {"orders": [{"id": "1"}, {"id": "2", "total": None}, {"id": "3", "total": 1}]}
    found = previewed(document)
    assert [dict(row.values) for row in found.rows] == [
        {"external_id": "1"},
        {"external_id": "2", "total": None},
        {"external_id": "3", "total": 1.0},
    ]
    assert words(found)["total"] == "missing in 1; null in 1 of 3"
    assert found.fields[1].level is Level.NOTE


def test_an_update_merges_and_says_new_changed_same() -> None:
    store = Store()
    first = mapping(external_id="$.id", total="$.total", note="$.note")
    document: JsonValue = {"orders": [{"id": "1", "total": 1, "note": "x"}, {"id": "2", "total": 2, "note": "y"}]}
    store.apply(previewed(document, first, store=store).changes)
    found = previewed(orders_of({"1": 1, "2": 3, "3": 4}), store=store, first_id=50, now=LATER, run_id=None)
    assert [row.verdict for row in found.rows] == [Verdict.SAME, Verdict.CHANGED, Verdict.NEW]
    assert found.sentence == "1 new, 1 changed, 1 same, 0 rejected"
    same, changed, _ = found.rows
    assert same.after is same.before
    assert changed.before
    assert changed.after == replace(
        changed.before,
        values={"external_id": "2", "total": 3.0, "note": "y"},
        updated_at=LATER,
        run_id=None,
    )
    assert [change.number for change in found.changes.items] == [2, 50]
    assert found.changes.title == "Apply 2 records to Order"


REJECTIONS: list[tuple[JsonValue, tuple[str, ...]]] = [
    ({"total": 1}, ("external_id is missing or empty; a record of Order is matched by external_id",)),
    ({"id": "", "total": 1}, ("external_id is missing or empty; a record of Order is matched by external_id",)),
    ({"id": None}, ("external_id is missing or empty; a record of Order is matched by external_id",)),
    ({"id": 7, "total": 1}, ("external_id is 7 (integer), not a text",)),
    ({"id": "9", "total": "42.50"}, ('total is "42.50", not a decimal',)),
    ({"id": 7, "total": "x"}, ("external_id is 7 (integer), not a text", 'total is "x", not a decimal')),
    ({"id": "9", "total": {"amount": 1}}, ("total is an object of 1, not a decimal",)),
    ({"id": "1"}, ("same external_id as record 0",)),
    (None, ("the record is null, not an object",)),
    (5, ("the record is 5 (integer), not an object",)),
    ([], ("the record is an array of 0, not an object",)),
]


@pytest.mark.parametrize(("record", "reasons"), REJECTIONS)
def test_why_a_record_is_rejected(record: JsonValue, reasons: tuple[str, ...]) -> None:
    found = previewed({"orders": [{"id": "1", "total": 1}, record]})
    assert (found.rows[1].verdict, found.rows[1].reasons) == (Verdict.REJECTED, reasons)
    assert found.rows[1].after is None
    assert found.sentence.startswith(f"1 new, 0 changed, 0 same, 1 rejected: {reasons[0]}")
    assert len(found.changes.items) == 1


def test_a_rejected_record_does_not_take_the_key_of_a_later_good_one() -> None:
    found = previewed({"orders": [{"id": "1", "total": "x"}, {"id": "1", "total": 1}]})
    assert [row.verdict for row in found.rows] == [Verdict.REJECTED, Verdict.NEW]


def test_the_sentence_names_the_first_reason_and_counts_the_others() -> None:
    assert (
        previewed(orders("x", "x", 1)).sentence == '1 new, 0 changed, 0 same, 2 rejected: total is "x", not a decimal'
    )
    assert previewed(orders("x", "y")).sentence.endswith('2 rejected: total is "x", not a decimal; and 1 other reason')
    assert previewed(orders("x", "y", "z")).sentence.endswith("; and 2 other reasons")


def test_nothing_to_map_is_no_problem() -> None:
    found = previewed({"orders": []})
    assert found.sentence == "0 new, 0 changed, 0 same, 0 rejected"
    assert not found.changes
    assert words(found) == {"external_id": "no records to look at", "total": "no records to look at"}


def test_people_are_matched_by_external_id_then_by_email() -> None:
    store = Store()
    wanted = mapping(source="$[*]", target="People", external_id="$.id", email="$.email", name="$.name")
    first: JsonValue = [{"id": "p1", "email": "a@x.example"}, {"email": "b@x.example"}]
    store.apply(previewed(first, wanted, kind=PEOPLE, store=store).changes)
    second: JsonValue = [
        {"id": None, "email": "a@x.example", "name": "A"},
        {"id": "p2", "email": "b@x.example", "name": "B"},
        {"id": "p1", "email": "other@x.example"},
        {"id": "p9", "email": "b@x.example"},
    ]
    found = previewed(second, wanted, kind=PEOPLE, store=store, first_id=50)
    assert [row.verdict.value for row in found.rows] == ["changed", "changed", "rejected", "rejected"]
    kept, named = found.rows[0].after, found.rows[1].after
    assert kept
    assert named
    assert kept.values == {"external_id": "p1", "email": "a@x.example", "name": "A"}
    assert named.values == {"external_id": "p2", "email": "b@x.example", "name": "B"}
    assert found.rows[2].reasons == ("it is matched with the same People as record 0",)
    assert found.rows[3].reasons == ("same email as record 1",)


def test_texts_of_people_are_limited() -> None:
    wanted = mapping(source="$[*]", target="People", external_id="$.id", name="$.name")
    found = previewed([{"id": "1", "name": "x" * 256}, {"id": "2", "name": "x" * 255}], wanted, kind=PEOPLE)
    assert found.sentence.endswith("1 rejected: name is 256 characters long; at most 255 are kept")
    assert words(found)["name"] == "1 of 2 rejected: 256 characters long; at most 255 are kept"


def test_the_record_limit_is_checked_before_anything_is_written() -> None:
    store = Store()
    store.apply(previewed(orders(1, 2), store=store).changes)
    found = previewed(orders(1, 5, 6, 7), store=store, first_id=50, record_limit=3)
    assert found.sentence == (
        "A workspace holds at most 3 records of custom objects. It has 2, and 2 new ones would be 1 too many. "
        "Delete records, archive an object, or send for fewer."
    )
    assert not found.changes
    assert (found.new, found.changed, found.same) == (2, 1, 1)
    assert not previewed(orders(1, 5, 6), store=store, first_id=50, record_limit=3).problems
    assert not previewed(orders(1, 5), store=store, record_limit=1).problems


def test_people_do_not_count_against_the_record_limit() -> None:
    wanted = mapping(source="$[*]", target="People", external_id="$.id")
    assert previewed([{"id": "1"}], wanted, kind=PEOPLE, record_limit=0).new == 1


def test_an_archived_object_takes_nothing() -> None:
    found = previewed(orders(1), kind=replace(ORDER, is_archived=True))
    assert found.sentence == "target: Order is archived; restore it first"
    assert not found.changes


def test_batches_join_without_a_seam() -> None:
    many = BATCH * 2 + 1
    found = previewed(orders(*["x" if number in (0, BATCH, many - 1) else 1 for number in range(many)]))
    assert [row.index for row in found.rows] == list(range(many))
    assert [row.index for row in found.rejections] == [0, BATCH, many - 1]
    assert words(found)["total"] == f'3 of {many:,} rejected: "x"'
    duplicates = previewed({"orders": [{"id": "1"}] * (BATCH + 1)})
    assert duplicates.rows[BATCH].reasons == ("same external_id as record 0",)


def test_it_stops_when_asked() -> None:
    asked = []

    def second_time() -> bool:
        asked.append(1)
        return len(asked) > 1

    with pytest.raises(Cancelled):
        previewed(orders(*[1] * (BATCH + 1)), is_cancelled=second_time)
