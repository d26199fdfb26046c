"""A server of raw bytes that offers each fault a network can have, and a log of what arrived: what tests go by."""

from __future__ import annotations

import contextlib
import functools
import gzip
import socket
import ssl
import struct
import threading
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

PAUSE_S = 0.02
OK = b"HTTP/1.1 200 OK\r\n"
JSON_HEAD = OK + b"Content-Type: application/json\r\n"


@dataclass
class Arrived:
    """One request as it arrived."""

    method: str
    target: str
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class Talk:
    """One connection, for a fault to misbehave on."""

    def __init__(self, connection: socket.socket, stopped: threading.Event) -> None:
        self.connection = connection
        self.stopped = stopped

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)

    def forever(self, data: bytes) -> None:
        """As fast as it is taken."""
        while not self.stopped.is_set():
            self.send(data)

    def drip(self, data: bytes) -> None:
        """A little at a time, without an end."""
        while not self.stopped.wait(PAUSE_S):
            self.send(data)

    def hold(self) -> None:
        """Say nothing until the test is over or the other side has gone."""
        self.connection.settimeout(20)
        with contextlib.suppress(OSError):
            while self.connection.recv(65536) and not self.stopped.is_set():
                pass


def _slow_head(talk: Talk) -> None:
    for byte in OK + b"X-Slow: " + b"." * 10_000:
        if talk.stopped.wait(PAUSE_S):
            return
        talk.send(bytes([byte]))


def _reset(talk: Talk) -> None:
    talk.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@functools.cache
def bomb(layers: int, megabytes: int) -> bytes:
    """A small body that becomes so many megabytes of zeros."""
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    body = b"".join(packer.compress(bytes(1_000_000)) for _ in range(megabytes)) + packer.flush()
    for _ in range(layers - 1):
        body = gzip.compress(body)
    return body


def _coded(coding: bytes, body: bytes) -> bytes:
    head = b"Content-Encoding: %s\r\nContent-Length: %d\r\n\r\n" % (coding, len(body))
    return JSON_HEAD + head + body


def _empty_blocks(talk: Talk) -> None:
    """Deflate that never ends and never becomes anything."""
    talk.send(JSON_HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"")[:10])
    talk.forever(b"\x00\x00\x00\xff\xff" * 1000)


FAULTS: dict[str, Callable[[Talk], None]] = {
    "/ok": lambda t: t.send(JSON_HEAD + b'Content-Length: 8\r\n\r\n{"a": 1}'),
    "/silent": lambda t: t.hold(),
    "/slow-head": _slow_head,
    "/drip": lambda t: (t.send(OK + b"Content-Type: text/plain\r\n\r\nfirst "), t.drip(b"."))[0],
    "/events": lambda t: (t.send(OK + b"Content-Type: text/event-stream\r\n\r\n"), t.drip(b"data: tick\n\n"))[0],
    "/endless": lambda t: (t.send(JSON_HEAD + b"\r\n"), t.forever(b"[" * 65536))[0],
    "/interim": lambda t: t.forever(b"HTTP/1.1 102 Processing\r\nX-Still: busy\r\n\r\n" * 200),
    "/many-headers": lambda t: (t.send(OK), t.forever(b"X-More: and more\r\n" * 200))[0],
    "/long-header": lambda t: (t.send(OK + b"X-Long: "), t.forever(b"a" * 8192))[0],
    "/long-length": lambda t: t.send(JSON_HEAD + b'Content-Length: 1000\r\n\r\n{"half'),
    "/short-length": lambda t: t.send(JSON_HEAD + b'Content-Length: 8\r\n\r\n{"a": 1} and much more'),
    "/huge-length": lambda t: (t.send(JSON_HEAD + b"Content-Length: 99999999999999\r\n\r\n"), t.forever(b"1" * 65536))[
        0
    ],
    "/odd-length": lambda t: t.send(JSON_HEAD + b"Content-Length: many\r\n\r\n{}"),
    "/two-lengths": lambda t: t.send(JSON_HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} "),
    "/bad-chunk": lambda t: t.send(JSON_HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{'a':\r\nnonsense\r\n"),
    "/cut-chunk": lambda t: t.send(JSON_HEAD + b'Transfer-Encoding: chunked\r\n\r\n5\r\n{"a":\r\n40\r\n 1'),
    "/close": lambda t: None,
    "/reset": _reset,
    "/garbage": lambda t: t.send(b"\x16\x03\x01 this is not HTTP\r\n\r\n"),
    "/bomb": lambda t: t.send(_coded(b"gzip", bomb(1, 80))),
    "/bomb-in-bomb": lambda t: t.send(_coded(b"gzip, gzip", bomb(2, 80))),
    "/empty-blocks": _empty_blocks,
    "/cut-gzip": lambda t: t.send(_coded(b"gzip", gzip.compress(b'{"a": 1}' * 1000)[:-20])),
    "/not-gzip": lambda t: t.send(_coded(b"gzip", b'{"a": 1}')),
    "/brotli": lambda t: t.send(_coded(b"br", b"\x0b\x02\x80hello\x03")),
    "/stray": lambda t: t.send(JSON_HEAD + b"Content-Length: 2\r\n\r\n{}" + JSON_HEAD + b"Content-Length: 2\r\n\r\n[]"),
}


class FaultServer:
    """Listens on loopback while this context is open; `log` holds every request that arrived, in order."""

    def __init__(self, *, tls: ssl.SSLContext | None = None, reads_bodies: bool = True) -> None:
        self.log: list[Arrived] = []
        self.connections = 0
        self.answers: dict[str, Callable[[Talk], None]] = dict(FAULTS)
        self._tls = tls
        self._reads_bodies = reads_bodies
        self._stopped = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"

    def redirect(self, path: str, status: int, location: str) -> None:
        """Answer a path with a redirect."""
        head = f"HTTP/1.1 {status} Go\r\nLocation: {location}\r\nContent-Length: 0\r\nSet-Cookie: a=b\r\n\r\n"
        self.answers[path] = lambda talk: talk.send(head.encode())

    def answer(self, path: str, head: str, body: bytes) -> None:
        """Answer a path with headers and a body, the length added."""
        data = f"HTTP/1.1 200 OK\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode("latin-1") + body
        self.answers[path] = lambda talk: talk.send(data)

    def __enter__(self) -> FaultServer:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _accept(self) -> None:
        while not self._stopped.is_set():
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
            with connection:
                arrived = self._read(connection)
                if arrived:
                    self.log.append(arrived)
                    self.answers[arrived.target.partition("?")[0]](Talk(connection, self._stopped))

    def _read(self, connection: socket.socket) -> Arrived | None:
        data = b""
        while b"\r\n\r\n" not in data:
            chunk = connection.recv(65536)
            if not chunk:
                return None
            data += chunk
            if data.startswith(b"\x16"):
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
                return None
        head, _, body = data.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ")
        headers = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines)]
        arrived = Arrived(method, target, headers)
        size = int(arrived.header("content-length") or 0)
        while self._reads_bodies and len(body) < size:
            body += connection.recv(65536)
        arrived.body = body
        return arrived


@contextlib.contextmanager
def faulty() -> Iterator[FaultServer]:
    """A running fault server."""
    with FaultServer() as server:
        yield server
