"""Redirects: only where the action says so, one by one, and no credential of any kind across to another origin."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fault_kit import FaultServer
from hypothesis import given
from hypothesis import strategies as st

from app.domain.secret import Secret
from app.domain.sending import SendOptions
from app.engine.http import Result, send
from app.engine.http_redirects import Onward, Stop, onward
from app.engine.request import Request, RequestHeader

FOLLOW = SendOptions(follows_redirects=True)
TOKEN = Secret("canary-token-4711")


@pytest.fixture
def home() -> Iterator[FaultServer]:
    with FaultServer() as server:
        server.answer("/end", "X-End: yes\r\nContent-Type: application/json\r\n", b"{}")
        yield server


@pytest.fixture
def abroad() -> Iterator[FaultServer]:
    """The same host on another port is another origin."""
    with FaultServer() as server:
        server.answer("/end", "Content-Type: application/json\r\n", b'{"abroad": true}')
        yield server


def asked(url: str, method: str = "GET", *, body: bytes | None = None, sending: SendOptions = FOLLOW) -> Request:
    """A request that carries every kind of credential."""
    headers = (
        RequestHeader(name="X-Api-Key", value=TOKEN, origin="token"),
        RequestHeader(name="Authorization", value="Basic dXNlcjpwYXNz", origin="action"),
        RequestHeader(name="Cookie", value="session=crumbs", origin="action"),
        RequestHeader(name="X-Own", value="own", origin="action"),
        RequestHeader(name="User-Agent", value="Actionbench", origin="default"),
        *((RequestHeader(name="Content-Type", value="application/json", origin="default"),) if body else ()),
    )
    return Request(method=method, url=url, headers=headers, body=body, secrets=(TOKEN,), sending=sending)


async def sent(request: Request) -> Result:
    return await send(request, deadline_s=5, body_limit=1_000_000)


async def test_a_redirect_is_an_answer_unless_the_action_says_follow(home: FaultServer) -> None:
    home.redirect("/start", 302, "/end")
    result = await sent(asked(home.url + "/start", sending=SendOptions()))
    assert result.response is not None
    assert (result.response.status, result.hops, result.failure) == (302, (), None)
    assert "Redirects are not followed" in result.response.remarks[0]
    assert [arrived.target for arrived in home.log] == ["/start"]


@pytest.mark.parametrize(
    ("status", "method", "arrives"),
    [
        (301, "GET", "GET"),
        (301, "POST", "GET"),
        (302, "POST", "GET"),
        (302, "DELETE", "DELETE"),
        (303, "PUT", "GET"),
        (307, "POST", "POST"),
        (308, "PATCH", "PATCH"),
    ],
)
async def test_within_an_origin_everything_goes_along(
    home: FaultServer, status: int, method: str, arrives: str
) -> None:
    home.redirect("/start", status, "/end")
    body = None if method == "GET" else b'{"a": 1}'
    result = await sent(asked(home.url + "/start?q=1", method, body=body))
    assert result.failure is None
    assert result.response is not None
    assert result.response.header("x-end") == "yes"
    first, second = home.log
    assert (first.method, first.target, first.body) == (method, "/start?q=1", body or b"")
    assert (second.method, second.target) == (arrives, "/end")
    assert second.body == (b"" if arrives == "GET" else b'{"a": 1}')
    assert second.header("X-Api-Key") == TOKEN.reveal()
    assert second.header("Authorization") == "Basic dXNlcjpwYXNz"
    assert (second.header("content-type") is None) == (arrives == "GET")
    hop = result.hops[0]
    assert (hop.method, hop.status, hop.note) == (method, status, "")
    assert ("Set-Cookie", "a=b") in hop.headers
    assert hop.connection is not None
    assert home.connections == 2


async def test_no_credential_crosses_to_another_origin(home: FaultServer, abroad: FaultServer) -> None:
    home.redirect("/start", 302, f"{abroad.url}/end")
    result = await sent(asked(home.url + "/start?api_key=very-secret-key"))
    assert result.body == b'{"abroad": true}'
    arrived = abroad.log[0]
    assert arrived.target == "/end"
    assert [name for name, _ in arrived.headers] == ["Host", "User-Agent", "Accept-Encoding"]
    note = result.hops[0].note
    assert "not passed on: X-Api-Key, Authorization, Cookie, X-Own." in note
    assert TOKEN.reveal() not in repr(result)


async def test_a_post_turned_into_a_get_crosses_without_its_body(home: FaultServer, abroad: FaultServer) -> None:
    home.redirect("/start", 303, f"{abroad.url}/end")
    result = await sent(asked(home.url + "/start", "POST", body=b'{"card": "4111"}'))
    assert result.failure is None
    assert (abroad.log[0].method, abroad.log[0].body) == ("GET", b"")
    assert "the body" in result.hops[0].note


@pytest.mark.parametrize(
    ("status", "method", "location", "words"),
    [
        (307, "POST", "{abroad}/end", "asks to send the POST again there, which is never done"),
        (308, "DELETE", "{abroad}/end", "asks to send the DELETE again there"),
        (302, "GET", "{abroad}/end?key=canary-token-4711", "with a token of this request in its URL"),
        (302, "GET", "{abroad}/canary%2Dtoken%2D4711", "with a token of this request in its URL"),
        (302, "GET", "{abroad}/end?s=dXNlcjpwYXNz", "with the header Authorization of this request in its URL"),
        (302, "GET", "{abroad}/end?x=very-secret-key", "with api_key of this request in its URL"),
        (302, "GET", "http://shop.example/", "would have to begin with https://"),
        (302, "GET", "ftp://shop.example/", "neither http nor https"),
        (302, "GET", "https://[broken/", "cannot be read as a URL"),
        (302, "GET", "", "names no Location"),
    ],
)
async def test_what_is_refused_stops_and_says_so(
    home: FaultServer, abroad: FaultServer, status: int, method: str, location: str, words: str
) -> None:
    home.redirect("/start", status, location.format(abroad=abroad.url))
    body = b"{}" if method == "POST" else None
    result = await sent(asked(home.url + "/start?api_key=very-secret-key", method, body=body))
    assert result.failure is not None
    assert result.failure.stage == "redirect"
    assert words in result.failure.message
    assert TOKEN.reveal() not in result.failure.message
    assert result.response is not None
    assert result.response.status == status
    assert not result.response.is_cut
    assert abroad.log == []
    assert len(home.log) == 1


async def test_five_redirects_are_followed_and_no_sixth(home: FaultServer) -> None:
    home.redirect("/loop", 302, "/loop")
    result = await sent(asked(home.url + "/loop"))
    assert len(home.log) == 6
    assert len(result.hops) == 5
    assert result.failure is not None
    assert "6th redirect in a row; 5 are followed at most" in result.failure.message


async def test_the_deadline_is_over_all_hops(home: FaultServer) -> None:
    home.redirect("/start", 302, "/silent")
    result = await send(asked(home.url + "/start"), deadline_s=0.3, body_limit=1)
    assert result.failure is not None
    assert result.failure.stage == "wait"
    assert len(result.hops) == 1
    assert len(home.log) == 2


@pytest.mark.parametrize(
    ("base", "location", "words"),
    [
        ("https://shop.example/a", "http://shop.example/a", "from https to http"),
        ("https://shop.example/a", "http://127.0.0.1/a", "from https to http"),
        ("https://shop.example/a", "https://localhost/a", "to this machine itself"),
        ("https://shop.example/a", "https://[::1]/a", "to this machine itself"),
    ],
)
def test_where_no_redirect_may_lead(base: str, location: str, words: str) -> None:
    step = onward(asked(base), 302, location, followed=0)
    assert isinstance(step, Stop)
    assert words in step.reason


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("b?x=1#part", "https://shop.example/a/b?x=1"),
        ("//other.example/c", "https://other.example/c"),
        ("HTTPS://SHOP.example:443/d", "https://SHOP.example:443/d"),
        ("https://user:pw@other.example/e", "https://other.example/e"),
    ],
)
def test_where_a_redirect_leads(location: str, url: str) -> None:
    step = onward(asked("https://shop.example/a/z"), 302, location, followed=0)
    assert isinstance(step, Onward)
    assert step.request.url == url
    is_home = "shop.example" in url.lower()
    assert any(header.name == "X-Api-Key" for header in step.request.headers) == is_home


@given(
    st.sampled_from([301, 302, 303, 307, 308]),
    st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE"]),
    st.text(st.characters(codec="utf-8"), max_size=30),
    st.booleans(),
)
def test_no_location_makes_a_credential_cross(status: int, method: str, tail: str, carries: bool) -> None:
    """Whatever a server names: either it is this origin, or nothing of ours goes along, or it stops."""
    location = f"https://evil.example/{tail}" + (f"?k={TOKEN.reveal()}" if carries else "")
    step = onward(asked("https://shop.example/a", method, body=b"canary-body"), status, location, followed=0)
    if isinstance(step, Onward):
        assert not carries or "#" in tail  # what stands behind it is for the browser alone, and never sent
        assert step.request.method == "GET"
        assert step.request.body is None
        assert {header.name for header in step.request.headers} <= {"User-Agent"}
        assert TOKEN.reveal() not in step.request.url
