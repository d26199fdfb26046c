"""What an action, its inputs, headers and token must satisfy before it is kept."""

from __future__ import annotations

import contextlib
import ipaddress
import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from app.domain.action import INPUT_TYPES, Action, BodyFormat, Header
from app.domain.datatypes import Misfit
from app.domain.inputs import exact_text
from app.domain.placeholder_names import known_names, unknown_name
from app.domain.problems import Problem
from app.domain.template import TemplateError, names
from app.domain.workspace import Workspace

HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")
_INPUT_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*\Z")
_FIRST_LITERAL = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
MAX_ACTION_NAME = 200


def check_action(workspace: Workspace, action: Action) -> tuple[Problem, ...]:
    """Everything that stops this action from being kept, among the others of the workspace."""
    return (
        *_name_problems(workspace, action),
        *_url_problems(action.url),
        *header_problems(action.headers),
        *_content_type_problems(action),
        *(Problem("query", "a row has no name") for row in action.query if not row.name.strip()),
        *_input_problems(action),
        *_placeholder_problems(workspace, action),
    )


def _name_problems(workspace: Workspace, action: Action) -> Iterator[Problem]:
    if not action.name.strip() or not action.name.isprintable() or len(action.name) > MAX_ACTION_NAME:
        yield Problem("name", f"an action needs a printable name of at most {MAX_ACTION_NAME} characters")
    same = workspace.action_named(action.name)
    if same and same.id != action.id:
        yield Problem("name", f'there is an action "{action.name}" already; choose another name')


def _url_problems(url: str) -> Iterator[Problem]:
    if not url.strip():
        yield Problem("URL", "is empty; it begins with https://")
    elif not url.startswith("{{"):
        found = _FIRST_LITERAL.match(url)
        if not found or found[0].lower() not in ("http:", "https:") or not url[found.end() :].startswith("//"):
            yield Problem("URL", f'"{url[:60]}" does not begin with https://')
        elif "{{" not in url.split("/", 3)[2]:
            yield from check_origin(url)


def check_origin(url: str) -> Iterator[Problem]:
    """HTTPS only, except to this machine; and there must be a host."""
    try:
        parts = urlsplit(url.split("{{")[0])
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        yield Problem("URL", f"cannot be read: {error}")
        return
    if not host:
        yield Problem("URL", "names no host; write https://host/path")
    elif parts.scheme.lower() == "http" and not is_loopback(host):
        yield Problem("URL", f"{host} is not this machine, so the URL must begin with https://")


def is_loopback(host: str) -> bool:
    """Whether a host name can only mean this machine."""
    if host.lower().rstrip(".") == "localhost" or host.lower().endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _content_type_problems(action: Action) -> Iterator[Problem]:
    if action.content_type and action.body_format not in (BodyFormat.TEXT, BodyFormat.AUTO):
        yield Problem("content type", f"is for raw text; a body of kind {action.body_format} has its own")
    if not action.content_type.isascii() or not action.content_type.isprintable() or "{{" in action.content_type:
        yield Problem("content type", "is a plain text such as text/csv; charset=utf-8")


def header_problems(headers: Iterable[Header]) -> Iterator[Problem]:
    """Headers that cannot be sent."""
    for header in headers:
        if not HEADER_NAME.match(header.name):
            yield Problem(f"header {header.name or '(empty)'}", "is not a header name; use letters, digits and -")
        if any(letter in header.value for letter in "\r\n\0"):
            yield Problem(f"header {header.name}", "holds a line break or NUL, which no header may")


def _input_problems(action: Action) -> Iterator[Problem]:
    seen: set[str] = set()
    for item in action.inputs:
        where = f"input {item.name or '(empty)'}"
        if not _INPUT_NAME.match(item.name):
            yield Problem(where, "its name begins with a letter and holds letters, digits, _ . and -")
        if item.name in seen:
            yield Problem(where, "is declared twice")
        seen.add(item.name)
        if item.data_type not in INPUT_TYPES:
            yield Problem(where, f"is {item.data_type.article}; inputs are {', '.join(INPUT_TYPES)}")
        elif item.default is not None:
            result = exact_text(item.data_type, item.default)
            if isinstance(result, Misfit):
                yield Problem(where, f"its default is {result.reason}")


def templates(action: Action) -> tuple[tuple[str, str], ...]:
    """Every template of an action with the name of its place."""
    headers = ((f"header {header.name}", header.value) for header in action.headers if header.is_enabled)
    rows = [row for row in action.query if row.is_enabled]
    query = ((f"query {row.name}", text) for row in rows for text in (row.name, row.value))
    return (("URL", action.url), *query, *headers, ("body", action.body))


def placeholders(action: Action) -> tuple[str, ...]:
    """The names that an action's templates use, each once; templates that cannot be read are passed over."""
    found: list[str] = []
    for _, text in templates(action):
        with contextlib.suppress(TemplateError):
            found += names(text)
    return tuple(dict.fromkeys(found))


def _placeholder_problems(workspace: Workspace, action: Action) -> Iterator[Problem]:
    known = known_names(workspace, action)
    for where, text in templates(action):
        try:
            used = names(text)
        except TemplateError as error:
            yield Problem(where, str(error))
            continue
        for name in used:
            if name not in known:
                yield Problem(where, unknown_name(name, known))
