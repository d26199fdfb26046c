"""Certificates, protocol versions, proxies and the environment, against real servers on loopback."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
import trustme
from fault_kit import FaultServer

from app.domain.sending import ENVIRONMENT, SendOptions
from app.engine.http import Result, send
from app.engine.http_network import proxy_for
from app.engine.request import Request, RequestHeader


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA(organization_name="Hazel Authority")


@pytest.fixture(scope="module")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


@pytest.fixture(scope="module")
def secure(authority: trustme.CA) -> Iterator[FaultServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with FaultServer(tls=context) as server:
        yield server


async def ask(url: str, sending: SendOptions | None = None, method: str = "GET", **more: object) -> Result:
    request = Request(method=method, url=url, headers=(), sending=sending or SendOptions(), **more)  # type: ignore[arg-type]  # as given
    return await send(request, deadline_s=5, body_limit=1_000_000)


async def test_a_certificate_of_an_unknown_authority_is_refused(secure: FaultServer) -> None:
    secure.log.clear()
    result = await ask(secure.url + "/ok")
    assert result.failure is not None
    assert result.failure.stage == "tls"
    assert "is not trusted" in result.failure.message
    assert "Nothing was sent." in result.failure.message
    assert secure.log == []


async def test_an_authority_of_ones_own_makes_it_trusted_and_the_run_keeps_the_certificate(
    secure: FaultServer, ca_file: str
) -> None:
    result = await ask(secure.url + "/ok", SendOptions(ca_file=ca_file))
    assert result.failure is None
    assert result.connection is not None
    tls = result.connection.tls
    assert tls is not None
    assert tls.is_verified
    assert tls.version == "TLSv1.3"
    assert "Hazel Authority" in tls.issuer
    assert tls.names == ("127.0.0.1",)
    assert tls.not_before < tls.not_after
    assert len(tls.fingerprint) == 64
    assert not result.connection.is_insecure
    assert result.connection.timing.tls_ms is not None


async def test_a_certificate_for_another_host_is_refused(secure: FaultServer, ca_file: str) -> None:
    url = f"https://shop.localhost:{secure.port}/ok"
    result = await ask(url, SendOptions(ca_file=ca_file))
    assert result.failure is not None
    assert "is not trusted: Hostname mismatch" in result.failure.message


async def test_insecure_is_kept_with_the_run(secure: FaultServer) -> None:
    result = await ask(secure.url + "/ok", SendOptions(is_insecure=True))
    assert result.failure is None
    assert result.connection is not None
    assert result.connection.is_insecure
    assert result.connection.tls is not None
    assert not result.connection.tls.is_verified
    assert "Hazel Authority" in result.connection.tls.issuer


async def test_what_is_insecure_here_is_checked_elsewhere(secure: FaultServer, authority: trustme.CA) -> None:
    """A redirect's target gets neither the switch nor the certificate of this side."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with FaultServer(tls=context) as other:
        secure.redirect("/away", 302, f"{other.url}/ok")
        result = await ask(secure.url + "/away", SendOptions(is_insecure=True, follows_redirects=True))
        assert other.log == []
    assert result.failure is not None
    assert "is not trusted" in result.failure.message
    assert len(result.hops) == 1
    assert result.hops[0].connection is not None
    assert result.hops[0].connection.is_insecure


