"""Names for files with response bodies, from what the server says; harmless wherever they are written."""

from __future__ import annotations

import re
from email.message import Message
from urllib.parse import unquote, urlsplit

from app.domain.run import Run
from app.engine.content import Content, ContentKind

_UNSAFE = re.compile(r"[^\w.\- ()]+")
_EXTENSIONS = {
    ContentKind.JSON: "json",
    ContentKind.XML: "xml",
    ContentKind.CSV: "csv",
    ContentKind.HTML: "html",
    ContentKind.TEXT: "txt",
    ContentKind.BINARY: "bin",
}
_MOST_LETTERS = 100


def file_name(run: Run, content: Content) -> str:
    """A harmless name for a body: as the server calls it, else as the URL ends, with an extension that fits."""
    disposition = run.response.header("content-disposition") if run.response else None
    named = _named(disposition or "") or unquote(urlsplit(run.request.url).path.rpartition("/")[2])
    base = _UNSAFE.sub("_", named.replace("\\", "/").rpartition("/")[2]).strip(". ")[:_MOST_LETTERS] or "body"
    extension = content.image.extension if content.image else _EXTENSIONS.get(content.kind, "")
    return base if "." in base or not extension else f"{base}.{extension}"


def _named(disposition: str) -> str:
    message = Message()
    message["Content-Disposition"] = disposition.replace("\r", " ").replace("\n", " ")
    return message.get_filename("") or ""
