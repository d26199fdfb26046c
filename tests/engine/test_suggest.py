"""A proposed mapping: the right source, the right object, each attribute once, and nothing that would not fit."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from app.domain.datatypes import DataType
from app.domain.identifiers import ActionId, MappingId, ObjectId
from app.domain.mapping import Mapping, check_mapping
from app.domain.schema import Attribute, ObjectType, RecordType
from app.domain.values import JsonValue
from app.domain.workspace import standard_types
from app.engine.suggest import Suggestion, suggest


def attribute(name: str, data_type: DataType = DataType.TEXT, **more: object) -> Attribute:
    return replace(Attribute(name=name, data_type=data_type), **more)  # type: ignore[arg-type]  # fields by name


def object_type(number: int, name: str, *attributes: Attribute) -> ObjectType:
    born = ObjectType(id=ObjectId(f"obj_{number}"), name=name)
    return replace(born, attributes=(*born.attributes, *attributes))


ORDER = object_type(
    1,
    "Order",
    attribute("status", DataType.LIST, options=("open", "paid")),
    attribute("total", DataType.DECIMAL),
    attribute("placed_at", DataType.DATE),
    attribute("customer", DataType.REFERENCE, target="People"),
    attribute("customer_email"),
    attribute("gone", is_archived=True),
)
ITEM = object_type(
    2,
    "Item",
    attribute("sku"),
    attribute("order", DataType.REFERENCE, target="Order"),
    attribute("labels", DataType.REFERENCE, target="Label", many=True),
)
STANDARDS = tuple(standard_types().values())
KINDS: tuple[RecordType, ...] = (ORDER, ITEM, *STANDARDS)


def rows(found: Suggestion) -> dict[str, str]:
    """path → attribute, with ! for one that converts."""
    return {row.path: row.attribute + "!" * row.is_converted for row in found.rows}


def one(kind: RecordType, record: dict[str, JsonValue]) -> dict[str, str]:
    return rows(suggest([record, record], "$[*]", (kind,), kind.name))


PAGE: JsonValue = {
    "page": 1,
    "orders": [
        {
            "id": str(1001 + number),
            "status": ("open", "paid")[number % 2],
            "total": "n/a" if number == 24 else f"{number}.50",
            "placed": "2026-01-01T10:00:00+01:00",
            "createdAt": "2026-01-01T10:00:00Z",
            "updated_at": "2026-01-02T10:00:00Z",
            "customer": {"id": number, "email": "a@x.example", "name": "A"},
            "items": [{"sku": "a"}] * 3,
            "gone": "x",
            "coupon": None,
        }
        for number in range(25)
    ],
}


def test_a_page_of_orders_is_mapped_whole() -> None:
    found = suggest(PAGE, None, KINDS)
    assert (found.source, found.target) == ("$.orders[*]", "Order")
    assert rows(found) == {
        "$.id": "external_id",
        "$.status": "status",
        "$.total": "total!",
        "$.placed": "placed_at",
        "$.createdAt": "external_created_at",
        "$.updated_at": "external_updated_at",
        "$.customer.email": "customer_email",
        "$.customer.id": "customer!",
    }
    assert found.left_out == ("$.customer.name", "$.items", "$.gone", "$.coupon")


def test_the_proposal_can_be_applied_as_it_is_and_is_always_the_same() -> None:
    empty = Mapping(id=MappingId("map_1"), action_id=ActionId("act_1"))
    found = suggest(PAGE, None, KINDS)
    assert check_mapping(found.applied_to(empty), ORDER) == ()
    assert suggest(PAGE, None, tuple(reversed(KINDS))) == found


@pytest.mark.parametrize(
    ("record", "name"),
    [
        ({"id": "1"}, "id"),
        ({"_id": "1"}, "_id"),
        ({"ID": "1"}, "ID"),
        ({"uuid": "1", "id": "2"}, "id"),
        ({"id": "1", "external_id": "2"}, "external_id"),
        ({"orderId": "1", "customer_id": "2"}, "orderId"),
        ({"order_number": "1"}, "order_number"),
    ],
)
def test_what_may_be_the_key(record: dict[str, JsonValue], name: str) -> None:
    found = one(ORDER, record)
    assert [path for path, target in found.items() if target == "external_id"] == [f"$.{name}"]


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("created_at", "external_created_at"),
        ("createdAt", "external_created_at"),
        ("created", "external_created_at"),
        ("date-created", "external_created_at"),
        ("modified", "external_updated_at"),
        ("lastModified", "external_updated_at"),
        ("updatedAt", "external_updated_at"),
        ("placed_at", "placed_at"),
        ("shipped_at", None),
    ],
)
def test_dates_by_name(name: str, target: str | None) -> None:
    assert (
        one(ORDER, {"id": "1", name: "2026-01-01T10:00:00Z"}).get(f"$['{name}']" if "-" in name else f"$.{name}")
        == target
    )


@pytest.mark.parametrize(
    ("kind", "record", "path", "target"),
    [
        (ORDER, {"orderTotal": 1}, "$.orderTotal", "total"),
        (ORDER, {"total_amount": 1}, "$.total_amount", "total"),
        (ORDER, {"attributes": {"total": 1}}, "$.attributes.total", "total"),
        (ORDER, {"order": {"id": "1", "total": 1}}, "$.order.id", "external_id"),
        (ORDER, {"customerEmail": "a"}, "$.customerEmail", "customer_email"),
        (ORDER, {"customer_id": "c1"}, "$.customer_id", "customer"),
        (ORDER, {"user": {"email": "c1"}}, "$.user.email", "customer"),
        (ITEM, {"order_id": "1"}, "$.order_id", "order"),
        (ITEM, {"order_id": 1}, "$.order_id", "order!"),
        (ITEM, {"label_ids": ["a", "b"]}, "$.label_ids", "labels"),
        (ORDER, {"total": Decimal("1.5")}, "$.total", "total"),
        (ORDER, {"total": "abc"}, "$.total", None),
        (ORDER, {"total": None}, "$.total", None),
        (ORDER, {"status": "lost"}, "$.status", None),
        (ORDER, {"createdAt": 1714557600}, "$.createdAt", None),
        (ORDER, {"billing": {"id": "1"}}, "$.billing.id", None),
        (ORDER, {"tax_total_rate": 1}, "$.tax_total_rate", None),
        (ITEM, {"labels": [{"id": "a"}]}, "$.labels", None),
    ],
)
def test_names_and_types_decide(kind: RecordType, record: dict[str, JsonValue], path: str, target: str | None) -> None:
    assert one(kind, record).get(path) == target


def test_conversion_is_proposed_only_where_most_values_need_it() -> None:
    def page(*totals: JsonValue) -> JsonValue:
        return [{"id": str(number), "total": total} for number, total in enumerate(totals)]

    assert rows(suggest(page(1, 2, "3"), "$[*]", KINDS, "Order"))["$.total"] == "total"
    assert rows(suggest(page("1", "2", 3), "$[*]", KINDS, "Order"))["$.total"] == "total!"
    assert "$.total" not in rows(suggest(page("n/a", "2"), "$[*]", KINDS, "Order"))


def test_each_attribute_is_filled_once_by_the_surest_field() -> None:
    found = one(ORDER, {"total_value": 1, "total": 2, "totals": 3})
    assert found["$.total"] == "total"
    assert list(found.values()).count("total") == 1


def test_text_longer_than_a_standard_object_keeps_is_left_out() -> None:
    assert one(STANDARDS[0], {"id": "1", "name": "x" * 300}) == {"$.id": "external_id"}


@pytest.mark.parametrize(
    ("document", "source", "target"),
    [
        ({"customers": [{"id": "1", "email": "a@x.example"}]}, "$.customers[*]", "People"),
        ({"companies": [{"id": "1", "name": "A"}]}, "$.companies[*]", "Company"),
        (
            [{"id": "1", "email": "a@x.example", "name": "A", "phone": "1", "signed_up_at": "2026-01-01"}],
            "$[*]",
            "People",
        ),
        ({"order": {"id": "1", "total": 1}}, "$.order", "Order"),
        ({"data": {"orders": [{"id": "1"}]}, "meta": [{"x": 1}] * 9}, "$.data.orders[*]", "Order"),
        ({"orders": {"data": [{"id": "1"}]}}, "$.orders.data[*]", "Order"),
        ({"things": [{"id": "1", "colour": "red"}]}, "$.things[*]", ""),
        ({"parcels": [{"id": "1", "status": "open", "created_at": "2026-01-01"}]}, "$.parcels[*]", ""),
        ({}, "$", ""),
        ([1, 2], "$", ""),
    ],
)
def test_source_and_object_are_found_together(document: JsonValue, source: str, target: str) -> None:
    found = suggest(document, None, KINDS)
    assert (found.source, found.target) == (source, target)
    assert bool(found.rows) == bool(target)


def test_what_was_chosen_is_kept() -> None:
    found = suggest(PAGE, "$", KINDS)
    assert (found.source, found.target) == ("$", "")
    found = suggest(PAGE, None, KINDS, "Item")
    assert found.target == "Item"
    assert found.source == "$.orders[*]"
    assert suggest(PAGE, "$.nope[*]", KINDS, "Order") == Suggestion(source="$.nope[*]", target="Order")
    assert suggest(PAGE, None, KINDS, "Nope").rows == ()


def test_an_archived_object_is_not_proposed() -> None:
    archived = replace(ORDER, is_archived=True)
    assert suggest(PAGE, None, (archived, ITEM, *STANDARDS)).target != "Order"
