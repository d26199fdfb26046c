"""The `-d` family: how each form becomes bytes, and how several are joined."""

from __future__ import annotations

from urllib.parse import quote_from_bytes

from app.engine.curl.imported import Files
from app.engine.curl.options import CommandLine, Option
from app.engine.curl.words import bytes_of

DATA = ("data", "data-ascii", "data-binary", "data-raw", "data-urlencode", "json")


def data_of(line: CommandLine, files: Files) -> bytes | None:
    """The data of all options joined as curl joins them: by &, but JSON without anything between. None for none."""
    found: bytes | None = None
    for option in line.options:
        if option.name in DATA:
            piece = _piece(option, files)
            found = piece if found is None else found + (b"" if option.name == "json" else b"&") + piece
    return found


def _piece(option: Option, files: Files) -> bytes:
    if option.name == "data-urlencode":
        return url_encoded(option.value, files, option.shown)
    if option.name == "data-raw" or not option.value.startswith("@"):
        return bytes_of(option.value)
    content = files.read(option.value[1:], option.shown)
    return content.translate(None, b"\r\n\0") if option.name in ("data", "data-ascii") else content


def url_encoded(value: str, files: Files, shown: str) -> bytes:
    """`content`, `=content`, `name=content`, `@file`, `name@file`: the content encoded, the name as it is."""
    sign = "=" if "=" in value else "@"
    name, found, content = value.partition(sign)
    if not found:
        name, content = "", value
    raw = files.read(content, shown) if found == "@" else bytes_of(content)
    encoded = quote_from_bytes(raw, safe="").replace("%20", "+").encode()
    return bytes_of(name) + b"=" + encoded if name else encoded


def query_of(line: CommandLine, files: Files) -> list[bytes]:
    """What `--url-query` adds; behind a + it is taken as it is."""
    options = [option for option in line.options if option.name == "url-query"]
    return [
        bytes_of(option.value[1:]) if option.value[:1] == "+" else url_encoded(option.value, files, option.shown)
        for option in options
    ]
