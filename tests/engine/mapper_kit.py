"""What tests of the mapper share: an object, a store of records in memory, and short ways to say a mapping."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count

from app.domain.changes import Changes
from app.domain.datatypes import DataType
from app.domain.identifiers import ActionId, MappingId, ObjectId, RunId
from app.domain.mapping import FieldMapping, Mapping
from app.domain.record import Record
from app.domain.schema import Attribute, ObjectType, RecordType
from app.domain.values import JsonValue
from app.domain.workspace import standard_types
from app.engine.cancel import never
from app.engine.mapper import preview
from app.engine.preview import Preview

NOW, LATER = "2026-05-01T10:00:00.000Z", "2026-05-02T10:00:00.000Z"
RUN = RunId("run_0000000000007")
BORN = ObjectType(id=ObjectId("obj_1"), name="Order")
ORDER = replace(
    BORN,
    attributes=(
        *BORN.attributes,
        Attribute(name="total", data_type=DataType.DECIMAL),
        Attribute(name="status", data_type=DataType.LIST, options=("open", "paid")),
        Attribute(name="quantity", data_type=DataType.INTEGER),
        Attribute(name="gift", data_type=DataType.BOOLEAN),
        Attribute(name="note", data_type=DataType.TEXT),
        Attribute(name="customer", data_type=DataType.REFERENCE, target="People"),
        Attribute(name="parent", data_type=DataType.REFERENCE, target="Order"),
        Attribute(name="items", data_type=DataType.REFERENCE, target="Item", many=True),
    ),
)
PEOPLE = standard_types()[1]


class Store:
    """The records that exist, by type; changes can be applied to it."""

    def __init__(self) -> None:
        self.records: dict[tuple[str, int], Record] = {}

    def by_key(self, type_name: str, key: str, value: str) -> Record | None:
        of_type = (record for (name, _), record in self.records.items() if name == type_name)
        return next((record for record in of_type if record.values.get(key) == value), None)

    def by_keys(self, type_name: str, key: str, values: Sequence[str]) -> dict[str, Record]:
        found = ((value, self.by_key(type_name, key, value)) for value in values)
        return {value: record for value, record in found if record}

    def absent(self, type_name: str, values: Sequence[str]) -> int:
        keys = ("external_id", "email")
        return sum(not any(self.by_key(type_name, key, value) for key in keys) for value in values)

    def count_all_custom(self) -> int:
        return sum(name == "Order" for name, _ in self.records)

    def apply(self, changes: Changes) -> None:
        for change in changes.items:
            place = (change.table.removeprefix("records/"), change.number)
            assert self.records.get(place) == change.before
            if isinstance(change.after, Record):
                self.records[place] = change.after
            else:
                del self.records[place]


def rows(**paths: str) -> tuple[FieldMapping, ...]:
    """attribute="path", or attribute="path!" for one that converts."""
    return tuple(
        FieldMapping(path=path.rstrip("!"), attribute=name, is_converted=path.endswith("!"))
        for name, path in paths.items()
    )


def mapping(*, source: str = "$.orders[*]", target: str = "Order", **paths: str) -> Mapping:
    made = rows(**(paths or {"external_id": "$.id", "total": "$.total"}))
    return Mapping(id=MappingId("map_1"), action_id=ActionId("act_1"), source=source, target=target, rows=made)


def previewed(
    document: JsonValue,
    wanted: Mapping | None = None,
    *,
    kind: RecordType | None = ORDER,
    store: Store | None = None,
    first_id: int = 1,
    now: str = NOW,
    run_id: RunId | None = RUN,
    record_limit: int = 100_000,
    is_cancelled: Callable[[], bool] = never,
) -> Preview:
    numbers = count(first_id)
    return preview(
        document,
        wanted or mapping(),
        kind,
        store or Store(),
        ids=lambda: next(numbers),
        now=now,
        run_id=run_id,
        record_limit=record_limit,
        is_cancelled=is_cancelled,
    )


def orders(*totals: JsonValue) -> dict[str, JsonValue]:
    return {"orders": [{"id": str(number), "total": total} for number, total in enumerate(totals, 1001)]}


def orders_of(totals: dict[str, JsonValue]) -> JsonValue:
    return {"orders": [{"id": key, "total": total} for key, total in totals.items()]}


def words(found: Preview) -> dict[str, str]:
    return {field.attribute: field.words for field in found.fields}
