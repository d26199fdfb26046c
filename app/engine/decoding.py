"""Undoing content codings in bounded steps: a small body can never become a large one unseen."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

STEP = 64 * 1024
CODINGS = ("gzip", "deflate")
"""What is asked for in Accept-Encoding; nothing else can be undone here."""


class DecodingError(Exception):
    """The body is not what its Content-Encoding says, or stops in the middle; the message says which."""


class _Inflate:
    """One coding: gzip or deflate (with or without its zlib header, as servers disagree)."""

    def __init__(self, coding: str) -> None:
        self._coding = coding
        self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 32) if coding == "gzip" else None
        self._had_data = False

    def feed(self, data: bytes, limit: int) -> bytes:
        """At most `limit` bytes of output; input that is left over is dropped once the limit is reached."""
        self._had_data = self._had_data or bool(data)
        if self._inflate is None and data:
            wbits = zlib.MAX_WBITS if data[0] & 0x0F == 8 else -zlib.MAX_WBITS
            self._inflate = zlib.decompressobj(wbits)
        out = bytearray()
        while self._inflate and data and len(out) < limit:
            try:
                out += self._inflate.decompress(data, min(STEP, limit - len(out)))
            except zlib.error:
                raise DecodingError(f"the body says that it is {self._coding}, but it is not") from None
            data = self._inflate.unconsumed_tail
            if self._inflate.eof and self._inflate.unused_data:
                data = self._inflate.unused_data
                self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 32) if self._coding == "gzip" else None
        return bytes(out)

    def finish(self) -> None:
        """Complain when the coding never ended."""
        if self._had_data and self._inflate and not self._inflate.eof:
            raise DecodingError(f"the {self._coding} body stops in the middle")


class Decoder:
    """Undoes the codings of a body, chunk by chunk, up to `limit` bytes of output."""

    def __init__(self, codings: Sequence[str], limit: int) -> None:
        unknown = [coding for coding in codings if coding not in (*CODINGS, "x-gzip", "identity")]
        if unknown:
            raise DecodingError(f"the body is {unknown[0]}-coded, which was not asked for and cannot be undone")
        named = ["gzip" if coding == "x-gzip" else coding for coding in codings]
        self._steps = [_Inflate(coding) for coding in reversed(named) if coding != "identity"]
        self._limit = limit
        self._size = 0

    def feed(self, data: bytes) -> bytes:
        """The output for a chunk; never more than is left of the limit, plus one byte that shows it was passed."""
        room = self._limit - self._size + 1
        for number, step in enumerate(self._steps):
            data = step.feed(data, room if number == len(self._steps) - 1 else max(room, STEP))
        data = data[:room]
        self._size += len(data)
        return data

    @property
    def is_over(self) -> bool:
        """Whether more came than the limit allows."""
        return self._size > self._limit

    def finish(self) -> None:
        """Complain about codings that never ended."""
        for step in self._steps:
            step.finish()
