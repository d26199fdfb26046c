"""Bodies become values without losing a digit, and what is no JSON is refused with the spot."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.values import JsonValue
from app.engine.body import BodyError, decode
from app.errors import InvalidInput


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"null", None),
        (b" true\n", True),
        (b"9007199254740993", 2**53 + 1),
        (b"-18446744073709551616", -(2**64)),
        (b"123456789012345678901234567890", 123456789012345678901234567890),
        (b'{"a": 1, "a": 2}', {"a": 2}),
        (b'\xef\xbb\xbf{"a": "\xc3\xa9"}', {"a": "é"}),
        (b'"\\ud83d\\ude00"', "😀"),
        (b"[]", []),
    ],
)
def test_values(body: bytes, value: JsonValue) -> None:
    assert decode(body) == value
    assert type(decode(body)) is type(value)


@pytest.mark.parametrize("digits", ["42.50", "0.1", "1E+400", "1.0000000000000000000000000001", "-0.0"])
def test_numbers_with_a_point_keep_their_digits(digits: str) -> None:
    value = decode(digits.encode())
    assert isinstance(value, Decimal)
    assert str(value) == digits


@pytest.mark.parametrize("size", [4_299, 4_300, 4_301, 5_000, 10_000])
def test_integers_of_thousands_of_digits_are_exact(size: int) -> None:
    body = b'{"n": [%s, 1.5, -%s], "text": "%s, \\" %s"}' % ((b"7" * size,) * 4)
    expected = (10**size - 1) // 9 * 7
    decoded = decode(body)
    assert isinstance(decoded, dict)
    assert decoded["n"] == [expected, Decimal("1.5"), -expected]
    assert decoded["text"] == f'{"7" * size}, " {"7" * size}'


def test_a_decimal_of_thousands_of_digits_stays_a_decimal() -> None:
    body = b"[%s, %s.0]" % (b"7" * 5_000, b"7" * 5_000)
    first, second = decode(body)  # type: ignore[misc]  # an array of two
    assert isinstance(first, int)
    assert isinstance(second, Decimal)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=4)
    ),
    max_leaves=20,
)


@settings(deadline=None)
@given(json_values, st.booleans())
def test_what_was_written_is_read(value: JsonValue, ascii_only: bool) -> None:
    assert decode(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


@given(st.binary(max_size=40))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        decode(body)
    except BodyError as error:
        assert str(error).startswith("The body is not JSON: ")


@given(st.text(alphabet='[]{}",:0123456789.eE+-truefalsn \\uD8', max_size=12))
def test_nearly_json_is_read_as_strictly_as_the_standard_wants(text: str) -> None:
    try:
        expected = json.loads(text, parse_constant=lambda _: pytest.fail("no constant fits the alphabet"))
        json.dumps(expected, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        with pytest.raises(BodyError):
            decode(text.encode())
    else:
        assert json.dumps(decode(text.encode()), default=float) == json.dumps(expected)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "it is empty"),
        (b" \n", "it is empty"),
        (b"<html>", 'expected a value, found "<" (line 1, column 1)'),
        (b"id,total\n1,2\n", 'expected a value, found "i" (line 1, column 1)'),
        (b'{"a":\n [1,}', 'expected a value, found "}" (line 2, column 5)'),
        (b'{"a": 1', "it stops before it is complete (line 1, column 8)"),
        (b'{"a": [1, 2', "it stops before it is complete (line 1, column 12)"),
        (b'{"a": "b', "a text is not closed; it begins (line 1, column 7)"),
        (b"{'a': 1}", 'expected a key in double quotes, found "\'" (line 1, column 2)'),
        (b'{"a" 1}', 'expected : after the key, found "1" (line 1, column 6)'),
        (b"[1 2]", 'expected a comma or the closing bracket, found "2" (line 1, column 4)'),
        (b"{} {}", "something follows after the end of the document (line 1, column 4)"),
        (b"[NaN]", "it holds NaN, which JSON has no number for"),
        (b"[-Infinity]", "it holds -Infinity, which JSON has no number for"),
        (b'["a\nb"]', "a text holds a control character (line 1, column 4)"),
        (b'["\\q"]', "a text holds an escape that JSON does not have (line 1, column 3)"),
        (b'["\xc3\xa9\xff"]', "byte 0xff is not UTF-8 (line 1, column 4)"),
        (b'{"a":\n"x\\ud83d"}', "a text holds half of a character (a lone surrogate) (line 2, column 3)"),
        (b'["\\\\\\udc00"]', "a text holds half of a character (a lone surrogate)"),
        (b"[" * 100_000, "it is nested about a thousand levels deep or more"),
        (b"[" * 5_000 + b"]" * 5_000, "it is nested about a thousand levels deep or more"),
        (b"[1e99999999999999999999]", "it holds a number whose exponent is beyond any use"),
        (b"[%s]" % (b"1" * 20_000), "it holds an integer of 20,000 digits; at most 10,000 are read"),
    ],
)
def test_what_is_no_json_says_why_and_where(body: bytes, reason: str) -> None:
    with pytest.raises(BodyError) as caught:
        decode(body)
    assert str(caught.value).startswith(f"The body is not JSON: {reason}")
    assert str(caught.value).endswith("Only JSON can be mapped; its raw view shows it as it is.")


def test_the_spot_is_there_for_a_screen_and_the_error_stops_a_command() -> None:
    with pytest.raises(InvalidInput) as caught:
        decode(b'{\n  "a": x}')
    assert isinstance(caught.value, BodyError)
    assert (caught.value.line, caught.value.column) == (2, 8)
    with pytest.raises(BodyError) as nowhere:
        decode(b"")
    assert (nowhere.value.line, nowhere.value.column) == (None, None)
