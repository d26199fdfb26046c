"""The server itself: where it listens, what it notes, how it starts and stops."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading

import httpx
import pytest
from demo_kit import FakeTime, error_of

from app.demo.api_recorder import MAX_BODY
from app.demo.api_settings import DemoSettings
from app.demo.server import DemoServer, serve
from app.errors import InvalidInput

SERVE = """
import sys
from app.demo.server import serve
assert not {"starlette", "uvicorn", "h11"} & set(sys.modules), "importing the server must be light"
try:
    serve(0, lambda url: print(url, flush=True))
except KeyboardInterrupt:
    sys.exit(130)
"""


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "localhost", "192.168.1.10", "example.com", "127.0.0.2"])
def test_anything_but_loopback_is_refused(host: str) -> None:
    with pytest.raises(InvalidInput, match="this machine only"):
        DemoServer(host=host)


@pytest.mark.parametrize("port", [-1, 65536])
def test_ports_that_are_none_are_refused(port: int) -> None:
    with pytest.raises(InvalidInput, match="is not a port"):
        serve(port, lambda _: None)


def test_a_port_that_is_taken_is_named(server: DemoServer) -> None:
    port = int(server.url.rpartition(":")[2])
    with pytest.raises(InvalidInput, match=f"Port {port} cannot be used"):
        DemoServer(port).__enter__()


def test_it_listens_on_ipv4_loopback_alone(server: DemoServer) -> None:
    assert server.url.startswith("http://127.0.0.1:")
    port = int(server.url.rpartition(":")[2])
    with socket.socket() as other:
        other.bind(("127.0.0.2", port))


def test_ipv6_loopback() -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("no IPv6 here")
    with DemoServer(host="::1") as server:
        assert server.url.startswith("http://[::1]:")
        response = httpx.get(f"{server.url}/orders", headers={"X-Api-Key": "demo-shop-key"}, trust_env=False)
        assert response.json()["page"]["next"].startswith(f"{server.url}/orders?")


def test_requests_are_noted_to_the_byte(server: DemoServer) -> None:
    before = len(server.requests)
    port = int(server.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(
            b"PUT /orders/%2e%20/x?a=%7B&&b=1+1 HTTP/1.1\r\nHost: h\r\nX-B: 2\r\nX-A: caf\xe9\r\nX-B: 1\r\n"
            b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab\x00\r\n2\r\n\xff\n\r\n0\r\n\r\n"
        )
        while connection.recv(4096):
            pass
    (received,) = server.requests[before:]
    assert (received.method, received.path, received.query) == ("PUT", "/orders/%2e%20/x", "a=%7B&&b=1+1")
    assert [header for header in received.headers if header[0].startswith("x-")] == [
        ("x-b", "2"),
        ("x-a", "café"),
        ("x-b", "1"),
    ]
    assert received.body == b"ab\x00\xff\n"
    assert received.header("X-B") == "2"
    assert received.header("X-Api-Key") is None


def test_keys_stay_out_of_the_repr(shop: httpx.Client, server: DemoServer) -> None:
    shop.post("/faults/echo", content=b"hush")
    assert server.requests[-1].header("x-api-key") == "demo-shop-key"
    assert "demo-shop-key" not in repr(server.requests[-1])
    assert "hush" not in repr(server.requests[-1])


def test_a_body_beyond_the_limit_is_413(anybody: httpx.Client) -> None:
    assert anybody.post("/faults/echo", content=b"x" * MAX_BODY).json()["body"]["bytes"] == MAX_BODY
    assert error_of(anybody.post("/faults/echo", content=b"x" * (MAX_BODY + 1)), 413)["type"] == "too_large"


def test_unknown_routes_and_methods_have_the_same_kind_of_error(anybody: httpx.Client) -> None:
    assert error_of(anybody.get("/nothing"), 404)["type"] == "not_found"
    assert error_of(anybody.get("/orders/"), 404)["type"] == "not_found"
    response = anybody.put("/orders/1001")
    assert error_of(response, 405)["type"] == "method_not_allowed"
    assert response.headers["Allow"] == "DELETE, GET, HEAD, PATCH"


def test_head_is_get_without_a_body(shop: httpx.Client) -> None:
    head, get = shop.head("/orders/1001"), shop.get("/orders/1001")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == get.headers["Content-Length"]


def test_each_start_begins_at_the_seed(time: FakeTime) -> None:
    for _ in range(2):
        with DemoServer(settings=time.settings()) as server:
            headers = {"X-Api-Key": "demo-shop-key"}
            with httpx.Client(base_url=server.url, headers=headers, trust_env=False) as client:
                assert client.delete("/orders/1001").status_code == 204
                assert client.get("/orders").json()["page"]["total"] == 59
            assert len(server.requests) == 2


def test_stopping_does_not_wait_for_a_client_that_is_being_kept_waiting() -> None:
    is_waiting = threading.Event()

    async def forever(_: float) -> None:
        import asyncio

        is_waiting.set()
        await asyncio.Event().wait()

    with DemoServer(settings=DemoSettings(sleep=forever)) as server:
        connection = socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])))
        connection.sendall(b"GET /faults/slow HTTP/1.1\r\nHost: h\r\n\r\n")
        assert is_waiting.wait(10)
    with connection:
        while connection.recv(4096):
            pass


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_serve_announces_then_ends_on_a_signal(number: signal.Signals, status: int) -> None:
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-c", SERVE], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        url = process.stdout.readline().strip()
        assert httpx.get(f"{url}/faults/404", trust_env=False).status_code == 404
        process.send_signal(number)
        assert process.wait(20) == status
        assert process.stdout.read() == ""
        assert process.stderr.read() == ""
