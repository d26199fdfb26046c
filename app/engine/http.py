"""Sending a request: the only network I/O of the engine.

One fresh connection per request, sent once, no redirects, nothing from the environment. A total deadline and a limit
on the decoded size always hold; what came before a cut is kept and marked as cut. Every outcome is a value.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

import httpx

from app.domain.action import Action
from app.domain.run import Failure, FailureKind, Response
from app.engine.decoding import CODINGS, Decoder, DecodingError
from app.engine.failures import connect_words, status_failure
from app.engine.masking import mask
from app.engine.request import Request

_NO_BODY = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of a request. Without a response there is a failure; with one there may be."""

    response: Response | None = None
    body: bytes = _NO_BODY
    failure: Failure | None = None


class _Exchange:
    """One request under way: what has come so far, so that a cut loses nothing."""

    def __init__(self, request: Request, body_limit: int, clock: Callable[[], float]) -> None:
        self._request = request
        self._limit = body_limit
        self._clock = clock
        self._start = clock()
        self._first_byte = 0.0
        self._head: httpx.Response | None = None
        self._chunks: list[bytes] = []
        self.stage = "connect"

    async def run(self) -> Failure | None:
        """Send, read; a failure that the response itself does not show, or None."""
        async with httpx.AsyncClient(
            trust_env=False,
            follow_redirects=False,
            timeout=None,  # noqa: S113 - one deadline over everything stands around this, see `send`
            limits=httpx.Limits(max_keepalive_connections=0),
        ) as client:
            self.stage = "wait"
            async with client.stream(
                self._request.method, self._request.url, headers=self._headers(), content=self._request.body
            ) as head:
                self._head = head
                self._first_byte = self._clock()
                self.stage = "read"
                return await self._read(head)

    def _headers(self) -> list[tuple[str, str]]:
        headers = [(header.name, header.text) for header in self._request.headers]
        if not any(name.lower() == "accept-encoding" for name, _ in headers):
            headers.append(("Accept-Encoding", ", ".join(CODINGS)))
        return headers

    async def _read(self, head: httpx.Response) -> Failure | None:
        codings = [text.strip().lower() for text in head.headers.get("content-encoding", "").split(",") if text.strip()]
        try:
            decoder = Decoder(codings, self._limit)
            async for chunk in head.aiter_raw():
                self._chunks.append(decoder.feed(chunk))
                if decoder.is_over:
                    return self._over()
            decoder.finish()
        except DecodingError as error:
            return _network("read", f"The answer cannot be read: {error}. What came is kept.")
        return None

    def _over(self) -> Failure:
        self._chunks = [b"".join(self._chunks)[: self._limit]]
        return _network("read", f"The answer is larger than {self._limit:,} bytes, the limit. The beginning is kept.")

    def result(self, cut: Failure | None) -> Result:
        """What came, with the failure that cut it or that its status is."""
        body = b"".join(self._chunks)
        if self._head is None:
            return Result(failure=cut)
        response = self._response(self._head, len(body), is_cut=cut is not None)
        return Result(response=response, body=body, failure=cut or status_failure(response))

    def _response(self, head: httpx.Response, size: int, *, is_cut: bool) -> Response:
        secrets = self._request.secrets
        raw = ((name.decode("latin-1"), value.decode("latin-1")) for name, value in head.headers.raw)
        return Response(
            status=head.status_code,
            reason=mask(head.reason_phrase or _phrase(head.status_code), secrets),
            headers=tuple((mask(name, secrets), mask(value, secrets)) for name, value in raw),
            http_version=head.http_version,
            body_size=size,
            elapsed_ms=round((self._clock() - self._start) * 1000, 3),
            first_byte_ms=round((self._first_byte - self._start) * 1000, 3),
            is_cut=is_cut,
        )


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in list(HTTPStatus) else ""


async def send(
    request: Request, *, deadline_s: float, body_limit: int, clock: Callable[[], float] = time.perf_counter
) -> Result:
    """Send a request, once. `deadline_s` seconds in all, `body_limit` bytes decoded; never raises for the network."""
    exchange = _Exchange(request, body_limit, clock)
    host = urlsplit(request.url).netloc
    try:
        async with asyncio.timeout(deadline_s):
            cut = await exchange.run()
    except TimeoutError:
        cut = _network(exchange.stage, f"{host} did not finish within {deadline_s:g} s, the limit of a request.")
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
        cut = _explain(error, host, exchange.stage)
        cut = Failure(kind=cut.kind, stage=cut.stage, message=mask(cut.message, request.secrets))
    return exchange.result(cut)


def _explain(error: Exception, host: str, stage: str) -> Failure:
    """Why the network gave no whole answer."""
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol):
        return _configuration(f"The URL cannot be used: {error}. Check the action's URL.")
    if isinstance(error, httpx.LocalProtocolError):
        return _configuration(f"The request cannot be sent as it is: {error}.")
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return _network("connect", connect_words(error, host))
    if isinstance(error, httpx.RemoteProtocolError):
        return _network(stage, f"{host} did not answer as HTTP requires: {error}. It may have broken off.")
    if isinstance(error, httpx.ReadError | httpx.WriteError):
        return _network(stage, f"The connection to {host} broke. The request may have arrived; look there.")
    return _network(stage, f"Sending to {host} failed: {str(error) or type(error).__name__}.")


def _configuration(message: str) -> Failure:
    return Failure(kind=FailureKind.REQUEST_CONFIGURATION, stage="send", message=message)


def mock_result(action: Action) -> Result:
    """The answer of an action's sample; the caller labels the run as a mock."""
    assert action.mock is not None
    body = action.mock.body.encode()
    response = Response(
        status=action.mock.status,
        reason=_phrase(action.mock.status),
        headers=action.mock.headers,
        http_version="HTTP/1.1",
        body_size=len(body),
        elapsed_ms=0.0,
        first_byte_ms=0.0,
    )
    return Result(response=response, body=body, failure=status_failure(response))


def _network(stage: str, message: str) -> Failure:
    return Failure(kind=FailureKind.NETWORK, stage=stage, message=message)
