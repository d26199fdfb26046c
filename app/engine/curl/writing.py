"""A request as a cURL command line for bash, exact for any bytes; masked unless somebody asks for more."""

from __future__ import annotations

import re
from collections.abc import Callable

from app.domain.secret import DOTS, Secret
from app.engine.curl.urls import ascii_of
from app.engine.curl.words import bytes_of, text_of
from app.engine.masking import mask
from app.engine.request import Request, RequestHeader

_PLAIN = re.compile(r"[A-Za-z0-9_@%+=:,./-]+\Z")
_SIMPLE = re.compile(r"[ -~]*\Z")
_LONGEST_WORD = 100_000
"""Linux takes no longer argument than 128 kB; beyond this the body comes through a pipe."""
_PATH = re.compile(r"([^/?#]*//[^/?#]*)([^?#]*)(.*)\Z", re.DOTALL)
_CODED_DOTS = re.compile(r"/(?:\.|%2e){1,2}(?:/|\Z)", re.IGNORECASE)
_BREAK = " \\\n  "
_ADDED = ("Accept", "User-Agent")


def curl_line(request: Request, *, reveal: bool = False) -> str:
    """The command line that sends the same request; secrets are dots unless `reveal`, and then it must be kept safe."""
    hide: Callable[[str], str] = (lambda text: text) if reveal else (lambda text: mask(text, request.secrets))
    body = bytes_of(hide(text_of(request.body or b"")))
    is_piped = b"\0" in body or len(body) > _LONGEST_WORD
    options = [*_method(request.method, has_body=bool(body)), _target(hide(request.url))]
    options += [f"-H {quoted(_header(header, hide, reveal=reveal))}" for header in request.headers]
    options += _unasked(request, len(body))
    if body:
        options.append("--data-binary @-" if is_piped else f"--data-raw {quoted(text_of(body))}")
    line = f"curl {_BREAK.join(options)}"
    return f"printf {_printf(body)} | {line}" if is_piped else line


def _method(method: str, *, has_body: bool) -> list[str]:
    if method == "HEAD":
        return ["-I"]
    return [] if method == ("POST" if has_body else "GET") else [f"-X {quoted(method)}"]


def _target(url: str) -> str:
    # The dots of a masked secret stay dots; everything else is spelt as our own client sends it.
    text = DOTS.join(ascii_of(bytes_of(part)) for part in url.split(DOTS))
    for letter in '"<>`':
        text = text.replace(letter, f"%{ord(letter):02X}")
    flags = "--globoff " if re.search(r"[\[\]{}]", text) else ""
    found = _PATH.match(text)
    if found:
        path = _without_dots(found[2])
        text = f"{found[1]}{path}{found[3]}"
        flags += "--path-as-is " if _CODED_DOTS.search(path) else ""
    return f"{flags}{quoted(text)}"


def _without_dots(path: str) -> str:
    """The path as our own client sends it: `.` and `..` resolved, encoded ones kept."""
    parts: list[str] = []
    for part in path.split("/"):
        if part == ".." and parts not in ([], [""]):
            parts.pop()
        elif part not in (".", ".."):
            parts.append(part)
    return "/".join(parts)


def _header(header: RequestHeader, hide: Callable[[str], str], *, reveal: bool) -> str:
    dots = header.shown or (str(header.value) if isinstance(header.value, Secret) else hide(header.text))
    value = header.text if reveal else dots
    return f"{header.name}: {value}" if value.strip() else f"{header.name};"


def _unasked(request: Request, size: int) -> list[str]:
    """Headers that curl would add by itself and that this request has not."""
    given = {header.name.lower() for header in request.headers}
    wanted = [*_ADDED, *(["Content-Type"] if size else []), *(["Expect"] if size > 1_000_000 else [])]
    found = [f"-H {quoted(name + ':')}" for name in wanted if name.lower() not in given]
    return [*found, "--compressed"] if "accept-encoding" in given else found


def quoted(text: str) -> str:
    """A word of bash that stands for exactly this text (not NUL)."""
    if _PLAIN.match(text):
        return text
    if _SIMPLE.match(text):
        return "'" + text.replace("'", "'\\''") + "'"
    if text.isprintable() and "'" not in text and not re.search("[\ud800-\udfff]", text):
        return f"'{text}'"
    return "$'" + "".join(map(_escape, text)) + "'"


def _escape(letter: str) -> str:
    if letter in "\\'":
        return f"\\{letter}"
    if letter.isprintable():
        return letter
    named = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(letter)
    return named or "".join(f"\\{byte:03o}" for byte in bytes_of(letter))


def _printf(body: bytes) -> str:
    """The format for printf that gives exactly these bytes."""
    text = body.decode("latin-1").replace("\\", "\\\\").replace("%", "%%").replace("'", "\\047")
    return "'" + re.sub(r"[^ -~\n]", lambda found: f"\\{ord(found[0]):03o}", text) + "'"
