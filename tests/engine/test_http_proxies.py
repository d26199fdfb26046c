"""Proxies: those that an action or the workspace names, and those of the environment, which are not obeyed unasked."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest
from asking_kit import ask
from fault_kit import FaultServer

from app.domain.sending import ENVIRONMENT, SendOptions
from app.engine.proxies import proxy_for


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
