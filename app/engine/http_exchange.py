"""One request and its answer over one fresh connection, through httpx: sent once, read in bounded steps.

It keeps what has come so far, how far it came and how long each step took, so that a cut at any moment loses nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import aclosing
from http import HTTPStatus
from io import BytesIO
from urllib.parse import urlsplit

import httpx

from app.domain.run import Connection, Response, SentRequest, Timing, TlsInfo
from app.domain.secret import Secret
from app.domain.sending import without_login
from app.engine.decoding import CODINGS, Decoder, DecodingError
from app.engine.http_network import Network, transport
from app.engine.http_tls import tls_info
from app.engine.masking import mask, url_login, url_secrets
from app.engine.proxies import proxy_for
from app.engine.request import Request

_BUSY_S = 0.005
"""How long undoing a coding may hold the event loop before others get their turn."""


class Exchange:
    """One request under way."""

    def __init__(self, request: Request, *, limit: int, is_first: bool, clock: Callable[[], float]) -> None:
        self.request = request
        self.host = without_login(f"//{urlsplit(request.url).netloc}").removeprefix("//")
        self.stage = "connect"
        """Where it is: dns, connect, tls, send, wait, read."""
        self.is_sent = False
        """Whether a first byte of the request may have left."""
        self.is_over = False
        """Whether the body passed the limit."""
        self.is_raw = False
        """Whether the body is kept as it came, because nothing of it could be decoded."""
        self.proxy = proxy_for(request.url, request.sending, request.default_proxy)
        self._is_first = is_first
        self._limit = limit
        self._clock = clock
        self._network = Network(clock)
        self._marks: dict[str, float] = {"begin": clock()}
        self._address = ""
        self._tls: TlsInfo | None = None
        self._sent_headers: tuple[tuple[str, str], ...] = ()
        self._head: httpx.Response | None = None
        self._body = BytesIO()
        self._wire_size = 0
        self._remarks: list[str] = []

    @property
    def status(self) -> int | None:
        """The answer's status, once there is an answer."""
        return self._head.status_code if self._head else None

    @property
    def location(self) -> str | None:
        """Where a redirect leads."""
        return self._head.headers.get("location") if self._head else None

    async def run(self, *, reads_body: Callable[[int], bool]) -> None:
        """Connect, send, read. Raises httpx's errors, DecodingError, Unusable."""
        request = httpx.Request(
            self.request.method,
            self.request.url,
            headers=self._headers(),
            content=self.request.body,
            extensions={"trace": self._trace},
        )
        self._sent_headers = tuple((n.decode("latin-1"), v.decode("latin-1")) for n, v in request.headers.raw)
        made = transport(self.request.url, self.request.sending, self.proxy, self._network, is_first=self._is_first)
        async with made:
            head = await made.handle_async_request(request)
            try:
                self._head = head
                self.stage = "read"
                if reads_body(head.status_code):
                    await self._read(head)
            finally:
                self._marks["end"] = self._clock()
                await head.aclose()

    def _headers(self) -> list[tuple[str, str]]:
        headers = [(header.name, header.text) for header in self.request.headers]
        names = {name.lower() for name, _ in headers}
        if "accept-encoding" not in names:
            headers.append(("Accept-Encoding", ", ".join(CODINGS)))
        if url_login(self.request.url) and "authorization" not in names:
            headers.append(("Authorization", f"Basic {url_login(self.request.url)}"))
        return headers

    async def _trace(self, name: str, info: Mapping[str, object]) -> None:
        event = name.partition(".")[2]
        self._marks[event] = self._clock()
        if event == "connect_tcp.complete":
            self._connected(info["return_value"])
        elif event == "start_tls.started":
            # Through a proxy, what went before was only the wish for a tunnel.
            self.stage, self.is_sent, self._network.is_past_head = "tls", False, False
        elif event == "start_tls.complete":
            encrypted = getattr(info["return_value"], "get_extra_info")("ssl_object")  # noqa: B009 - an object of httpcore's
            self._tls = tls_info(encrypted)
        elif event == "send_request_headers.started":
            self.stage, self.is_sent = "send", True
        elif event == "send_request_body.complete":
            self.stage = "wait"
        elif event == "receive_response_headers.complete" and self.stage == "wait":
            self._network.is_past_head = True

    def _connected(self, stream: object) -> None:
        address = getattr(stream, "get_extra_info")("server_addr")  # noqa: B009 - as above
        if isinstance(address, tuple):
            host, port = str(address[0]), address[1]
            self._address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    async def _read(self, head: httpx.Response) -> None:
        stream = head.stream
        assert isinstance(stream, httpx.AsyncByteStream)
        decoder = self._decoder(head)
        broken: DecodingError | None = None
        async with aclosing(stream.__aiter__()) as chunks:  # type: ignore[type-var]  # httpx's is a generator
            async for chunk in chunks:
                self._wire_size += len(chunk)
                try:
                    await self._take(decoder, chunk)
                except DecodingError as error:
                    if self.body_size:
                        raise
                    # Nothing could be decoded: better the bytes as they are than none.
                    broken, decoder, self.is_raw = error, Decoder((), self._limit), True
                    await self._take(decoder, chunk)
                if decoder.is_over:
                    self.is_over = True
                    return
        if broken:
            raise broken
        decoder.finish()

    async def _take(self, decoder: Decoder, chunk: bytes) -> None:
        """Keep what a chunk decodes to, a bounded piece at a time, with turns for others between."""
        resumed = self._clock()
        for piece in decoder.pieces(chunk):
            self._body.write(piece)
            if self._clock() - resumed > _BUSY_S:
                await asyncio.sleep(0)
                resumed = self._clock()

    def _decoder(self, head: httpx.Response) -> Decoder:
        named = head.headers.get("content-encoding", "")
        codings = [text.strip().lower() for text in named.split(",") if text.strip()]
        if head.status_code in (204, 304) or self.request.method == "HEAD":
            codings = []
        try:
            return Decoder(codings, self._limit)
        except DecodingError as error:
            self._remarks.append(f"The body is kept as it came: {error}.")
            return Decoder((), self._limit)

    def remark(self, text: str) -> None:
        """Keep a sentence with the response."""
        self._remarks.append(text)

    @property
    def body(self) -> bytes:
        """What came of the body, decoded; shares memory with the buffer."""
        return self._body.getvalue()

    @property
    def body_size(self) -> int:
        """Bytes of the body so far."""
        return self._body.tell()

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """What must not be seen: the request's own, and a password in its URL."""
        return (*self.request.secrets, *url_secrets(self.request.url))

    def sent(self) -> SentRequest:
        """The request as it left, masked: every header of it, in order."""
        secrets = self.secrets
        shown = {header.name.lower(): header.shown for header in self.request.headers if header.shown}
        return SentRequest(
            method=self.request.method,
            url=mask(self.request.url, secrets),
            headers=tuple(
                (name, shown.get(name.lower()) or mask(value, secrets)) for name, value in self._sent_headers
            ),
            body=mask((self.request.body or b"").decode("utf-8", "replace"), secrets),
        )

    def connection(self) -> Connection:
        """How it was connected, as far as it came."""
        return Connection(
            address=self._address,
            proxy=without_login(self.proxy),
            is_insecure=self.request.sending.is_insecure and self._is_first,
            tls=self._tls,
            timing=self._timing(),
        )

    def _timing(self) -> Timing:
        dns = self._network.dns_ms
        connect = self._between("connect_tcp.started", "connect_tcp.complete")
        return Timing(
            dns_ms=dns,
            connect_ms=None if connect is None else round(max(0.0, connect - (dns or 0.0)), 3),
            tls_ms=self._between("start_tls.started", "start_tls.complete"),
            first_byte_ms=self._between("send_request_body.complete", "receive_response_headers.complete"),
            transfer_ms=self._between("receive_response_headers.complete", "end"),
        )

    def _between(self, first: str, last: str) -> float | None:
        if first not in self._marks or last not in self._marks:
            return None
        return round((self._marks[last] - self._marks[first]) * 1000, 3)

    @property
    def where(self) -> str:
        """The stage, with the look-up of the name told apart from connecting."""
        return "dns" if self.stage == "connect" and self._network.is_resolving else self.stage

    def response(self, *, is_cut: bool) -> Response | None:
        """The head of the answer, masked; None when there was none."""
        head = self._head
        if head is None:
            return None
        secrets = self.secrets
        raw = ((name.decode("latin-1"), value.decode("latin-1")) for name, value in head.headers.raw)
        begin = self._marks["begin"]
        return Response(
            status=head.status_code,
            reason=mask(_reason(head), secrets),
            headers=tuple((mask(name, secrets), mask(value, secrets)) for name, value in raw),
            http_version=str(head.http_version),
            body_size=self.body_size,
            elapsed_ms=round((self._marks.get("end", self._clock()) - begin) * 1000, 3),
            first_byte_ms=round((self._marks["receive_response_headers.complete"] - begin) * 1000, 3),
            is_cut=is_cut,
            wire_size=self._wire_size,
            coding=mask(head.headers.get("content-encoding", ""), secrets),
            remarks=tuple(mask(remark, secrets) for remark in self._remarks),
        )


def _reason(head: httpx.Response) -> str:
    return head.reason_phrase or phrase(head.status_code)


def phrase(status: int) -> str:
    """The usual reason phrase of a status; HTTP/2 sends none."""
    return HTTPStatus(status).phrase if status in list(HTTPStatus) else ""
