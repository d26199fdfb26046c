"""Taking redacted fields out of a body before it is kept; whatever else it holds stays byte for byte.

What cannot be read cannot be redacted: a body of an action with redacted fields that is no whole JSON is not kept.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from app.domain.path import FieldPath, Segment, Wildcard

MASK = "[redacted]"
_MASKED = msgspec.Raw(msgspec.json.encode(MASK))
UNREADABLE = b'"[not kept: fields of this action are redacted, and this response is not whole JSON]"'
_BOM = b"\xef\xbb\xbf"


def redacted(body: bytes, paths: Sequence[str]) -> bytes:
    """The body with a mask in place of every value at `paths` (RFC 9535 from its root)."""
    if not paths or not body.strip():
        return body
    try:
        value = msgspec.Raw(body.removeprefix(_BOM))
        msgspec.json.decode(value)
        for path in paths:
            value = _without(value, FieldPath.parse(path).segments)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return UNREADABLE
    return bytes(value)


def _without(value: msgspec.Raw, segments: tuple[Segment, ...]) -> msgspec.Raw:
    if not segments:
        return _MASKED
    first, rest = segments[0], segments[1:]
    opening = bytes(value).lstrip()[:1]
    if opening == b"{" and not isinstance(first, int):
        members = msgspec.json.decode(value, type=dict[str, msgspec.Raw])
        chosen = list(members) if first is Wildcard.ALL else [first] if first in members else []
        for name in chosen:
            members[str(name)] = _without(members[str(name)], rest)
        return msgspec.Raw(msgspec.json.encode(members)) if chosen else value
    if opening == b"[" and not isinstance(first, str):
        items = msgspec.json.decode(value, type=list[msgspec.Raw])
        places = range(len(items)) if first is Wildcard.ALL else range(len(items))[first : first + 1 or None]
        for at in places:
            items[at] = _without(items[at], rest)
        return msgspec.Raw(msgspec.json.encode(items)) if places else value
    return value
