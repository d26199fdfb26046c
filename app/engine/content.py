"""What a response body is, whatever its headers say, and how it is read: JSON, XML, CSV, text, image, binary, empty.

The bytes stay as they came. Wrong or missing content types and charsets are found out, and said.
"""

from __future__ import annotations

import codecs
import csv
import re
from dataclasses import dataclass, replace
from email.message import Message
from enum import StrEnum

from app.engine.images import Image, image_of
from app.engine.xml_json import json_from_xml

_SLICE = 256 * 1024
"""Bytes that are decoded at once: more would hold up whoever waits for the interpreter, and take memory."""
SAMPLE = 64 * 1024
"""Bytes that are looked at to find out what a body is."""
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MOST_CONTROLS = 0.2
"""More control characters than this no text has, however hostile."""
_JSON_START = re.compile(r'\s*(?:[\[{]\s*["\]}\[{0-9tfn-]|"|-?[0-9]+(?:[.eE][0-9+-]+)?\s*\Z|(?:true|false|null)\s*\Z)')
_XML_START = re.compile(r"\s*<(?:\?xml|!DOCTYPE|[A-Za-z_:][\w:.-]*[\s/>]|!--)")
_HTML_START = re.compile(
    r"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|meta|script|style|h[1-6]|p|div|span|center|table|pre|ul|ol|img)\b",
    re.IGNORECASE | re.DOTALL,
)
_CHARSET = re.compile(r"[A-Za-z0-9._:+-]{1,40}\Z")
_UTF8 = ("utf-8", "ascii", "utf-8-sig")


