"""Against every fault a server can have: one clear sentence, within the deadline and the limit, sent at most once."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fault_kit import FAULTS, FaultServer, bomb

from app.domain.run import FailureKind
from app.domain.sending import SendOptions
from app.engine.http import Result, send
from app.engine.request import Request, RequestHeader

ROOT = Path(__file__).resolve().parents[2]
SHORT_S = 0.3
GENEROUS_S = 5.0
LIMIT = 2_000_000
OUTCOMES = {
    "/silent": ("wait", "sent no answer within 0.3 s"),
    "/slow-head": ("wait", "sent no answer within 0.3 s"),
    "/drip": ("read", "did not end within 0.3 s"),
    "/events": ("read", "did not end within 0.3 s"),
    "/endless": ("read", "larger than 2,000,000 bytes"),
    "/interim": ("wait", "256,000 bytes came before an answer began"),
    "/many-headers": ("wait", "did not answer as HTTP requires"),
    "/long-header": ("wait", "did not answer as HTTP requires"),
    "/long-length": ("read", "broke off"),
    "/huge-length": ("read", "larger than 2,000,000 bytes"),
    "/odd-length": ("wait", "did not answer as HTTP requires"),
    "/two-lengths": ("wait", "did not answer as HTTP requires"),
    "/bad-chunk": ("read", "broke off"),
    "/cut-chunk": ("read", "broke off"),
    "/close": ("wait", "closed the connection before an answer came"),
    "/reset": ("wait", "closed the connection before an answer came"),
    "/garbage": ("wait", "did not answer as HTTP requires"),
    "/bomb": ("read", "larger than 2,000,000 bytes"),
    "/bomb-in-bomb": ("read", "larger than 2,000,000 bytes"),
    "/empty-blocks": ("read", "did not end within 0.3 s"),
    "/cut-gzip": ("decode", "the gzip body stops in the middle"),
    "/not-gzip": ("decode", "but it is not"),
}
FINE = {"/ok": b'{"a": 1}', "/short-length": b'{"a": 1}', "/stray": b"{}", "/brotli": b"\x0b\x02\x80hello\x03"}
KEPT = {"/drip": b"first ", "/long-length": b'{"half', "/cut-chunk": b'{"a": 1', "/bad-chunk": b"{'a':"}


@pytest.fixture(scope="module")
def server() -> Iterator[FaultServer]:
    bomb(1, 80), bomb(2, 80)  # made before anybody waits for them
    with FaultServer() as running:
        yield running


async def ask(server: FaultServer, path: str, *, deadline_s: float = SHORT_S, body: bytes | None = None) -> Result:
    """Send one request to a fault; the server's log then holds what arrived."""
    server.log.clear()
    headers = (RequestHeader(name="X-Api-Key", value="key", origin="action"),)
    request = Request(method="POST", url=server.url + path, headers=headers, body=body)
    return await send(request, deadline_s=deadline_s, body_limit=LIMIT)


def test_every_fault_has_an_outcome() -> None:
    assert set(FAULTS) == OUTCOMES.keys() | FINE.keys()


@pytest.mark.parametrize("path", OUTCOMES)
async def test_a_fault_is_one_clear_sentence_and_the_request_left_once(server: FaultServer, path: str) -> None:
    stage, words = OUTCOMES[path]
    start = time.monotonic()
    deadline_s = GENEROUS_S if "0.3 s" not in words else SHORT_S
    result = await ask(server, path, deadline_s=deadline_s, body=b'{"pay": 1}')
    assert time.monotonic() - start < GENEROUS_S
    failure = result.failure
    assert failure is not None
    assert (failure.kind, failure.stage) == (FailureKind.NETWORK, stage)
    assert words in failure.message
    assert failure.message.endswith(".")
    assert "\n" not in failure.message
    assert [(arrived.method, arrived.body) for arrived in server.log] == [("POST", b'{"pay": 1}')]


