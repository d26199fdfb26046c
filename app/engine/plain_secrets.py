"""Secrets that stand in the text of an action, where everybody reads them: noticed by name or by look, and taken out.

A value that a placeholder fills is none. In a header a secret becomes the token that the action sends; anywhere else an
input takes its place, since a token is sent in a header.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import chain
from urllib.parse import unquote_plus

from app.domain.action import Action, DataInput
from app.domain.secret import DOTS, Secret
from app.engine.curl.credentials import header_credential
from app.engine.curl.imported import Credential, Place
from app.engine.secret_names import MEMBER, PAIR, is_secret_header, is_secret_name

_SHORTEST = 4
"""Letters of a value that is called a secret by its name alone: "none" and "off" say nothing."""
_PARAMETER = re.compile(r"([?&]([^=&#{}]+)=)([^&#]+)")
LOOKS = re.compile(
    r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*"  # JWT
    r"|\b(?:sk|rk|pk)_(?:live|test)_\w{10,}|\bsk-[\w-]{20,}"
    r"|\bgh[pousr]_\w{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{15,}"
    r"|\bxox[abeprs]-[\w-]{10,}|\bA(?:KIA|SIA)[0-9A-Z]{16}\b|\bAIza[\w-]{30,}|\bya29\.[\w-]{20,}"
    r"|\bSG\.[\w-]{16,}\.[\w-]{16,}"
    r"|\bdG9rO[\w+/-]{20,}={0,2}"  # what Intercom hands out: the base64 of tok:…
)
"""Keys and tokens that are known by how they look."""


class Where(StrEnum):
    """The part of an action that a secret stands in."""

    HEADER = "header"
    QUERY = "query"
    URL = "URL"
    BODY = "body"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainSecret:
    """One of them, and what it becomes."""

    where: Where
    name: str
    credential: Credential
    at: int = field(repr=False)
    """The row of its table, or where it begins in its text."""
    size: int = field(default=0, repr=False)
    """How many letters of the text it takes."""

    @property
    def label(self) -> str:
        """How a person names it: "header Authorization"."""
        return f"{self.where} {self.name}"


def noticed(action: Action) -> tuple[PlainSecret, ...]:
    """The secrets that stand in an action in plain text, each label once."""
    return tuple({each.label: each for each in reversed(_every(action))}.values())[::-1]


def _every(action: Action) -> tuple[PlainSecret, ...]:
    return (*_in_headers(action), *_in_query(action), *_in_url(action), *_in_body(action.body))


def hidden(action: Action) -> Action:
    """The action as it may be seen: dots where a secret stands in plain text, the scheme before it left."""
    rows, query = list(action.headers), list(action.query)
    url, body = action.url, action.body
    for each in sorted(_every(action), key=lambda found: -found.at):  # from the end, so that places stay true
        if each.where is Where.HEADER:
            prefix = f"{each.credential.prefix} " if each.credential.prefix else ""
            rows[each.at] = replace(rows[each.at], value=f"{prefix}{DOTS}")
        elif each.where is Where.QUERY:
            query[each.at] = replace(query[each.at], value=DOTS)
        elif each.where is Where.URL:
            url = url[: each.at] + DOTS + url[each.at + each.size :]
        else:
            body = body[: each.at] + DOTS + body[each.at + each.size :]
    return replace(action, headers=tuple(rows), query=tuple(query), url=url, body=body)


def notice_words(action: Action) -> str:
    """A sentence about them, "" when there are none."""
    labels = [each.label for each in noticed(action)]
    if not labels:
        return ""
    return f"The {labels[0]} is a secret in plain text: s (action seal) makes a token of it."


def _is_secret(name_says_so: bool, value: str) -> bool:
    plain = value.strip()
    return "{{" not in plain and (bool(LOOKS.search(plain)) or (name_says_so and len(plain) >= _SHORTEST))


def _in_headers(action: Action) -> Iterator[PlainSecret]:
    for at, row in enumerate(action.headers):
        if _is_secret(is_secret_header(row.name), row.value):
            yield PlainSecret(
                where=Where.HEADER, name=row.name, credential=header_credential(row.name, row.value.strip()), at=at
            )


def _in_query(action: Action) -> Iterator[PlainSecret]:
    for at, row in enumerate(action.query):
        if _is_secret(is_secret_name(row.name), row.value):
            yield _elsewhere(Where.QUERY, row.name, row.value, at)


def _in_url(action: Action) -> Iterator[PlainSecret]:
    for found in _PARAMETER.finditer(action.url):
        if _is_secret(is_secret_name(found[2]), found[3]):
            yield _elsewhere(Where.URL, found[2], unquote_plus(found[3]), found.start(3), len(found[3]))


def _in_body(body: str) -> Iterator[PlainSecret]:
    spans: list[tuple[int, int]] = []
    for name, value, start, end in chain(_members(body), _pairs(body)):
        is_known = any(start < other_end and other_start < end for other_start, other_end in spans)
        if not is_known and _is_secret(is_secret_name(name), value):
            spans.append((start, end))
            yield _elsewhere(Where.BODY, name, value, start, end - start)
    for found in LOOKS.finditer(body):
        if not any(start <= found.start() < end for start, end in spans):
            yield _elsewhere(Where.BODY, "key", found[0], found.start(), len(found[0]))


def _members(body: str) -> Iterator[tuple[str, str, int, int]]:
    """Name and value of each text in JSON, and where it stands between its quotes."""
    for found in MEMBER.finditer(body):
        if found[3].startswith('"'):
            try:
                value = json.loads(found[3], strict=False)
            except ValueError:
                continue
            yield found[2], str(value), found.start(3) + 1, found.end(3) - 1


def _pairs(body: str) -> Iterator[tuple[str, str, int, int]]:
    for found in PAIR.finditer(body):
        yield found[2], found[3], found.start(3), found.end(3)


def _elsewhere(where: Where, name: str, value: str, at: int, size: int = 0) -> PlainSecret:
    credential = Credential(place=Place.QUERY, name=name, value=Secret(value.strip()))
    return PlainSecret(where=where, name=name, credential=credential, at=at, size=size)


def without(action: Action, secret: PlainSecret) -> Action:
    """The action without a secret: its header row is gone, anywhere else an input asks for it."""
    if secret.where is Where.HEADER:
        return replace(action, headers=tuple(row for at, row in enumerate(action.headers) if at != secret.at))
    item = DataInput(name=_input_name(action, secret.name), is_required=True, description="Sealed as a token.")
    changed = replace(action, inputs=(*action.inputs, item))
    placeholder = f"{{{{{item.name}}}}}"
    if secret.where is Where.QUERY:
        rows = (replace(row, value=placeholder) if at == secret.at else row for at, row in enumerate(action.query))
        return replace(changed, query=tuple(rows))
    text = action.url if secret.where is Where.URL else action.body
    text = text[: secret.at] + placeholder + text[secret.at + secret.size :]
    return replace(changed, url=text) if secret.where is Where.URL else replace(changed, body=text)


def _input_name(action: Action, name: str) -> str:
    base = re.sub(r"[^A-Za-z0-9_]", "_", name)
    base = base if re.match(r"[A-Za-z_]", base) else f"_{base}"
    taken, number, free = {item.name for item in action.inputs}, 1, base
    while free in taken:
        number += 1
        free = f"{base}_{number}"
    return free
