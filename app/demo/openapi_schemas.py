"""The JSON schemas of what the demo API takes and gives, by name; they say as much about oddities as the data has."""

from __future__ import annotations

from app.demo.api_routes import Schema
from app.demo.shop_draft import MAX_ITEMS, MAX_NOTE
from app.demo.shop_types import CURRENCIES, ITEM_STATUSES, ORDER_STATUSES


def ref(name: str) -> Schema:
    """A pointer to a schema of this module."""
    return {"$ref": f"#/components/schemas/{name}"}


def array(items: Schema) -> Schema:
    """An array of one kind of element."""
    return {"type": "array", "items": items}


def record(properties: dict[str, Schema], optional: str = "", about: str = "") -> Schema:
    """An object whose members are all there but for the `optional` ones (names parted by spaces)."""
    missing = optional.split()
    schema: Schema = {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in missing],
    }
    return {**schema, "description": about} if about else schema


def text(about: str = "", *examples: object) -> Schema:
    """A text, with a word about it."""
    schema: Schema = {"type": "string"}
    if about:
        schema["description"] = about
    return {**schema, "examples": list(examples)} if examples else schema


def one_of(values: tuple[str, ...]) -> Schema:
    """A text out of a fixed set."""
    return {"type": "string", "enum": list(values)}


def mixed(*types: str, about: str = "") -> Schema:
    """A value that comes in more than one type."""
    schema: Schema = {"type": list(types)}
    return {**schema, "description": about} if about else schema


INTEGER: Schema = {"type": "integer"}
BOOLEAN: Schema = {"type": "boolean"}
BIG: Schema = {"type": "integer", "description": "Beyond 2^53: keep every digit."}
STAMP = text("ISO 8601 in UTC, ending in Z.", "2026-02-04T15:20:11Z")
LOOSE_STAMP = text("ISO 8601, usually with an offset; a few have none.", "2026-02-02T09:14:00+01:00")
TAGS = array(text())

ITEM = record(
    {
        "id": text("Unique in the whole shop.", "1001-1"),
        "order_id": text("", "1001"),
        "sku": mixed("string", "integer", about="A number where the old till wrote it."),
        "title": text(),
        "quantity": INTEGER,
        "price": mixed("number", "null", about="For one piece; null while nobody has named it."),
        "status": one_of(ITEM_STATUSES),
        "options": array(record({"name": text(), "value": text()})),
        "updated_at": STAMP,
    },
    about="One line of an order.",
)
ORDER = record(
    {
        "id": text("", "1001"),
        "ledger_id": BIG,
        "status": one_of(ORDER_STATUSES),
        "total": mixed(
            "string", "number", about='Decimal text such as "42.50"; "n/a" while a price is open; rarely a number.'
        ),
        "currency": one_of(CURRENCIES),
        "placed_at": text("ISO 8601, usually with an offset; a few have none, and one is no ISO date at all."),
        "updated_at": STAMP,
        "customer": record({"id": text(), "name": text(), "email": mixed("string", "null")}),
        "items": array(ref("Item")),
        "gift": mixed("boolean", "string", "null", about="true or false in nearly all."),
        "note": mixed("string", "null"),
        "store": text("A number with its zeros, so text.", "007"),
        "coupon": {"type": "null", "description": "Kept for old clients; always null."},
        "channel": text('Where it was placed: web, counter, phone, api, or "".'),
        "priority": mixed("integer", "string", about='1, 2 or "high".'),
        "tags": TAGS,
    },
    optional="gift note",
    about="An order with its items inside.",
)
CUSTOMER = record(
    {
        "id": text("", "c-101"),
        "name": text(),
        "email": mixed("string", "null"),
        "phone": mixed("string", "null"),
        "company_id": mixed("string", "null"),
        "birthday": mixed("string", "null", about="A day without a time."),
        "newsletter": BOOLEAN,
        "loyalty_points": mixed("integer", "string", "null"),
        "tags": TAGS,
        "address": {
            "type": ["object", "null"],
            "properties": {
                "street": text(),
                "postcode": text("Text: it may begin with 0.", "01097"),
                "city": text(),
                "country": text("", "DE"),
            },
            "required": ["street", "postcode", "city", "country"],
        },
        "created_at": LOOSE_STAMP,
        "updated_at": STAMP,
    },
    optional="birthday",
)
COMPANY = record(
    {
        "id": text("", "co-1"),
        "name": text(),
        "vat_number": mixed("string", "null"),
        "employees": mixed("integer", "string", "null"),
        "founded": mixed("integer", "string", about="A year."),
        "website": text(),
        "active": BOOLEAN,
        "credit_limit": mixed("string", "null", about="Decimal text."),
        "tags": TAGS,
        "created_at": LOOSE_STAMP,
        "updated_at": STAMP,
    },
    optional="website",
)
SHIPMENT = record(
    {
        "id": text("", "s-501"),
        "order_id": text("", "1001"),
        "items": array(text("The id of an item.", "1001-1")),
        "carrier": text(),
        "tracking_number": text("Looks like a number at times; its zeros count.", "00340434161094042557"),
        "customs_id": BIG,
        "shipped_at": LOOSE_STAMP,
        "delivered_at": mixed("string", "null"),
        "weight": mixed("number", "string", about="Kilograms as a number, or text with a unit."),
        "signature": mixed("string", "null"),
        "events": array(record({"at": LOOSE_STAMP, "place": text(), "text": text()})),
        "updated_at": STAMP,
    },
    optional="delivered_at signature",
)
PAGE = record(
    {
        "number": INTEGER,
        "per_page": INTEGER,
        "total": {"type": "integer", "description": "On all pages together."},
        "next": mixed("string", "null", about="Absolute address of the next page."),
    }
)
NEW_ORDER = record(
    {
        "customer_id": text("", "c-101"),
        "items": {
            **array(
                record(
                    {
                        "sku": mixed("string", "integer"),
                        "title": text(),
                        "quantity": {"type": "integer", "minimum": 1, "maximum": 999},
                        "price": {"type": "number", "minimum": 0, "maximum": 1_000_000},
                    }
                )
            ),
            "minItems": 1,
            "maxItems": MAX_ITEMS,
        },
        "currency": one_of(CURRENCIES),
        "gift": BOOLEAN,
        "note": {"type": ["string", "null"], "maxLength": MAX_NOTE},
        "store": text("", "007"),
    },
    optional="currency gift note store",
)
ERROR = record(
    {
        "error": record(
            {
                "type": text("A constant that a program can compare.", "not_found"),
                "message": text("One sentence for people."),
                "field": text("The field or parameter at fault."),
                "fields": array(record({"field": text("", "items[0].price"), "message": text()})),
            },
            optional="field fields",
        )
    }
)

SCHEMAS: dict[str, Schema] = {
    "Company": COMPANY,
    "Customer": CUSTOMER,
    "CustomerPage": record({"customers": array(ref("Customer")), "page": ref("Page")}),
    "Error": ERROR,
    "Item": ITEM,
    "NewOrder": NEW_ORDER,
    "NewNote": record({"note": {"type": ["string", "null"], "maxLength": MAX_NOTE}}),
    "Order": ORDER,
    "OrderPage": record({"orders": array(ref("Order")), "page": ref("Page")}),
    "Page": PAGE,
    "Shipment": SHIPMENT,
}
