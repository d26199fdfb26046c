"""The seed: what a class can find in it, and that its parts agree with each other."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from app.demo.shop import total_of
from app.demo.shop_seed import load_seed
from app.domain.datatypes import DataType, Fit, Misfit, fit
from app.domain.schema import Attribute
from app.errors import WorkbenchError

STATUSES = ("open", "paid", "packed", "shipped", "cancelled")
MAPPING = (
    ("id", Attribute(name="external_id", data_type=DataType.TEXT)),
    ("placed_at", Attribute(name="external_created_at", data_type=DataType.DATE)),
    ("updated_at", Attribute(name="external_updated_at", data_type=DataType.DATE)),
    ("status", Attribute(name="status", data_type=DataType.LIST, options=STATUSES)),
    ("total", Attribute(name="total", data_type=DataType.DECIMAL)),
    ("currency", Attribute(name="currency", data_type=DataType.TEXT)),
    ("gift", Attribute(name="gift", data_type=DataType.BOOLEAN)),
    ("customer.email", Attribute(name="email", data_type=DataType.TEXT)),
    ("store", Attribute(name="store", data_type=DataType.TEXT)),
)


def _first_page(shop: httpx.Client) -> list[dict[str, object]]:
    orders = shop.get("/orders").json()["orders"]
    assert isinstance(orders, list)
    return orders


def _misfits(order: dict[str, object]) -> list[tuple[str, str]]:
    found = []
    for path, attribute in MAPPING:
        value: object = order
        for name in path.split("."):
            value = value.get(name) if isinstance(value, dict) else None
        result = fit(attribute, value, convert=attribute.data_type is DataType.DECIMAL)  # type: ignore[arg-type]
        if isinstance(result, Misfit):
            found.append((attribute.name, result.reason))
        else:
            assert isinstance(result, Fit)
    return found


def test_the_first_page_gives_24_good_records_and_1_bad(shop: httpx.Client) -> None:
    orders = _first_page(shop)
    assert len(orders) == 25
    assert [_misfits(order) for order in orders if _misfits(order)] == [[("total", '"n/a", not a decimal')]]
    assert len({order["id"] for order in orders}) == 25


def test_24_totals_of_the_first_page_are_decimal_text(shop: httpx.Client) -> None:
    totals = [order["total"] for order in _first_page(shop)]
    assert totals.count("n/a") == 1
    assert sum(isinstance(t, str) and re.fullmatch(r"\d+\.\d\d", t) is not None for t in totals) == 24


def test_the_first_page_has_its_oddities_in_the_promised_numbers(shop: httpx.Client) -> None:
    orders = _first_page(shop)
    assert {order["status"] for order in orders} == set(STATUSES)
    assert sum("gift" not in order for order in orders) == 2
    assert sum(order.get("gift", "missing") is None for order in orders) == 1
    assert sum(order.get("gift") is True for order in orders) > 1
    assert {type(order.get("note", 0)) for order in orders} == {str, type(None), int}
    dates = [datetime.fromisoformat(str(order["placed_at"])) for order in orders]
    assert sum(date.tzinfo is None for date in dates) == 2
    assert {date.year for date in dates} == {2026}
    assert all(str(order["updated_at"]).endswith("Z") for order in orders)
    assert "007" in {order["store"] for order in orders}


def test_later_pages_hold_what_the_first_does_not_show() -> None:
    orders = load_seed().orders
    assert [type(order["total"]) for order in orders[:25]] == [str] * 25
    assert any(isinstance(order["total"], float) for order in orders[25:])
    assert any(isinstance(order.get("gift"), str) for order in orders[25:])
    assert any("/" in order["placed_at"] for order in orders[25:])


def test_every_kind_of_value_is_somewhere() -> None:
    seed = load_seed()
    orders = seed.orders
    assert all(order["coupon"] is None for order in orders)
    assert all(order["ledger_id"] > 2**53 and int(float(order["ledger_id"])) != order["ledger_id"] for order in orders)
    prices = {type(item["price"]) for order in orders for item in order["items"]}
    assert prices == {int, float, type(None)}
    assert {type(item["sku"]) for order in orders for item in order["items"]} == {int, str}
    assert {type(order["priority"]) for order in orders} == {int, str}
    assert any(order["tags"] == [] for order in orders)
    assert any(order["channel"] == "" for order in orders)
    notes = [order.get("note") or "" for order in orders]
    assert any('"' in note and "\n" in note and "🔔" in note for note in notes)
    assert any(not customer["name"].isascii() for customer in seed.customers)
    assert any(shipment["customs_id"] > 2**63 for shipment in seed.shipments)
    assert any(shipment["tracking_number"].startswith("000") for shipment in seed.shipments)


def test_the_shop_has_the_promised_size() -> None:
    seed = load_seed()
    assert 12 <= len(seed.customers) <= 24
    assert len(seed.orders) == 60
    assert len(seed.companies) == 4


def test_ids_are_unique_and_what_is_referred_to_exists() -> None:
    seed = load_seed()
    items = [item for order in seed.orders for item in order["items"]]
    for rows in (seed.companies, seed.customers, seed.orders, seed.shipments, items):
        ids = [row["id"] for row in rows]  # type: ignore[index]
        assert len(ids) == len(set(ids))
    customers = {customer["id"]: customer for customer in seed.customers}
    for order in seed.orders:
        buyer = customers[order["customer"]["id"]]
        assert order["customer"] == {"id": buyer["id"], "name": buyer["name"], "email": buyer["email"]}
        assert {item["order_id"] for item in order["items"]} == {order["id"]}
    companies = {company["id"] for company in seed.companies}
    assert {customer["company_id"] for customer in seed.customers} <= {*companies, None}
    assert {item_id for shipment in seed.shipments for item_id in shipment["items"]} == {
        item["id"] for item in items if item["status"] == "shipped"
    }


def test_totals_and_states_agree_with_the_items() -> None:
    for order in load_seed().orders:
        states = {item["status"] for item in order["items"]}
        expected = total_of(order["items"])
        assert order["total"] in (expected, float(expected) if expected != "n/a" else None), order["id"]
        if order["status"] in ("shipped", "cancelled"):
            assert states == {order["status"]}
        else:
            assert states - {"cancelled", "shipped"} == {"packed" if order["status"] == "packed" else "ordered"}


def test_nothing_is_changed_before_it_was_placed() -> None:
    for order in load_seed().orders:
        if "/" in order["placed_at"]:
            continue
        placed = datetime.fromisoformat(order["placed_at"])
        assert (placed if placed.tzinfo else placed.replace(tzinfo=UTC)) <= datetime.fromisoformat(order["updated_at"])


def test_a_missing_seed_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(WorkbenchError, match="Install Actionbench again"):
        load_seed(tmp_path)
