"""A column fitted at once is what its values are when fitted one by one, counts included."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.datatypes import DataType, Fit, Misfit, fit
from app.domain.path import FieldPath
from app.domain.schema import Attribute
from app.domain.values import JsonValue
from app.engine.columns import MISSING, Cell, Column, Tally, read

# Cells of one kind are frequent, so that whole columns are often taken as they are.
texts = st.sampled_from(["", "open", "paid", "lost", "1", "x" * 20, "2026-01-01"])
integers = st.integers(min_value=-(2**64), max_value=2**64) | st.integers(min_value=0, max_value=9)
mixed = (
    texts | integers | st.booleans() | st.decimals(allow_nan=False, allow_infinity=False) | st.lists(texts, max_size=2)
)
columns: st.SearchStrategy[list[Cell]] = st.one_of(
    [
        st.lists(cells | st.none() | st.just(MISSING), max_size=8)
        for cells in (texts, integers, st.booleans(), st.lists(texts, max_size=2), mixed)
    ]
)


@settings(deadline=None)
@given(columns, st.sampled_from(DataType), st.booleans(), st.booleans(), st.none() | st.just(10))
def test_a_column_is_its_values(
    cells: list[Cell], data_type: DataType, many: bool, convert: bool, limit: int | None
) -> None:
    attribute = Attribute(name="it", data_type=data_type, options=("open", "paid", ""), target="Item", many=many)
    tally = Tally()
    values, reasons = Column(FieldPath(), attribute, convert, limit).fitted(cells, tally)
    results = [cell if cell is MISSING else fit(attribute, cell, convert=convert, text_limit=limit) for cell in cells]
    assert values == [result.value if isinstance(result, Fit) else MISSING for result in results]
    assert reasons == {at: result.reason for at, result in enumerate(results) if isinstance(result, Misfit)}
    assert (tally.total, tally.rejected) == (len(cells), len(reasons))
    assert tally.missing == sum(cell is MISSING for cell in cells)
    assert tally.nulls == sum(cell is None for cell in cells)
    assert sum(tally.notes.values()) == sum(isinstance(result, Fit) and result.note != "" for result in results)


@pytest.mark.parametrize(
    ("path", "cells"),
    [
        ("$", [{"a": {"b": [1, 2]}}, {"a": None}, [], None]),
        ("$.a", [{"b": [1, 2]}, None, MISSING, MISSING]),
        ("$.a.b", [[1, 2], MISSING, MISSING, MISSING]),
        ("$.a.b[-1]", [2, MISSING, MISSING, MISSING]),
        ("$.a.b[2]", [MISSING] * 4),
    ],
)
def test_a_path_is_read_from_every_record(path: str, cells: list[Cell]) -> None:
    records: list[JsonValue] = [{"a": {"b": [1, 2]}}, {"a": None}, [], None]
    assert read(FieldPath.parse(path), records) == cells
