"""Undoing content codings in bounded steps: a small body can never become a large one unseen.

Output comes in pieces of at most 64 kB, whatever the codings make of the input, so that whoever reads them can stop
between two: at a limit, at a deadline, because somebody cancelled.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence

STEP = 64 * 1024
CODINGS = ("gzip", "deflate")
"""What is asked for in Accept-Encoding; nothing else can be undone here."""
_MOST = 4
"""Codings that one body may have; honest servers use one."""


class DecodingError(Exception):
    """The body is not what its Content-Encoding says, or stops in the middle; the message says which."""


class _Inflate:
    """One coding: gzip or deflate (with or without its zlib header, as servers disagree)."""

    def __init__(self, coding: str) -> None:
        self._coding = coding
        self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 32) if coding == "gzip" else None
        self._had_data = False

    def pieces(self, data: bytes) -> Iterator[bytes]:
        """The output for some input, in pieces of at most `STEP` bytes; an empty piece marks a step without output."""
        self._had_data = self._had_data or bool(data)
        while data:
            inflate = self._open(data)
            try:
                piece = inflate.decompress(data, STEP)
            except zlib.error:
                raise DecodingError(f"the body says that it is {self._coding}, but it is not") from None
            data = inflate.unconsumed_tail
            if inflate.eof:
                data = inflate.unused_data
                yield piece
                if not self._goes_on(data):
                    return
            else:
                yield piece
                # A full piece without input left over: the rest of its output waits inside.
                while len(piece) == STEP and not data:
                    piece = inflate.decompress(b"", STEP)
                    yield piece

    def _open(self, data: bytes) -> zlib._Decompress:
        if self._inflate is None:
            wbits = zlib.MAX_WBITS if data[0] & 0x0F == 8 else -zlib.MAX_WBITS
            self._inflate = zlib.decompressobj(wbits)
        return self._inflate

    def _goes_on(self, rest: bytes) -> bool:
        """Whether another member follows: gzip files may be joined; anything else behind the end is dropped."""
        if self._coding != "gzip" or not rest.strip(b"\0"):
            return False
        self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 32)
        return True

    def finish(self) -> None:
        """Complain when the coding never ended."""
        if self._had_data and self._inflate and not self._inflate.eof:
            raise DecodingError(f"the {self._coding} body stops in the middle")


class Decoder:
    """Undoes the codings of a body, chunk by chunk; every layer stays below `limit` bytes."""

    def __init__(self, codings: Sequence[str], limit: int) -> None:
        named = ["gzip" if coding == "x-gzip" else coding for coding in codings if coding != "identity"]
        unknown = [coding for coding in named if coding not in CODINGS]
        if unknown:
            raise DecodingError(f"the body is {unknown[0]}-coded, which was not asked for and cannot be undone")
        if len(named) > _MOST:
            raise DecodingError(f"the body claims {len(named)} content codings, one inside the other")
        self._layers = [_Inflate(coding) for coding in reversed(named)]
        self._inner = [0] * len(self._layers)
        self._limit = limit
        self.is_over = False
        """Whether more came than the limit allows."""
        self._size = 0

    def pieces(self, data: bytes) -> Iterator[bytes]:
        """The output for a chunk, in bounded pieces; ends early, with `is_over`, where the limit is passed."""
        found: Iterable[bytes] = (data,)
        for number, layer in enumerate(self._layers):
            found = self._through(number, layer, found)
        for piece in found:
            room = self._limit - self._size
            self._size += len(piece)
            self.is_over = self.is_over or len(piece) > room
            yield piece[:room]
            if self.is_over:
                return

    def _through(self, number: int, layer: _Inflate, pieces: Iterable[bytes]) -> Iterator[bytes]:
        for outer in pieces:
            for piece in layer.pieces(outer):
                self._inner[number] += len(piece)
                if self._inner[number] > self._limit + STEP:
                    self.is_over = True
                yield piece

    def finish(self) -> None:
        """Complain about codings that never ended."""
        for layer in self._layers:
            layer.finish()
