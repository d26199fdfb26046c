"""Operations on tables and their bytes: what a frame's payload holds.

A payload is a sequence of blocks `op u8, flags u8, name_len u16, n u32, ids_len u32, docs_len u32, name, ids,
docs`. A block holds at most 128 documents: the unit that is decoded when somebody looks.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from app.errors import VaultDamaged, VaultTooNew
from app.store.documents import NotJson
from app.store.frames import MAX_PAYLOAD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from app.store.documents import Document

PUT, DELETE, CLEAR, DROP, CREATE = 1, 2, 3, 4, 5
MAX_BLOCK_DOCUMENTS = 128
FEW_DOCUMENTS = 16
LARGE_BYTES = 64 * 1024
"""Documents that are longer together stay JSON too."""
BLOCK_BYTES = 256 * 1024
"""A block of several documents is no longer than this; one document may be."""
SPLIT_BYTES = 1024 * 1024
"""A payload is closed once it is this long; one block may make it longer."""

_TEXT_IDS, _EXACT = 1, 2
_BLOCK = struct.Struct("<BBHIII")
_MAX_NAME_BYTES = 0xFFFF

Key = int | str
"""A document's id: 0 <= id < 2**63, or a text that is no such number (TinyDB allows any)."""


class Operation(NamedTuple):
    """One step of a transaction, already encoded."""

    op: int
    table: str
    keys: tuple[Key, ...] = ()
    raw: bytes = b""
    """PUT: the documents as JSON, separated by commas."""
    exact: bool = False
    documents: tuple[Document, ...] = ()
    """PUT: the store's own copies, one for each key; none for many or large ones, which stay JSON until looked at."""


class Block(NamedTuple):
    """One block as it was read; the documents are still JSON."""

    op: int
    table: str
    keys: tuple[Key, ...]
    raw: memoryview
    exact: bool


def pack_operations(operations: list[Operation]) -> Iterable[bytes]:
    """The payloads of one commit, each about 1 MiB at most; raises NotJson for a document too large for a frame."""
    if len(operations) == 1:
        return [_pack_run(operations)]
    return payloads_of(operations)


def payloads_of(operations: Iterable[Operation]) -> Iterator[bytes]:
    """As `pack_operations`, one payload after the other."""
    pending: list[bytes] = []
    length = 0
    for run in _runs(operations):
        block = _pack_run(run)
        if pending and length + len(block) > SPLIT_BYTES:
            yield b"".join(pending)
            pending, length = [], 0
        pending.append(block)
        length += len(block)
    if pending:
        yield b"".join(pending)


def pack_block(op: int, table: str, keys: tuple[Key, ...], documents: bytes, *, exact: bool) -> bytes:
    """One block; `documents` is the whole JSON array, brackets included, or nothing."""
    flags = _EXACT if exact else 0
    try:
        ids = struct.pack(f"<{len(keys)}Q", *keys)
    except struct.error:
        ids = msgspec.json.encode([str(key) for key in keys])
        flags |= _TEXT_IDS
    name = _name_bytes(table)
    block = b"".join((_BLOCK.pack(op, flags, len(name), len(keys), len(ids), len(documents)), name, ids, documents))
    if len(block) > MAX_PAYLOAD:
        raise NotJson("A document is larger than 16 MiB and cannot be stored. Store it in smaller pieces.")
    return block


def parse_payload(payload: bytes) -> Iterator[Block]:
    """The blocks of an authentic payload; raises VaultDamaged or VaultTooNew when they do not add up."""
    view = memoryview(payload)
    at = 0
    while at < len(view):
        if at + _BLOCK.size > len(view):
            raise _malformed()
        op, flags, name_length, count, ids_length, raw_length = _BLOCK.unpack_from(view, at)
        if not PUT <= op <= CREATE or flags & ~(_TEXT_IDS | _EXACT):
            raise VaultTooNew(
                "This vault holds entries of a newer version of the program. Update the program, then open it again."
            )
        name_at = at + _BLOCK.size
        ids_at = name_at + name_length
        raw_at = ids_at + ids_length
        at = raw_at + raw_length
        if at > len(view) or count > MAX_BLOCK_DOCUMENTS:
            raise _malformed()
        keys = _parse_ids(view[ids_at:raw_at], count, is_text=bool(flags & _TEXT_IDS))
        yield Block(op, str(view[name_at:ids_at], "utf-8"), keys, view[raw_at:at], bool(flags & _EXACT))


def key_of(text: str) -> Key:
    """The key for an id written as text: a number where it is one in its only spelling, otherwise the text."""
    if text.isdecimal() and text.isascii() and len(text) <= 19 and (text[0] != "0" or text == "0"):
        number = int(text)
        if number < 2**63:
            return number
    return text


def key_for(doc_id: object) -> Key:
    """The key for an id as TinyDB's callers give it: any value, known by its text."""
    return doc_id if type(doc_id) is int and 0 <= doc_id < 2**63 else key_of(str(doc_id))


def _parse_ids(raw: memoryview, count: int, *, is_text: bool) -> tuple[Key, ...]:
    if not is_text:
        if len(raw) != 8 * count:
            raise _malformed()
        return struct.unpack(f"<{count}Q", raw)
    try:
        texts = msgspec.json.decode(raw, type=list[str])
    except msgspec.MsgspecError:
        raise _malformed() from None
    if len(texts) != count:
        raise _malformed()
    return tuple(key_of(text) for text in texts)


def _name_bytes(table: str) -> bytes:
    try:
        name = table.encode()
    except UnicodeEncodeError:
        raise NotJson("A table's name must be text without lone surrogates.") from None
    if len(name) > _MAX_NAME_BYTES:
        raise NotJson(f"A table's name is longer than {_MAX_NAME_BYTES} bytes.")
    return name


def _malformed() -> VaultDamaged:
    return VaultDamaged(
        "The vault holds a sealed entry that does not add up. Restore the file from a copy, or salvage it."
    )


def _runs(operations: Iterable[Operation]) -> Iterator[list[Operation]]:
    """Neighbours that fit one block: the same kind of step on the same table, within the block's limits."""
    run: list[Operation] = []
    count = length = 0
    for step in operations:
        fits = (
            run
            and step.op == run[0].op
            and step.table == run[0].table
            and step.op in (PUT, DELETE)
            and count + len(step.keys) <= MAX_BLOCK_DOCUMENTS
            and length + len(step.raw) <= BLOCK_BYTES
        )
        if run and not fits:
            yield run
            run, count, length = [], 0, 0
        run.append(step)
        count += len(step.keys)
        length += len(step.raw)
    if run:
        yield run


def _pack_run(run: list[Operation]) -> bytes:
    first = run[0]
    if len(run) == 1:
        keys, raw, exact = first.keys, first.raw, first.exact
    else:
        keys = tuple(key for step in run for key in step.keys)
        raw = b",".join([step.raw for step in run])
        exact = any(step.exact for step in run)
    documents = b"[%b]" % raw if first.op == PUT else b""
    return pack_block(first.op, first.table, keys, documents, exact=exact)
