"""The shop: its orders, customers, companies and shipments, and the few things that can be done to them.

All of it lives in memory and starts from the seed. Each change happens in one step on the server's event loop, so a
reader never sees half of one.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from app.demo.api_errors import conflict, not_found
from app.demo.shop_draft import OrderDraft
from app.demo.shop_types import Company, Customer, Item, Order, Seed, Shipment
from app.domain.values import shown

NO_TOTAL = "n/a"
"""What `total` says while an item has no price yet."""


def total_of(items: Sequence[Item]) -> str:
    """The sum of what is not cancelled, as text with two decimals; "n/a" while one of those has no price."""
    total = Decimal(0)
    for item in items:
        if item["status"] == "cancelled":
            continue
        if item["price"] is None:
            return NO_TOTAL
        total += Decimal(str(item["price"])) * item["quantity"]
    return f"{total:.2f}"


class Shop:
    """The state behind the shop routes; ApiError 404 and 409 where something is not there or not possible."""

    def __init__(self, seed: Seed, clock: Callable[[], float]) -> None:
        self._seed = seed
        self._clock = clock
        self.reset()

    def reset(self) -> None:
        """Go back to the seed."""
        seed = copy.deepcopy(self._seed)
        self.companies: list[Company] = seed.companies
        self.customers: list[Customer] = seed.customers
        self.shipments: list[Shipment] = seed.shipments
        self._orders = {order["id"]: order for order in sorted(seed.orders, key=lambda order: int(order["id"]))}
        self._last_id = max(int(order_id) for order_id in self._orders)
        self._last_ledger_id = max(order["ledger_id"] for order in self._orders.values())

    def orders(self, *, email: str = "", status: str = "") -> list[Order]:
        """Orders by rising id; only those of a customer, compared without case, and of a status, where given."""
        return [
            order
            for order in self._orders.values()
            if (not email or (order["customer"]["email"] or "").casefold() == email.casefold())
            and (not status or order["status"] == status)
        ]

    def order(self, order_id: str) -> Order:
        """One order."""
        if order_id not in self._orders:
            raise not_found(f"There is no order {shown(order_id)}. GET /orders lists them.")
        return self._orders[order_id]

    def customer(self, customer_id: str) -> Customer:
        """One customer."""
        for customer in self.customers:
            if customer["id"] == customer_id:
                return customer
        raise not_found(f"There is no customer {shown(customer_id)}. GET /customers lists them.")

    def customers_by_email(self, email: str) -> list[Customer]:
        """The customers with this address, compared without case; usually one or none."""
        return [c for c in self.customers if (c["email"] or "").casefold() == email.casefold()]

    def shipments_of(self, order_id: str) -> list[Shipment]:
        """The parcels of one order."""
        self.order(order_id)
        return [shipment for shipment in self.shipments if shipment["order_id"] == order_id]

    def cancel_item(self, order_id: str, item_id: str) -> tuple[Order, Item]:
        """Cancel one item; the order's total follows, and its status once nothing is left to be sent."""
        order = self.order(order_id)
        item = next((item for item in order["items"] if item["id"] == item_id), None)
        if item is None:
            raise not_found(f"Order {order_id} has no item {shown(item_id)}. GET /orders/{order_id}/items lists them.")
        if item["status"] == "cancelled":
            raise conflict("already_cancelled", f"Item {item_id} has been cancelled before; nothing was changed.")
        if item["status"] == "shipped":
            raise conflict("already_shipped", f"Item {item_id} has left the house and cannot be cancelled any more.")
        item["status"] = "cancelled"
        left = {other["status"] for other in order["items"]} - {"cancelled"}
        if not left:
            order["status"] = "cancelled"
        elif left == {"shipped"}:
            order["status"] = "shipped"
        order["total"] = total_of(order["items"])
        item["updated_at"] = order["updated_at"] = self._now("Z")
        return order, item

    def set_note(self, order_id: str, note: str | None) -> Order:
        """Replace the note of an order."""
        order = self.order(order_id)
        order["note"] = note
        order["updated_at"] = self._now("Z")
        return order

    def delete_order(self, order_id: str) -> None:
        """Remove an order and its parcels; its id is not given out again."""
        del self._orders[self.order(order_id)["id"]]
        self.shipments = [shipment for shipment in self.shipments if shipment["order_id"] != order_id]

    def add_order(self, draft: OrderDraft) -> Order:
        """Take an order in; it comes last in the list."""
        self._last_id += 1
        self._last_ledger_id += 2
        buyer = self.customer(draft.customer_id)
        items = self._new_items(draft)
        order = Order(
            id=str(self._last_id),
            ledger_id=self._last_ledger_id,
            status="open",
            total=total_of(items),
            currency=draft.currency,
            placed_at=self._now("+00:00"),
            updated_at=self._now("Z"),
            customer={"id": buyer["id"], "name": buyer["name"], "email": buyer["email"]},
            items=items,
            gift=draft.gift,
            note=draft.note,
            store=draft.store,
            coupon=None,
            channel="api",
            priority=2,
            tags=[],
        )
        self._orders[order["id"]] = order
        return order

    def _new_items(self, draft: OrderDraft) -> list[Item]:
        order_id = str(self._last_id)
        return [
            Item(
                id=f"{order_id}-{number}",
                order_id=order_id,
                sku=line.sku,
                title=line.title,
                quantity=line.quantity,
                price=line.price,
                status="ordered",
                options=[],
                updated_at=self._now("Z"),
            )
            for number, line in enumerate(draft.lines, start=1)
        ]

    def _now(self, offset: str) -> str:
        return datetime.fromtimestamp(int(self._clock()), UTC).strftime("%Y-%m-%dT%H:%M:%S") + offset
