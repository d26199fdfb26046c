"""Cookies of one environment: which of them go along with a request, and what an answer changes (RFC 6265). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from app.domain.environment import Cookie, CookieJar
from app.domain.secret import Secret
from app.engine.token_request import stamp

_MOST = 200
"""Cookies that one environment keeps; the oldest go first."""
_LONGEST = 4096


def cookie_header(jar: CookieJar | None, url: str, now: str) -> Secret | None:
    """The Cookie header for a URL, the longest paths first; None when no cookie belongs there."""
    fitting = [each for each in jar.cookies if _fits(each, url, now)] if jar else []
    fitting.sort(key=lambda each: -len(each.path))
    return Secret("; ".join(f"{each.name}={each.value.reveal()}" for each in fitting)) if fitting else None


def _fits(cookie: Cookie, url: str, now: str) -> bool:
    parts = urlsplit(url)
    host, path = parts.hostname or "", parts.path or "/"
    is_below = not cookie.is_host_only and host.endswith(f".{cookie.domain}")
    is_inside = path == cookie.path or path.startswith(cookie.path if cookie.path.endswith("/") else f"{cookie.path}/")
    is_alive = not cookie.expires_at or now < cookie.expires_at
    is_allowed = not cookie.is_secure or parts.scheme.lower() == "https"
    return (host == cookie.domain or is_below) and is_inside and is_alive and is_allowed


def after_answer(
    cookies: Sequence[Cookie], url: str, headers: Sequence[tuple[str, str]], now: datetime
) -> tuple[Cookie, ...]:
    """The cookies after an answer from `url`; one that has ended is gone."""
    kept = {_key(each): each for each in cookies}
    for name, value in headers:
        cookie = read_cookie(value, url, now) if name.lower() == "set-cookie" else None
        if cookie:
            kept.pop(_key(cookie), None)
            kept[_key(cookie)] = cookie
    moment = stamp(now)
    return tuple(each for each in kept.values() if not each.expires_at or moment < each.expires_at)[-_MOST:]


def _key(cookie: Cookie) -> tuple[str, str, str]:
    return cookie.domain, cookie.path, cookie.name


def read_cookie(text: str, url: str, now: datetime) -> Cookie | None:
    """The cookie of one Set-Cookie header; None when it is broken or belongs to another host."""
    first, *rest = text.split(";")
    name, sign, value = (part.strip() for part in first.partition("="))
    if not sign or not name or len(text) > _LONGEST or not text.isascii() or not text.isprintable():
        return None
    details = {key.strip().lower(): given.strip() for key, _, given in (each.partition("=") for each in rest)}
    parts = urlsplit(url)
    host = parts.hostname or ""
    domain = details.get("domain", "").lower().lstrip(".")
    if domain and domain != host and not (host.endswith(f".{domain}") and "." in domain):
        return None
    path = details.get("path", "")
    return Cookie(
        name=name,
        value=Secret(value),
        domain=domain or host,
        path=path if path.startswith("/") else parts.path.rpartition("/")[0] or "/",
        is_host_only=not domain,
        is_secure="secure" in details,
        expires_at=_end(details, now),
    )


def _end(details: dict[str, str], now: datetime) -> str:
    """When it ends; Max-Age counts before Expires. A date that cannot be read counts as none."""
    age = details.get("max-age", "")
    if age.lstrip("-").isdecimal() and len(age) < 12:
        return stamp(now + timedelta(seconds=min(int(age), 400 * 24 * 3600)))
    try:
        end = parsedate_to_datetime(details["expires"])
    except (KeyError, ValueError):
        return ""
    return stamp(end.astimezone(now.tzinfo))
