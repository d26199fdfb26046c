"""A value lands exactly and only where it was put: a real server compares byte for byte."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from urllib.parse import parse_qsl, unquote_to_bytes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rendering_kit import action, refused, rendered

from app.demo.api_recorder import Received
from app.demo.server import DemoServer
from app.domain.action import Action, BodyFormat, Header, Method, QueryRow
from app.engine.encoding import header_value
from app.engine.http import send

HOSTILE = (
    "plain",
    '"',
    "'",
    "\\",
    '","admin":true,"x":"',
    "}{",
    "{{whole}}",
    "{{text}}",
    '{{must | fallback: "x"}}',
    "..",
    ".",
    "../../etc/passwd",
    "/",
    "//evil.example/",
    "%2F",
    "%2e%2e%2f",
    "%",
    "%zz",
    "#frag",
    "?q=1",
    "&a=b",
    "a=b",
    ";",
    "+",
    " ",
    " both ends ",
    "@evil.example",
    "user:pass@evil.example",
    "\r\nX-Evil: 1",
    "\n",
    "\t",
    "\x00",
    "\x1b[31m",
    "\x7f",
    "ü",
    "漢字",
    "👩‍🚀",
    "\u202e",
    "\ufeff",
    "\U0001f600" * 20,
    "12345678901234567890",
    "-0",
    "1e400",
    "null",
    "a" * 2000,
)


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    """Records what arrives, byte for byte, and answers anything."""
    with DemoServer() as running:
        yield running


def received(server: DemoServer, made: Action, value: str) -> Received:
    """What arrived of an action with one value; exactly one request, with exactly the headers that were meant."""
    request = rendered(made, {"text": value})
    before = len(server.requests)
    result = asyncio.run(send(request, deadline_s=10, body_limit=1_000_000))
    assert result.response is not None, result.failure
    (arrived,) = server.requests[before:]
    names = sorted(header.name.lower() for header in request.headers)
    own = {"host", "connection", "content-length", "accept-encoding"}
    assert sorted(name for name, _ in arrived.headers if name not in own) == names
    return arrived


def check_places(server: DemoServer, value: str) -> None:
    """Path segment, query, query table, and JSON: inside a string, as a value, as a key."""
    made = action(
        method=Method.POST,
        url=f"{server.url}/faults/echo/{{{{text}}}}/end?q={{{{text}}}}&last=1",
        query=(QueryRow(name="row", value="<{{text}}>"), QueryRow(name="{{text}}", value="name")),
        body='{"in": "<{{text}}>", "as": {{text}}, "k{{text}}": 1}',
        body_format=BodyFormat.JSON,
    )
    arrived = received(server, made, value)
    raw = value.encode()
    *front, segment, end = arrived.path.split("/")
    assert (front, end) == (["", "faults", "echo"], "end")
    assert unquote_to_bytes(segment) == raw
    pairs = [tuple(unquote_to_bytes(part) for part in pair.split("=")) for pair in arrived.query.split("&")]
    assert pairs == [(b"q", raw), (b"last", b"1"), (b"row", b"<" + raw + b">"), (raw, b"name")]
    assert json.loads(arrived.body) == {"in": f"<{value}>", "as": value, f"k{value}": 1}


def check_bodies(server: DemoServer, value: str) -> None:
    """A form, and raw text."""
    form = action(method=Method.POST, url=f"{server.url}/faults/echo", body="a=1\nb={{text}}\n{{text}}=c")
    arrived = received(server, _as(form, BodyFormat.FORM), value)
    found = parse_qsl(arrived.body.decode("ascii"), keep_blank_values=True, strict_parsing=True)
    assert found == [("a", "1"), ("b", value), (value, "c")]
    text = action(method=Method.POST, url=f"{server.url}/faults/echo", body="<{{text}}>")
    assert received(server, _as(text, BodyFormat.TEXT), value).body == f"<{value}>".encode()


def _as(made: Action, kind: BodyFormat) -> Action:
    from dataclasses import replace

    return replace(made, body_format=kind)


def check_header(server: DemoServer, value: str) -> None:
    """As it is, or refused in words: a header cannot carry everything, and nothing is changed to fit."""
    made = action(url=f"{server.url}/faults/echo", headers=(Header(name="X-Value", value="{{text}}"),))
    if header_value(value):
        (said,) = refused(made, {"text": value})
        assert said.startswith("header X-Value: ")
    else:
        assert received(server, made, value).header("x-value") == value


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_values_arrive_unchanged_and_add_nothing(value: str, server: DemoServer) -> None:
    """In every place that a value can have."""
    check_places(server, value)
    check_bodies(server, value)
    check_header(server, value)


@settings(max_examples=15)
@given(value=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_any_text_arrives_unchanged(value: str, server: DemoServer) -> None:
    """Whatever somebody thinks of."""
    check_places(server, value)
    check_header(server, value)


@settings(max_examples=20)
@given(number=st.integers(-(10**40), 10**40))
def test_a_number_keeps_every_digit(number: int, server: DemoServer) -> None:
    """As JSON writes it, however long."""
    made = action(method=Method.POST, url=f"{server.url}/faults/echo", body='{"n": {{whole}}}')
    request = rendered(made, {"whole": str(number)})
    assert request.body == f'{{"n": {number}}}'.encode()


def test_headers_refuse_what_would_be_dropped_or_split() -> None:
    """Spaces at the ends, and line breaks."""
    for value in (" a", "a ", "a\r\nb: c", "é"):
        assert header_value(value)
    assert not header_value('a "b" {c}; d=%2F')
