"""What `POST /orders` and `PATCH /orders/{order_id}` may be sent; every field that is wrong is named at once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal

from app.demo.shop_types import CURRENCIES
from app.domain.values import shown

MAX_ITEMS = 20
MAX_NOTE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDraft:
    """An item to be ordered."""

    sku: str | int
    title: str
    quantity: int
    price: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDraft:
    """An order to be placed."""

    customer_id: str
    lines: tuple[LineDraft, ...]
    currency: str
    gift: bool
    note: str | None
    store: str


@dataclass(slots=True)
class FieldReader:
    """Reads the members of one JSON object and collects what is wrong with them.

    A member that is wrong is read as a value of the right type, so that reading can go on to the next.
    """

    document: dict[str, object]
    prefix: str = ""
    problems: list[tuple[str, str]] = field(default_factory=list)

    def refuse(self, name: str, message: str) -> None:
        """Note that a member is wrong."""
        self.problems.append((self.prefix + name, message))

    def only(self, names: Collection[str]) -> None:
        """Refuse members of other names."""
        for name in self.document:
            if name not in names:
                self.refuse(name, f"is not known here; possible: {', '.join(names)}")

    def text(self, name: str, limit: int, default: str | None = None) -> str:
        """A text of 1 to `limit` characters; needed unless there is a default."""
        value = self.document.get(name, default)
        if value is None and name not in self.document:
            self.refuse(name, "is needed, as text")
        elif not isinstance(value, str):
            self.refuse(name, "must be text")
        elif not 1 <= len(value) <= limit:
            self.refuse(name, f"must have 1 to {limit} characters, not {len(value)}")
        elif not is_plain(value):
            self.refuse(name, "holds a control character")
        else:
            return value
        return ""

    def note(self) -> str | None:
        """The note: text, empty or null."""
        value = self.document.get("note")
        if value is None:
            return None
        if not isinstance(value, str):
            self.refuse("note", "must be text or null")
        elif len(value) > MAX_NOTE:
            self.refuse("note", f"must have at most {MAX_NOTE} characters, not {len(value)}")
        elif not is_plain(value):
            self.refuse("note", "holds a control character")
        else:
            return value
        return None

    def quantity(self) -> int:
        """A whole number from 1 to 999."""
        value = self.document.get("quantity")
        if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 999:
            return value
        self.refuse("quantity", "must be a whole number from 1 to 999")
        return 1

    def price(self) -> float:
        """A number from 0 to 1,000,000 with at most two decimals."""
        value = self.document.get("price")
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self.refuse("price", "must be a number, such as 14.5")
        elif not 0 <= value <= 1_000_000:
            self.refuse("price", "must be from 0 to 1000000")
        elif round(Decimal(str(value)), 2) != Decimal(str(value)):
            self.refuse("price", "must have at most two decimals")
        else:
            return value
        return 0

    def sku(self) -> str | int:
        """A text, or a whole number as the old till wrote them."""
        value = self.document.get("sku")
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9:
            return value
        return self.text("sku", 40)


def read_order(
    document: dict[str, object], customers: Collection[str]
) -> tuple[OrderDraft, tuple[tuple[str, str], ...]]:
    """The order in a document, and what is wrong with it; it may be used only when that is empty."""
    reader = FieldReader(document)
    reader.only(("customer_id", "items", "currency", "gift", "note", "store"))
    customer_id = reader.text("customer_id", 20)
    if customer_id and customer_id not in customers:
        reader.refuse("customer_id", f"{shown(customer_id)} is no customer; GET /customers lists them")
    currency = reader.text("currency", 3, "EUR")
    if currency and currency not in CURRENCIES:
        reader.refuse("currency", f"must be one of {', '.join(CURRENCIES)}")
    gift = document.get("gift", False)
    if not isinstance(gift, bool):
        reader.refuse("gift", "must be true or false")
    draft = OrderDraft(
        customer_id=customer_id,
        lines=_lines(reader),
        currency=currency,
        gift=gift is True,
        note=reader.note(),
        store=reader.text("store", 10, "007"),
    )
    return draft, tuple(reader.problems)


def _lines(reader: FieldReader) -> tuple[LineDraft, ...]:
    items = reader.document.get("items")
    if not isinstance(items, list) or not 1 <= len(items) <= MAX_ITEMS:
        reader.refuse("items", f"must be an array of 1 to {MAX_ITEMS} objects")
        return ()
    lines = []
    for index, item in enumerate(items):
        if not isinstance(item, dict):
            reader.refuse(f"items[{index}]", "must be an object")
            continue
        line = FieldReader(item, f"items[{index}].", reader.problems)
        line.only(("sku", "title", "quantity", "price"))
        lines.append(
            LineDraft(sku=line.sku(), title=line.text("title", 120), quantity=line.quantity(), price=line.price())
        )
    return tuple(lines)


def read_note(document: dict[str, object]) -> tuple[str | None, tuple[tuple[str, str], ...]]:
    """The new note in a document, and what is wrong with it."""
    reader = FieldReader(document)
    for name in document:
        if name != "note":
            reader.refuse(name, "cannot be changed; only note can")
    if "note" not in document:
        reader.refuse("note", "is needed, as text or null")
    return reader.note(), tuple(reader.problems)


def is_plain(text: str) -> bool:
    """Whether a text holds no control character but tab and newline, and no half of a surrogate pair.

    What comes in here goes out again as XML and CSV, which cannot hold them.
    """
    return all(
        (letter >= " " or letter in "\t\n") and not "\x7f" <= letter <= "\x9f" and not "\ud800" <= letter <= "\udfff"
        for letter in text
    ) and not any(letter in "\ufffe\uffff" for letter in text)
