"""Orders over real HTTP: lists, one order, and everything that changes one."""

from __future__ import annotations

import json
import re

import httpx
import pytest
from demo_kit import FakeTime, error_of

from app.demo.server import DemoServer

NEW_ORDER = {
    "customer_id": "c-102",
    "items": [
        {"sku": "NB-A5-DOT", "title": "Notebook", "quantity": 2, "price": 14.5},
        {"sku": 40012, "title": "Washi テープ", "quantity": 1, "price": 7},
    ],
}


def test_pages_follow_each_other_by_absolute_links(shop: httpx.Client, server: DemoServer) -> None:
    url, ids = "/orders", []
    while url:
        document = shop.get(url).json()
        assert set(document) == {"orders", "page"}
        assert document["page"]["total"] == 60
        assert document["page"]["per_page"] == 25
        ids += [order["id"] for order in document["orders"]]
        url = document["page"]["next"]
        assert url is None or url.startswith(f"{server.url}/orders?")
    assert ids == [str(number) for number in range(1001, 1061)]


def test_the_link_header_keeps_filters(shop: httpx.Client, server: DemoServer) -> None:
    response = shop.get("/orders", params={"status": "shipped", "per_page": 5, "page": 2})
    links = {rel: url for url, rel in re.findall(r'<([^>]+)>; rel="(\w+)"', response.headers["Link"])}
    assert links["next"] == f"{server.url}/orders?status=shipped&per_page=5&page=3"
    assert links["prev"] == f"{server.url}/orders?status=shipped&per_page=5&page=1"
    assert response.json()["page"]["next"] == links["next"]
    last = shop.get(links["last"]).json()
    assert last["page"]["next"] is None
    assert last["orders"]


def test_a_page_beyond_the_last_is_empty(shop: httpx.Client) -> None:
    document = shop.get("/orders?page=4").json()
    assert document == {"orders": [], "page": {"number": 4, "per_page": 25, "total": 60, "next": None}}


def test_links_do_not_repeat_a_host_that_is_none(shop: httpx.Client, server: DemoServer) -> None:
    for host in ('evil"><b>', "[", "a b"):
        response = shop.get("/orders", headers={"Host": host})
        assert response.json()["page"]["next"].startswith(server.url)
    forwarded = shop.get("/orders", headers={"Host": "localhost:9999"})
    assert forwarded.json()["page"]["next"].startswith("http://localhost:9999/orders?")


def test_orders_are_filtered_by_email_in_any_case_and_by_status(shop: httpx.Client) -> None:
    mine = shop.get("/orders", params={"email": "ADA.okonkwo@example.com"}).json()["orders"]
    assert {order["customer"]["id"] for order in mine} == {"c-110"}
    assert len(mine) == 3
    assert shop.get("/orders?email=&status=").json()["page"]["total"] == 60
    assert shop.get("/orders?email=nobody@example.com").json()["orders"] == []
    open_ones = shop.get("/orders?status=open").json()
    assert {order["status"] for order in open_ones["orders"]} == {"open"}
    both = shop.get("/orders?status=open&email=Ada.Okonkwo@Example.com").json()["orders"]
    assert [order["id"] for order in both] == ["1025"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("page=0", "page"),
        ("page=one", "page"),
        ("page=١", "page"),
        ("page=-1", "page"),
        ("per_page=101", "per_page"),
        ("per_page=0", "per_page"),
        ("status=refunded", "status"),
        ("page=" + "9" * 5000, "page"),
    ],
)
def test_parameters_that_cannot_be_used_are_named(shop: httpx.Client, query: str, field: str) -> None:
    error = error_of(shop.get(f"/orders?{query}"), 400)
    assert (error["type"], error["field"]) == ("invalid_parameter", field)
    assert len(str(error["message"])) < 200


def test_big_ids_arrive_to_the_last_digit(shop: httpx.Client) -> None:
    assert b'"ledger_id": 9007199254740993,' in shop.get("/orders/1001").content


def test_one_order_and_its_items(shop: httpx.Client) -> None:
    order = shop.get("/orders/1001").json()
    assert order["id"] == "1001"
    items = shop.get("/orders/1001/items").json()
    assert items == {"order_id": "1001", "items": order["items"]}
    assert [item["id"] for item in items["items"]] == ["1001-1", "1001-2", "1001-3"]


@pytest.mark.parametrize("path", ["/orders/9", "/orders/9/items", "/orders/9/shipments", "/orders/%1b%5b31m"])
def test_unknown_orders_are_404(shop: httpx.Client, path: str) -> None:
    assert error_of(shop.get(path), 404)["type"] == "not_found"


