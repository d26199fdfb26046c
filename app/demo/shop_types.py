"""The shop's documents as they stand in its JSON, oddities included: what may be missing, null or of another type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NotRequired, TypedDict


class Company(TypedDict):
    """A firm that some customers belong to."""

    id: str
    name: str
    vat_number: str | None
    employees: int | str | None
    founded: int | str
    website: NotRequired[str]
    active: bool
    credit_limit: str | None
    tags: list[str]
    created_at: str
    updated_at: str


class Address(TypedDict):
    """Where a customer lives; the postcode is text and may begin with 0."""

    street: str
    postcode: str
    city: str
    country: str


class Customer(TypedDict):
    """Somebody who buys."""

    id: str
    name: str
    email: str | None
    phone: str | None
    company_id: str | None
    birthday: NotRequired[str | None]
    newsletter: bool
    loyalty_points: int | str | None
    tags: list[str]
    address: Address | None
    created_at: str
    updated_at: str


class Option(TypedDict):
    """A choice made for one item, such as its colour."""

    name: str
    value: str


class Item(TypedDict):
    """One line of an order; `price` is a number, None as long as nobody has named one."""

    id: str
    order_id: str
    sku: str | int
    title: str
    quantity: int
    price: float | None
    status: str
    options: list[Option]
    updated_at: str


class Buyer(TypedDict):
    """The customer as an order repeats it."""

    id: str
    name: str
    email: str | None


class Order(TypedDict):
    """An order; `total` is text ("42.50", or "n/a" while a price is open), a number in one that came from elsewhere."""

    id: str
    ledger_id: int
    status: str
    total: str | float
    currency: str
    placed_at: str
    updated_at: str
    customer: Buyer
    items: list[Item]
    gift: NotRequired[bool | str | None]
    note: NotRequired[str | None]
    store: str
    coupon: None
    channel: str
    priority: int | str
    tags: list[str]


class ShipmentEvent(TypedDict):
    """One thing that happened to a parcel on its way."""

    at: str
    place: str
    text: str


class Shipment(TypedDict):
    """A parcel with some items of one order."""

    id: str
    order_id: str
    items: list[str]
    carrier: str
    tracking_number: str
    customs_id: int
    shipped_at: str
    delivered_at: NotRequired[str | None]
    weight: float | str
    signature: NotRequired[str | None]
    events: list[ShipmentEvent]
    updated_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """What the shop holds when it opens."""

    companies: list[Company]
    customers: list[Customer]
    orders: list[Order]
    shipments: list[Shipment]


ORDER_STATUSES = ("open", "paid", "packed", "shipped", "cancelled")
ITEM_STATUSES = ("ordered", "packed", "shipped", "cancelled")
CURRENCIES = ("EUR", "GBP", "USD")
