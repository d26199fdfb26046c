"""Connections for one request: names looked up in the open, every address tried, TLS contexts made to order.

Nothing is taken from the environment unless the action says so.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import NoReturn

import certifi
import httpcore
import httpx

from app.domain.action_rules import is_loopback
from app.domain.sending import SendOptions

_STAGGER_S = 0.25
"""How long one address may keep the next waiting (RFC 8305)."""
_THIS_MACHINE = ("127.0.0.1", "::1")
_HEAD_STEP = 4096
_MOST_BEFORE_HEAD = 256_000
"""Bytes of interim answers that are taken; the head of an honest answer has a few thousand."""


class Unusable(Exception):  # noqa: N818 - a finding, told to a person
    """The action's own settings cannot be used; the message says which and why."""


class _Stream(httpcore.AsyncNetworkStream):
    """A connection that never lets a flood of interim answers or headers hold the event loop, or memory."""

    def __init__(self, inner: httpcore.AsyncNetworkStream, network: Network) -> None:
        self._inner = inner
        self._network = network
        self._before_head = 0

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore's signature
        if self._network.is_past_head:
            return await self._inner.read(max_bytes)
        data = await self._inner.read(min(max_bytes, _HEAD_STEP))
        self._before_head += len(data)
        if self._before_head > _MOST_BEFORE_HEAD:
            raise httpcore.RemoteProtocolError(f"{_MOST_BEFORE_HEAD:,} bytes came before an answer began")
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - as above
        await self._inner.write(buffer)

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - as above
    ) -> httpcore.AsyncNetworkStream:
        return _Stream(await self._inner.start_tls(ssl_context, server_hostname), self._network)

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)


class Network(httpcore.AsyncNetworkBackend):
    """Opens TCP connections and notes how long the name took."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._tcp = httpcore.AnyIOBackend()
        self.is_resolving = False
        self.dns_ms: float | None = None
        self.is_past_head = False
        """Whether the head of the answer has come; before that, little is read at once and little is taken in all."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature; one deadline stands around everything
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address that answers."""
        addresses = await self._addresses(host, port)
        if len(addresses) == 1:
            return _Stream(await self._tcp.connect_tcp(addresses[0], port), self)
        return _Stream(await self._race(addresses, port), self)

    async def _addresses(self, host: str, port: int) -> Sequence[str]:
        with suppress(ValueError):
            return [str(ipaddress.ip_address(host.strip("[]")))]
        if is_loopback(host):
            return _THIS_MACHINE  # by its name alone (RFC 6761): no resolver may say that it is elsewhere
        start, self.is_resolving = self._clock(), True
        try:
            found = await _look_up(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(str(error)) from error
        finally:
            self.dns_ms = round((self._clock() - start) * 1000, 3)
        self.is_resolving = False
        return found

    async def _race(self, addresses: Sequence[str], port: int) -> httpcore.AsyncNetworkStream:
        waiting, errors = list(addresses), []
        running: set[asyncio.Task[httpcore.AsyncNetworkStream]] = set()
        try:
            while waiting or running:
                if waiting:
                    running.add(asyncio.create_task(self._tcp.connect_tcp(waiting.pop(0), port)))
                stagger = _STAGGER_S if waiting else None
                done, _ = await asyncio.wait(running, timeout=stagger, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    running.discard(task)
                    error = task.exception()
                    if error is None:
                        return task.result()
                    errors.append(error)
            raise errors[0]
        finally:
            await _drop(running)


async def _drop(tasks: set[asyncio.Task[httpcore.AsyncNetworkStream]]) -> None:
    """Give up connections that nobody needs."""
    for task in tasks:
        task.cancel()
    for found in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(found, httpcore.AsyncNetworkStream):
            await found.aclose()


async def _look_up(host: str, port: int) -> Sequence[str]:
    """The addresses of a host. In a thread of its own that nobody waits for: a resolver may hang for minutes."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[str]] = loop.create_future()

    def settle(found: list[str] | Exception) -> None:
        if answer.done():
            return
        if isinstance(found, Exception):
            answer.set_exception(found)
        else:
            answer.set_result(found)

    def ask() -> None:
        found: list[str] | Exception
        try:
            infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found = list(dict.fromkeys(str(info[4][0]) for info in infos))
        except (OSError, UnicodeError) as error:
            found = error
        with suppress(RuntimeError):  # the loop has ended in the meantime
            loop.call_soon_threadsafe(settle, found)

    threading.Thread(target=ask, name="look-up", daemon=True).start()
    return await answer


def transport(
    url: str, options: SendOptions, proxy: str, network: Network, *, is_first: bool
) -> httpx.AsyncHTTPTransport:
    """One connection for one request. What an action grants its own server, no redirect's target gets."""
    if proxy.startswith("socks"):
        raise Unusable("SOCKS proxies cannot be used; name one that speaks http, or choose direct.")
    is_tls = url.lower().startswith("https:")
    try:
        made = httpx.AsyncHTTPTransport(
            verify=tls_context(options, is_first=is_first) if is_tls else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
            trust_env=False,
            http2=options.is_http2,
            limits=httpx.Limits(max_connections=1, max_keepalive_connections=0),
            proxy=_proxy(proxy) if proxy else None,
        )
    except (ValueError, httpx.InvalidURL) as error:
        raise Unusable(f"The proxy cannot be used: {error}.") from None
    # httpx passes no backend on, and only a backend can tell the name from the connection.
    made._pool._network_backend = network
    return made


def _proxy(url: str) -> httpx.Proxy:
    return httpx.Proxy(url, ssl_context=_verifying() if url.lower().startswith("https:") else None)


def tls_context(options: SendOptions, *, is_first: bool) -> ssl.SSLContext:
    """What is trusted and shown; an insecure context, a private authority and a client certificate are the action's."""
    context = _verifying()
    if not is_first:
        return context
    if options.ca_file:
        try:
            context.load_verify_locations(cafile=options.ca_file)
        except OSError as error:
            _cannot_read("file of authorities", options.ca_file, error)
    if options.client_cert:
        _show_certificate(context, options)
    if options.is_insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _verifying() -> ssl.SSLContext:
    """Made by hand: the standard library's default context would write its keys where SSLKEYLOGFILE says."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(cafile=certifi.where())
    return context


def _show_certificate(context: ssl.SSLContext, options: SendOptions) -> None:
    def refuse() -> str:
        raise Unusable(f"The key of {options.client_cert} has a passphrase; name a key without one.")

    try:
        context.load_cert_chain(options.client_cert, options.client_key or None, password=refuse)
    except OSError as error:
        _cannot_read("client certificate", options.client_cert, error)


def _cannot_read(what: str, path: str, error: OSError) -> NoReturn:
    why = (
        "it is not PEM, or key and certificate do not belong together"
        if isinstance(error, ssl.SSLError)
        else error.strerror
    )
    raise Unusable(f"The {what} {path} cannot be used: {why}. Nothing was sent.") from None
