"""The encoding of a file's bytes: told by a byte order mark, by being valid UTF-8, or guessed; always said.

Nothing is replaced or left out: a byte that the encoding does not have stops the reading, with its place.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from app.errors import InvalidInput

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""The longer before the shorter: the mark of UTF-32 begins as that of UTF-16."""
_SAMPLE = 64 * 1024
_NULLS = 0.4
"""The share of NUL bytes at even or odd places from which a text is UTF-16."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """An encoding, and how it is known."""

    name: str
    """As Python's codecs call it."""
    reason: str
    """`byte order mark`, `valid UTF-8`, `guessed`, `as given`."""

    @property
    def words(self) -> str:
        """`utf-8 (valid UTF-8)`."""
        return f"{self.name.removesuffix('-sig')} ({self.reason})"


def encoding_of(data: bytes, given: str = "") -> Encoding:
    """The encoding of `data`; InvalidInput when a given one is not known, or none fits."""
    if given:
        return Encoding(name=_checked(given), reason="as given")
    for mark, name in _MARKS:
        if data.startswith(mark):
            return Encoding(name=name, reason="byte order mark")
    if (wide := _wide(data[:_SAMPLE])) is not None:
        return Encoding(name=wide, reason="guessed from its NUL bytes")
    try:
        data.decode()
    except UnicodeDecodeError:
        return Encoding(name=_guessed(data), reason="guessed")
    return Encoding(name="utf-8", reason="valid UTF-8")


def _checked(given: str) -> str:
    try:
        b"ab".decode(given, "replace")
        name = codecs.lookup(given).name
    except (LookupError, UnicodeError, ValueError):
        raise InvalidInput(
            f'There is no text encoding "{given}". Known ones are utf-8, utf-16, windows-1252, iso-8859-1, cp850 …'
        ) from None
    return "utf-8-sig" if name == "utf-8" else name


def _wide(sample: bytes) -> str | None:
    half = len(sample) // 2
    if not half or b"\0" not in sample:
        return None
    low, high = sample[0::2].count(0) / half, sample[1::2].count(0) / half
    if max(low, high) < _NULLS:
        return None
    return "utf-16-be" if low > high else "utf-16-le"


def _guessed(data: bytes) -> str:
    """The likeliest of the older encodings; the commonest where several give the same text."""
    from charset_normalizer import from_bytes

    best = None if b"\0" in data[:_SAMPLE] else from_bytes(data[:_SAMPLE]).best()
    if best is None:
        raise InvalidInput("Its bytes are no text in any encoding that is known here. Name the encoding, if it is one.")
    return "cp1252" if "cp1252" in best.could_be_from_charset else best.encoding


def decoded(data: bytes, encoding: Encoding) -> str:
    """The whole text; InvalidInput with the place of the first byte that the encoding does not have."""
    try:
        return data.decode(encoding.name)
    except UnicodeDecodeError as error:
        raise InvalidInput(not_in(encoding, data, error.start)) from None


def not_in(encoding: Encoding, data: bytes, place: int) -> str:
    """Which byte is not of the encoding."""
    byte = f" ({data[place]:#04x})" if place < len(data) else ""
    return f"Byte {place + 1:,}{byte} is not {encoding.words}. Name the right encoding."