async def test_a_client_certificate_is_shown_where_one_is_asked_for(
    authority: trustme.CA, ca_file: str, tmp_path: Path
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    client = authority.issue_cert("me@shop.example")
    cert, key = tmp_path / "me.pem", tmp_path / "me.key"
    client.cert_chain_pems[0].write_to_path(str(cert))
    client.private_key_pem.write_to_path(str(key))
    with FaultServer(tls=context) as server:
        bare = await ask(server.url + "/ok", SendOptions(ca_file=ca_file))
        assert bare.failure is not None
        assert bare.response is None
        assert server.log == []
        options = SendOptions(ca_file=ca_file, client_cert=str(cert), client_key=str(key))
        assert (await ask(server.url + "/ok", options)).failure is None
        assert len(server.log) == 1


async def test_a_key_with_a_passphrase_never_asks_at_the_terminal(
    secure: FaultServer, ca_file: str, authority: trustme.CA, tmp_path: Path
) -> None:
    from cryptography.hazmat.primitives import serialization

    client = authority.issue_cert("me@shop.example")
    plain = serialization.load_pem_private_key(client.private_key_pem.bytes(), None)
    key = tmp_path / "me.key"
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    key.write_bytes(plain.private_bytes(pem, pkcs8, serialization.BestAvailableEncryption(b"pw")))
    cert = tmp_path / "me.pem"
    client.cert_chain_pems[0].write_to_path(str(cert))
    result = await ask(secure.url + "/ok", SendOptions(client_cert=str(cert), client_key=str(key)))
    assert result.failure is not None
    assert "has a passphrase" in result.failure.message


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


class Tunnel:
    """A proxy that knows CONNECT, and refuses when it is told to."""

    def __init__(self, refusal: bytes = b"") -> None:
        self.asked: list[str] = []
        self._refusal = refusal
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def __enter__(self) -> Tunnel:
        threading.Thread(target=self._run, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.close()

    def _run(self) -> None:
        try:
            near, _ = self._listening.accept()
        except OSError:
            return
        with near:
            head = near.recv(65536).decode()
            self.asked.append(head.split("\r\n")[0])
            if self._refusal:
                near.sendall(self._refusal)
                return
            host, _, port = head.split()[1].partition(":")
            with socket.create_connection((host, int(port))) as far:
                near.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
                back = threading.Thread(target=_pump, args=(far, near), daemon=True)
                back.start()
                _pump(near, far)
                back.join()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        return


async def test_a_proxy_of_the_action_is_used_and_kept_with_the_run(secure: FaultServer, ca_file: str) -> None:
    with Tunnel() as tunnel:
        result = await ask(secure.url + "/ok", SendOptions(ca_file=ca_file, proxy=tunnel.url))
    assert result.failure is None
    assert tunnel.asked == [f"CONNECT 127.0.0.1:{secure.port} HTTP/1.1"]
    assert result.connection is not None
    assert result.connection.proxy == tunnel.url
    assert result.connection.tls is not None


async def test_a_proxy_that_refuses_says_so_and_nothing_was_sent(secure: FaultServer) -> None:
    with Tunnel(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n") as tunnel:
        result = await ask(secure.url + "/ok", SendOptions(proxy=tunnel.url))
    assert result.failure is not None
    assert f"The proxy {tunnel.url} refused" in result.failure.message
    assert "407" in result.failure.message
    assert "Nothing was sent." in result.failure.message


async def test_the_environment_is_not_obeyed_and_that_is_said(
    secure: FaultServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    keys = tmp_path / "keys"
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login me password very-secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SSLKEYLOGFILE", str(keys))
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "http_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    secure.log.clear()
    result = await ask(secure.url + "/ok", SendOptions(is_insecure=True))
    assert result.failure is None
    assert secure.log[0].header("authorization") is None
    assert not keys.exists()
    refused = await ask("https://127.0.0.1:1/")
    assert refused.failure is not None
    assert "https_proxy is set and was not used" in refused.failure.message


@pytest.mark.parametrize(
    ("url", "own", "default", "proxy"),
    [
        ("https://shop.example/", "", "direct", ""),
        ("https://shop.example/", "", "http://p:1", "http://p:1"),
        ("https://shop.example/", "direct", "http://p:1", ""),
        ("https://shop.example/", "http://q:2", "http://p:1", "http://q:2"),
        ("http://127.0.0.1/", "", "http://p:1", ""),
        ("http://localhost/", "http://q:2", "", "http://q:2"),
        ("https://shop.example/", ENVIRONMENT, "direct", "http://env:3"),
        ("https://shop.example/", "", ENVIRONMENT, "http://env:3"),
        ("https://not.example/", ENVIRONMENT, "direct", ""),
        ("http://127.0.0.1/", ENVIRONMENT, "direct", ""),
    ],
)
def test_which_proxy_stands_before_a_url(
    url: str, own: str, default: str, proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("https_proxy", "http_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "env:3")
    monkeypatch.setenv("no_proxy", "not.example")
    assert proxy_for(url, SendOptions(proxy=own), default) == proxy


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def httpbin() -> Iterator[str]:
    """A well-known server that nobody here has written."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from httpbin import app

        server = make_server("127.0.0.1", 0, app, handler_class=_Quiet)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/get?a=b%20c", 200, b'"b c"'),
        ("/gzip", 200, b'"gzipped": true'),
        ("/deflate", 200, b'"deflated": true'),
        ("/image/png", 200, b"\x89PNG"),
        ("/xml", 200, b"<slideshow"),
        ("/encoding/utf8", 200, "∮".encode()),
        ("/redirect/3", 200, b'"url"'),
        ("/absolute-redirect/2", 200, b'"url"'),
        ("/redirect/9", 302, b""),
        ("/status/418", 418, b"teapot"),
        ("/stream/3", 200, b'"id": 2'),
        ("/bytes/64", 200, b""),
    ],
)
async def test_against_httpbin(httpbin: str, path: str, status: int, words: bytes) -> None:
    result = await ask(httpbin + path, SendOptions(follows_redirects=True))
    assert result.response is not None
    assert result.response.status == status
    assert words in result.body
    assert (result.failure is None) == (status == 200)


@pytest.mark.filterwarnings("ignore")
async def test_httpbin_gets_what_was_meant(httpbin: str) -> None:
    headers = (RequestHeader(name="X-One", value="1", origin="action"),)
    request = Request(method="PATCH", url=httpbin + "/anything/%2e%2e/a%2Fb?x=%26", headers=headers, body=b"\xc3\xa9")
    result = await send(request, deadline_s=5, body_limit=1_000_000)
    assert b'"method": "PATCH"' in result.body
    assert b'"X-One": "1"' in result.body
    assert b'"x": "&"' in result.body
    assert result.request is not None
    assert ("Content-Length", "2") in result.request.headers


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
