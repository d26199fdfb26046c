"""The seven formats: what fits, what converts, and the words for what does not."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.datatypes import DataType, Fit, Misfit, date_note, fit, is_number_text
from app.domain.schema import Attribute
from app.domain.values import JsonValue, Value

T, I, D, B, L, W, R = DataType  # noqa: E741 - one letter a format keeps the tables readable


def attribute(data_type: DataType, *, many: bool = False) -> Attribute:
    return Attribute(
        name="it",
        data_type=data_type,
        options=("open", "paid", "7", "true") if data_type is L else (),
        target="Order" if data_type is R else "",
        many=many,
    )


STRICT_FITS: list[tuple[DataType, JsonValue, Value]] = [
    (T, "n/a", "n/a"),
    (T, "", ""),
    (T, "007", "007"),
    (I, 7, 7),
    (I, -(2**53), -(2**53)),
    (D, Decimal("42.50"), 42.5),
    (D, 3, 3.0),
    (D, Decimal("0.1"), 0.1),
    (D, Decimal("1E+2"), 100.0),
    (B, True, True),
    (B, False, False),
    (L, "open", "open"),
    (W, "2024-05-01T10:00:00Z", "2024-05-01T10:00:00Z"),
    (W, "2024-05-01T10:00:00.123+02:00", "2024-05-01T10:00:00.123+02:00"),
    (R, "1001", "1001"),
]


@pytest.mark.parametrize(("data_type", "value", "kept"), STRICT_FITS)
def test_what_fits_is_kept_without_a_remark(data_type: DataType, value: JsonValue, kept: Value) -> None:
    result = fit(attribute(data_type), value)
    assert result == Fit(kept)
    assert isinstance(result, Fit)
    assert type(result.value) is type(kept)


@pytest.mark.parametrize("data_type", DataType)
@pytest.mark.parametrize("convert", [False, True])
def test_null_empties_every_format(data_type: DataType, convert: bool) -> None:
    assert fit(attribute(data_type), None, convert=convert) == Fit(None)


STRICT_MISFITS: list[tuple[DataType, JsonValue, str]] = [
    (T, 7, "7 (integer), not a text"),
    (T, Decimal("1.50"), "1.50 (decimal), not a text"),
    (T, True, "true (boolean), not a text"),
    (T, {"a": 1}, "an object of 1, not a text"),
    (T, [1, 2], "an array of 2, not a text"),
    (I, "7", '"7", not an integer'),
    (I, Decimal("7.0"), "7.0 (decimal), not an integer"),
    (I, True, "true (boolean), not an integer"),
    (I, 2**63, "9223372036854775808, larger than an integer can be; keep it as text"),
    (D, "n/a", '"n/a", not a decimal'),
    (D, "42.50", '"42.50", not a decimal'),
    (D, False, "false (boolean), not a decimal"),
    (D, Decimal("1E+400"), "1E+400, larger than a decimal can be"),
    (D, Decimal("1.9E+308"), "1.9E+308, larger than a decimal can be"),
    (D, 2**53 + 1, "9007199254740993, more digits than a decimal keeps; keep it as text"),
    (D, Decimal("0.12345678901234567890"), "0.12345678901234567890, more digits than a decimal keeps; keep it as text"),
    (B, "true", '"true", not a boolean'),
    (B, 1, "1 (integer), not a boolean"),
    (L, "lost", '"lost", not one of open, paid, 7, true'),
    (L, 7, "7 (integer), not a text of the list"),
    (W, 1714557600, "1714557600 (integer), not an ISO 8601 date"),
    (W, "1714557600", '"1714557600", not an ISO 8601 date'),
    (W, "01.05.2024", '"01.05.2024", not an ISO 8601 date'),
    (W, "2024-02-30", '"2024-02-30", not an ISO 8601 date'),
    (W, "2024-05-01T25:00:00Z", '"2024-05-01T25:00:00Z", not an ISO 8601 date'),
    (R, 1001, "1001 (integer), not an external_id of Order (a text)"),
    (R, "", '"", not an external_id of Order (a text)'),
    (R, ["1"], "an array of 1, not an external_id of Order (a text)"),
]


@pytest.mark.parametrize(("data_type", "value", "reason"), STRICT_MISFITS)
def test_a_misfit_says_what_it_is_and_what_is_wanted(data_type: DataType, value: JsonValue, reason: str) -> None:
    assert fit(attribute(data_type), value) == Misfit(reason)


CONVERSIONS: list[tuple[DataType, JsonValue, Value, str]] = [
    (T, 7, "7", "converted from integer"),
    (T, 2**80, str(2**80), "converted from integer"),
    (T, Decimal("42.50"), "42.50", "converted from decimal"),
    (T, True, "true", "converted from boolean"),
    (I, "-12", -12, "converted from text"),
    (I, Decimal("12.00"), 12, "converted from decimal"),
    (D, "42.50", 42.5, "converted from text"),
    (D, "1e3", 1000.0, "converted from text"),
    (B, "False", False, "converted from text"),
    (L, 7, "7", "converted from integer"),
    (L, True, "true", "converted from boolean"),
    (R, 2**64, str(2**64), "converted from integer"),
]


@pytest.mark.parametrize(("data_type", "value", "kept", "note"), CONVERSIONS)
def test_conversion_keeps_the_value_and_says_so(data_type: DataType, value: JsonValue, kept: Value, note: str) -> None:
    assert isinstance(fit(attribute(data_type), value), Misfit)
    assert fit(attribute(data_type), value, convert=True) == Fit(kept, note)


NEVER: list[tuple[DataType, JsonValue]] = [
    (T, ["a"]),
    (I, "007"),
    (I, "1.5"),
    (I, Decimal("1.5")),
    (I, ""),
    (I, True),
    (D, "1,50"),
    (D, " 1"),
    (D, "NaN"),
    (D, "١٢"),
    (D, "1" * 400),
    (B, "yes"),
    (B, 1),
    (W, 1714557600),
    (L, 8),
    (R, True),
    (R, Decimal("1.0")),
]


@pytest.mark.parametrize(("data_type", "value"), NEVER)
def test_conversion_invents_nothing(data_type: DataType, value: JsonValue) -> None:
    assert isinstance(fit(attribute(data_type), value, convert=True), Misfit)


def test_an_integer_of_any_size_never_breaks_a_decimal() -> None:
    assert isinstance(fit(attribute(D), 9 * 10**308), Misfit)
    assert isinstance(fit(attribute(D), 10**5000), Misfit)


@pytest.mark.parametrize(
    ("data_type", "value", "note"),
    [
        (I, 2**53 + 1, "integer beyond 2^53: many systems round it, text is safer"),
        (W, "2024-05-01T10:00:00", "no offset: read as UTC"),
        (W, "2024-05-01 10:00", "no offset: read as UTC"),
        (W, "2024-05-01", "no time of day"),
    ],
)
def test_what_fits_may_be_worth_a_remark(data_type: DataType, value: JsonValue, note: str) -> None:
    assert fit(attribute(data_type), value) == Fit(value, note)  # type: ignore[arg-type]  # values of the table are kept as they are


def test_a_reference_to_many_takes_an_array_of_ids() -> None:
    many = attribute(R, many=True)
    assert fit(many, ["1", "2"]) == Fit(("1", "2"))
    assert fit(many, []) == Fit(())
    assert fit(many, [1, "2"], convert=True) == Fit(("1", "2"))
    assert fit(many, [1, "2"]) == Misfit("1 (integer), not an external_id of Order (a text)")
    assert fit(many, ["1", None]) == Misfit("null, not an external_id of Order (a text)")
    assert fit(many, "1") == Misfit('"1", not an array of Order ids')


def test_a_text_limit_counts_characters() -> None:
    assert fit(attribute(T), "é" * 255, text_limit=255) == Fit("é" * 255)
    assert fit(attribute(T), "é" * 256, text_limit=255) == Misfit("256 characters long; at most 255 are kept")
    assert isinstance(fit(attribute(T), "é" * 1000), Fit)


def test_the_article_follows_the_sound() -> None:
    assert (I.article, D.article, W.article) == ("an integer", "a decimal", "a date")


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("2024-05-01T10:00Z", ""),
        ("2024-05-01T10:00:00+0200", ""),
        ("2024-05-01T10:00:00,5z", ""),
        ("2024-05-01T10:00:00", "no offset: read as UTC"),
        ("2024-05-01", "no time of day"),
        ("2024-05", None),
        ("20240501", None),
        ("2024-05-01T", None),
        ("2024-05-01\n", None),
        ("٢٠٢٤-05-01", None),
        ("", None),
    ],
)
def test_dates_are_iso_8601_only(text: str, note: str | None) -> None:
    assert date_note(text) == note


@pytest.mark.parametrize("text", ["0", "-1", "42.50", "1e9", "1E-9"])
def test_number_texts(text: str) -> None:
    assert is_number_text(text)


@pytest.mark.parametrize("text", ["007", "+1", ".5", "5.", "1 000", "1,5", "", "0x1", "NaN", "1\n"])
def test_texts_that_are_no_numbers(text: str) -> None:
    assert not is_number_text(text)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_double_survives_its_spelling(number: float) -> None:
    assert fit(attribute(D), Decimal(repr(number))) == Fit(number)


scalars = st.none() | st.booleans() | st.integers() | st.decimals(allow_nan=False, allow_infinity=False) | st.text()


@given(st.sampled_from(DataType), scalars, st.booleans())
def test_what_fits_strictly_is_kept_the_same_when_converting(data_type: DataType, value: JsonValue, many: bool) -> None:
    strict = fit(attribute(data_type, many=many), value)
    if isinstance(strict, Fit):
        assert fit(attribute(data_type, many=many), value, convert=True) == strict


@given(st.sampled_from([T, I, D, B, L, W]), scalars)
def test_what_was_kept_fits_again(data_type: DataType, value: JsonValue) -> None:
    kept = fit(attribute(data_type), value, convert=True)
    if isinstance(kept, Fit):
        again = fit(attribute(data_type), kept.value)
        assert isinstance(again, Fit)
        assert again.value == kept.value
