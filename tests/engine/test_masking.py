"""A secret is made unreadable by value, in every form in which an answer may carry it; all else stays as it is."""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64encode
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.secret import DOTS, Secret
from app.engine.masking import mask, mask_body

SECRET = 'a/b+"é" c&d=='
FORMS = {
    "plain": SECRET,
    "url": quote(SECRET, safe=""),
    "url, slash kept": quote(SECRET),
    "url, small digits": quote(SECRET, safe="").replace("%2F", "%2f").replace("%C3%A9", "%c3%a9").replace("%22", "%22"),
    "form": quote_plus(SECRET),
    "json": json.dumps(SECRET)[1:-1],
    "json, unicode kept": json.dumps(SECRET, ensure_ascii=False)[1:-1],
    "json, slash escaped": json.dumps(SECRET)[1:-1].replace("/", "\\/"),
    "base64": b64encode(SECRET.encode()).decode(),
    "base64 for URLs": urlsafe_b64encode(SECRET.encode()).decode(),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_each_form_is_masked_whole(form: str) -> None:
    """In a text and in a body, as often as it stands there."""
    secrets = (Secret(SECRET),)
    assert mask(f"<{form}|{form}>", secrets) == f"<{DOTS}|{DOTS}>"
    if form != FORMS["url, small digits"] or "%3D" not in form:
        assert mask_body(f"<{form}|{form}>".encode(), secrets) == f"<{DOTS}|{DOTS}>".encode()


@given(st.text(max_size=5), st.text(max_size=5))
def test_inside_a_longer_base64_text(before: str, after: str) -> None:
    """As HTTP Basic puts it: what is left of the secret's own letters says nothing."""
    secret = "canary-4711-canary"
    text = b64encode(f"{before}{secret}{after}".encode("utf-8", "replace")).decode()
    masked = mask_body(text.encode(), (Secret(secret),)).decode()
    assert DOTS in masked
    assert mask(text, (Secret(secret),)).count(DOTS) == 1


def test_a_body_without_the_secret_is_not_copied() -> None:
    body = b"x" * 1000
    assert mask_body(body, (Secret(SECRET), Secret("ab"), Secret(""))) is body


def test_short_secrets_do_not_blot_out_the_text() -> None:
    assert mask("abc abc", (Secret("abc"),)) == "abc abc"
