"""What a redirect may make of a request: where it goes on, what it leaves behind, and when it stops.

Pure. Across another origin no credential of any kind goes along, be it in a header, the query, a cookie or the body.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit, urlunsplit

from app.domain.action_rules import check_origin, is_loopback
from app.domain.sending import MAX_REDIRECTS
from app.engine.request import Request, RequestHeader

REDIRECTS = (301, 302, 303, 307, 308)
_INNOCENT = ("accept", "accept-language", "user-agent")
"""The only headers that another origin may see, and these only if no secret is in them."""
_OF_BODY = ("content-type", "content-length", "content-encoding", "content-language", "transfer-encoding", "expect")
_PORTS = {"http": 80, "https": 443}
_SHORTEST = 4
"""A value this short turns up anywhere by chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Onward:
    """The next request, and what the one before had that it has not."""

    request: Request
    note: str = ""


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a redirect is not followed, in words."""

    reason: str


def origin_of(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port; two URLs with the same are of one origin. ValueError when it cannot be read."""
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    return scheme, (parts.hostname or "").lower().rstrip("."), parts.port or _PORTS.get(scheme)


def onward(request: Request, status: int, location: str | None, *, followed: int) -> Onward | Stop:
    """The request that follows a redirect, after `followed` earlier ones, or why there is none."""
    if not location:
        return Stop("It names no Location to go to.")
    if followed >= MAX_REDIRECTS:
        return Stop(f"That is the {MAX_REDIRECTS + 1}th redirect in a row; {MAX_REDIRECTS} are followed at most.")
    target = _target(request.url, location)
    if isinstance(target, Stop):
        return target
    method = _method(request.method, status)
    is_rewritten = method != request.method
    if origin_of(target) == origin_of(request.url):
        return Onward(request=_at(request, target, method) if is_rewritten else replace(request, url=target))
    if not is_rewritten and (request.body or method != "GET"):
        return Stop(f"It leads to another origin and asks to send the {method} again there, which is never done.")
    return _abroad(request, target, method)


def _target(base: str, location: str) -> str | Stop:
    try:
        target = urljoin(base, location.strip())
        parts, before = urlsplit(target), urlsplit(base)
        origin_of(target)
    except ValueError:
        return Stop("Its Location cannot be read as a URL.")
    if parts.scheme.lower() not in _PORTS or not parts.hostname:
        return Stop("Its Location is neither http nor https.")
    if before.scheme.lower() == "https" and parts.scheme.lower() == "http":
        return Stop("It leads from https to http, where everybody on the way could read along.")
    if is_loopback(parts.hostname) and not is_loopback(before.hostname or ""):
        return Stop("It leads from a host out there to this machine itself.")
    if next(iter(check_origin(target)), None):
        return Stop(f"{parts.hostname} is not this machine, so its URL would have to begin with https://.")
    return urlunsplit(parts._replace(fragment=""))


def _method(method: str, status: int) -> str:
    """As browsers do: 303 asks for a GET, 301 and 302 turn a POST into one, 307 and 308 keep everything."""
    return "GET" if status == 303 or (status in (301, 302) and method == "POST") else method


def _at(request: Request, target: str, method: str) -> Request:
    kept = tuple(header for header in request.headers if header.name.lower() not in _OF_BODY)
    return replace(request, url=target, method=method, headers=kept, body=None)


def _abroad(request: Request, target: str, method: str) -> Onward | Stop:
    carried = next((place for place, value in _credentials(request) if _is_in(value, target)), None)
    if carried:
        return Stop(f"It leads to another origin with {carried} of this request in its URL, which would be given away.")
    parts = urlsplit(target)
    target = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    hidden = [secret.reveal() for secret in request.secrets]
    kept = tuple(header for header in request.headers if _is_innocent(header, hidden))
    left = [header.name for header in request.headers if header not in kept]
    left += ["the body"] if request.body else []
    note = f"Another origin: not passed on: {', '.join(left)}." if left else ""
    return Onward(request=replace(request, url=target, method=method, headers=kept, body=None), note=note)


def _is_innocent(header: RequestHeader, hidden: list[str]) -> bool:
    return header.name.lower() in _INNOCENT and not any(secret and secret in header.text for secret in hidden)


def _credentials(request: Request) -> Iterator[tuple[str, str]]:
    """Everything of a request that may open a door, with the place where it stands."""
    for secret in request.secrets:
        yield "a token", secret.reveal()
    for header in request.headers:
        if header.name.lower() not in (*_INNOCENT, *_OF_BODY):
            yield f"the header {header.name}", header.text
            yield f"the header {header.name}", header.text.rpartition(" ")[2]
    parts = urlsplit(request.url)
    for name, value in parse_qsl(parts.query):
        if _sounds_secret(name):
            yield f"{name}", value
    if parts.password:
        yield "the password", unquote(parts.password)


def _sounds_secret(name: str) -> bool:
    words = ("key", "token", "secret", "pass", "pwd", "auth", "sig", "session", "credential", "jwt", "code")
    return any(word in name.lower() for word in words)


def _is_in(value: str, target: str) -> bool:
    if len(value) < _SHORTEST:
        return False
    return value in target or value in unquote(target) or value in unquote(target.replace("+", " "))
