"""Cookies go back where they came from, and nowhere else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.domain.environment import CookieJar
from app.domain.identifiers import JarId
from app.engine.cookies import after_answer, cookie_header

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
STAMP = "2026-11-24T09:30:00.000Z"
FROM = "https://shop.example/a/b"


def sent(set_cookie: str, url: str, *, came_from: str = FROM) -> str:
    """The Cookie header for a URL after one Set-Cookie, "" for none."""
    jar = CookieJar(id=JarId("jar_1"), cookies=after_answer((), came_from, [("set-cookie", set_cookie)], NOW))
    found = cookie_header(jar, url, STAMP)
    return found.reveal() if found else ""


@pytest.mark.parametrize(
    ("set_cookie", "url", "header"),
    [
        ("a=1", "https://shop.example/a/c", "a=1"),
        ("a=1", "https://shop.example/ab", ""),
        ("a=1; Path=/", "https://shop.example/", "a=1"),
        ("a=1; Path=/", "https://eu.shop.example/", ""),
        ("a=1; Path=/; Domain=shop.example", "https://eu.shop.example/", "a=1"),
        ("a=1; Path=/; Domain=.shop.example", "https://notshop.example/", ""),
        ("a=1; Path=/; Domain=evil.example", "https://evil.example/", ""),
        ("a=1; Path=/; Domain=example", "https://other.example/", ""),
        ("a=1; Path=/; Secure", "http://shop.example/", ""),
        ("a=1; Path=/; Max-Age=60", "https://shop.example/", "a=1"),
        ("a=1; Path=/; Max-Age=0", "https://shop.example/", ""),
        ("a=1; Path=/; Expires=Wed, 01 Jan 2020 00:00:00 GMT", "https://shop.example/", ""),
        ("a=1; Path=/; Expires=Fri, 01 Jan 2027 00:00:00 GMT", "https://shop.example/", "a=1"),
        ("a=1; Path=/; Expires=someday", "https://shop.example/", "a=1"),
        ("a=1; Path=/; Max-Age=60; Expires=Wed, 01 Jan 2020 00:00:00 GMT", "https://shop.example/", "a=1"),
        ('a="q=1"; Path=/', "https://shop.example/", 'a="q=1"'),
        ("broken", "https://shop.example/", ""),
        ("=1; Path=/", "https://shop.example/", ""),
        ("a=\r\nb", "https://shop.example/", ""),
    ],
)
def test_where_a_cookie_goes(set_cookie: str, url: str, header: str) -> None:
    assert sent(set_cookie, url) == header


def test_a_newer_cookie_takes_the_place_of_the_older() -> None:
    """Same name, host and path; longer paths stand first; one that has ended is removed."""
    answers = [("Set-Cookie", "a=1; Path=/"), ("Set-Cookie", "b=2; Path=/a"), ("Set-Cookie", "a=3; Path=/")]
    cookies = after_answer((), FROM, answers, NOW)
    jar = CookieJar(id=JarId("jar_1"), cookies=cookies)
    found = cookie_header(jar, FROM, STAMP)
    assert found
    assert found.reveal() == "b=2; a=3"
    assert [c.name for c in after_answer(cookies, FROM, [("set-cookie", "a=; Path=/; Max-Age=-1")], NOW)] == ["b"]
