"""The rows of a mapping as columns: a field's values in many records at once, fitted to its attribute.

Paths are read and attributes looked up once per row, not once per record. A column that already holds nothing but
what its attribute keeps is taken as it is; any other is fitted value by value.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from itertools import chain, repeat
from operator import itemgetter
from typing import TypeAlias, cast

from app.domain.datatypes import SAFE_INTEGER, DataType, Fit, Misfit, fit
from app.domain.path import FieldPath, Segment
from app.domain.schema import Attribute
from app.domain.values import JsonValue, Value
from app.engine.cancel import IsCancelled, check, never
from app.engine.dates import are_all_whole


class Missing(Enum):
    """What stands in a column where a record has no such field."""

    MISSING = "missing"


MISSING = Missing.MISSING
_AT_HAND = 2_000
"""Records that a processor keeps near itself."""
NAMED = 5
"""Records that are named one by one before a count stands for the rest."""
Cell: TypeAlias = "JsonValue | Missing"
FittedCell: TypeAlias = "Value | Missing"


def read(path: FieldPath, records: Sequence[JsonValue]) -> list[Cell]:
    """The value at `path` in each record, MISSING where a step does not exist."""
    cells: list[Cell] = list(records)
    for segment in path.segments:
        cells = _step(cells, segment)
    return cells


def read_all(
    paths: Sequence[FieldPath], records: Sequence[JsonValue], is_cancelled: IsCancelled = never
) -> list[list[Cell]]:
    """The same of several paths, some records at a time: those are at hand still when the next path is followed."""
    columns: list[list[Cell]] = [[] for _ in paths]
    for start in range(0, len(records), _AT_HAND):
        check(is_cancelled)
        some = records[start : start + _AT_HAND]
        for path, column in zip(paths, columns, strict=True):
            column += read(path, some)
    return columns


def _step(cells: list[Cell], segment: Segment) -> list[Cell]:
    if isinstance(segment, str):
        with suppress(KeyError, TypeError, IndexError):
            return list(map(itemgetter(segment), cells))  # type: ignore[arg-type]  # what has it not is found below
        try:
            return list(map(dict.get, cells, repeat(segment), repeat(MISSING)))  # type: ignore[arg-type]  # or below
        except TypeError:
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
    first_converted: tuple[JsonValue, Value] = (None, None)
    """The first of those, and what it would become."""
    convertible_at: list[int] = field(default_factory=list)
    """The records of the first of those."""
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
    are_whole_dates: bool = False
    """Whether it is known that every text is a date with time and offset."""

    def fitted(self, cells: list[Cell], tally: Tally) -> tuple[list[FittedCell], dict[int, str]]:
        """The cells as they are kept, and the reason for each position whose cell is not."""
        types = list(map(type, cells))
        kinds = set(types)
        start, tally.total = tally.total, tally.total + len(cells)
        tally.missing += types.count(Missing) if Missing in kinds else 0
        tally.nulls += types.count(type(None)) if type(None) in kinds else 0
        strange = kinds - _NOTHING - _KEPT[self.attribute.data_type]
        if not strange:
            values = self._as_they_are(cells, kinds)
            return (values, {}) if values is not None else self._each_by_value(cells, start, tally)
        places = [at for at, each in enumerate(types) if each in strange]
        rest = list(cells)
        for at in places:
            rest[at] = MISSING
        values = self._as_they_are(rest, kinds - strange | {Missing})
        if values is None:
            return self._each_by_value(cells, start, tally)
        return self._by_value(cells, places, values, start, tally)

    def _each_by_value(
        self, cells: Sequence[Cell], start: int, tally: Tally
    ) -> tuple[list[FittedCell], dict[int, str]]:
        return self._by_value(cells, range(len(cells)), [MISSING] * len(cells), start, tally)

    def _as_they_are(self, cells: list[Cell], kinds: set[type]) -> list[FittedCell] | None:
        """A column of types that `_KEPT` names at once; None when something is to be said about one of them."""
        has_all = kinds.isdisjoint(_NOTHING)
        present = cells if has_all else [cell for cell in cells if cell is not None and cell is not MISSING]
        if not self._is_kept(cast("Sequence[JsonValue]", present), kinds - _NOTHING):
            return None
        made = tuple if list in kinds else float if self.attribute.data_type is DataType.DECIMAL else None
        if made is None:
            return cells  # type: ignore[return-value]  # each of a type that the attribute keeps
        if has_all:
            return list(map(made, cells))  # type: ignore[arg-type]  # numbers, or arrays of ids
        return [cell if cell is None or cell is MISSING else made(cell) for cell in cells]  # type: ignore[arg-type]

    def _is_kept(self, present: Sequence[JsonValue], kinds: set[type]) -> bool:
        """Whether the values, all of `kinds`, which `_KEPT` names, need nothing said about them either."""
        kind = self.attribute.data_type
        if not present or kind is DataType.BOOLEAN:
            return True
        if kind is DataType.INTEGER:
            numbers = cast("Sequence[int]", present)
            return max(numbers) <= SAFE_INTEGER and min(numbers) >= -SAFE_INTEGER
        if kind is DataType.DECIMAL:
            return _are_short(present)
        if kind is DataType.REFERENCE and self.attribute.many:
            return kinds <= {list, tuple} and self._are_ids(present)
        texts = cast("Sequence[str]", present)
        if kinds != {str} or (kind is DataType.REFERENCE and "" in texts):
            return False
        if kind is DataType.LIST and not set(texts) <= set(self.attribute.options):
            return False
        if kind is DataType.DATE and not (self.are_whole_dates or are_all_whole(texts)):
            return False
        return self.text_limit is None or max(map(len, texts)) <= self.text_limit

    def _are_ids(self, present: Sequence[JsonValue]) -> bool:
        """Whether every value is an array of nothing but ids."""
        ids = list(chain.from_iterable(cast("Sequence[Sequence[JsonValue]]", present)))
        return set(map(type, ids)) <= {str} and "" not in ids

    def _by_value(
        self, cells: Sequence[Cell], places: Iterable[int], values: list[FittedCell], start: int, tally: Tally
    ) -> tuple[list[FittedCell], dict[int, str]]:
        """The cells at `places`, each different value fitted once, put into `values`."""
        reasons: dict[int, str] = {}
        known: dict[object, Fit | Misfit] = {}
        notes: Counter[str] = Counter()
        for position in places:
            cell = cells[position]
            values[position] = cell if cell is None else MISSING
            if cell is None or cell is MISSING:
                continue
            place = cell if type(cell) is str else id(cell)
            result = known.get(place) or known.setdefault(place, self._fit(cell, self.is_converted))
            if isinstance(result, Misfit):
                reasons[position] = result.reason
                self._reject(start + position, cell, result, tally)
                continue
            values[position] = result.value
            if result.note:
                notes[result.note] += 1
        tally.notes.update(notes)
        return values, reasons

    def _fit(self, cell: JsonValue, is_converted: bool) -> Fit | Misfit:
        return fit(self.attribute, cell, convert=is_converted, text_limit=self.text_limit)

    def _reject(self, position: int, cell: JsonValue, misfit: Misfit, tally: Tally) -> None:
        if not tally.rejected:
            tally.first_rejected, tally.first_reason = cell, misfit.reason
        tally.rejected += 1
        if self.is_converted:
            return
        converted = self._fit(cell, True)
        if isinstance(converted, Fit):
            if not tally.convertible:
                tally.first_converted = (cell, converted.value)
            tally.convertible += 1
            if len(tally.convertible_at) < NAMED:
                tally.convertible_at.append(position)


def _are_short(numbers: Sequence[JsonValue]) -> bool:
    """Whether every number has so few digits, and no exponent, that a float surely keeps them all."""
    texts = list(map(str, numbers))
    return max(map(len, texts)) <= _SURE_DIGITS and "E" not in "".join(texts)


_SURE_DIGITS = 15
_NOTHING = {Missing, type(None)}
_KEPT: dict[DataType, set[type]] = {
    DataType.TEXT: {str},
    DataType.INTEGER: {int},
    DataType.DECIMAL: {int, Decimal},
    DataType.BOOLEAN: {bool},
    DataType.LIST: {str},
    DataType.REFERENCE: {str, list, tuple},
    DataType.DATE: {str},
}
"""Types of which an attribute keeps every value, short of a limit or of what is no option or no id."""