@pytest.mark.parametrize("path", FINE)
async def test_what_can_be_read_is_read(server: FaultServer, path: str) -> None:
    result = await ask(server, path)
    assert result.failure is None
    assert result.response is not None
    assert not result.response.is_cut
    assert result.body == FINE[path]
    assert len(server.log) == 1


async def test_a_coding_that_nobody_asked_for_is_kept_as_it_came_and_said(server: FaultServer) -> None:
    result = await ask(server, "/brotli")
    assert result.response is not None
    assert "br-coded, which was not asked for" in result.response.remarks[0]
    assert server.log[0].header("accept-encoding") == "gzip, deflate"


@pytest.mark.parametrize("path", KEPT)
async def test_what_came_before_the_cut_is_kept_and_marked(server: FaultServer, path: str) -> None:
    result = await ask(server, path)
    assert result.response is not None
    assert result.response.is_cut
    assert result.body.startswith(KEPT[path])
    assert result.response.body_size == len(result.body)


async def test_what_says_gzip_and_is_none_is_kept_as_it_came(server: FaultServer) -> None:
    result = await ask(server, "/not-gzip")
    assert result.body == b'{"a": 1}'
    assert result.response is not None
    assert not result.response.is_cut
    assert result.failure is not None
    assert "It is kept as it came." in result.failure.message


async def test_a_login_in_the_url_is_sent_and_never_kept(server: FaultServer) -> None:
    server.log.clear()
    url = server.url.replace("http://", "http://me:pa%20ss-word@") + "/ok"
    result = await send(Request(method="GET", url=url, headers=()), deadline_s=GENEROUS_S, body_limit=LIMIT)
    assert server.log[0].header("authorization") == "Basic bWU6cGEgc3Mtd29yZA=="
    for form in ("pa%20ss-word", "pa ss-word", "bWU6cGEgc3Mtd29yZA=="):
        assert form not in repr(result)


@pytest.mark.parametrize("path", ["/endless", "/bomb", "/bomb-in-bomb", "/huge-length"])
async def test_the_limit_is_kept_to_the_byte(server: FaultServer, path: str) -> None:
    result = await ask(server, path, deadline_s=GENEROUS_S)
    assert len(result.body) == LIMIT
    assert result.response is not None
    assert result.response.is_cut


async def test_a_body_that_nobody_takes_is_cut_at_the_deadline() -> None:
    with FaultServer(reads_bodies=False) as server:
        server.answers["/silent"] = lambda talk: talk.stopped.wait(10) and None
        result = await ask(server, "/silent", body=bytes(20_000_000))
    assert result.failure is not None
    assert result.failure.stage == "send"
    assert "did not take the whole request" in result.failure.message


