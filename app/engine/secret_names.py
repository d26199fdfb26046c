"""What is a secret by its name: a header, a parameter, a member of a body."""

from __future__ import annotations

import re

from app.domain.secret import DOTS

_HEADER = re.compile(
    r"(?:^|[-_])(?:authorization|auth|cookie|(?:[a-z]*)token|secret|passw(?:or)?d|"
    r"(?:api|access|app|application|subscription|account|functions|private)-?key"
    r"|session(?:-?id)?|credentials?|signature)(?:$|[-_])",
    re.IGNORECASE,
)
_QUERY = re.compile(
    r"(?:^|[-_.\[])(?:(?:api|access|secret|subscription|app)?[-_]?key|[a-z]*token|auth|authorization|(?:client[-_]?)?secret"
    r"|pass(?:word|wd)?|pwd|sig(?:nature)?|credentials?|session(?:[-_]?id)?|jwt)\]?$",
    re.IGNORECASE,
)
MEMBER = re.compile(r'("((?:[^"\\]|\\.)*)"\s*:\s*)("(?:[^"\\]|\\.)*"|[^\s,}\]"{\[]+)')
"""A member of a JSON object: up to its value, its name, its value as it is written."""
PAIR = re.compile(r"((?:^|[&\n;,\s])([^=&\s;,]+)=)([^&\s]+)")
"""A pair of a form or a query: up to its value, its name, its value as it is written."""
PART = re.compile(r'(form-data; name="([^"\r\n]*)"[^\r\n]*\r\n(?:[^\r\n]+\r\n)*\r\n)(.*?)(?=\r\n--)', re.DOTALL)
"""A part of a multipart form: up to its value, its name, its value."""


def is_secret_header(name: str) -> bool:
    """Whether a header's value must not be seen."""
    return bool(_HEADER.search(name))


def is_secret_name(name: str) -> bool:
    """Whether a name in a query or a form is that of a key."""
    return bool(_QUERY.search(name))


def secret_names(text: str) -> tuple[str, ...]:
    """The names in a body whose values look like secrets: JSON members, form pairs, parts of a multipart form."""
    found = [match[2] for pattern in (MEMBER, PAIR, PART) for match in pattern.finditer(text)]
    return tuple(dict.fromkeys(name for name in found if is_secret_name(name)))


def without_secrets(text: str) -> str:
    """A body as it may be shown: dots where the value of such a name stands."""
    for pattern in (MEMBER, PAIR, PART):
        text = pattern.sub(lambda found: found[1] + DOTS if is_secret_name(found[2]) else found[0], text)
    return text