def test_cancelling_an_item_changes_total_and_stamps(shop: httpx.Client, time: FakeTime) -> None:
    before = shop.get("/orders/1021").json()
    answer = shop.post("/orders/1021/items/1021-1/cancel").json()
    assert answer["status"] == "cancelled"
    assert answer["item"]["status"] == "cancelled"
    after = shop.get("/orders/1021").json()
    assert answer["order"] == after
    assert (before["total"], after["total"]) == ("57.30", "19.50")
    assert after["status"] == "paid"
    assert time.now == 1_790_000_000
    assert after["updated_at"] == after["items"][0]["updated_at"] == "2026-09-21T14:13:20Z"
    assert after["items"][1] == before["items"][1]


def test_cancelling_the_last_item_cancels_the_order(shop: httpx.Client) -> None:
    shop.post("/orders/1021/items/1021-1/cancel")
    order = shop.post("/orders/1021/items/1021-2/cancel").json()["order"]
    assert (order["status"], order["total"]) == ("cancelled", "0.00")
    assert "1021" in {o["id"] for o in shop.get("/orders?status=cancelled").json()["orders"]}


def test_cancelling_what_was_left_to_send_makes_the_order_shipped(shop: httpx.Client) -> None:
    shop.post("/orders/1003/items/1003-2/cancel")
    order = shop.post("/orders/1003/items/1003-3/cancel").json()["order"]
    assert (order["status"], order["total"]) == ("shipped", "64.95")


def test_cancelling_the_item_without_a_price_gives_the_order_a_total(shop: httpx.Client) -> None:
    assert shop.get("/orders/1017").json()["total"] == "n/a"
    assert shop.post("/orders/1017/items/1017-2/cancel").json()["order"]["total"] == "39.90"


def test_an_item_is_cancelled_once_and_never_after_it_was_shipped(shop: httpx.Client) -> None:
    assert shop.post("/orders/1021/items/1021-1/cancel").status_code == 200
    before = shop.get("/orders/1021").content
    again = error_of(shop.post("/orders/1021/items/1021-1/cancel"), 409)
    assert again["type"] == "already_cancelled"
    assert shop.get("/orders/1021").content == before
    assert error_of(shop.post("/orders/1003/items/1003-1/cancel"), 409)["type"] == "already_shipped"
    assert error_of(shop.post("/orders/1001/items/1001-1/cancel"), 409)["type"] == "already_shipped"
    assert error_of(shop.post("/orders/1004/items/1004-1/cancel"), 409)["type"] == "already_cancelled"


def test_cancelling_what_does_not_exist_is_404(shop: httpx.Client) -> None:
    assert "no item" in str(error_of(shop.post("/orders/1021/items/1022-1/cancel"), 404)["message"])
    assert "no order" in str(error_of(shop.post("/orders/1/items/1-1/cancel"), 404)["message"])


def test_a_new_order_is_there_at_once(shop: httpx.Client, server: DemoServer) -> None:
    response = shop.post("/orders", json={**NEW_ORDER, "note": "Bitte ❤", "gift": True, "currency": "GBP"})
    assert response.status_code == 201
    assert response.headers["Location"] == f"{server.url}/orders/1061"
    order = response.json()
    assert shop.get(response.headers["Location"]).json() == order
    assert (order["status"], order["total"], order["currency"]) == ("open", "36.00", "GBP")
    assert order["customer"]["name"] == "山田 花子"
    assert order["placed_at"] == "2026-09-21T14:13:20+00:00"
    assert order["ledger_id"] > 2**53
    assert [item["sku"] for item in order["items"]] == ["NB-A5-DOT", 40012]
    assert (order["gift"], order["note"], order["store"], order["coupon"]) == (True, "Bitte ❤", "007", None)
    assert shop.get("/orders?page=3").json()["orders"][-1] == order


