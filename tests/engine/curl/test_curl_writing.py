"""A request written as a cURL command line: the real curl, run by bash, sends the same request."""

from __future__ import annotations

from pathlib import Path

import pytest
from curl_kit import Recorder, needs_curl, normal
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.domain.secret import DOTS, Secret
from app.engine.curl.assembly import import_curl
from app.engine.curl.writing import curl_line
from app.engine.request import Request, RequestHeader

_VALUES = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=15).map(str.strip)
_NAMES = st.sampled_from(("X-One", "X-Two", "Content-Type", "Accept", "User-Agent", "Referer"))
_SEGMENTS = st.text("ab.~!$&'()*+,;=:@%2E {}[]|^`\"<>é", max_size=8).map(lambda text: text.replace("%", "%25"))
_BODIES = st.one_of(st.none(), st.binary(min_size=1, max_size=60), st.text(min_size=1, max_size=30).map(str.encode))


def _request(port: int, method: str, path: str, headers: dict[str, str], body: bytes | None) -> Request:
    made = tuple(RequestHeader(name=name, value=value, origin="action") for name, value in headers.items())
    return Request(method=method, url=f"http://127.0.0.1:{port}/{path}", headers=made, body=body)


@needs_curl
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(("GET", "POST", "PUT", "PATCH", "DELETE")),
    st.lists(_SEGMENTS, max_size=3).map("/".join),
    st.dictionaries(_NAMES, _VALUES, max_size=4),
    _BODIES.filter(lambda body: body is None or len(body.decode("utf-8", "surrogateescape")) > 0),
)
@example("POST", "a?q='x'&r=$HOME", {"X-One": 'it\'s "$x" `y`'}, b"\0\xff'\\%n\n")
@example("POST", "a/%2E%2E/b", {"X-One": ""}, b"@file")
@example("GET", ".", {}, None)
@example("GET", "a/./b/../%2e/c/..", {}, None)
@example("GET", "a/{b}/[1-2]?x={c}", {"X-One": "@x; y"}, None)
def test_curl_sends_the_same(
    recorder: Recorder, tmp_path: Path, method: str, path: str, headers: dict[str, str], body: bytes | None
) -> None:
    """Method, target, headers and body, for any bytes."""
    request = _request(recorder.port, method, path, headers, body)
    ours, real = recorder.from_us(request), recorder.from_curl(curl_line(request, reveal=True), tmp_path)
    assert normal(real) == normal(ours)
    agent = [value for name, value in real.headers if name.lower() == "user-agent"]
    assert agent == ([headers["User-Agent"]] if "User-Agent" in headers else [])


@needs_curl
def test_a_body_too_long_for_an_argument_is_piped(recorder: Recorder, tmp_path: Path) -> None:
    """Linux takes 128 kB in one argument; beyond that curl reads it, byte for byte."""
    request = _request(recorder.port, "PUT", "a", {}, bytes(range(256)) * 600)
    assert recorder.from_curl(curl_line(request), tmp_path).body == request.body


@given(_VALUES.filter(bool), st.binary(max_size=40).filter(lambda body: b"\0" not in body))
def test_what_is_written_is_read_back(value: str, body: bytes) -> None:
    """Our own import understands our own export."""
    request = Request(
        method="POST",
        url="https://api.example.com/x?q=1",
        headers=(RequestHeader(name="X-One", value=value, origin="action"),),
        body=body or None,
    )
    found = import_curl(curl_line(request))
    assert (found.method, found.url, found.body) == ("POST", request.url, body)
    assert ("X-One", value) in found.headers


@pytest.mark.parametrize("secret", ["canary-token-4711", "abc"])
def test_secrets_are_dots_unless_asked(secret: str) -> None:
    """In their header whatever their length, and elsewhere by value."""
    token = Secret(f"Bearer {secret}")
    request = Request(
        method="POST",
        url=f"https://api.example.com/x?k={secret}" if len(secret) > 4 else "https://api.example.com/x",
        headers=(RequestHeader(name="Authorization", value=token, origin="token"),),
        body=f'{{"t": "{secret}"}}'.encode() if len(secret) > 4 else None,
        secrets=(Secret(secret), token),
    )
    shown = curl_line(request)
    assert secret not in shown
    assert shown.count(DOTS) == (3 if len(secret) > 4 else 1)
    assert f"Authorization: Bearer {secret}" in curl_line(request, reveal=True)


def test_it_reads_well() -> None:
    """One option a line, quotes only where they are needed."""
    request = Request(
        method="PUT",
        url="https://api.example.com/orders/1",
        headers=(RequestHeader(name="Content-Type", value="application/json", origin="action"),),
        body=b'{"it": "\'s"}',
    )
    assert curl_line(request) == (
        "curl -X PUT \\\n  https://api.example.com/orders/1 \\\n  -H 'Content-Type: application/json' \\\n"
        "  -H Accept: \\\n  -H User-Agent: \\\n  --data-raw '{\"it\": \"'\\''s\"}'"
    )
