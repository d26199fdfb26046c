"""Sending a request: the only network I/O of the engine.

One fresh connection per request, sent once, nothing from the environment. Redirects only where the action says so,
one by one. A total deadline and a limit on the decoded size always hold; what came before a cut is kept and marked as
cut. Every outcome is a value.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

from app.domain.action import MockResponse
from app.domain.run import Connection, Failure, FailureKind, Hop, Response, SentRequest
from app.engine.decoding import DecodingError
from app.engine.failures import broken_words, connect_words, late_words, network, status_failure
from app.engine.http_exchange import Exchange, phrase
from app.engine.http_network import Unusable
from app.engine.http_redirects import REDIRECTS, Stop, onward, origin_of
from app.engine.masking import mask
from app.engine.proxies import unused_proxy
from app.engine.request import Request

_NO_BODY = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of a request. Without a response there is a failure; with one there may be."""

    response: Response | None = None
    body: bytes = field(default=_NO_BODY, repr=False)
    """Not in its repr, which event loops make of every result, for nobody, at several times the body's size."""
    failure: Failure | None = None
    request: SentRequest | None = None
    """The first request as it left, every header of it, masked; None when nothing was tried."""
    hops: tuple[Hop, ...] = ()
    connection: Connection | None = None


class _Sending:
    """A request and the redirects it is led through."""

    def __init__(self, request: Request, limit: int, clock: Callable[[], float]) -> None:
        self._limit = limit
        self._clock = clock
        self._first = self._current = self._exchange(request, is_first=True)
        self._hops: list[Hop] = []
        self._origin = request.url

    def _exchange(self, request: Request, *, is_first: bool) -> Exchange:
        return Exchange(request, limit=self._limit, is_first=is_first, clock=self._clock)

    async def run(self) -> Failure | None:
        """Send, follow, read; a failure that the response itself does not show, or None."""
        while True:
            failure = await self._one()
            status = self._current.status
            if failure or status not in REDIRECTS:
                return failure
            assert status is not None
            if not self._current.request.sending.follows_redirects:
                if self._current.location:
                    self._current.remark("Redirects are not followed, unless the action's sending options say so.")
                return None
            step = onward(self._current.request, status, self._current.location, followed=len(self._hops))
            if isinstance(step, Stop):
                return network("redirect", f"{self._current.host} sent a redirect that is not followed. {step.reason}")
            self._go_on(step.request, step.note)

    def _go_on(self, request: Request, note: str) -> None:
        response = self._current.response(is_cut=False)
        assert response is not None
        before = self._current.sent()
        self._hops.append(
            Hop(
                method=before.method,
                url=before.url,
                status=response.status,
                reason=response.reason,
                headers=response.headers,
                http_version=response.http_version,
                elapsed_ms=response.elapsed_ms,
                connection=self._current.connection(),
                note=note,
            )
        )
        self._current = self._exchange(request, is_first=origin_of(request.url) == origin_of(self._origin))

    async def _one(self) -> Failure | None:
        exchange = self._current
        follows = exchange.request.sending.follows_redirects
        try:
            await exchange.run(reads_body=lambda status: not (follows and status in REDIRECTS and exchange.location))
        except DecodingError as error:
            kept = "It is kept as it came" if exchange.is_raw else "What could be read of it is kept"
            return network("decode", f"The answer cannot be read to its end: {error}. {kept}.")
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, UnicodeError, Unusable, OSError) as error:
            return _explain(error, exchange)
        if exchange.is_over:
            return network(
                "read",
                f"The answer is larger than {self._limit:,} bytes, the limit. The beginning is kept; "
                "the action's sending options can raise the limit.",
            )
        return None

    def late(self, deadline_s: float) -> Failure:
        """What the deadline has cut."""
        return late_words(self._current.where, self._current.host, deadline_s, self._current.body_size)

    def result(self, cut: Failure | None) -> Result:
        """What came, with the failure that cut it or that its status is."""
        exchange = self._current
        is_cut = cut is not None and cut.stage in ("read", "decode") and not exchange.is_raw
        response = exchange.response(is_cut=is_cut or exchange.is_over)
        failure = cut or (status_failure(response) if response else None)
        if failure:
            words = mask(failure.message, exchange.secrets)
            failure = Failure(kind=failure.kind, stage=failure.stage, message=words)
        return Result(
            response=response,
            body=exchange.body if response else _NO_BODY,
            failure=failure,
            request=self._first.sent(),
            hops=tuple(self._hops),
            connection=exchange.connection(),
        )


async def send(
    request: Request,
    *,
    deadline_s: float,
    body_limit: int,
    clock: Callable[[], float] = time.perf_counter,
) -> Result:
    """Send a request, once. `deadline_s` seconds in all, `body_limit` bytes decoded; never raises for the network."""
    sending = _Sending(request, body_limit, clock)
    try:
        async with asyncio.timeout(deadline_s):
            cut = await sending.run()
    except TimeoutError:
        cut = sending.late(deadline_s)
    return sending.result(cut)


def _explain(error: Exception, exchange: Exchange) -> Failure:
    """Why the network gave no whole answer."""
    if isinstance(error, Unusable):
        return _configuration(str(error))
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol):
        return _configuration(f"The URL cannot be used: {error}. Check the action's URL.")
    if isinstance(error, UnicodeError):
        return _configuration("A header holds a letter that no header can carry; write it in ASCII. Nothing was sent.")
    if isinstance(error, httpx.LocalProtocolError):
        return _configuration(f"The request cannot be sent as it is: {error}.")
    if isinstance(error, httpx.ProxyError):
        shown = exchange.connection().proxy
        return network(
            "connect", f"The proxy {shown} refused to connect to {exchange.host}: {error}. Nothing was sent."
        )
    if not exchange.is_sent:
        return network(exchange.where, connect_words(error, exchange.host) + _about_proxy(exchange))
    return broken_words(error, exchange.stage, exchange.host, exchange.body_size)


def _about_proxy(exchange: Exchange) -> str:
    """What a proxy has to do with it: the one that was used, or the one of the environment that was not."""
    if exchange.proxy:
        return f" It went by the proxy {exchange.connection().proxy}."
    unused = unused_proxy(exchange.request.url)
    return f" {unused} is set and was not used; the action's sending options can say so." if unused else ""


def _configuration(message: str) -> Failure:
    return Failure(kind=FailureKind.REQUEST_CONFIGURATION, stage="send", message=message)


def mock_result(sample: MockResponse) -> Result:
    """The answer of a sample; the caller labels the run as a mock."""
    body = sample.body.encode()
    response = Response(
        status=sample.status,
        reason=phrase(sample.status),
        headers=sample.headers,
        http_version="HTTP/1.1",
        body_size=len(body),
        elapsed_ms=0.0,
        first_byte_ms=0.0,
    )
    return Result(response=response, body=body, failure=status_failure(response))
