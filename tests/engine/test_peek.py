"""What a value might mean: only what can be told from it, and never that a bare number is a date."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.peek import peek


def packed(value: object) -> str:
    """JSON as a part of a JWT."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


TOKEN = f"{packed({'alg': 'HS256'})}.{packed({'sub': 'zoe', 'exp': 1_700_000_000})}.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    ("text", "title", "line"),
    [
        ("2026-11-24T09:30:00+02:00", "Date", "2026-11-24 07:30:00 UTC"),
        ("2026-11-24T09:30:00Z", "Date", "Tuesday, 24 November 2026"),
        (
            "2026-11-24 09:30",
            "Date",
            "It has no offset: which moment it is depends on a time zone that it does not name.",
        ),
        ("2026-02-30", "Looks like a date, but is none", "day is out of range for month."),
        ("https://shop.example:8443/a%20b?q=1#top", "URL", "host    shop.example:8443"),
        ("https://u:p@shop.example/", "URL", "It holds a user name or password."),
        ("http://[::1", "Looks like a URL, but is none", "Invalid IPv6 URL."),
        ('{"a": [1]}', "JSON in a text", '  "a": ['),
        ("aGVsbG8gd29ybGQ=", "Base64 of text", "hello world"),
        (packed({"a": 1}), "Base64 of JSON", '  "a": 1'),
        (TOKEN, "JWT header (decoded, not verified)", '  "alg": "HS256"'),
        (f"Bearer {TOKEN}", "JWT payload (decoded, not verified)", '  "sub": "zoe",'),
        (TOKEN, "JWT", "exp: 2023-11-14 22:13:20 UTC"),
        (TOKEN, "JWT", "The signature was not checked."),
    ],
)
def test_a_text_is_read(text: str, title: str, line: str) -> None:
    assert any(sight.title == title and line in sight.lines for sight in peek(text)), peek(text)


@pytest.mark.parametrize(
    "text", ["", "Amsterdam", "12345678", "1700000000", "order-1001", "n/a", "true", "a.b.c", "0.5"]
)
def test_most_texts_are_nothing_but_themselves(text: str) -> None:
    assert peek(text) == ()


def test_a_number_is_a_time_only_when_somebody_asks() -> None:
    assert peek("1700000000", is_number=True) == ()
    (sight,) = peek("1700000000", is_number=True, with_epochs=True)
    assert sight.lines[0] == "as seconds: 2023-11-14 22:13:20 UTC"
    (sight,) = peek("1700000000000", is_number=True, with_epochs=True)
    assert sight.lines[0] == "as milliseconds: 2023-11-14 22:13:20 UTC"
    assert peek("1.5e3", is_number=True, with_epochs=True) == ()


@given(st.text() | st.binary().map(lambda data: base64.b64encode(data).decode()), st.booleans(), st.booleans())
def test_nothing_is_too_odd(text: str, is_number: bool, with_epochs: bool) -> None:
    for sight in peek(text, is_number=is_number, with_epochs=with_epochs):
        assert sight.title
        assert sight.lines