@pytest.mark.parametrize("path", ["/silent", "/drip", "/endless", "/interim", "/empty-blocks", "/bomb-in-bomb"])
async def test_a_cancelled_send_ends_at_once_and_the_loop_stays_alive(server: FaultServer, path: str) -> None:
    request = Request(method="GET", url=server.url + path, headers=())
    server.log.clear()
    sending = asyncio.create_task(send(request, deadline_s=60, body_limit=400_000_000))
    gaps, last = [], time.monotonic()
    for _ in range(40):
        await asyncio.sleep(0.005)
        now = time.monotonic()
        gaps.append(now - last)
        last = now
    start = time.monotonic()
    if not sending.done():
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
    assert time.monotonic() - start < 0.2
    assert sorted(gaps)[len(gaps) // 2] < 0.05
    assert len(server.log) == 1


@pytest.mark.parametrize(
    ("url", "stage", "words"),
    [
        ("https://no-such-host.invalid/", "dns", "There is no host no-such-host.invalid"),
        ("http://127.0.0.1:1/", "connect", "Nothing answers at 127.0.0.1:1"),
    ],
)
async def test_nothing_was_sent_where_nobody_answers(url: str, stage: str, words: str) -> None:
    result = await send(Request(method="GET", url=url, headers=()), deadline_s=GENEROUS_S, body_limit=LIMIT)
    assert result.failure is not None
    assert result.failure.stage == stage
    assert words in result.failure.message
    assert "Nothing was sent." in result.failure.message
    assert result.response is None
    assert result.connection is not None


async def test_a_name_that_is_never_resolved_ends_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even the thread that waits for the resolver does not hold anything up."""
    import threading

    hanging = threading.Event()
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: hanging.wait(30) and [])
    result = await send(Request(method="GET", url="https://x.example/", headers=()), deadline_s=0.1, body_limit=1)
    hanging.set()
    assert result.failure is not None
    assert result.failure.stage == "dns"
    assert "was not found within 0.1 s" in result.failure.message


async def test_an_address_that_does_not_answer_does_not_hide_the_next(
    server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, server.port)) for host in ("127.0.0.99", "127.0.0.1")]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: found)
    request = Request(method="GET", url=f"http://two.example:{server.port}/ok", headers=())
    result = await send(request, deadline_s=GENEROUS_S, body_limit=LIMIT)
    assert result.failure is None
    assert result.connection is not None
    assert result.connection.address == f"127.0.0.1:{server.port}"
    assert result.connection.timing.dns_ms is not None


async def test_plain_http_on_a_tls_port_and_the_other_way_round(server: FaultServer) -> None:
    request = Request(method="GET", url=server.url.replace("http:", "https:") + "/ok", headers=())
    result = await send(request, deadline_s=GENEROUS_S, body_limit=LIMIT)
    assert result.failure is not None
    assert result.failure.stage == "tls"
    assert "does not speak TLS as expected" in result.failure.message
    assert "Nothing was sent." in result.failure.message


MEMORY = """
import asyncio, pathlib, psutil, sys
from app.engine.http import send
from app.engine.request import Request
status = pathlib.Path("/proc/self/status")
def peak():
    # Not getrusage: it would tell of the process that started this one.
    if not status.exists():
        return psutil.Process().memory_info().rss // 1024
    return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
limit = int(sys.argv[3])
async def ask(path):
    return await send(Request(method="GET", url=sys.argv[1] + path, headers=()), deadline_s=8, body_limit=limit)
asyncio.run(ask("/ok"))
before = peak()
result = asyncio.run(ask(sys.argv[2]))
print(peak() - before, len(result.body), result.failure.stage)
"""


@pytest.mark.parametrize("path", ["/endless", "/bomb", "/bomb-in-bomb", "/many-headers"])
def test_memory_stays_under_the_limit_plus_a_little(server: FaultServer, path: str) -> None:
    """Measured from outside, in a process of its own."""
    limit = 40_000_000
    done = subprocess.run(
        [sys.executable, "-c", MEMORY, server.url, path, str(limit)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    grown_kib, size, _ = done.stdout.split()
    assert int(size) == (0 if path == "/many-headers" else limit)
    assert int(grown_kib) * 1024 < int(size) + 12_000_000


async def test_options_that_cannot_be_used_send_nothing(server: FaultServer, tmp_path: Path) -> None:
    server.log.clear()
    for options, words in (
        (SendOptions(ca_file=str(tmp_path / "none.pem")), "The file of authorities"),
        (SendOptions(client_cert=str(tmp_path / "none.pem")), "The client certificate"),
        (SendOptions(proxy="socks5://127.0.0.1:1"), "SOCKS proxies cannot be used"),
    ):
        url = server.url.replace("http:", "https:") + "/ok"
        request = Request(method="GET", url=url, headers=(), sending=options)
        result = await send(request, deadline_s=GENEROUS_S, body_limit=LIMIT)
        assert result.failure is not None
        assert result.failure.kind is FailureKind.REQUEST_CONFIGURATION
        assert result.failure.message.startswith(words)
    assert server.log == []
