"""What an action, its inputs, headers and token must satisfy before it is kept."""

from __future__ import annotations

import contextlib
import difflib
import ipaddress
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from app.domain.action import INPUT_TYPES, Action, Token
from app.domain.datatypes import Misfit, fit
from app.domain.problems import Problem
from app.domain.schema import Attribute, active_attributes
from app.domain.template import TemplateError, names
from app.domain.workspace import Workspace

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")
_INPUT_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*\Z")
_FIRST_LITERAL = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
MAX_ACTION_NAME = 200


def check_action(workspace: Workspace, action: Action) -> tuple[Problem, ...]:
    """Everything that stops this action from being kept, among the others of the workspace."""
    return (
        *_name_problems(workspace, action),
        *_url_problems(action.url),
        *_header_problems(action),
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


def _header_problems(action: Action) -> Iterator[Problem]:
    for header in action.headers:
        if not _HEADER_NAME.match(header.name):
            yield Problem(f"header {header.name or '(empty)'}", "is not a header name; use letters, digits and -")
        if any(letter in header.value for letter in "\r\n\0"):
            yield Problem(f"header {header.name}", "holds a line break or NUL, which no header may")


def check_token(workspace: Workspace, token: Token) -> tuple[Problem, ...]:
    """Everything that stops a token from being kept."""
    problems = []
    if not token.name.strip() or not token.name.isprintable():
        problems.append(Problem("name", "a token needs a printable name"))
    same = workspace.token_named(token.name)
    if same and same.id != token.id:
        problems.append(Problem("name", f'there is a token "{token.name}" already; remove it first'))
    if not _HEADER_NAME.match(token.header):
        problems.append(Problem("header", f'"{token.header}" is not a header name'))
    value = token.header_value.reveal()
    if not token.value:
        problems.append(Problem("value", "is empty; give the token on standard input or at the prompt"))
    elif not value.isascii() or not value.isprintable():
        problems.append(Problem("value", "holds a line break or a character that no header can carry"))
    return tuple(problems)


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
            result = fit(Attribute(name=item.name, data_type=item.data_type), item.default, convert=True)
            if isinstance(result, Misfit):
                yield Problem(where, f"its default is {result.reason}")


def known_names(workspace: Workspace, action: Action) -> tuple[str, ...]:
    """Every name a placeholder of this action may have: its inputs, then attributes such as person.email."""
    found = [item.name for item in action.inputs]
    subjects = {"People": "person", "Company": "company", "Conversation": "conversation"}
    for kind in workspace.types:
        subject = subjects.get(kind.name, kind.name)
        found += [f"{subject}.{attribute.name}" for attribute in active_attributes(kind)]
    return tuple(dict.fromkeys(found))


def templates(action: Action) -> tuple[tuple[str, str], ...]:
    """Every template of an action with the name of its place."""
    headers = ((f"header {header.name}", header.value) for header in action.headers if header.is_enabled)
    return (("URL", action.url), *headers, ("body", action.body))


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


def unknown_name(name: str, known: tuple[str, ...]) -> str:
    """The sentence for a placeholder that nothing stands behind, with the nearest names that exist."""
    near = difflib.get_close_matches(name, known, n=2, cutoff=0.6)
    hint = f"did you mean {' or '.join(near)}?" if near else "declare it as an input of the action."
    return f"{{{{{name}}}}} is not known; {hint}"
