"""Images by their first bytes: which format, and how many pixels where the head says so. Nothing is decoded."""

from __future__ import annotations

import struct
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """An image that was recognised."""

    format: str
    extension: str
    width: int = 0
    """Pixels; 0 when the head does not say."""
    height: int = 0

    @property
    def words(self) -> str:
        """As a person reads it: "PNG image, 640 × 480"."""
        return f"{self.format} image" + (f", {self.width:,} × {self.height:,}" if self.width else "")


def image_of(body: bytes) -> Image | None:
    """The image that a body is, or None."""
    head = body[:65_536]
    for read in (_png, _gif, _jpeg, _webp, _bmp, _ico):
        try:
            found = read(head)
        except (struct.error, IndexError):
            continue
        if found:
            return found
    return None


def _png(head: bytes) -> Image | None:
    if not head.startswith(b"\x89PNG\r\n\x1a\n"):
        return None
    width, height = struct.unpack(">II", head[16:24]) if head[12:16] == b"IHDR" and len(head) >= 24 else (0, 0)
    return Image(format="PNG", extension="png", width=width, height=height)


def _gif(head: bytes) -> Image | None:
    if head[:6] not in (b"GIF87a", b"GIF89a"):
        return None
    width, height = struct.unpack("<HH", head[6:10]) if len(head) >= 10 else (0, 0)
    return Image(format="GIF", extension="gif", width=width, height=height)


def _jpeg(head: bytes) -> Image | None:
    if not head.startswith(b"\xff\xd8\xff"):
        return None
    at = 2
    while at + 9 < len(head) and head[at] == 0xFF:
        marker, size = head[at + 1], struct.unpack(">H", head[at + 2 : at + 4])[0]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", head[at + 5 : at + 9])
            return Image(format="JPEG", extension="jpg", width=width, height=height)
        at += 2 + size
    return Image(format="JPEG", extension="jpg")


def _webp(head: bytes) -> Image | None:
    if head[:4] != b"RIFF" or head[8:12] != b"WEBP":
        return None
    width = height = 0
    if head[12:16] == b"VP8X" and len(head) >= 30:
        width, height = (int.from_bytes(head[at : at + 3], "little") + 1 for at in (24, 27))
    elif head[12:16] == b"VP8 " and len(head) >= 30:
        width, height = (size & 0x3FFF for size in struct.unpack("<HH", head[26:30]))
    elif head[12:16] == b"VP8L" and len(head) >= 25:
        bits = int.from_bytes(head[21:25], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return Image(format="WebP", extension="webp", width=width, height=height)


def _bmp(head: bytes) -> Image | None:
    if head[:2] != b"BM" or len(head) < 26 or struct.unpack("<I", head[14:18])[0] not in (12, 40, 52, 56, 64, 108, 124):
        return None
    width, height = struct.unpack("<ii", head[18:26])
    return Image(format="BMP", extension="bmp", width=width, height=abs(height))


def _ico(head: bytes) -> Image | None:
    if head[:4] != b"\x00\x00\x01\x00" or len(head) < 8 or not 0 < struct.unpack("<H", head[4:6])[0] < 256:
        return None
    return Image(format="icon", extension="ico", width=head[6] or 256, height=head[7] or 256)
