"""`-F` and `--form-string`: a multipart body, written as curl writes it.

The boundary is made of the content, so that the same command line always gives the same body.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256

from app.engine.curl.imported import Files
from app.engine.curl.options import CommandLine, Option
from app.engine.curl.words import CurlError, bytes_of

_FORM_DATA = "multipart/form-data"
_TYPES = {
    ".gif": "image/gif",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".htm": "text/html",
    ".html": "text/html",
    ".pdf": "application/pdf",
    ".xml": "application/xml",
}
_QUOTED = re.compile(r'"((?:[^"\\]|\\["\\]|\\)*)"(?=\s*(?:[;,]|\Z))')
_SETTING = re.compile(r"\s*(type|filename|headers|encoder)=", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    name: str
    content: bytes
    filename: str | None = None
    content_type: str | None = None
    headers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form as it is sent."""

    content_type: str
    body: bytes
    remarks: tuple[str, ...]


def form_of(line: CommandLine, files: Files, content_type: str | None) -> Form | None:
    """The form of a command line that asks for this Content-Type; None without one."""
    options = [option for option in line.options if option.name in ("form", "form-string")]
    if not options:
        return None
    remarks: list[str] = []
    is_percent = not line.is_set("form-escape")
    content_type = content_type or _FORM_DATA
    kind = "form-data" if content_type.lower().startswith(_FORM_DATA) else "attachment"
    parts = [_part(option, files, remarks) for option in options]
    written = [_written(part, kind, is_percent=is_percent) for part in parts]
    boundary = "----actionbench" + sha256(b"\0".join(written)).hexdigest()[:24]
    start = b"--" + boundary.encode() + b"\r\n"
    body = b"".join(start + part + b"\r\n" for part in written) + b"--" + boundary.encode() + b"--\r\n"
    return Form(content_type=f"{content_type}; boundary={boundary}", body=body, remarks=tuple(remarks))


def _part(option: Option, files: Files, remarks: list[str]) -> _Part:
    name, sign, value = option.value.partition("=")
    if not sign:
        raise CurlError(f"{option.shown} is written name=content. Check the command line.")
    if option.name == "form-string":
        return _Part(name=name, content=bytes_of(value))
    if value[:1] == "(" or (value == ")" and not name):
        raise CurlError(f"{option.shown} nests a form in a form, which is not supported. Write the parts one by one.")
    is_file, is_text_file = value[:1] == "@", value[:1] == "<"
    word, settings = _settings(value[1:] if is_file or is_text_file else value, remarks, is_list=is_file)
    content = files.read(word, option.shown) if is_file or is_text_file else bytes_of(word)
    filename = settings.get("filename", word.replace("\\", "/").rsplit("/", 1)[-1] if is_file else None)
    return _Part(
        name=name,
        content=content,
        filename=filename,
        content_type=settings.get("type") or _guessed(filename, word if is_text_file else None, is_file=is_file),
        headers=tuple(filter(None, settings.get("headers", "").split("\n"))),
    )


def _guessed(filename: str | None, path: str | None, *, is_file: bool) -> str | None:
    """As curl guesses it by the ending; a text that is only read from a file has none unless the ending says more."""
    for name in (filename, path):
        ending = re.search(r"\.[a-z]+\Z", (name or "").lower())
        if ending and ending[0] in _TYPES and (is_file or path is not None):
            found = _TYPES[ending[0]]
            return None if found == "text/plain" and filename is None else found
    return "application/octet-stream" if is_file else None


def _settings(text: str, remarks: list[str], *, is_list: bool) -> tuple[str, dict[str, str]]:
    """The content and its `;type=…;filename=…;headers=…` as curl reads them."""
    word, rest = _word(text, is_list=is_list)
    found: dict[str, str] = {}
    while rest.startswith(";"):
        setting = _SETTING.match(rest, 1)
        if setting is None and "type" in found:
            end = _end(rest, 1, is_list=is_list)
            found["type"] += rest[:end].rstrip()
            rest = rest[end:]
            continue
        value, rest = _word(rest[setting.end() if setting else 1 :], is_list=is_list)
        if setting is None:
            remarks.append("curl drops what follows an unquoted ; in -F, so it was left out; quote it to keep it.")
        elif setting[1].lower() == "encoder":
            remarks.append("-F …;encoder= was not carried over: the part is sent as it is.")
        elif setting[1].lower() == "headers":
            found["headers"] = "\n".join(filter(None, (found.get("headers", ""), value)))
            if value[:1] in "@<":
                raise CurlError("-F …;headers=@file reads headers from a file. Write them out.")
        else:
            found[setting[1].lower()] = value
    if rest.startswith(","):
        raise CurlError("-F sends several files in one part, which is not supported. Give each a part of its own.")
    return word, found


def _word(text: str, *, is_list: bool) -> tuple[str, str]:
    """A word up to the next ; (or comma between files), unquoted, and the rest."""
    text = text.lstrip()
    quoted = _QUOTED.match(text)
    if quoted:
        rest = text[quoted.end() :].lstrip()
        return re.sub(r'\\(["\\])', r"\1", quoted[1]), rest
    at = _end(text, 0, is_list=is_list)
    return text[:at].rstrip(), text[at:]


def _end(text: str, start: int, *, is_list: bool) -> int:
    found = re.compile("[;,]" if is_list else ";").search(text, start)
    return found.start() if found else len(text)


def _written(part: _Part, kind: str, *, is_percent: bool) -> bytes:
    disposition = f'Content-Disposition: {kind}; name="{_escaped(part.name, is_percent)}"'
    if part.filename is not None:
        disposition += f'; filename="{_escaped(part.filename, is_percent)}"'
    lines = [disposition]
    if part.content_type is not None:
        lines.append(f"Content-Type: {part.content_type}")
    return bytes_of("\r\n".join((*lines, *part.headers))) + b"\r\n\r\n" + part.content


def _escaped(text: str, is_percent: bool) -> str:
    if is_percent:
        return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace("\\", "\\\\").replace('"', '\\"')