class ContentKind(StrEnum):
    """What a body turned out to be."""

    EMPTY = "empty"
    JSON = "JSON"
    XML = "XML"
    CSV = "CSV"
    HTML = "HTML"
    TEXT = "text"
    IMAGE = "image"
    BINARY = "binary"

    @property
    def is_text(self) -> bool:
        """Whether it can be read as characters."""
        return self not in (ContentKind.EMPTY, ContentKind.IMAGE, ContentKind.BINARY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A body that was looked at."""

    kind: ContentKind
    media_type: str = ""
    """As declared, in lower case; "" when nothing was."""
    charset: str = ""
    """How its bytes are read as text; "" for what is not text."""
    remarks: tuple[str, ...] = ()
    """What was wrong or missing in what the server says of it, a sentence each."""
    image: Image | None = None

    def text_bytes(self, body: bytes) -> bytes:
        """The body as UTF-8 text, the same object where it is that already; every byte becomes something visible."""
        if not self.kind.is_text or self.charset in ("", "utf-8", "ascii"):
            return body
        return body.decode(self.charset, "replace").encode("utf-8", "replace")

    def json_bytes(self, body: bytes) -> bytes | None:
        """The body as JSON text in UTF-8, XML converted; None when it is neither. XmlProblem says why XML cannot be."""
        if self.kind is ContentKind.JSON:
            return self.text_bytes(body)
        return json_from_xml(body, self.charset) if self.kind is ContentKind.XML else None


def content_of(body: bytes, content_type: str | None) -> Content:
    """Look at a body and at what its Content-Type says."""
    media_type, declared = _declared(content_type or "")
    if not body.removeprefix(codecs.BOM_UTF8).strip():
        return Content(kind=ContentKind.EMPTY, media_type=media_type)
    image = image_of(body)
    if image:
        return _found(Content(kind=ContentKind.IMAGE, media_type=media_type, image=image))
    charset, remarks = _charset(body, declared, media_type)
    if not charset:
        return _found(Content(kind=ContentKind.BINARY, media_type=media_type))
    kind = _text_kind(body[:SAMPLE].decode(charset, "replace"), media_type)
    return _found(Content(kind=kind, media_type=media_type, charset=charset, remarks=remarks))


def _declared(content_type: str) -> tuple[str, str]:
    """Media type and charset of a Content-Type header; "" for what it does not name, or names unreadably."""
    message = Message()
    message["Content-Type"] = content_type.replace("\r", " ").replace("\n", " ")
    charset = message.get_param("charset", "")
    text = charset if isinstance(charset, str) else ""
    media_type = content_type.partition(";")[0].strip().lower()
    return media_type, text.strip().lower() if _CHARSET.match(text.strip()) else text.strip()[:40].lower()


def _charset(body: bytes, declared: str, media_type: str) -> tuple[str, tuple[str, ...]]:
    """How to read a body as text, and what is to be said about it; "" when it is no text."""
    marked = next((name for mark, name in _BOMS if body.startswith(mark)), "")
    if marked:
        return (marked, ()) if _fits(body, marked) else ("", ())
    if declared and not _is_known(declared):
        return _guessed(body, f'The charset "{declared}" is not known')
    if declared:
        if _is_binary(body) and not declared.startswith(("utf-16", "utf-32")):
            return "", ()
        if _fits(body, declared):
            return ("utf-8" if declared in _UTF8 else declared), ()
        return _guessed(body, f"The body is not {declared}, as its Content-Type says")
    if _is_binary(body):
        return _wide(body), ()
    if _fits(body, "utf-8"):
        return "utf-8", ()
    in_xml = _xml_charset(body) if "xml" in media_type or body.lstrip().startswith(b"<?xml") else ""
    if in_xml and _fits(body, in_xml):
        return in_xml, ()
    return _guessed(body, "The body is not UTF-8, and no charset is declared")


def _is_binary(body: bytes) -> bool:
    """Whether a body has bytes that no text in a charset of single bytes, or in UTF-8, has."""
    sample = body[:SAMPLE]
    return b"\0" in sample or len(_CONTROLS.findall(sample)) > len(sample) * _MOST_CONTROLS


def _wide(body: bytes) -> str:
    """UTF-16 without a mark, as some servers send JSON: every other byte is zero."""
    sample = body[:SAMPLE]
    for name, zeros in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
        if len(sample) >= 4 and zeros.count(0) > len(zeros) * 0.7 and _fits(body, name):
            return name
    return ""


def _xml_charset(body: bytes) -> str:
    found = re.match(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']", body.lstrip()[:200])
    name = found[1].decode("ascii").lower() if found else ""
    return name if name and _is_known(name) else ""


def _guessed(body: bytes, what: str) -> tuple[str, tuple[str, ...]]:
    if _CONTROLS.search(body[:SAMPLE]):
        return "", ()
    if _fits(body, "utf-8"):
        return "utf-8", (f"{what}; it is read as UTF-8.",)
    from charset_normalizer import from_bytes

    best = from_bytes(body[:SAMPLE]).best()
    charset = best.encoding if best and _is_known(best.encoding) else "cp1252"
    return charset, (f"{what}; it is read as {charset}, which is a guess.",)


def _is_known(charset: str) -> bool:
    """Whether Python can read a charset as text; codecs such as base64 are none."""
    try:
        return bool(codecs.lookup(charset)._is_text_encoding)
    except (LookupError, ValueError):
        return False


def _fits(body: bytes, charset: str) -> bool:
    """Whether all of a body can be read so; a letter that a cut has halved at the end does no harm."""
    decoder = codecs.getincrementaldecoder(charset)()
    try:
        for at in range(0, len(body), _SLICE):
            decoder.decode(body[at : at + _SLICE])
    except (UnicodeError, ValueError):
        return False
    return True


def _text_kind(text: str, media_type: str) -> ContentKind:
    """What a text is: as it looks, else as it is declared."""
    is_json = media_type.endswith(("/json", "+json"))
    text = text.removeprefix("\ufeff")
    if _JSON_START.match(text):
        return ContentKind.JSON if is_json or not media_type.startswith("text/csv") else ContentKind.CSV
    is_xml = "xml" in media_type and "html" not in media_type
    if not is_xml and _HTML_START.match(text):
        return ContentKind.HTML
    if media_type == "text/html" and text.lstrip().startswith("<"):
        return ContentKind.HTML
    if _XML_START.match(text):
        return ContentKind.XML
    if is_json:
        return ContentKind.JSON
    return ContentKind.CSV if "csv" in media_type or _looks_like_csv(text, media_type) else ContentKind.TEXT


def _looks_like_csv(text: str, media_type: str) -> bool:
    if media_type not in ("", "text/plain", "application/octet-stream"):
        return False
    lines = text.splitlines()[:20]
    if len(lines) < 3 or "," not in lines[0]:
        return False
    try:
        widths = [len(row) for row in csv.reader(lines[:-1] if len(lines) > 3 else lines)]
    except csv.Error:
        return False
    return widths[0] > 1 and len(set(widths)) == 1


def _found(content: Content) -> Content:
    """The content with a remark where the server says something else, or nothing."""
    return replace(content, remarks=(*_about_type(content), *content.remarks))


_TYPES = {
    ContentKind.JSON: ("json", "javascript"),
    ContentKind.XML: ("xml",),
    ContentKind.HTML: ("html",),
    ContentKind.CSV: ("csv", "text/plain", "excel"),
    ContentKind.IMAGE: ("image/",),
    ContentKind.TEXT: (
        "text/",
        "application/x-www-form-urlencoded",
        "yaml",
        "javascript",
        "graphql",
        "jsonl",
        "ndjson",
    ),
}


def _about_type(content: Content) -> tuple[str, ...]:
    kind = "an image" if content.kind is ContentKind.IMAGE else content.kind
    if not content.media_type:
        return (f"The server sent no Content-Type; the body looks like {kind}.",)
    if content.kind is ContentKind.BINARY:
        is_textual = content.media_type.startswith("text/") or "json" in content.media_type
        return (f"Content-Type says {content.media_type}, but the body is binary.",) if is_textual else ()
    if any(part in content.media_type for part in _TYPES[content.kind]):
        return ()
    return (f"Content-Type says {content.media_type}, but the body looks like {kind}.",)
