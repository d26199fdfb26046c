"""The faults, each as it is promised."""

from __future__ import annotations

import base64
import csv
import io
import json
from xml.etree import ElementTree

import httpx
import pytest
from demo_kit import FakeTime, error_of

from app.demo.faults_hostile import HOSTILE_KEYS, HOSTILE_VALUES

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("status", [401, 404, 409, 422, 429, 503])
def test_errors_in_json(anybody: httpx.Client, method: str, status: int) -> None:
    response = anybody.request(method, f"/faults/{status}")
    error = error_of(response, status)
    assert ("fields" in error) == (status == 422)
    assert ("WWW-Authenticate" in response.headers) == (status == 401)
    assert response.headers.get("Retry-After") == {429: "30", 503: "120"}.get(status)


def test_400_is_a_json_problem(anybody: httpx.Client) -> None:
    response = anybody.get("/faults/400")
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"
    assert set(response.json()) == {"type", "title", "status", "detail", "instance"}


def test_500_is_html(anybody: httpx.Client) -> None:
    response = anybody.post("/faults/500")
    assert response.status_code == 500
    assert response.headers["Content-Type"].startswith("text/html")
    assert "<h1>Internal Server Error</h1>" in response.text


def test_204_is_empty(anybody: httpx.Client) -> None:
    response = anybody.delete("/faults/204")
    assert (response.status_code, response.content) == (204, b"")
    assert "Content-Type" not in response.headers


def test_slow_waits_as_long_as_asked(anybody: httpx.Client, time: FakeTime) -> None:
    time.slept.clear()
    assert anybody.get("/faults/slow?seconds=7.5").json() == {"waited_seconds": 7.5}
    anybody.get("/faults/slow")
    assert time.slept == [7.5, 20]


def test_drip_pauses_before_each_byte(anybody: httpx.Client, time: FakeTime) -> None:
    time.slept.clear()
    assert anybody.get("/faults/drip?drops=4&seconds=2").json() == {"drops": "...."}
    assert time.slept == [2, 2, 2, 2]


@pytest.mark.parametrize("mb", [1, 3])
def test_large_is_valid_json_of_just_that_size(anybody: httpx.Client, mb: int) -> None:
    response = anybody.get(f"/faults/large?mb={mb}")
    assert len(response.content) == mb * 1_000_000
    assert "Content-Length" not in response.headers
    records = response.json()["records"]
    assert [record["id"] for record in records] == list(range(len(records)))
    assert len(response.json()["padding"]) < 50_000


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("slow?seconds=121", "seconds"),
        ("slow?seconds=-1", "seconds"),
        ("slow?seconds=nan", "seconds"),
        ("slow?seconds=1e2", "seconds"),
        ("drip?drops=0", "drops"),
        ("drip?seconds=11", "seconds"),
        ("large?mb=61", "mb"),
        ("large?mb=0", "mb"),
        ("large?mb=1.5", "mb"),
        ("redirect?to=javascript:alert(1)", "to"),
        ("redirect?to=/&status=304", "status"),
        ("redirect?to=/&status=200", "status"),
    ],
)
def test_bounds_are_kept(anybody: httpx.Client, path: str, field: str) -> None:
    assert error_of(anybody.get(f"/faults/{path}"), 400)["field"] == field


def test_csv_can_be_read_back(shop: httpx.Client) -> None:
    response = shop.get("/faults/csv")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(response.text, newline="")))
    assert [row["id"] for row in rows] == ["1001", "1002", "1003", "1004", "1005", "1006"]
    assert rows[0]["note"] == 'Please ring "twice" —\nthe bell is shy 🔔'
    assert rows[0]["store"] == "007"


def test_xml_holds_the_same_orders(shop: httpx.Client) -> None:
    response = shop.get("/faults/xml")
    assert response.headers["Content-Type"].startswith("application/xml")
    space = "{https://example.com/shop}"
    orders = ElementTree.fromstring(response.content).findall(f"{space}order")
    assert [order.get("id") for order in orders] == ["1001", "1002", "1003", "1004", "1005", "1006"]
    assert {len(order.findall(f"{space}item")) for order in orders} >= {2, 3}
    total = orders[0].find(f"{space}total")
    assert total is not None
    assert (total.get("currency"), total.text) == ("EUR", "95.00")


