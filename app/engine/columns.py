"""The rows of a mapping as columns: a field's values in many records at once, fitted to its attribute.

Paths are read and attributes looked up once per row, not once per record. A column that already holds nothing but
what its attribute keeps is taken as it is; any other is fitted value by value.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from app.domain.datatypes import SAFE_INTEGER, DataType, Fit, Misfit, fit
from app.domain.path import FieldPath, Segment
from app.domain.schema import Attribute
from app.domain.values import JsonValue, Value


class Missing(Enum):
    """What stands in a column where a record has no such field."""

    MISSING = "missing"


MISSING = Missing.MISSING
Cell: TypeAlias = "JsonValue | Missing"
FittedCell: TypeAlias = "Value | Missing"


def read(path: FieldPath, records: Sequence[JsonValue]) -> list[Cell]:
    """The value at `path` in each record, MISSING where a step does not exist."""
    cells: list[Cell] = list(records)
    for segment in path.segments:
        cells = _step(cells, segment)
    return cells


def _step(cells: list[Cell], segment: Segment) -> list[Cell]:
    if isinstance(segment, str):
        return [cell.get(segment, MISSING) if isinstance(cell, dict) else MISSING for cell in cells]
    assert isinstance(segment, int)
    return [
        cell[segment] if isinstance(cell, list) and -len(cell) <= segment < len(cell) else MISSING for cell in cells
    ]


@dataclass(slots=True)
class Tally:
    """What happened to a row's values, counted over all records."""

    total: int = 0
    missing: int = 0
    nulls: int = 0
    rejected: int = 0
    convertible: int = 0
    """Rejected ones that would be kept if conversion were on."""
    first_rejected: JsonValue = None
    first_reason: str = ""
    notes: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Column:
    """A mapping's row, ready to be used on batches of records."""

    path: FieldPath
    attribute: Attribute
    is_converted: bool
    text_limit: int | None

    def fitted(self, cells: Sequence[Cell], tally: Tally) -> tuple[list[FittedCell], dict[int, str]]:
        """The cells as they are kept, and the reason for each position whose cell is not."""
        kinds = set(map(type, cells))
        tally.total += len(cells)
        tally.missing += cells.count(MISSING) if Missing in kinds else 0
        tally.nulls += cells.count(None) if type(None) in kinds else 0
        kinds -= {Missing, type(None)}
        if kinds <= _KEPT.get(self.attribute.data_type, set()) and self._is_kept(cells):
            return list(cells), {}  # type: ignore[arg-type]  # the kinds above are all of them values
        return self._one_by_one(cells, tally)

    def _is_kept(self, cells: Sequence[Cell]) -> bool:
        """Whether the values, all of a type that `_KEPT` names, need nothing said about them either."""
        attribute = self.attribute
        if attribute.data_type is DataType.INTEGER:
            return all(-SAFE_INTEGER <= cell <= SAFE_INTEGER for cell in cells if isinstance(cell, int))
        if attribute.data_type is DataType.REFERENCE and (attribute.many or "" in cells):
            return False
        texts = [cell for cell in cells if isinstance(cell, str)]
        if attribute.data_type is DataType.LIST and not set(texts) <= set(attribute.options):
            return False
        return self.text_limit is None or max(map(len, texts), default=0) <= self.text_limit

    def _one_by_one(self, cells: Sequence[Cell], tally: Tally) -> tuple[list[FittedCell], dict[int, str]]:
        values: list[FittedCell] = []
        reasons: dict[int, str] = {}
        for position, cell in enumerate(cells):
            if cell is None or cell is MISSING:
                values.append(cell)
                continue
            result = self._fit(cell, self.is_converted)
            if isinstance(result, Misfit):
                reasons[position] = result.reason
                values.append(MISSING)
                self._reject(cell, result, tally)
                continue
            values.append(result.value)
            if result.note:
                tally.notes[result.note] += 1
        return values, reasons

    def _fit(self, cell: JsonValue, is_converted: bool) -> Fit | Misfit:
        return fit(self.attribute, cell, convert=is_converted, text_limit=self.text_limit)

    def _reject(self, cell: JsonValue, misfit: Misfit, tally: Tally) -> None:
        if not tally.rejected:
            tally.first_rejected, tally.first_reason = cell, misfit.reason
        tally.rejected += 1
        if not self.is_converted and isinstance(self._fit(cell, True), Fit):
            tally.convertible += 1


_KEPT: dict[DataType, set[type]] = {
    DataType.TEXT: {str},
    DataType.INTEGER: {int},
    DataType.BOOLEAN: {bool},
    DataType.LIST: {str},
    DataType.REFERENCE: {str},
}
"""Types of which an attribute keeps every value, short of a limit or of what is no option or no id."""
