"""Bodies and headers that are not the JSON somebody hoped for."""

from __future__ import annotations

import csv
import io
import json
from xml.etree import ElementTree

from starlette.requests import Request
from starlette.responses import Response

from app.demo.api_json import json_response
from app.demo.api_routes import JSON, Answer, RouteTable
from app.demo.api_state import shop_of
from app.demo.faults_hostile import HOSTILE_KEYS, HOSTILE_VALUES
from app.demo.openapi_schemas import array, record, text
from app.demo.shop_types import Order

BODIES = RouteTable("Odd bodies", is_open=True)
_FEW = 6
_CSV_FIELDS = ("id", "placed_at", "status", "total", "currency", "store", "note")
_ODD_HEADERS = (
    (b"x-empty", b""),
    (b"x-twice", b"first"),
    (b"x-twice", b"second"),
    (b"set-cookie", b"flavour=oat; Path=/; HttpOnly"),
    (b"set-cookie", b"mood=fine; Path=/"),
    (b"x-latin1", "café".encode("latin-1")),
    (b"x-utf8", "☃ 雪だるま".encode()),
    (b"x-markup", b"[bold red]not markup[/] [link=https://example.com]nor this[/link]"),
    (b"x-c1", b"\x9b31mnot red\x9b0m"),
    (b"x-json", b'{"looks": "like JSON"}'),
    (b"x-commas", b'a, "b, c", d'),
    (b"x-long", b"long-" * 800),
    (b"!#$%&'*+-.^_`|~", b"every letter of this name is allowed"),
)


@BODIES.on("GET", "/faults/csv", "Orders as CSV.", Answer(status=200, about="CSV.", media_type="text/csv"))
async def orders_csv(request: Request) -> Response:
    """The first orders as RFC 4180 CSV; notes hold quotes, commas and line ends."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow((*_CSV_FIELDS, "customer_email"))
    for order in shop_of(request).orders()[:_FEW]:
        writer.writerow((*(order.get(name, "") for name in _CSV_FIELDS), order["customer"]["email"]))
    headers = {"Content-Disposition": 'attachment; filename="orders.csv"'}
    return Response(out.getvalue(), headers=headers, media_type="text/csv")


@BODIES.on("GET", "/faults/xml", "Orders as XML.", Answer(status=200, about="XML.", media_type="application/xml"))
async def orders_xml(request: Request) -> Response:
    """The first orders as XML: with a namespace, attributes, repeated elements, and now and then only one of them."""
    root = ElementTree.Element("orders", {"xmlns": "https://example.com/shop", "count": str(_FEW)})
    for order in shop_of(request).orders()[:_FEW]:
        _order_element(root, order)
    ElementTree.indent(root)
    body = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return Response(body, media_type="application/xml")


def _order_element(root: ElementTree.Element, order: Order) -> None:
    element = ElementTree.SubElement(root, "order", {"id": order["id"], "status": order["status"]})
    ElementTree.SubElement(element, "total", {"currency": order["currency"]}).text = str(order["total"])
    ElementTree.SubElement(element, "placed_at").text = order["placed_at"]
    buyer = ElementTree.SubElement(element, "customer", {"id": order["customer"]["id"]})
    ElementTree.SubElement(buyer, "name").text = order["customer"]["name"]
    ElementTree.SubElement(buyer, "email").text = order["customer"]["email"]
    for item in order["items"]:
        line = ElementTree.SubElement(element, "item", {"id": item["id"], "quantity": str(item["quantity"])})
        line.text = item["title"]
    if "note" in order:
        ElementTree.SubElement(element, "note").text = order["note"]


@BODIES.on(
    "GET",
    "/faults/broken-json",
    "JSON that stops in the middle of a text.",
    Answer(status=200, about="Half of it.", media_type=JSON),
)
async def broken_json(_: Request) -> Response:
    """Says that it is JSON, with a length that fits, and is not."""
    return Response(b'{"orders": [{"id": "1001", "total": "95.00"}, {"id": "1002", "total": "35.', media_type=JSON)


@BODIES.on(
    "GET",
    "/faults/latin1",
    "JSON in ISO 8859-1, said so in its Content-Type.",
    Answer(status=200, about="Not UTF-8.", media_type="application/json; charset=iso-8859-1"),
)
async def latin1(_: Request) -> Response:
    """JSON whose bytes are not UTF-8, from the days before it had to be."""
    document = {"customers": [{"name": "Jürgen Groß", "city": "Ærøskøbing"}, {"name": "Zoë Núñez", "city": "Málaga"}]}
    body = json.dumps(document, ensure_ascii=False).encode("iso-8859-1")
    return Response(body, headers={"Content-Type": "application/json; charset=iso-8859-1"})


@BODIES.on(
    "GET",
    "/faults/headers",
    "Odd headers: twice, empty, long, not ASCII, like markup.",
    Answer(status=200, about="Look at the headers.", schema=record({"look_at": text()})),
)
async def odd_headers(_: Request) -> Response:
    """Headers as a server may send them, though none should."""
    response = json_response({"look_at": "the headers"})
    response.raw_headers.extend(_ODD_HEADERS)
    return response


@BODIES.on(
    "GET",
    "/faults/hostile",
    "Texts that would like to be more than text, as values and as names.",
    Answer(
        status=200,
        about="Show them, but do not obey them.",
        schema=record(
            {
                "values": array(record({"what": text(), "value": text()})),
                "names": {"type": "object", "additionalProperties": text()},
            }
        ),
    ),
)
async def hostile(_: Request) -> Response:
    """Escape sequences, clipboard writes, bidi overrides, markup, invisible and wide letters."""
    return json_response(
        {
            "values": [{"what": what, "value": value} for what, value in HOSTILE_VALUES],
            "names": dict(HOSTILE_KEYS),
        }
    )
