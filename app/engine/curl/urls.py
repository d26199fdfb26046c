"""URLs as curl takes them: without a scheme, with user and password, with `{a,b}` and `[1-9]` for several."""

from __future__ import annotations

import re
from urllib.parse import quote_from_bytes, unquote, urlsplit

from app.domain.action_rules import is_loopback
from app.engine.curl.words import CurlError, bytes_of

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):/{1,3}")
_SET = re.compile(r"\{((?:[^{}\\]|\\.)*)\}")
_RANGE = re.compile(r"\[([A-Za-z0-9]+)-([A-Za-z0-9]+)(?::(\d+))?\]")
_IPV6 = re.compile(r"\[[0-9A-Fa-f:.]+(?:%[^\]]*)?\](?=[:/?#]|\Z)")
_RAW = re.compile("[^!-~]+")


def first_of(url: str, remarks: list[str]) -> str:
    """The first of the URLs that curl's globbing makes of one; a remark when there are more, or when curl fails."""
    authority = re.match(r"(?:[A-Za-z][A-Za-z0-9+.-]*://)?(?:[^/@]*@)?", url)
    host = authority.end() if authority else 0
    literal = _IPV6.match(url, host)
    start = literal.end() if literal else 0
    rest = url[start:]
    is_one = True
    done = ""
    while found := re.search(r"\\[{}\[\]]|[{\[}\]]", rest):
        done += rest[: found.start()]
        rest = rest[found.start() :]
        if found[0][0] == "\\":
            done, rest = done + found[0][1], rest[2:]
            continue
        sample = _SET.match(rest) or _RANGE.match(rest)
        if sample is None or rest.startswith("{{"):
            remarks.append("curl refuses {, }, [ and ] in a URL like this without -g; they were kept as they are.")
            return url
        is_one = is_one and _is_single(sample)
        done += re.split(r"(?<!\\),", sample[1])[0] if rest[0] == "{" else sample[1]
        rest = rest[sample.end() :]
    if not is_one:
        remarks.append(
            "The URL is a pattern ({a,b} or [1-9]) for several requests: the action sends the first of them."
        )
    return url[:start] + done + rest


def _is_single(found: re.Match[str]) -> bool:
    return found[1] == found[2] if found[0][0] == "[" else "," not in found[1]


def whole_url(url: str, remarks: list[str]) -> str:
    """The URL with its scheme. Actions are HTTPS only, except on this machine: http becomes https, and says so."""
    found = _SCHEME.match(url)
    scheme, rest = (found[1].lower(), url[found.end() :]) if found else ("", url)
    if scheme not in ("", "http", "https"):
        raise CurlError(f"{scheme} is not a protocol of actions; they send https (and http to this machine).")
    host = _host(rest)
    if scheme == "https":
        return f"https://{rest}"
    if is_loopback(host):
        return f"http://{rest}"
    remarks.append(
        "http:// was made https://, since actions send HTTPS only, except to this machine."
        if scheme
        else "The URL names no protocol (curl would use http): https:// was written before it."
    )
    return f"https://{rest}"


def _host(rest: str) -> str:
    try:
        return urlsplit(f"//{rest}").hostname or ""
    except ValueError as error:
        raise CurlError(f"The URL cannot be read: {error}.") from None


def without_userinfo(url: str) -> tuple[str, str | None]:
    """The URL without `user:password@`, and what stood there, decoded; None when nothing did."""
    scheme, _, rest = url.partition("://")
    end = re.search(r"[/?#]|\Z", rest)
    assert end is not None
    userinfo, sign, host = rest[: end.start()].rpartition("@")
    clean = f"{scheme}://{host}{rest[end.start() :]}"
    return clean, unquote(userinfo, errors="surrogateescape") if sign else None


def with_query(url: str, more: list[bytes]) -> str:
    """The URL with texts added to its query; its fragment, which is never sent, is left out."""
    url = url.partition("#")[0]
    for piece in (ascii_of(item) for item in more if item):
        path, sign, query = url.partition("?")
        url = f"{path}?{query}{'&' if sign and query else ''}{piece}"
    return url


def ascii_of(raw: bytes) -> str:
    """Bytes as URL text: whatever is not printable ASCII, percent-encoded; the rest as it is."""
    return _RAW.sub(lambda found: quote_from_bytes(found[0].encode("latin-1"), safe=""), raw.decode("latin-1"))


def tidy(url: str) -> str:
    """The URL with a path, and with nothing in its path and query that is not printable ASCII."""
    scheme, _, rest = url.partition("://")
    end = re.search(r"[/?#]|\Z", rest)
    assert end is not None
    host, tail = rest[: end.start()], rest[end.start() :]
    return f"{scheme}://{host}{'' if tail.startswith('/') else '/'}{ascii_of(bytes_of(tail))}"
