"""Bodies to measure with: an API's answer of any size, records of twelve fields with something nested in them."""

from __future__ import annotations

import json
import random


def orders(size: int) -> bytes:
    """About so many bytes."""
    chance = random.Random(5)
    sample = len(json.dumps(_order(chance, 1_000_000), ensure_ascii=False).encode())
    records = [_order(chance, number) for number in range(size // sample)]
    return json.dumps({"page": 1, "orders": records}, ensure_ascii=False).encode()


def _order(chance: random.Random, number: int) -> dict[str, object]:
    return {
        "id": number,
        "external_id": f"ord_{number:07}",
        "total": round(chance.random() * 1_000, 2),
        "currency": "EUR",
        "email": f"user{number}@example.com",
        "placed_at": "2026-11-24T09:30:00Z",
        "status": chance.choice(["open", "shipped", "cancelled"]),
        "customer": {"id": number * 7, "name": "Zoë Example"},
        "items": [{"sku": "a-1", "qty": 2}, {"sku": "b-2", "qty": 1}],
        "note": None,
        "paid": True,
        "address": "1 Main Street, Springfield",
    }
