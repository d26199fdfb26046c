"""Mapping 100,000 records of 12 fields, from bytes to verdicts: against the bare decode, and against jsonpath-ng."""

from __future__ import annotations

import gc
import random
import statistics
import time
import tracemalloc
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

import msgspec
from jsonpath_ng import parse as jsonpath

from app.domain.datatypes import DataType, Fit, date_note, fit
from app.domain.identifiers import ActionId, MappingId, ObjectId
from app.domain.mapping import FieldMapping, Mapping
from app.domain.record import Record
from app.domain.schema import Attribute, ObjectType
from app.domain.values import JsonValue, json_kind
from app.engine.body import decode
from app.engine.infer import EXAMPLES
from app.engine.mapper import preview
from app.engine.preview import Preview

RECORDS, ROUNDS, FEW = 100_000, 3, 5_000
_BORN = ObjectType(id=ObjectId("obj_1"), name="Order")
_STATUSES = ("open", "paid", "shipped", "cancelled")
_FIELDS = {
    "external_id": "$.id",
    "external_created_at": "$.created_at",
    "external_updated_at": "$.updated_at",
    "status": "$.status",
    "total": "$.total",
    "quantity": "$.quantity",
    "gift": "$.gift",
    "note": "$.note",
    "currency": "$.currency",
    "city": "$.shipping.city",
    "customer": "$.customer.email",
    "items": "$.item_ids",
}
ORDER = replace(
    _BORN,
    attributes=(
        *_BORN.attributes,
        Attribute(name="status", data_type=DataType.LIST, options=_STATUSES),
        Attribute(name="total", data_type=DataType.DECIMAL),
        Attribute(name="quantity", data_type=DataType.INTEGER),
        Attribute(name="gift", data_type=DataType.BOOLEAN),
        Attribute(name="note", data_type=DataType.TEXT),
        Attribute(name="currency", data_type=DataType.TEXT),
        Attribute(name="city", data_type=DataType.TEXT),
        Attribute(name="customer", data_type=DataType.REFERENCE, target="People"),
        Attribute(name="items", data_type=DataType.REFERENCE, target="Item", many=True),
    ),
)
MAPPING = Mapping(
    id=MappingId("map_1"),
    action_id=ActionId("act_1"),
    source="$.orders[*]",
    target="Order",
    rows=tuple(FieldMapping(path=path, attribute=name) for name, path in _FIELDS.items()),
)


class Existing:
    """No record, or those of an earlier run, by their external id."""

    def __init__(self, found: dict[str, Record] | None = None) -> None:
        self.found = found or {}

    def by_keys(self, type_name: str, key: str, values: Sequence[str]) -> dict[str, Record]:
        """Those of the earlier run."""
        return {value: self.found[value] for value in values if value in self.found} if type_name == "Order" else {}

    def absent(self, type_name: str, values: Sequence[str]) -> int:
        """References to what is not there."""
        return sum(value not in self.found for value in values) if type_name == "Order" else len(values)

    def count_all_custom(self) -> int:
        return len(self.found)


def body(records: int = RECORDS) -> bytes:
    """Orders as a shop gives them: some nulls, some missing, one value in a thousand that does not fit."""
    dice = random.Random(7)
    orders = []
    for number in range(records):
        order: dict[str, Any] = {
            "id": f"ord-{number}",
            "created_at": f"2026-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}T10:{number % 60:02}:00Z",
            "updated_at": f"2026-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}T11:00:{number % 60:02}.000+02:00",
            "status": dice.choice(_STATUSES),
            "total": "n/a" if number % 1000 == 999 else dice.randint(100, 99_999) / 100,
            "quantity": dice.randint(1, 9),
            "gift": dice.random() < 0.1,
            "note": None if number % 25 == 0 else f"Leave it with neighbour {number % 977}, please ring twice.",
            "currency": "EUR",
            "shipping": {"city": dice.choice(("Oslo", "Bergen", "Tromsø")), "street": f"Storgata {number % 300}"},
            "customer": {"email": f"person{number % 20_000}@example.com", "name": "Zoë"},
            "item_ids": [f"item-{number}-{each}" for each in range(dice.randint(1, 3))],
        }
        if number % 50 == 0:
            del order["currency"]
        orders.append(order)
    return msgspec.json.encode({"orders": orders, "page": {"next": None}})


def mapped(document: JsonValue, existing: Existing | None = None) -> Preview:
    """The work under test: a document to counts and verdicts."""
    numbers = count(1)
    return preview(
        document,
        MAPPING,
        ORDER,
        existing or Existing(),
        ids=lambda: next(numbers),
        now="2026-11-24T09:30:00.000Z",
        run_id=None,
        record_limit=RECORDS,
    )


