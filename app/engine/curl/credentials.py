"""Which parts of a request are credentials, by their names."""

from __future__ import annotations

import re
from base64 import b64encode

from app.domain.secret import DOTS, Secret
from app.engine.curl.imported import Credential, Place
from app.engine.curl.words import bytes_of

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
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9_.-]*) (?=\S)")


def is_secret_header(name: str) -> bool:
    """Whether a header's value must not be seen."""
    return bool(_HEADER.search(name))


def is_secret_name(name: str) -> bool:
    """Whether a name in a query or a form is that of a key."""
    return bool(_QUERY.search(name))


def header_credential(name: str, value: str) -> Credential:
    """The credential of a header; a scheme such as Bearer becomes its prefix."""
    scheme = _SCHEME.match(value) if "auth" in name.lower() else None
    prefix = scheme[1] if scheme else ""
    rest = value[scheme.end() :] if scheme else value
    return Credential(place=Place.HEADER, name=name, prefix=prefix, value=Secret(rest))


def basic_credential(userinfo: str) -> Credential:
    """The credential of `user:password`."""
    coded = b64encode(bytes_of(userinfo)).decode()
    return Credential(place=Place.HEADER, name="Authorization", prefix="Basic", value=Secret(coded))


_MEMBER = re.compile(r'("((?:[^"\\]|\\.)*)"\s*:\s*)("(?:[^"\\]|\\.)*"|[^\s,}\]"{\[]+)')
_PAIR = re.compile(r"((?:^|[&\n;,\s])([^=&\s;,]+)=)([^&\s]+)")
_PART = re.compile(r'(form-data; name="([^"\r\n]*)"[^\r\n]*\r\n(?:[^\r\n]+\r\n)*\r\n)(.*?)(?=\r\n--)', re.DOTALL)


def secret_names(text: str) -> tuple[str, ...]:
    """The names in a body whose values look like secrets: JSON members, form pairs, parts of a multipart form."""
    found = [match[2] for pattern in (_MEMBER, _PAIR, _PART) for match in pattern.finditer(text)]
    return tuple(dict.fromkeys(name for name in found if is_secret_name(name)))


def without_secrets(text: str) -> str:
    """A body as it may be shown: dots where the value of such a name stands."""
    for pattern in (_MEMBER, _PAIR, _PART):
        text = pattern.sub(lambda found: found[1] + DOTS if is_secret_name(found[2]) else found[0], text)
    return text
