"""What a value might mean besides what it is: a date, an address, packed text. Nothing is changed, nothing is sent.

Only what can be told from the value itself is said. A number may be a point in time only if somebody asks: a bare
integer is never taken for a date.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import parse_qsl, unquote, urlsplit

MOST_LETTERS = 2_000_000
"""Longer texts are not looked into; they can be saved."""
_DATE = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d\d:?\d\d)?)?", re.IGNORECASE
)
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]+={0,2}\s*|[A-Za-z0-9_-]+={0,2}")
_JWT = re.compile(r"[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]{2,}\.[A-Za-z0-9_-]*")
_LEAST_BASE64 = 8
_MOST_SHOWN = 64 * 1024
_EPOCH_UNITS = (("seconds", 1), ("milliseconds", 1_000), ("microseconds", 1_000_000), ("nanoseconds", 1_000_000_000))
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PLAUSIBLE = (datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Sight:
    """One reading of a value."""

    title: str
    lines: tuple[str, ...]


def peek(text: str, *, is_number: bool = False, with_epochs: bool = False) -> tuple[Sight, ...]:
    """Every reading that fits a text or a number, the surest first."""
    if len(text) > MOST_LETTERS:
        return ()
    if is_number:
        return tuple(_epochs(text)) if with_epochs else ()
    found = [sight for look in _LOOKS for sight in look(text.strip())]
    return (*found, *(_epochs(text.strip()) if with_epochs else ()))


def _dates(text: str) -> Iterator[Sight]:
    match = _DATE.fullmatch(text)
    if match is None:
        return
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    fraction, zone = match[7] or "", match[8]
    try:
        when = datetime(year, month, day, hour, minute, second, int(f"{fraction:0<6}"[:6]), tzinfo=_zone(zone))
    except ValueError as error:
        yield Sight("Looks like a date, but is none", (f"{error}.",))
        return
    lines = [f"{when:%A}, {when.day} {when:%B %Y}"]
    if match[4] is not None and zone:
        lines.append(f"{when.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC")
    elif match[4] is not None:
        lines.append("It has no offset: which moment it is depends on a time zone that it does not name.")
    yield Sight("Date", tuple(lines))


def _zone(text: str | None) -> timezone | None:
    if not text:
        return None
    if text in "Zz":
        return UTC
    digits = text[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)


def _epochs(text: str) -> Iterator[Sight]:
    """The moments a number would be; those within living memory first."""
    if not re.fullmatch(r"-?\d{1,20}(\.\d{1,9})?", text):
        return
    lines: list[tuple[bool, str]] = []
    for name, units in _EPOCH_UNITS:
        try:
            when = _EPOCH + timedelta(seconds=float(text) / units)
        except OverflowError:
            continue
        is_plausible = _PLAUSIBLE[0] <= when < _PLAUSIBLE[1]
        lines.append((not is_plausible, f"as {name}: {when:%Y-%m-%d %H:%M:%S} UTC"))
    if lines:
        shown = tuple(line for _, line in sorted(lines, key=lambda pair: pair[0]))
        yield Sight("If it counts from 1970", shown)


def _urls(text: str) -> Iterator[Sight]:
    if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*://\S+$", text):
        return
    try:
        parts = urlsplit(text)
        port = f":{parts.port}" if parts.port else ""
    except ValueError as error:
        yield Sight("Looks like a URL, but is none", (f"{error}.",))
        return
    lines = [f"scheme  {parts.scheme}", f"host    {parts.hostname or ''}{port}", f"path    {unquote(parts.path)}"]
    lines += [f"query   {name} = {value}" for name, value in parse_qsl(parts.query, keep_blank_values=True)]
    lines += [f"anchor  {unquote(parts.fragment)}"] if parts.fragment else []
    lines += ["It holds a user name or password."] if parts.username or parts.password else []
    yield Sight("URL", tuple(lines))


def _jwts(text: str) -> Iterator[Sight]:
    text = re.sub(r"^Bearer\s+", "", text, flags=re.IGNORECASE)
    if not _JWT.fullmatch(text):
        return
    head, payload, signature = text.split(".")
    parts = [_json_in(_unpacked(part) or b"") for part in (head, payload)]
    if not isinstance(parts[0], dict) or parts[1] is None:
        return
    for title, value in zip(("JWT header", "JWT payload"), parts, strict=True):
        yield Sight(f"{title} (decoded, not verified)", tuple(_pretty(value)))
    claims = parts[1] if isinstance(parts[1], dict) else {}
    times = [f"{name}: {_moment(claims[name])}" for name in ("iat", "nbf", "exp") if _is_number(claims.get(name))]
    signed = "The signature was not checked." if signature else "It has no signature."
    yield Sight("JWT", (*times, signed))


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _moment(value: object) -> str:
    assert isinstance(value, (int, float))
    try:
        return f"{_EPOCH + timedelta(seconds=value):%Y-%m-%d %H:%M:%S} UTC"
    except (OverflowError, ValueError):
        return "no date that there is"


def _nested_json(text: str) -> Iterator[Sight]:
    if text[:1] in ("{", "["):
        value = _json_in(text.encode("utf-8", "replace"))
        if value is not None:
            yield Sight("JSON in a text", tuple(_pretty(value)))


def _base64s(text: str) -> Iterator[Sight]:
    if len(text) < _LEAST_BASE64 or not _BASE64.fullmatch(text) or text.isdigit() or text.isalpha():
        return
    data = _unpacked(text)
    if not data:
        return
    value = _json_in(data)
    if value is not None and not _is_number(value):
        yield Sight("Base64 of JSON", tuple(_pretty(value)))
        return
    try:
        words = data.decode()
    except UnicodeDecodeError:
        if _is_marked(text):
            yield Sight(f"Base64 of {len(data):,} bytes that are no text", (data[:64].hex(" "),))
        return
    if words.isprintable() or "\n" in words:
        yield Sight("Base64 of text", tuple(words[:_MOST_SHOWN].split("\n")))


def _is_marked(text: str) -> bool:
    """Whether a text is likely to be Base64 even though what is in it is no text: an id may look like it by chance."""
    return (
        len(text) >= 40 and any(map(str.isdigit, text)) and any(map(str.isupper, text)) and any(map(str.islower, text))
    )


def _unpacked(text: str) -> bytes | None:
    packed = "".join(text.split()).rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def _json_in(data: bytes) -> object | None:
    try:
        value: object = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return value


def _pretty(value: object) -> list[str]:
    return json.dumps(value, indent=2, ensure_ascii=False)[:_MOST_SHOWN].split("\n")


_LOOKS: tuple[Callable[[str], Iterator[Sight]], ...] = (_dates, _urls, _jwts, _nested_json, _base64s)
