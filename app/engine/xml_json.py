"""XML as JSON, as Intercom converts it: attributes as "@name", text beside them as "#text", repeated elements as lists.

Safe against hostile documents: no entity is declared, expanded or fetched; size and depth are bounded before anything
is built.
"""

from __future__ import annotations

from xml.parsers import expat

from app.errors import InvalidInput

MAX_XML = 20_000_000
"""Bytes; a document takes many times its size while it is converted."""
MAX_DEPTH = 200


class XmlProblem(InvalidInput):
    """Why a document cannot be converted."""


def json_from_xml(body: bytes, charset: str) -> bytes:
    """The document as JSON text; XmlProblem when it is not well-formed, too large, too deep or declares entities."""
    import msgspec
    import xmltodict  # type: ignore[import-untyped]  # it carries no types

    if len(body) > MAX_XML:
        raise XmlProblem(f"The XML has {len(body):,} bytes; up to {MAX_XML:,} are converted to JSON.")
    text = body.decode(charset, "replace").encode()
    _check(text)
    return msgspec.json.encode(xmltodict.parse(text, encoding="utf-8", disable_entities=True))


def _check(text: bytes) -> None:
    """Read the document once without keeping anything of it."""
    depth = 0

    def enter(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise XmlProblem(f"The XML is nested more than {MAX_DEPTH} levels deep, so it is not converted to JSON.")

    def leave(_: str) -> None:
        nonlocal depth
        depth -= 1

    def refuse(*_: object) -> None:
        raise XmlProblem("The XML declares entities, which can be a trap; they are not expanded, nor is it converted.")

    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler, parser.EndElementHandler, parser.EntityDeclHandler = enter, leave, refuse
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        raise XmlProblem(f"The XML cannot be read: {expat.ErrorString(error.code)} (line {error.lineno}).") from None