def test_every_wrong_field_is_named_and_nothing_is_saved(shop: httpx.Client) -> None:
    bad = {
        "customer_id": "c-999",
        "items": [{"sku": True, "title": "", "quantity": 0, "price": "12.50", "colour": "red"}, 7],
        "gift": "yes",
        "note": "\x1b[31m",
        "currency": "BTC",
        "store": 7,
        "total": "0.00",
    }
    error = error_of(shop.post("/orders", json=bad), 422)
    assert error["type"] == "validation_failed"
    fields = error["fields"]
    assert isinstance(fields, list)
    assert sorted(field["field"] for field in fields) == [
        "currency",
        "customer_id",
        "gift",
        "items[0].colour",
        "items[0].price",
        "items[0].quantity",
        "items[0].sku",
        "items[0].title",
        "items[1]",
        "note",
        "store",
        "total",
    ]
    assert shop.get("/orders").json()["page"]["total"] == 60


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"items": []}, "items"),
        ({"items": None}, "items"),
        ({"customer_id": None}, "customer_id"),
        ({"note": 1}, "note"),
        ({"note": "x" * 501}, "note"),
        ({"note": "\ud800"}, "note"),
        ({"items": [{"sku": "a", "title": "b", "quantity": 1, "price": 1.005}]}, "items[0].price"),
        ({"items": [{"sku": "a", "title": "b", "quantity": 1, "price": -1}]}, "items[0].price"),
        ({"items": [{"sku": "a", "title": "b", "quantity": True, "price": 1}]}, "items[0].quantity"),
        ({"items": [{"sku": "a", "title": "b", "quantity": 1.0, "price": 1}]}, "items[0].quantity"),
    ],
)
def test_one_wrong_field_is_the_field_of_the_error(shop: httpx.Client, change: dict[str, object], field: str) -> None:
    response = shop.post("/orders", content=json.dumps({**NEW_ORDER, **change}))
    error = error_of(response, 422)
    assert error["field"] == field


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"  ",
        b"{",
        b"[]",
        b"7",
        b'{"note": NaN}',
        b'{"note": 1e}',
        b"\xff\xfe",
        b'{"note": "\xe9"}',
        b'{"n": ' + b"9" * 5000 + b"}",
        b'{"n": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
)
def test_what_is_not_a_json_object_is_400(shop: httpx.Client, body: bytes) -> None:
    for response in (shop.post("/orders", content=body), shop.patch("/orders/1001", content=body)):
        error = error_of(response, 400)
        assert error["type"] == "invalid_json"
        assert len(str(error["message"])) < 200


def test_a_price_beyond_all_numbers_is_refused(shop: httpx.Client) -> None:
    item = b'{"sku": "a", "title": "b", "quantity": 1, "price": 1e999}'
    response = shop.post("/orders", content=b'{"customer_id": "c-101", "items": [' + item + b"]}")
    assert error_of(response, 422)["field"] == "items[0].price"


def test_only_the_note_can_be_changed(shop: httpx.Client) -> None:
    order = shop.patch("/orders/1002", json={"note": "Tab\tand\nline, “ok” 🍵"}).json()
    assert order["note"] == "Tab\tand\nline, “ok” 🍵"
    assert order["updated_at"] == "2026-09-21T14:13:20Z"
    assert shop.patch("/orders/1002", json={"note": None}).json()["note"] is None
    assert error_of(shop.patch("/orders/1002", json={"note": "x", "total": "1.00"}), 422)["field"] == "total"
    assert error_of(shop.patch("/orders/1002", json={}), 422)["field"] == "note"
    assert error_of(shop.patch("/orders/9", json={"note": "x"}), 404)["type"] == "not_found"
    assert shop.get("/orders/1002").json()["note"] is None


def test_a_deleted_order_is_gone_with_its_shipments(shop: httpx.Client) -> None:
    response = shop.delete("/orders/1060")
    assert (response.status_code, response.content) == (204, b"")
    assert shop.delete("/orders/1001").status_code == 204
    error_of(shop.get("/orders/1001"), 404)
    error_of(shop.delete("/orders/1001"), 404)
    assert shop.get("/orders").json()["page"]["total"] == 58
    assert "1001" not in {s["order_id"] for s in shop.get("/shipments").json()["shipments"]}
    assert shop.post("/orders", json=NEW_ORDER).json()["id"] == "1061"


def test_reset_goes_back_to_the_seed(shop: httpx.Client) -> None:
    before = shop.get("/orders?per_page=100").content
    shop.post("/orders/1021/items/1021-1/cancel")
    shop.patch("/orders/1002", json={"note": "changed"})
    shop.post("/orders", json=NEW_ORDER)
    shop.delete("/orders/1005")
    assert shop.get("/orders?per_page=100").content != before
    assert shop.post("/reset").json() == {"status": "reset", "orders": 60}
    assert shop.get("/orders?per_page=100").content == before
    assert len(shop.get("/orders/1005/shipments").json()["shipments"]) == 1
    assert shop.post("/orders", json=NEW_ORDER).json()["id"] == "1061"
