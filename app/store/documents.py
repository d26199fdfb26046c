"""Documents as JSON and back, exactly.

What goes in is decoded from its own bytes at once, so memory holds what the file says: big integers, lone
surrogates and odd keys included. NaN, Infinity and whatever JSON cannot say are refused. The fast codec is used
where it is exact, and that is proved for each batch by comparing.
"""

from __future__ import annotations

import json
from typing import NamedTuple, NoReturn, cast

import msgspec

from app.errors import InvalidInput

Document = dict[str, object]

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode
_pack = msgspec.msgpack.Encoder().encode


class NotJson(InvalidInput, TypeError, ValueError):  # noqa: N818 - named for what it is, as all of the tree
    """A document holds something that JSON cannot say; a TypeError and a ValueError too, as TinyDB's callers expect."""


class Encoded(NamedTuple):
    """A batch of documents, ready to be written, and the copies that the store keeps."""

    raw: bytes
    """The documents as JSON, separated by commas, without the array's brackets."""
    exact: bool
    """Whether a reader needs an exact parser: integers beyond 64 bits, or lone surrogates."""
    documents: list[Document]


def encode(documents: list[Document]) -> Encoded:
    """Encode a batch; raises NotJson."""
    if not all(isinstance(document, dict) for document in documents):
        raise NotJson("A document must be a dict of fields.")
    try:
        raw = _encode(documents)
        copies = _decode(raw)
    except (TypeError, ValueError, RecursionError, msgspec.MsgspecError):
        return _encode_exactly(documents)
    if copies != documents:
        return _encode_exactly(documents)
    return Encoded(raw[1:-1], _needs_big_integers(copies), copies)


def encode_again(documents: list[Document]) -> tuple[bytes, bool]:
    """As `encode`, for documents that the store holds already: no proof, no copies."""
    try:
        return _encode(documents)[1:-1], _needs_big_integers(documents)
    except ValueError:
        encoded = _encode_exactly(documents)
        return encoded.raw, encoded.exact


def decode(raw: bytes | memoryview, *, exact: bool) -> list[Document]:
    """Decode a JSON array of documents; raises ValueError when it is not one."""
    try:
        found = json.loads(bytes(raw), parse_constant=_no_constant) if exact else _decode(raw)
    except msgspec.MsgspecError as error:
        raise ValueError("not JSON") from error
    if not isinstance(found, list):
        raise TypeError("not a JSON array")
    return cast("list[Document]", found)


def copy(document: Document) -> Document:
    """A copy that shares nothing that can be changed."""
    return cast("Document", msgspec.to_builtins(document))


def size(document: Document) -> int:
    """The document's length as JSON, in bytes; a lone surrogate counts as escaped."""
    try:
        return len(_encode(document))
    except ValueError:
        return len(json.dumps(document, separators=(",", ":")))


def _encode_exactly(documents: list[Document]) -> Encoded:
    try:
        text = json.dumps(documents, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        try:
            raw = text.encode()
        except UnicodeEncodeError:
            raw = json.dumps(documents, allow_nan=False, separators=(",", ":")).encode()
        copies = cast("list[Document]", json.loads(raw))
    except TypeError as error:
        raise NotJson(f"A document cannot be stored: {error}. Use text, numbers, lists, dicts and None.") from error
    except (ValueError, RecursionError) as error:
        raise NotJson(
            "A document cannot be stored: it holds NaN or Infinity, a number of thousands of digits,"
            " or is nested too deeply."
        ) from error
    return Encoded(raw[1:-1], not _is_fast_codec_exact(raw, copies), copies)


def _is_fast_codec_exact(raw: bytes, copies: list[Document]) -> bool:
    try:
        return bool(_decode(raw) == copies) and not _needs_big_integers(copies)
    except (ValueError, msgspec.MsgspecError):
        return False


def _needs_big_integers(documents: list[Document]) -> bool:
    """Whether an integer lies beyond 64 bits: MessagePack has none, so its encoder is the quickest way to ask."""
    try:
        _pack(documents)
    except OverflowError:
        return True
    return False


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