@dataclass
class Facts:
    """What a preview tells: verdicts, each field's counts by kind and its first values, ids that find no record."""

    verdicts: Counter[str] = field(default_factory=Counter)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[str, list[object]] = field(default_factory=lambda: defaultdict(list))
    absent: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


def mapped_with_jsonpath_ng(document: Any) -> Facts:
    """The same mapping as one writes it with jsonpath-ng: each path read once, then found in each record."""
    paths = {name: jsonpath(path) for name, path in _FIELDS.items()}
    attributes = {attribute.name: attribute for attribute in ORDER.attributes}
    told = Facts()
    seen: set[object] = set()
    for match in jsonpath("$.orders[*]").find(document):
        values = {}
        for name, path in paths.items():
            found = path.find(match.value)
            if not found:
                told.counts[name, "missing"] += 1
                continue
            value = found[0].value
            told.counts[name, kind_of(value)] += 1
            if value is not None and len(told.examples[name]) < EXAMPLES:
                told.examples[name].append(value)
            fitted = fit(attributes[name], value)
            if isinstance(fitted, Fit):
                values[name] = fitted.value
            else:
                told.counts[name, "rejected"] += 1
        is_good = len(values) + ("currency" not in values) == len(paths) and values["external_id"] not in seen
        seen.add(values["external_id"])
        told.verdicts["new" if is_good else "rejected"] += 1
        if is_good:
            told.absent["customer"].add(values["customer"])
            told.absent["items"].update(values["items"])
    return told


def agree(ours: Preview, theirs: Facts) -> bool:
    """Whether both tell the same."""
    verdicts = {"new": ours.new, "rejected": ours.rejected}
    counts = {
        (each.attribute, what): number
        for each in ours.fields
        for what, number in (("missing", each.missing), ("null", each.nulls), ("rejected", each.rejected))
        if number
    }
    known = {key: number for key, number in theirs.counts.items() if key[1] in ("missing", "null", "rejected")}
    examples = all(list(each.examples) == theirs.examples[each.attribute] for each in ours.fields)
    absent = all(f"{len(ids):,} not found" in " ".join(ours.notes) for ids in theirs.absent.values())
    return verdicts == theirs.verdicts and counts == known and examples and absent


def kind_of(value: object) -> str:
    """The kind of a value, a text that is a date told from other texts."""
    if isinstance(value, str) and date_note(value) is not None:
        return "date"
    return json_kind(value)  # type: ignore[arg-type]  # of a decoded document


def seconds(work: Callable[[], object]) -> float:
    """The time of one call, garbage of the one before out of the way."""
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def peak(work: Callable[[], object]) -> int:
    """The most memory that one call holds at a time, in bytes."""
    gc.collect()
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def main() -> None:
    """Print the ratios; every round does each of the jobs once, so that all meet the same noise."""
    data, few = body(), decode(body(FEW))
    first = mapped(decode(data))
    stored = Existing({row.key: row.after for row in first.rows if row.after})
    print(f"   {RECORDS:,} records x {len(_FIELDS)} fields, {len(data) / 1e6:.1f} MB: {first.sentence}")
    del first
    assert agree(mapped(few), mapped_with_jsonpath_ng(few))
    times: dict[str, list[float]] = {"bare": [], "new": [], "again": [], "few": [], "jsonpath-ng": []}
    for _ in range(ROUNDS):
        times["bare"].append(seconds(lambda: msgspec.json.decode(data)))
        times["new"].append(seconds(lambda: mapped(decode(data))))
        times["again"].append(seconds(lambda: mapped(decode(data), stored)))
        times["few"].append(seconds(lambda: mapped(few)))
        times["jsonpath-ng"].append(seconds(lambda: mapped_with_jsonpath_ng(few)))
    middle = {name: statistics.median(found) * 1e3 for name, found in times.items()}
    bare, new, again = middle["bare"], middle["new"], middle["again"]
    print(f"   bare msgspec decode                 {bare:8.0f} ms")
    print(f"   bytes to verdicts, all new          {new:8.0f} ms  {new / bare:5.2f} x bare (at most 3)")
    print(f"   bytes to verdicts, a second time    {again:8.0f} ms  {again / bare:5.2f} x bare")
    print(f"   mapping {FEW:,} decoded records       {middle['few']:8.0f} ms")
    faster = middle["jsonpath-ng"] / middle["few"]
    print(
        f"   the same written with jsonpath-ng   {middle['jsonpath-ng']:8.0f} ms  {faster:5.1f} x as long (at least 10)"
    )
    least, most = peak(lambda: msgspec.json.decode(data)), peak(lambda: mapped(decode(data)))
    print(f"   peak memory                         {most / 1e6:8.0f} MB  {most / least:5.2f} x bare")


if __name__ == "__main__":
    main()
