"""What a body is, whatever its headers say; and XML as JSON, without a trap in it."""

from __future__ import annotations

import json
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.content import ContentKind, content_of
from app.engine.decoding import STEP, Decoder, DecodingError
from app.engine.xml_json import MAX_DEPTH, XmlProblem, json_from_xml

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", 640, 480) + b"\x08\x06\x00\x00\x00"
K = ContentKind


@pytest.mark.parametrize(
    ("body", "content_type", "kind", "charset", "remark"),
    [
        (b"", "application/json", K.EMPTY, "", ""),
        (b" \r\n", None, K.EMPTY, "", ""),
        (b'{"a": 1}', "application/json", K.JSON, "utf-8", ""),
        (b"[]", "application/problem+json; charset=utf-8", K.JSON, "utf-8", ""),
        (b'{"a": 1}', None, K.JSON, "utf-8", "no Content-Type; the body looks like JSON"),
        (b'{"a": 1}', "text/html", K.JSON, "utf-8", "says text/html, but the body looks like JSON"),
        (b"<html><body>", "application/json", K.HTML, "utf-8", "says application/json, but the body looks like HTML"),
        (b"<p>no</p>", "text/html", K.HTML, "utf-8", ""),
        (b"{broken", "application/json", K.JSON, "utf-8", ""),
        (b"oops", "application/json", K.JSON, "utf-8", ""),
        (b"oops", "text/plain", K.TEXT, "utf-8", ""),
        (b"id,total\n1,2\n3,4\n", "text/csv", K.CSV, "utf-8", ""),
        (b"id,total\n1,2\n3,4\n", None, K.CSV, "utf-8", "looks like CSV"),
        (b"Dear all, hello\nwe, too, are\nfine\n", "text/plain", K.TEXT, "utf-8", ""),
        (b"<?xml version='1.0'?><a/>", "application/xml", K.XML, "utf-8", ""),
        (b"<order id='1'/>", "text/plain", K.XML, "utf-8", "says text/plain, but the body looks like XML"),
        ("Gro\xdf".encode("latin-1"), "text/plain; charset=iso-8859-1", K.TEXT, "iso-8859-1", ""),
        ('{"n": "Gro\xdf, \xc6r\xf8"}'.encode("latin-1"), "application/json", K.JSON, "", "which is a guess"),
        ('{"n": "Gro\xdf"}'.encode(), "application/json; charset=klingon", K.JSON, "utf-8", '"klingon" is not known'),
        ('{"n": "Gro\xdf"}'.encode(), "application/json; charset=base64", K.JSON, "utf-8", '"base64" is not known'),
        ('{"n": "Gro\xdf"}'.encode("latin-1"), "application/json; charset=utf-8", K.JSON, "", "The body is not utf-8"),
        ('{"a": 1}'.encode("utf-16"), "application/json", K.JSON, "utf-16", ""),
        ('{"abc": 1}'.encode("utf-16-le"), "application/json", K.JSON, "utf-16-le", ""),
        ("﻿[1]".encode(), "application/json", K.JSON, "utf-8-sig", ""),
        (bytes(range(256)), "application/octet-stream", K.BINARY, "", ""),
        (bytes(range(256)), "application/json", K.BINARY, "", "says application/json, but the body is binary"),
        (b"%PDF-1.7\0\0\xff\xfe", "application/pdf", K.BINARY, "", ""),
        (b'{"a": "\x1b]52;c;Zm9v\x07"}', "application/json", K.JSON, "utf-8", ""),
        (PNG, "image/png", K.IMAGE, "", ""),
        (PNG, "application/json", K.IMAGE, "", "says application/json, but the body looks like an image"),
    ],
)
def test_a_body_is_what_it_looks_like(
    body: bytes, content_type: str | None, kind: ContentKind, charset: str, remark: str
) -> None:
    found = content_of(body, content_type)
    assert found.kind is kind
    assert found.charset == (charset or found.charset)
    assert bool(found.remarks) == bool(remark)
    assert remark in " ".join(found.remarks)
    assert all(text.endswith(".") for text in found.remarks)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (PNG, "PNG image, 640 × 480"),
        (b"GIF89a" + struct.pack("<HH", 3, 4), "GIF image, 3 × 4"),
        (b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\x00\x10\x00\x20\x03", "JPEG image, 32 × 16"),
        (b"\xff\xd8\xff", "JPEG image"),
        (b"RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0" + b"\x0f\0\0" + b"\x1f\0\0", "WebP image, 16 × 32"),
        (b"BM" + bytes(12) + struct.pack("<Iii", 40, 5, -6) + bytes(8), "BMP image, 5 × 6"),
        (b"\x89PNG\r\n\x1a\n", "PNG image"),
    ],
)
def test_images_are_known_by_their_first_bytes(body: bytes, words: str) -> None:
    image = content_of(body, None).image
    assert image is not None
    assert image.words == words


