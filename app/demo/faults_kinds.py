"""Bodies of every kind, some under a wrong name or none, and two that are traps; all small on the wire."""

from __future__ import annotations

import functools
import gzip
import struct
import zlib

from starlette.requests import Request
from starlette.responses import Response

from app.demo.api_routes import JSON, Answer, RouteTable

KINDS = RouteTable("Bodies by kind", is_open=True)
_BOMB_MEGABYTES = 100
_SIDE = 16


@functools.cache
def _picture() -> bytes:
    """A small PNG: a square that goes from dark to light."""
    rows = b"".join(b"\0" + bytes((16 * x + y) % 256 for x in range(_SIDE)) for y in range(_SIDE))
    header = struct.pack(">IIBBBBB", _SIDE, _SIDE, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


@functools.cache
def _bomb() -> bytes:
    packer = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
    return b"".join(packer.compress(bytes(1_000_000)) for _ in range(_BOMB_MEGABYTES)) + packer.flush()


@KINDS.on("GET", "/faults/image", "A picture.", Answer(status=200, about="PNG.", media_type="image/png"))
async def image(_: Request) -> Response:
    """A PNG with a name."""
    headers = {"Content-Disposition": 'inline; filename="label.png"'}
    return Response(_picture(), headers=headers, media_type="image/png")


@KINDS.on(
    "GET",
    "/faults/binary",
    "Bytes that are no text.",
    Answer(status=200, about="256 bytes.", media_type="application/octet-stream"),
)
async def binary(_: Request) -> Response:
    """Every byte once."""
    return Response(bytes(range(256)), media_type="application/octet-stream")


@KINDS.on("GET", "/faults/untyped", "JSON without a Content-Type.", Answer(status=200, about="JSON all the same."))
async def untyped(_: Request) -> Response:
    """JSON that nobody calls so."""
    return Response(b'{"type": "not said"}')


@KINDS.on(
    "GET", "/faults/mistyped", "JSON that says it is HTML.", Answer(status=200, about="JSON.", media_type="text/html")
)
async def mistyped(_: Request) -> Response:
    """JSON under a wrong name."""
    return Response(b'{"type": "wrong"}', media_type="text/html")


@KINDS.on(
    "GET",
    "/faults/entities",
    "XML that would grow without end if its entities were expanded.",
    Answer(status=200, about="Do not expand it.", media_type="application/xml"),
)
async def entities(_: Request) -> Response:
    """A billion laughs."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10))
    return Response(f"<!DOCTYPE orders [{laughs}]><orders>&l9;</orders>", media_type="application/xml")


@KINDS.on(
    "GET",
    "/faults/bomb",
    f"{_BOMB_MEGABYTES} megabytes of nothing, packed into a hundred thousand bytes.",
    Answer(status=200, about="Do not unpack it whole.", media_type=JSON),
)
async def bomb(_: Request) -> Response:
    """A small body that becomes a large one."""
    return Response(_bomb(), headers={"Content-Encoding": "gzip"}, media_type=JSON)


@KINDS.on(
    "GET",
    "/faults/cut-gzip",
    "A packed body that stops in the middle.",
    Answer(status=200, about="Half of it.", media_type=JSON),
)
async def cut_gzip(_: Request) -> Response:
    """gzip without its end, its length as promised."""
    packed = gzip.compress(b'{"orders": ["' + b"x" * 5_000 + b'"]}')[:-12]
    return Response(packed, headers={"Content-Encoding": "gzip"}, media_type=JSON)
