"""How a value is written at each place of a request, so that it arrives there unchanged and adds nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import quote, quote_plus

from app.domain.datatypes import DataType
from app.domain.problems import Problem
from app.domain.template import Literal, Placeholder

if TYPE_CHECKING:
    from app.engine.request import Given

Encoder: TypeAlias = "Callable[[Given], str]"
_AUTHORITY = Problem("URL", "a placeholder cannot stand before the path: write the scheme and the host out")
_HEADER = re.compile(r"[\t\x20-\x7e]*\Z")


class BodyKind(Enum):
    """How the body is written."""

    NONE = "none"
    JSON = "json"
    FORM = "form"
    TEXT = "text"


def url_encoders(parts: Sequence[Literal | Placeholder]) -> list[Encoder | Problem]:
    """For each part of a URL: path segment or query by what stands before it; never scheme, host or port."""
    before, found = "", []
    for part in parts:
        found.append(_url_encoder(before))
        before += part.text if isinstance(part, Literal) else "x"
    return found


def _url_encoder(before: str) -> Encoder | Problem:
    start = before.find("//") + 2
    if start < 2 or "/" not in before[start:]:
        return _AUTHORITY
    return _query if "?" in before[start:] or "#" in before[start:] else _segment


def _query(given: Given) -> str:
    return quote(given.text, safe="")


def _segment(given: Given) -> str:
    """A path segment. Dots alone would climb; encoded they are a name, for this client and for honest servers."""
    text = quote(given.text, safe="")
    return text.replace(".", "%2E") if set(given.text) == {"."} else text


def body_kind(body: str, headers: Mapping[str, str]) -> BodyKind:
    """The kind of a body: as its Content-Type says, else JSON when it looks like it."""
    if not body.strip():
        return BodyKind.NONE
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
    return [(_form if kind is BodyKind.FORM else _plain) for _ in parts]


def _plain(given: Given) -> str:
    return given.text


def _form(given: Given) -> str:
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
    if given.data_type is DataType.TEXT:
        return json.dumps(given.text, ensure_ascii=False)
    return given.text


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
        return ""
    bad = next(letter for letter in text if not _HEADER.match(letter))
    return f"holds U+{ord(bad):04X}, which a header cannot carry; only plain ASCII on one line can be sent"
