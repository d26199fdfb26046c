"""HTTP/2, where an action offers it: spoken by a real server, and by those that only pretend to."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trustme
from asking_kit import ask
from fault_kit import FaultServer

from app.domain.sending import SendOptions
from app.engine.http import send
from app.engine.request import Request


@asynccontextmanager
async def hypercorn(authority: trustme.CA, tmp_path: Path, seen: list[tuple[str, str, bytes]]) -> AsyncIterator[str]:
    """An HTTP/2 server that notes version, method and body of what arrives."""
    from hypercorn.asyncio import serve
    from hypercorn.config import Config

    async def app(scope: dict[str, object], receive: object, send: object) -> None:
        if scope["type"] != "http":
            return
        message = await receive()  # type: ignore[operator]  # ASGI
        seen.append((str(scope["http_version"]), str(scope["method"]), message["body"]))
        headers = [(b"content-type", b"application/json"), (b"x-order", b"1"), (b"x-order", b"2")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})  # type: ignore[operator]
        if scope["path"] == "/drip":
            await send({"type": "http.response.body", "body": b"first", "more_body": True})  # type: ignore[operator]
            await asyncio.Event().wait()
        await send({"type": "http.response.body", "body": b'{"two": 2}'})  # type: ignore[operator]

    issued = authority.issue_cert("127.0.0.1")
    cert, key = tmp_path / "h2.pem", tmp_path / "h2.key"
    issued.cert_chain_pems[0].write_to_path(str(cert))
    issued.private_key_pem.write_to_path(str(key))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = Config()
    config.bind = [f"127.0.0.1:{port}"]
    config.certfile, config.keyfile, config.errorlog, config.graceful_timeout = str(cert), str(key), None, 0.0
    stop = asyncio.Event()
    serving = asyncio.create_task(serve(app, config, shutdown_trigger=stop.wait))  # type: ignore[arg-type]
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            break
        except OSError:
            await asyncio.sleep(0)
    try:
        yield f"https://127.0.0.1:{port}"
    finally:
        stop.set()
        await serving


@pytest.mark.filterwarnings("ignore")
async def test_http_2_is_spoken_where_the_action_offers_it(authority: trustme.CA, ca_file: str, tmp_path: Path) -> None:
    seen: list[tuple[str, str, bytes]] = []
    async with hypercorn(authority, tmp_path, seen) as url:
        two = await ask(url, SendOptions(ca_file=ca_file, is_http2=True), "POST", body=b"once")
        one = await ask(url, SendOptions(ca_file=ca_file))
        request = Request(
            method="GET", url=url + "/drip", headers=(), sending=SendOptions(ca_file=ca_file, is_http2=True)
        )
        cut = await send(request, deadline_s=0.3, body_limit=100)
    assert seen[0] == ("2", "POST", b"once")
    assert [version for version, _, _ in seen] == ["2", "1.1", "2"]
    assert two.response is not None
    assert (two.response.http_version, two.response.reason, two.body) == ("HTTP/2", "OK", b'{"two": 2}')
    assert [value for name, value in two.response.headers if name == "x-order"] == ["1", "2"]
    assert one.response is not None
    assert one.response.http_version == "HTTP/1.1"
    assert two.connection is not None
    assert two.connection.timing.first_byte_ms is not None
    assert cut.failure is not None
    assert cut.response is not None
    assert (cut.failure.stage, cut.body, cut.response.is_cut) == ("read", b"first", True)


_SETTINGS = b"\x00\x00\x00\x04\x00\x00\x00\x00\x00"


@pytest.mark.parametrize(
    "frames",
    [
        b"",
        b"HTTP/1.1 200 OK\r\n\r\n",
        _SETTINGS + b"\xff\xff\xff\x00\x00\x00\x00\x00\x01",
        _SETTINGS + b"\x00\x00\x08\x07\x00\x00\x00\x00\x00" + bytes(7) + b"\x01",
        _SETTINGS + b"\x00\x00\x04\x03\x00\x00\x00\x00\x01\x00\x00\x00\x01",
        _SETTINGS + b"\x00\x00\x03\x01\x04\x00\x00\x00\x01\xff\xff\xff",
        _SETTINGS + b"\x00\x00\x05\x00\x00\x00\x00\x00\x01hello",
        _SETTINGS + b"\x00\x00\x01\x01\x04\x00\x00\x00\x01\x88" + b"\x00\x00\x02\x00\x00\x00\x00\x00\x07no",
    ],
    ids=["nothing", "HTTP/1", "too-long", "goaway", "reset", "bad-headers", "data-first", "other-stream"],
)
async def test_http_2_that_is_none_is_one_clear_sentence(authority: trustme.CA, ca_file: str, frames: bytes) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["h2"])
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with FaultServer(tls=context) as server:
        server.answers["*"] = lambda talk: talk.send(frames)
        result = await ask(server.url, SendOptions(ca_file=ca_file, is_http2=True), "POST", body=b"once")
        assert server.connections == 1
    assert result.failure is not None
    assert result.failure.stage in ("send", "wait", "read")
    assert result.failure.message.endswith(".")
