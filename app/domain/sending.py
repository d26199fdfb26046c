"""How the requests of an action travel: redirects, certificates, proxy, protocol and limits.

Everything here is safe by default; what weakens a request is switched on for one action at a time and shown loudly.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.domain.problems import Problem

DIRECT = "direct"
"""No proxy at all."""
ENVIRONMENT = "environment"
"""The proxy that HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY name, because somebody said so."""
MAX_REDIRECTS = 5
MAX_DEADLINE_S = 600.0
MAX_BODY = 500_000_000

INSECURE_WORDS = "INSECURE: the certificate is not checked, anybody may answer"
"""Said wherever an action, a request or a run with this switch is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendOptions:
    """What one action wants; what is left open follows the workspace."""

    follows_redirects: bool = False
    is_insecure: bool = False
    """Whether the server's certificate is not checked."""
    is_http2: bool = False
    """Whether HTTP/2 is offered; the server may still choose HTTP/1.1."""
    proxy: str = ""
    """"" as the workspace says, "direct", "environment", or http://host:port."""
    ca_file: str = ""
    """Path of a PEM file with further authorities to trust, such as a company's own."""
    client_cert: str = ""
    """Path of a PEM file with the certificate that this side shows."""
    client_key: str = ""
    """Path of its key; "" when the certificate's file holds it too."""
    deadline_s: float | None = None
    """Seconds in all; None as the workspace says."""
    body_limit: int | None = None
    """Bytes of a response, decoded; None as the workspace says."""


def check_options(options: SendOptions) -> Iterator[Problem]:
    """Everything that stops these options from being kept."""
    yield from check_proxy(options.proxy)
    if options.client_key and not options.client_cert:
        yield Problem("client key", "needs a client certificate to go with it")
    if options.is_insecure and options.ca_file:
        yield Problem("insecure", "and a file of authorities exclude each other; with the file the check can stay on")
    if options.deadline_s is not None:
        yield from check_deadline(options.deadline_s)
    if options.body_limit is not None:
        yield from check_body_limit(options.body_limit)


def check_deadline(seconds: float) -> Iterator[Problem]:
    """A deadline is more than nothing and less than ten minutes."""
    if not 0 < seconds <= MAX_DEADLINE_S:
        yield Problem("deadline", f"is {seconds:g}; it must be more than 0 and at most {MAX_DEADLINE_S:g} seconds")


def check_body_limit(size: int) -> Iterator[Problem]:
    """A limit for bodies fits into memory."""
    if not 0 < size <= MAX_BODY:
        yield Problem("body limit", f"is {size:,}; it must be from 1 to {MAX_BODY:,} bytes")


def check_proxy(proxy: str) -> Iterator[Problem]:
    """A proxy is a word or a plain address; a password in it would be kept and shown in clear."""
    if proxy in ("", DIRECT, ENVIRONMENT):
        return
    try:
        parts = urlsplit(proxy)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        yield Problem("proxy", f"cannot be read: {error}")
        return
    if parts.scheme.lower() not in ("http", "https") or not host:
        yield Problem("proxy", f'"{without_login(proxy)}" is not {DIRECT}, {ENVIRONMENT} or http://host:port')
    elif parts.username is not None:
        hint = f'set HTTPS_PROXY outside and choose "{ENVIRONMENT}"'
        yield Problem("proxy", f"holds a login, which would be kept in clear; {hint}")
    elif parts.path.strip("/") or parts.query or parts.fragment:
        yield Problem("proxy", "is a host and a port only, without a path")


def without_login(url: str) -> str:
    """An address without user and password."""
    scheme, sign, rest = url.partition("://")
    if not sign:
        return url
    authority, slash, path = rest.partition("/")
    return f"{scheme}://{authority.rpartition('@')[2]}{slash}{path}"


def option_lines(options: SendOptions) -> Iterator[tuple[str, str]]:
    """What differs from the defaults, as a label and words; the dangerous first."""
    if options.is_insecure:
        yield "insecure", INSECURE_WORDS
    if options.follows_redirects:
        yield "redirects", f"followed, at most {MAX_REDIRECTS}"
    if options.is_http2:
        yield "protocol", "HTTP/2 where the server offers it"
    if options.proxy:
        yield "proxy", options.proxy
    if options.ca_file:
        yield "authorities", f"also those in {options.ca_file}"
    if options.client_cert:
        yield "certificate", options.client_cert + (f" with {options.client_key}" if options.client_key else "")
    if options.deadline_s is not None:
        yield "deadline", f"{options.deadline_s:g} s"
    if options.body_limit is not None:
        yield "body limit", f"{options.body_limit:,} bytes"
