"""Names that mean the same."""

from __future__ import annotations

import pytest

from app.engine.naming import similarity, singular, words


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("orderItems", ("order", "item")),
        ("order_items", ("order", "item")),
        ("Order-Items", ("order", "item")),
        ("HTTPStatus", ("http", "status")),
        ("line2Total", ("line2", "total")),
        ("customer.email", ("customer", "email")),
        ("_id", ("id",)),
        ("Größe", ("grösse",)),
        ("订单", ("订单",)),
        ("", ()),
        ("--", ()),
    ],
)
def test_words(name: str, expected: tuple[str, ...]) -> None:
    assert words(name) == expected


@pytest.mark.parametrize(
    ("plural", "expected"),
    [
        ("orders", "order"),
        ("companies", "company"),
        ("boxes", "box"),
        ("addresses", "address"),
        ("people", "person"),
        ("status", "status"),
        ("address", "address"),
        ("analysis", "analysis"),
        ("data", "data"),
        ("gas", "gas"),
    ],
)
def test_singular(plural: str, expected: str) -> None:
    assert singular(plural) == expected


@pytest.mark.parametrize(
    ("one", "other", "score"),
    [
        ("placedAt", "placed_at", 100),
        ("items", "item", 100),
        ("post_code", "postcode", 98),
        ("placed", "placed_at", 85),
        ("total_amount", "total", 85),
        ("currency", "curency", 60),
        ("shipped_at", "skipped_at", 0),
        ("state", "status", 0),
        ("total_tax", "total", 0),
        ("", "total", 0),
    ],
)
def test_similarity(one: str, other: str, score: int) -> None:
    assert similarity(words(one), words(other)) == score
    assert similarity(words(other), words(one)) == score