def test_csv_and_xml_survive_any_note_that_was_taken(shop: httpx.Client) -> None:
    note = 'tab\t line\n "quotes", <tags> & ]]> ünï \U0001f375'
    assert shop.patch("/orders/1001", json={"note": note}).status_code == 200
    rows = list(csv.DictReader(io.StringIO(shop.get("/faults/csv").text, newline="")))
    assert rows[0]["note"] == note
    element = ElementTree.fromstring(shop.get("/faults/xml").content).find(".//{https://example.com/shop}note")
    assert element is not None
    assert element.text == note


def test_broken_json_says_json_and_is_none(anybody: httpx.Client) -> None:
    response = anybody.get("/faults/broken-json")
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/json")
    with pytest.raises(json.JSONDecodeError):
        response.json()


def test_latin1_is_json_in_another_charset(anybody: httpx.Client) -> None:
    response = anybody.get("/faults/latin1")
    assert response.headers["Content-Type"] == "application/json; charset=iso-8859-1"
    with pytest.raises(UnicodeDecodeError):
        response.content.decode("utf-8")
    assert json.loads(response.content.decode("iso-8859-1"))["customers"][0]["name"] == "Jürgen Groß"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_go_where_asked(anybody: httpx.Client, status: int) -> None:
    response = anybody.post(f"/faults/redirect?to=https://example.com/a?b=c&status={status}")
    assert (response.status_code, response.headers["Location"]) == (status, "https://example.com/a?b=c")


def test_a_redirect_is_302_to_the_echo_unless_said(anybody: httpx.Client) -> None:
    response = anybody.get("/faults/redirect")
    assert (response.status_code, response.headers["Location"]) == (302, "/faults/echo")
    hostile = anybody.get("/faults/redirect", params={"to": "/x\r\nSet-Cookie: a=b"})
    assert "Set-Cookie" not in hostile.headers


def test_headers_are_odd(anybody: httpx.Client) -> None:
    response = anybody.get("/faults/headers")
    raw = [(name.lower(), value) for name, value in response.headers.raw]
    assert [value for name, value in raw if name == b"x-twice"] == [b"first", b"second"]
    assert len([value for name, value in raw if name == b"set-cookie"]) == 2
    found = dict(raw)
    assert found[b"x-empty"] == b""
    assert found[b"x-latin1"] == b"caf\xe9"
    assert found[b"x-utf8"].decode() == "☃ 雪だるま"
    assert found[b"x-c1"].startswith(b"\x9b")
    assert len(found[b"x-long"]) == 4000
    assert b"[bold red]" in found[b"x-markup"]


def test_hostile_texts_arrive_unharmed(anybody: httpx.Client) -> None:
    response = anybody.get("/faults/hostile")
    document = response.json()
    assert [(entry["what"], entry["value"]) for entry in document["values"]] == list(HOSTILE_VALUES)
    assert list(document["names"].items()) == list(HOSTILE_KEYS)
    everything = "".join(value for _, value in HOSTILE_VALUES)
    for part in ("\x1b]52;", "\u202e", "[red]", "\u200b", "全角", "\x9b", "\x00", "\ud83d"):
        assert part in everything
    assert "\u202e".encode() in response.content
    assert b"\x1b" not in response.content


@pytest.mark.parametrize("method", [*METHODS, "OPTIONS"])
def test_echo_tells_what_arrived(anybody: httpx.Client, method: str) -> None:
    headers = [("X-One", "1"), ("X-Two", "2"), ("X-One", "3")]
    response = anybody.request(method, "/faults/echo?b=%20x&a=1+2&b", headers=headers, content="grüße".encode())
    document = response.json()
    assert (document["method"], document["path"]) == (method, "/faults/echo")
    assert document["query"] == "b=%20x&a=1+2&b"
    assert [header for header in document["headers"] if header[0].startswith("x-")] == [
        ["x-one", "1"],
        ["x-two", "2"],
        ["x-one", "3"],
    ]
    assert document["body"] == {
        "bytes": 7,
        "text": "grüße",
        "base64": base64.b64encode("grüße".encode()).decode(),
    }


def test_echo_of_bytes_that_are_no_text(anybody: httpx.Client) -> None:
    body = anybody.put("/faults/echo", content=b"\xff\x00").json()["body"]
    assert body == {"bytes": 2, "text": None, "base64": "/wA="}
