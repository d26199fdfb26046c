"""Records written by hand, and runs: values checked against their type, bodies cut without loss."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.datatypes import DataType
from app.domain.identifiers import ObjectId, RecordId, RunId
from app.domain.problems import Problem
from app.domain.record import Record, check_values, key_problem
from app.domain.run import BODY_PART_SIZE, Response, split_body
from app.domain.schema import Attribute, ObjectType
from app.domain.values import JsonValue
from app.domain.workspace import standard_types

ORDER = ObjectType(
    id=ObjectId("obj_1"),
    name="Order",
    attributes=(
        Attribute(name="external_id", data_type=DataType.TEXT),
        Attribute(name="total", data_type=DataType.DECIMAL),
        Attribute(name="old", data_type=DataType.TEXT, is_archived=True),
    ),
)
PEOPLE = standard_types()[1]


def test_values_that_fit_and_problems_for_the_others() -> None:
    given_values: dict[str, JsonValue] = {"external_id": "1", "total": "n/a", "old": "x", "new": 1}
    values, problems = check_values(ORDER, given_values)
    assert values == {"external_id": "1"}
    assert [str(problem) for problem in problems] == [
        'total: "n/a", not a decimal',
        'old: the attribute is archived on Order; see "object show Order"',
        'new: the attribute does not exist on Order; see "object show Order"',
    ]


def test_values_are_converted_only_when_asked() -> None:
    assert check_values(ORDER, {"total": "42.50"})[1]
    assert check_values(ORDER, {"total": "42.50"}, convert=True) == ({"total": 42.5}, ())
    assert check_values(ORDER, {"total": Decimal("1")}) == ({"total": 1.0}, ())


def test_texts_of_people_have_at_most_255_characters() -> None:
    assert check_values(PEOPLE, {"name": "x" * 256})[1] == (
        Problem("name", "256 characters long; at most 255 are kept"),
    )
    assert check_values(PEOPLE, {"name": "x" * 255})[1] == ()


@pytest.mark.parametrize("values", [{}, {"external_id": ""}, {"external_id": None}, {"total": 1.0}])
def test_a_record_needs_its_key(values: dict[str, None | str | float]) -> None:
    assert key_problem(ORDER, values) == Problem(
        "external_id", "is missing or empty; a record of Order is matched by external_id"
    )


def test_a_person_needs_one_of_two_keys() -> None:
    assert key_problem(PEOPLE, {"email": "a@example.com"}) is None
    assert "external_id or email" in str(key_problem(PEOPLE, {"name": "A"}))


def test_the_external_id_of_a_record() -> None:
    assert Record(id=RecordId("rec_1"), type_name="Order", values={"external_id": "7"}).external_id == "7"
    assert Record(id=RecordId("rec_1"), type_name="Order").external_id == ""


def test_a_problem_is_one_sentence() -> None:
    assert str(Problem("total", "is wrong")) == "total: is wrong"
    assert str(Problem("", "It is wrong.")) == "It is wrong."


@settings(deadline=None)
@given(st.integers(min_value=0, max_value=2 * BODY_PART_SIZE + 1))
def test_the_parts_of_a_body_join_to_its_bytes(size: int) -> None:
    body = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    parts = split_body(RunId("run_1"), body)
    assert b"".join(part.data for part in parts) == body
    assert all(0 < len(part.data) <= BODY_PART_SIZE for part in parts)


def test_headers_are_found_in_any_case() -> None:
    response = Response(
        status=200,
        reason="OK",
        headers=(("X-A", "1"), ("x-a", "2")),
        http_version="HTTP/1.1",
        body_size=0,
        elapsed_ms=1.0,
        first_byte_ms=1.0,
    )
    assert response.header("x-A") == "1"
    assert response.header("x-b") is None
