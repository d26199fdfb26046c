"""Ids of what the workbench holds, and the rule for names that people choose.

An id is a number in clothes: a prefix and thirteen characters that sort as the number does. The number is the
document's id in the vault, made of the time and a counter, so ids sort by age and need no index of their own.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, NewType, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

ObjectId = NewType("ObjectId", str)
StandardId = NewType("StandardId", str)
RecordId = NewType("RecordId", str)
ActionId = NewType("ActionId", str)
TokenId = NewType("TokenId", str)
EnvironmentId = NewType("EnvironmentId", str)
GrantId = NewType("GrantId", str)
JarId = NewType("JarId", str)
MappingId = NewType("MappingId", str)
RunId = NewType("RunId", str)
CommitId = NewType("CommitId", str)

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_LETTERS = frozenset(ALPHABET)
_AS_BASE_32 = str.maketrans(ALPHABET, "0123456789abcdefghijklmnopqrstuv")
"""To the letters that `int` reads; a hundred thousand ids are made and read in one import."""
_PAIRS = tuple(first + second for first in ALPHABET for second in ALPHABET)
_LENGTH = 13
_COUNTER_BITS = 20
MAX_NUMBER = 2**63 - 1

FORBIDDEN_IN_NAMES = frozenset(".$`~!@#%^&*'{}[]|\\\"\0")
"""Characters that Intercom refuses in identifiers of objects and attributes."""
MAX_NAME = 100


class IdSource(Protocol):
    """Hands out document numbers, each larger than every one before."""

    def __call__(self) -> int: ...


def encode(prefix: str, number: int) -> str:
    """The id of document `number`: `encode("rec", 1)` is `rec_0000000000001`."""
    if not 0 < number <= MAX_NUMBER:
        raise ValueError(f"{number} is not a document number")
    return (
        f"{prefix}_{ALPHABET[number >> 60]}"
        f"{_PAIRS[number >> 50 & 1023]}{_PAIRS[number >> 40 & 1023]}{_PAIRS[number >> 30 & 1023]}"
        f"{_PAIRS[number >> 20 & 1023]}{_PAIRS[number >> 10 & 1023]}{_PAIRS[number & 1023]}"
    )


def decode(text: str) -> int:
    """The document number of an id; ValueError when it is not one."""
    _, _, letters = text.rpartition("_")
    if len(letters) != _LENGTH or not _LETTERS.issuperset(letters):
        raise ValueError(f"{text!r} is not an id")
    number = int(letters.translate(_AS_BASE_32), 32)
    if not 0 < number <= MAX_NUMBER:
        raise ValueError(f"{text!r} is not an id")
    return number


def time_ordered(clock_ms: Callable[[], int]) -> IdSource:
    """An id source: milliseconds since the epoch, then a counter; it never goes back, even if the clock does."""
    last = 0
    guard = Lock()

    def next_number() -> int:
        nonlocal last
        with guard:
            last = max(last + 1, clock_ms() << _COUNTER_BITS)
            return last

    return next_number


def name_problem(name: str) -> str | None:
    """Why `name` cannot be an identifier of an object or attribute, or None. Case is significant."""
    if not name:
        return "A name is needed."
    if name != name.strip():
        return f'"{name}" begins or ends with a space; names do not.'
    if len(name) > MAX_NAME:
        return f"The name has {len(name)} characters; at most {MAX_NAME} are allowed."
    bad = sorted({c for c in name if c in FORBIDDEN_IN_NAMES or not c.isprintable()})
    if bad:
        shown = " ".join(c if c.isprintable() else f"U+{ord(c):04X}" for c in bad)
        return f'"{name}" holds {shown}, which Intercom refuses in names. Use letters, digits, spaces, _ and -.'
    return None
