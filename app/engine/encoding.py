"""How a value is written at each place of a request, so that it arrives there unchanged and adds nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum
from typing import TypeAlias
from urllib.parse import quote, quote_plus

from app.domain.action import BodyFormat
from app.domain.datatypes import DataType
from app.domain.environment import PREFIX
from app.domain.problems import Problem
from app.domain.template import Literal, Placeholder
from app.domain.values import shown
from app.engine.request import Given

Encoder: TypeAlias = Callable[[Given], str | Problem]
_AUTHORITY = Problem(
    "URL",
    "only a variable of the environment can stand for the scheme, as in {{env.base_url}}/orders; write https:// out",
)
_BARE = (DataType.INTEGER, DataType.DECIMAL, DataType.BOOLEAN)
"""What JSON writes without quotes."""
_HEADER = re.compile(r"[\t\x20-\x7e]*\Z")
_HOST = re.compile(r"[A-Za-z0-9._-]*\Z")
_HOST_AND_PORT = re.compile(r"[A-Za-z0-9._-]+(:[0-9]+)?\Z|\[[0-9a-fA-F:.]+\](:[0-9]+)?\Z")
_BASE_URL = re.compile(r"https?://[^/?#@\\\s{}]+(/[^?#\\\s{}]*)?\Z", re.IGNORECASE)


class BodyKind(Enum):
    """How the body is written."""

    NONE = "none"
    JSON = "json"
    FORM = "form"
    TEXT = "text"


def url_encoders(parts: Sequence[Literal | Placeholder]) -> list[Encoder | Problem]:
    """For each part of a URL, by what stands before it: base URL, host, path segment or query; never the scheme."""
    before, found = "", []
    for part in parts:
        is_variable = isinstance(part, Placeholder) and part.name.startswith(PREFIX)
        found.append(_url_encoder(before, is_variable=is_variable))
        before += part.text if isinstance(part, Literal) else _standing_in(before, is_variable=is_variable)
    return found


def _standing_in(before: str, *, is_variable: bool) -> str:
    """Text of the same place for the value of a placeholder."""
    return "https://host" if is_variable and not before else "x"


def _url_encoder(before: str, *, is_variable: bool) -> Encoder | Problem:
    if not before and is_variable:
        return _base_url
    start = before.find("//") + 2
    if start < 2:
        return _AUTHORITY
    if "/" not in before[start:] and "?" not in before[start:] and "#" not in before[start:]:
        return _host_and_port if is_variable and before.endswith("//") else _host
    return query_text if "?" in before[start:] or "#" in before[start:] else _segment


def hosts_from(parts: Sequence[Literal | Placeholder]) -> tuple[str, ...]:
    """The placeholders that decide the host and are no variables of the environment."""
    encoders = url_encoders(parts)
    pairs = zip(parts, encoders, strict=True)
    return tuple(part.name for part, encoder in pairs if isinstance(part, Placeholder) and encoder is _host)


def _base_url(given: Given) -> str | Problem:
    if _BASE_URL.match(given.text):
        return given.text.rstrip("/")
    return Problem("URL", f"the variable is no base URL such as https://shop.example: {shown(given.text)}")


def _host_and_port(given: Given) -> str | Problem:
    if _HOST_AND_PORT.match(given.text):
        return given.text
    return Problem("URL", f"the variable is no host such as shop.example:8443: {shown(given.text)}")


def _host(given: Given) -> str | Problem:
    """Part of a host name: nothing in it can end the host or name another user or port."""
    if _HOST.match(given.text):
        return given.text
    return Problem("URL", f"a value in the host has letters, digits, . and - alone: {shown(given.text)}")


def query_text(given: Given) -> str:
    """A value in the query."""
    return quote(given.text, safe="")


def _segment(given: Given) -> str:
    """A path segment. Dots alone would climb; encoded they are a name, for this client and for honest servers."""
    text = quote(given.text, safe="")
    return text.replace(".", "%2E") if set(given.text) == {"."} else text


def body_kind(body: str, headers: Mapping[str, str], chosen: BodyFormat = BodyFormat.AUTO) -> BodyKind:
    """The kind of a body: as chosen, else as its Content-Type says, else JSON when it looks like it."""
    if not body.strip():
        return BodyKind.NONE
    if chosen is not BodyFormat.AUTO:
        return BodyKind(chosen.value)
    declared = headers.get("content-type", "").split(";")[0].strip().lower()
    if declared == "application/x-www-form-urlencoded":
        return BodyKind.FORM
    if declared == "application/json" or declared.endswith("+json"):
        return BodyKind.JSON
    return BodyKind.JSON if not declared and body.lstrip()[:1] in ("{", "[") else BodyKind.TEXT


def body_encoders(parts: Sequence[Literal | Placeholder], kind: BodyKind) -> list[Encoder]:
    """For each part of a body: how a value is written there."""
    if kind is BodyKind.JSON:
        return list(_json_encoders(parts))
    return [(form_text if kind is BodyKind.FORM else _plain) for _ in parts]


def _plain(given: Given) -> str:
    return given.text


def form_text(given: Given) -> str:
    """A name or a value in a form."""
    return quote_plus(given.text)


def _json_encoders(parts: Sequence[Literal | Placeholder]) -> Iterator[Encoder]:
    is_inside = False
    for part in parts:
        yield _json_inside if is_inside else _json_literal
        if isinstance(part, Literal):
            is_inside = _is_inside(part.text, is_inside)


def _is_inside(text: str, is_inside: bool) -> bool:
    """Whether a JSON string is open after `text`."""
    for found in re.finditer(r'\\.|"', text, re.DOTALL):
        if found[0] == '"':
            is_inside = not is_inside
    return is_inside


def _json_inside(given: Given) -> str:
    return json.dumps(given.text, ensure_ascii=False)[1:-1]


def _json_literal(given: Given) -> str:
    if given.is_absent:
        return "null"
    if given.data_type in _BARE:
        return given.text
    return json.dumps(given.text, ensure_ascii=False)


def check_json(text: str) -> Iterator[Problem]:
    """Why a rendered body is not JSON, though it says it is."""
    try:
        json.loads(text)
    except ValueError as error:
        yield Problem("body", f"is not JSON: {error}")
    except RecursionError:
        yield Problem("body", "is nested too deeply")


def header_value(text: str) -> str:
    """Why a text cannot be the value of a header, or ""."""
    if _HEADER.match(text):
        return "begins or ends with a space, which HTTP drops from a header" if text != text.strip() else ""
    bad = next(letter for letter in text if not _HEADER.match(letter))
    return f"holds U+{ord(bad):04X}, which a header cannot carry; only plain ASCII on one line can be sent"


def split_pair(line: str) -> tuple[str, str]:
    """`name=value` of a form, at the first sign that stands in no placeholder; without one, all of it is the name."""
    at = line.find("=")
    while at >= 0 and line.count("{{", 0, at) > line.count("}}", 0, at):
        at = line.find("=", at + 1)
    return (line, "") if at < 0 else (line[:at], line[at + 1 :])
