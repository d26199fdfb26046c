"""Customers, companies and shipments over real HTTP."""

from __future__ import annotations

import httpx
import pytest
from demo_kit import error_of


def test_customers_come_in_pages(shop: httpx.Client) -> None:
    document = shop.get("/customers").json()
    assert len(document["customers"]) == document["page"]["total"] == 18
    assert document["page"]["next"] is None
    second = shop.get("/customers?per_page=10&page=2").json()
    assert second["customers"] == document["customers"][10:]
    assert error_of(shop.get("/customers?per_page=x"), 400)["field"] == "per_page"


def test_one_customer(shop: httpx.Client) -> None:
    customer = shop.get("/customers/c-101").json()
    assert customer["name"] == "Zoë Brontë-Núñez"
    assert customer["address"]["postcode"] == "01097"
    assert error_of(shop.get("/customers/c-1"), 404)["type"] == "not_found"


def test_customers_are_found_by_their_whole_address_in_any_case(shop: httpx.Client) -> None:
    found = shop.get("/customers/search", params={"email": "ZOE@example.com "}).json()
    assert [customer["id"] for customer in found["customers"]] == ["c-101"]
    assert found["total"] == 1
    assert shop.get("/customers/search?email=zoe").json() == {"customers": [], "total": 0}


@pytest.mark.parametrize("query", ["", "?email=", "?email=%20", "?mail=zoe@example.com"])
def test_a_search_needs_an_address(shop: httpx.Client, query: str) -> None:
    assert error_of(shop.get(f"/customers/search{query}"), 400)["field"] == "email"


def test_companies_are_an_array_at_the_root(shop: httpx.Client) -> None:
    companies = shop.get("/companies").json()
    assert [company["id"] for company in companies] == ["co-1", "co-2", "co-3", "co-4"]
    assert {type(company["founded"]) for company in companies} == {int, str}


def test_shipments_of_all_and_of_one_order(shop: httpx.Client) -> None:
    everything = shop.get("/shipments").json()["shipments"]
    assert b"18446744073709551615" in shop.get("/shipments").content
    of_one = shop.get("/orders/1042/shipments").json()["shipments"]
    assert [shipment["id"] for shipment in of_one] == ["s-517", "s-518"]
    assert of_one == [shipment for shipment in everything if shipment["order_id"] == "1042"]
    assert shop.get("/orders/1010/shipments").json() == {"shipments": []}