@given(st.binary(max_size=200), st.text(max_size=40) | st.none())
def test_any_body_under_any_header_is_something(body: bytes, content_type: str | None) -> None:
    found = content_of(body, content_type)
    text = found.text_bytes(body)
    if found.kind.is_text:
        assert text is body or text.decode("utf-8")
    else:
        assert text is body


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_utf_8_is_never_touched(text: str) -> None:
    body = text.encode()
    found = content_of(body, "text/plain; charset=utf-8")
    if found.kind.is_text and not body.startswith(b"\xef\xbb\xbf"):
        assert found.text_bytes(body) is body


def test_json_in_another_charset_is_json_in_utf_8() -> None:
    body = '{"name": "J\xfcrgen", "n": 12345678901234567890}'.encode("latin-1")
    converted = content_of(body, "application/json; charset=iso-8859-1").json_bytes(body)
    assert converted is not None
    assert json.loads(converted) == {"name": "J\xfcrgen", "n": 12345678901234567890}


def test_xml_becomes_json_as_intercom_makes_it() -> None:
    body = b"<r><o id='1'><t c='EUR'>9.50</t></o><o id='2'/><n>x<![CDATA[<y>]]></n></r>"
    assert json.loads(json_from_xml(body, "utf-8")) == {
        "r": {"o": [{"@id": "1", "t": {"@c": "EUR", "#text": "9.50"}}, {"@id": "2"}], "n": "x<y>"}
    }


def test_xml_in_its_own_charset() -> None:
    body = '<?xml version="1.0" encoding="ISO-8859-1"?><a>\xe9</a>'.encode("latin-1")
    found = content_of(body, "application/xml")
    assert found.charset == "iso-8859-1"
    assert json.loads(found.json_bytes(body) or b"") == {"a": "\xe9"}


LAUGHS = b'<!DOCTYPE a [<!ENTITY l "ha">' + b"".join(
    b'<!ENTITY l%d "%s">' % (n, (b"&l%d;" % (n - 1) if n else b"&l;") * 10) for n in range(9)
)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (LAUGHS + b"]><a>&l8;</a>", "declares entities"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "declares entities"),
        (b'<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x">%p;]><a/>', "declares entities"),
        (b"<a>" * (MAX_DEPTH + 1), f"more than {MAX_DEPTH} levels deep"),
        (b"<a><b></a>", "mismatched tag (line 1)"),
        (b"<a>&nope;</a>", "undefined entity"),
        (b" " * 20_000_001, "up to 20,000,000 are converted"),
    ],
)
def test_hostile_xml_is_refused_in_words(body: bytes, words: str) -> None:
    with pytest.raises(XmlProblem) as caught:
        json_from_xml(body, "utf-8")
    assert words in str(caught.value)


def test_an_external_document_type_is_never_fetched() -> None:
    body = b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd"><a>1</a>'
    assert json.loads(json_from_xml(body, "utf-8")) == {"a": "1"}


@given(st.binary(max_size=5000), st.lists(st.sampled_from(["gzip", "deflate", "raw"]), max_size=3), st.integers(1, 997))
def test_codings_are_undone_whatever_the_chunks(body: bytes, codings: list[str], size: int) -> None:
    coded = body
    for coding in codings:
        wbits = {"gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS, "raw": -zlib.MAX_WBITS}[coding]
        packer = zlib.compressobj(wbits=wbits)
        coded = packer.compress(coded) + packer.flush()
    decoder = Decoder([coding.replace("raw", "deflate") for coding in codings], 10_000)
    out = [piece for at in range(0, len(coded), size) for piece in decoder.pieces(coded[at : at + size])]
    decoder.finish()
    assert b"".join(out) == body
    assert not decoder.is_over


@given(st.integers(0, 300_000), st.integers(1, 200_000))
def test_no_piece_is_large_and_the_limit_is_exact(size: int, limit: int) -> None:
    decoder = Decoder(["gzip"], limit)
    packer = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    pieces = list(decoder.pieces(packer.compress(bytes(size)) + packer.flush()))
    assert sum(map(len, pieces)) == min(size, limit)
    assert max(map(len, pieces), default=0) <= STEP
    assert decoder.is_over == (size > limit)


def test_too_many_codings_are_refused() -> None:
    with pytest.raises(DecodingError, match="claims 9 content codings"):
        Decoder(["gzip"] * 9, 10)
