"""Secrets in the text of an action: noticed where they stand, left alone where a placeholder fills them, taken out."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.action import Action, Header, QueryRow
from app.domain.identifiers import ActionId
from app.domain.secret import DOTS
from app.engine.plain_secrets import Where, hidden, notice_words, noticed, without

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NSJ9.c2lnbmF0dXJl"


def action(url: str = "https://shop.example/orders", body: str = "", **parts: object) -> Action:
    return Action(id=ActionId(""), name="It", url=url, body=body, **parts)  # type: ignore[arg-type]  # as given


def header(name: str, value: str) -> Action:
    return action(headers=(Header(name=name, value=value),))


@pytest.mark.parametrize(
    ("name", "value", "prefix", "sealed"),
    [
        ("Authorization", "Bearer abcdef", "Bearer", "abcdef"),
        ("authorization", "abcdef", "", "abcdef"),
        ("Authorization", "Basic bWU6cHc=", "Basic", "pw"),
        ("X-Api-Key", " abcdef ", "", "abcdef"),
        ("Cookie", "sid=1", "", "sid=1"),
        ("X-Other", JWT, "", JWT),
        ("X-Other", "sk_live_" + "a1" * 8, "", "sk_live_" + "a1" * 8),
        ("X-Other", "dG9rOmFiY2RlZjEyXzM0NTY3ODkwYWJjZGVm", "", "dG9rOmFiY2RlZjEyXzM0NTY3ODkwYWJjZGVm"),
    ],
)
def test_a_header_that_is_a_secret(name: str, value: str, prefix: str, sealed: str) -> None:
    made = header(name, value)
    (found,) = noticed(made)
    assert (found.label, found.credential.prefix, found.credential.value.reveal()) == (f"header {name}", prefix, sealed)
    assert sealed not in repr(found)
    assert without(made, found).headers == ()
    assert notice_words(made).startswith(f"The header {name} is a secret in plain text")


@pytest.mark.parametrize(
    "made",
    [
        header("Authorization", "Bearer {{env.token}}"),
        header("X-Api-Key", "{{key}}"),
        header("X-Auth-Mode", "off"),
        header("Accept", "application/json"),
        header("X-Trace", "4bf92f3577b34da6a3ce929d0e0e4736"),
        action("https://shop.example/?api_key={{key}}&page=12345"),
        action(query=(QueryRow(name="token", value="{{token}}"), QueryRow(name="monkey", value="banana"))),
        action(body='{"password": "{{password}}", "keyboard": "qwerty", "token": 12345}'),
        action(body="password={{password}}&name=somebody"),
        action(),
    ],
)
def test_what_is_none(made: Action) -> None:
    """Filled by a placeholder, too short to be one, or like a secret in nothing."""
    assert noticed(made) == ()
    assert notice_words(made) == ""


@pytest.mark.parametrize(
    ("made", "label", "value", "after"),
    [
        (
            action("https://shop.example/?page=1&api_key=ab%20cdef#x"),
            "URL api_key",
            "ab cdef",
            "https://shop.example/?page=1&api_key={{api_key}}#x",
        ),
        (
            action(query=(QueryRow(name="a", value="1"), QueryRow(name="access-token", value="abcdef"))),
            "query access-token",
            "abcdef",
            "{{access_token}}",
        ),
        (
            action(body='{"user": "me", "password": "a\\"bcdef"}'),
            "body password",
            'a"bcdef',
            '{"user": "me", "password": "{{password}}"}',
        ),
        (
            action(body="grant_type=x&client_secret=abcdef&b=1"),
            "body client_secret",
            "abcdef",
            "grant_type=x&client_secret={{client_secret}}&b=1",
        ),
        (action(body=f"see {JWT} there"), "body key", JWT, "see {{key}} there"),
        (action(body=json.dumps({"note": JWT})), "body note", JWT, '{"note": "{{note}}"}'),
    ],
)
def test_elsewhere_an_input_takes_its_place(made: Action, label: str, value: str, after: str) -> None:
    (found,) = noticed(made)
    assert (found.label, found.credential.value.reveal()) == (label, value)
    changed = without(made, found)
    assert after in (changed.url, changed.body, *(row.value for row in changed.query))
    assert (changed.inputs[0].is_required, changed.inputs[0].default) == (True, None)
    assert noticed(changed) == ()


def test_an_input_never_takes_the_name_of_another() -> None:
    made = action(body="password=abcdef")
    (found,) = noticed(made)
    twice = without(without(made, found), found)
    assert [item.name for item in twice.inputs] == ["password", "password_2"]


def test_several_are_named_once_each() -> None:
    made = action(
        "https://shop.example/?api_key=abcdef",
        headers=(Header(name="X-Api-Key", value="abcdef"), Header(name="X-Api-Key", value="ghijkl")),
        body=f'{{"token": "{JWT}"}}',
    )
    assert [each.label for each in noticed(made)] == ["header X-Api-Key", "URL api_key", "body token"]


def test_what_may_be_seen_has_dots_in_their_place() -> None:
    """Every one of them, also two of the same name; the rest stays letter by letter."""
    made = action(
        "https://shop.example/?api_key=abcdef&page=1&sig=ghijkl",
        headers=(Header(name="Authorization", value="Bearer abcdef"), Header(name="Accept", value="x")),
        query=(QueryRow(name="token", value="abcdef"), QueryRow(name="page", value="1")),
        body='{"a": {"password": "abcdef"}, "b": {"password": "ghijkl"}, "c": 1}',
    )
    seen = hidden(made)
    assert seen.url == f"https://shop.example/?api_key={DOTS}&page=1&sig={DOTS}"
    assert [row.value for row in (*seen.headers, *seen.query)] == [f"Bearer {DOTS}", "x", DOTS, "1"]
    assert seen.body == f'{{"a": {{"password": "{DOTS}"}}, "b": {{"password": "{DOTS}"}}, "c": 1}}'
    plain = action(body="nothing", headers=(Header(name="Accept", value="x"),))
    assert hidden(plain) == plain


@given(st.text(), st.text(), st.text())
def test_whatever_stands_there_is_read_and_taken_out(name: str, value: str, body: str) -> None:
    """One after the other until none is left; every one that is taken out is gone from its place."""
    made = action(
        f"https://a.example/?token={value}",
        body=f'{body}"secret": "{value}"',
        headers=(Header(name=name, value=value),),
    )
    for _ in range(20):
        found = noticed(made)
        if not found:
            break
        assert found[0].where in Where
        changed = without(made, found[0])
        assert changed != made
        made = changed
    assert noticed(made) == ()
