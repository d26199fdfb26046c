"""The headers of a command line: `-H` in its forms, and those that other options make."""

from __future__ import annotations

import re

from app.engine.curl.imported import Files
from app.engine.curl.options import CommandLine
from app.engine.curl.words import CurlError, text_of

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")
_FRAMING = {"content-length", "transfer-encoding"}


class Headers:
    """The headers so far, in order; one that was given wins over one that an option makes."""

    def __init__(self) -> None:
        self.items: list[tuple[str, str]] = []
        self.removed: set[str] = set()

    def has(self, name: str) -> bool:
        """Whether it is set, or must not be."""
        return name.lower() in self.removed or any(key.lower() == name.lower() for key, _ in self.items)

    def default(self, name: str, value: str) -> None:
        """Set it unless somebody has decided about it."""
        if not self.has(name):
            self.items.append((name, value))

    def take(self, name: str) -> str | None:
        """Take a header out; its value, or None."""
        found = next((value for key, value in self.items if key.lower() == name.lower()), None)
        self.items = [(key, value) for key, value in self.items if key.lower() != name.lower()]
        return found


def headers_of(line: CommandLine, files: Files, remarks: list[str]) -> Headers:
    """The headers that the options name, without what depends on the body."""
    headers = Headers()
    for text in line.values("header"):
        if text.startswith("@"):
            for each in text_of(files.read(text[1:], "-H")).splitlines():
                _add(headers, each, remarks)
        else:
            _add(headers, text, remarks)
    if headers.removed:
        names = ", ".join(sorted(headers.removed))
        remarks.append(f"-H takes away headers that curl adds by itself ({names}); an action may still add its own.")
    _from_options(headers, line, remarks)
    return headers


def _add(headers: Headers, text: str, remarks: list[str]) -> None:
    """`Name: value`; `Name;` for an empty one; `Name:` for none at all."""
    name, sign, value = text.partition(":")
    if not sign and text.rstrip().endswith(";"):
        name, value = text.rstrip()[:-1], ""
    elif not sign:
        if text.strip():
            remarks.append("A header without a colon was left out, as curl does.")
        return
    elif not value.strip():
        headers.removed.add(name.strip().lower())
        return
    if not _NAME.match(name.strip()):
        if name.startswith(":"):
            return
        raise CurlError("-H holds a header whose name no request can carry. Check its spelling.")
    if name.strip().lower() in _FRAMING:
        remarks.append(f"The header {name.strip()} is made when the request is sent, so it was left out.")
    elif "\n" in value or "\r" in value:
        raise CurlError(f"The header {name.strip()} holds a line break, which no header may. Write it on one line.")
    else:
        headers.items.append((name.strip(), value.strip()))


def _from_options(headers: Headers, line: CommandLine, remarks: list[str]) -> None:
    agent, referer, span = line.last("user-agent"), line.last("referer"), line.last("range")
    if agent:
        headers.default("User-Agent", agent)
    if referer:
        headers.default("Referer", referer.removesuffix(";auto"))
        if referer.endswith(";auto"):
            remarks.append("-e …;auto sets the referer on redirects, which are not followed: ;auto was left out.")
    if span:
        headers.default("Range", f"bytes={span}")
    _cookies(headers, line, remarks)
    if line.values("json"):
        headers.default("Content-Type", "application/json")
        headers.default("Accept", "application/json")


def _cookies(headers: Headers, line: CommandLine, remarks: list[str]) -> None:
    given = line.values("cookie")
    written = [value for value in given if "=" in value]
    if len(written) < len(given):
        remarks.append("-b names a file of cookies: it was not read. Give the cookies as -b 'name=value'.")
    if written:
        headers.default("Cookie", ";".join(written))
