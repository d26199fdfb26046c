"""The codecs of TDX1: what is packed comes back, and no flipped bit passes."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from store_kit import CHEAP

from app.errors import InvalidInput, VaultDamaged, VaultTooNew
from app.store.crypto import PassphraseKeys, VaultKeys
from app.store.frames import TXN, Chain, FrameHead, pack_head, parse_head
from app.store.header import (
    CHACHA20_POLY1305,
    HEADER_BYTES,
    SLOT_BYTES,
    Header,
    intact_slots,
    is_authentic,
    looks_newer,
    parse_slot,
)
from app.store.kdf import Kdf, passphrase_bytes
from app.store.operations import CLEAR, DELETE, PUT, Operation, key_of, pack_operations, parse_payload

KEYS = VaultKeys.new("x", CHEAP, aead=1, file_id=bytes(range(16)), generation=3)
SLOT = KEYS.header_bytes()[:SLOT_BYTES]
U64 = st.integers(0, 2**64 - 1)

headers = st.builds(
    Header,
    file_id=st.binary(min_size=16, max_size=16),
    generation=U64,
    kdf=st.one_of(
        st.builds(Kdf.argon2id, memory_kib=st.integers(512, 2**21), iterations=st.integers(1, 64)),
        st.builds(Kdf.scrypt, log2_n=st.integers(1, 12), r=st.integers(1, 64), p=st.integers(1, 64)),
    ),
    aead=st.sampled_from([1, 2]),
    salt=st.binary(min_size=32, max_size=32),
    wrapped_key=st.binary(min_size=48, max_size=48),
)


@given(headers, st.binary(min_size=32, max_size=32))
def test_a_header_comes_back_as_it_was_packed(header: Header, mac_key: bytes) -> None:
    slot = header.pack(mac_key)
    assert len(slot) == SLOT_BYTES
    assert intact_slots(slot * 2) == (slot, slot)
    assert parse_slot(slot) == header
    assert is_authentic(slot, mac_key)
    assert not is_authentic(slot, mac_key[:-1] + bytes([mac_key[-1] ^ 1]))


@given(st.integers(0, SLOT_BYTES - 1), st.integers(1, 255))
def test_a_changed_byte_spoils_its_slot_and_not_the_other(at: int, change: int) -> None:
    bad = bytearray(SLOT)
    bad[at] ^= change
    assert intact_slots(bytes(bad) + SLOT) == (SLOT,)
    assert intact_slots(SLOT + bytes(bad)) == (SLOT,)
    assert intact_slots(bytes(bad) * 2) == ()


def changed_slot(offset: int, data: bytes) -> bytes:
    body = bytearray(SLOT[:-4])
    body[offset : offset + len(data)] = data
    return bytes(body) + struct.pack("<I", zlib.crc32(body))


@pytest.mark.parametrize(
    ("offset", "data"),
    [(8, b"\2\0"), (10, b"\0\x20"), (12, b"\1"), (40, b"\3"), (41, b"\3"), (42, b"\1")],
)
def test_what_a_newer_program_wrote_is_refused_as_newer(offset: int, data: bytes) -> None:
    with pytest.raises(VaultTooNew):
        parse_slot(changed_slot(offset, data))


@pytest.mark.parametrize(
    ("offset", "number"),
    [(44, 2**21 + 1), (44, 7), (48, 0), (48, 65), (52, 65), (52, 0)],
)
def test_a_header_cannot_ask_for_an_absurd_derivation(offset: int, number: int) -> None:
    with pytest.raises(VaultDamaged):
        parse_slot(changed_slot(offset, struct.pack("<I", number)))


def test_two_slots_of_one_newer_version_are_newer_whatever_their_checksum() -> None:
    newer = SLOT[:8] + b"\2\0" + SLOT[10:]
    assert looks_newer(newer * 2)
    assert not looks_newer(newer + SLOT)
    assert not looks_newer(SLOT * 2)


def test_a_cost_out_of_bounds_is_refused_in_words() -> None:
    with pytest.raises(InvalidInput, match="2 GiB"):
        Kdf.argon2id(memory_kib=2**21 + 1)
    with pytest.raises(InvalidInput):
        Kdf.scrypt(log2_n=23)
    with pytest.raises(InvalidInput, match="2 GiB"):
        Kdf.scrypt(log2_n=22, r=8)


def test_a_passphrase_is_normalised_and_bounded() -> None:
    assert passphrase_bytes("e\u0301") == passphrase_bytes("\u00e9")
    assert len(passphrase_bytes("x" * 1024)) == 1024
    for bad in ("", "x" * 1025, "\ud800"):
        with pytest.raises(InvalidInput):
            passphrase_bytes(bad)


def test_the_wrapped_key_depends_on_passphrase_salt_and_file() -> None:
    header = KEYS.header
    keys = PassphraseKeys.derive(CHEAP, "x", header.salt)
    assert keys.unwrap(header) is not None
    assert PassphraseKeys.derive(CHEAP, "y", header.salt).unwrap(header) is None
    other = Header(file_id=bytes(16), generation=3, kdf=CHEAP, aead=1, salt=header.salt, wrapped_key=header.wrapped_key)
    assert keys.unwrap(other) is None


@given(U64, U64, st.binary(min_size=16, max_size=16), st.integers(16, 2**24 + 16))
def test_a_frame_header_comes_back(seq: int, durable: int, session: bytes, length: int) -> None:
    head = FrameHead(length, seq, durable, session, TXN, 1)
    raw = pack_head(head)
    assert len(raw) == 48
    assert parse_head(raw) == head


@given(st.integers(0, 47), st.integers(1, 255))
def test_a_changed_byte_spoils_a_frame_header(at: int, change: int) -> None:
    raw = bytearray(pack_head(FrameHead(99, 7, 7, bytes(16), TXN, 1)))
    raw[at] ^= change
    assert parse_head(bytes(raw)) is None


@pytest.mark.parametrize("length", [0, 15, 2**24 + 17])
def test_an_impossible_length_is_no_frame(length: int) -> None:
    assert parse_head(pack_head(FrameHead(length, 0, 0, bytes(16), TXN, 1))) is None


def unseal(chain: Chain, frame: bytes) -> bytes | None:
    head = parse_head(frame[:48])
    return None if head is None else chain.unseal(head, frame[:48], memoryview(frame)[48:])


@given(st.lists(st.binary(max_size=60), min_size=1, max_size=4), st.integers(0, 10_000), st.integers(1, 255))
def test_frames_open_in_order_and_not_when_changed(payloads: list[bytes], at: int, change: int) -> None:
    sealer = Chain(KEYS)
    frames = [sealer.seal(TXN, payload, durable=0, commit=True) for payload in payloads]
    reader = Chain(KEYS)
    assert [unseal(reader, frame) for frame in frames] == payloads
    bad = bytearray(frames[0])
    bad[at % len(bad)] ^= change
    assert unseal(Chain(KEYS), bytes(bad)) is None
    if len(frames) > 1:
        assert unseal(Chain(KEYS), frames[1]) is None


def test_a_frame_belongs_to_one_file_and_one_generation() -> None:
    frame = Chain(KEYS).seal(TXN, b"payload", durable=0, commit=True)
    assert unseal(Chain(KEYS.next_generation()), frame) is None
    assert unseal(Chain(KEYS), frame) == b"payload"


def test_a_number_that_comes_again_is_sealed_under_another_key() -> None:
    chain = Chain(KEYS)
    first = chain.seal(TXN, b"payload", durable=0, commit=True)
    chain.rewind(0, bytes(16))
    again = chain.seal(TXN, b"payload", durable=0, commit=True)
    assert first[24:40] != again[24:40]
    assert first[48:] != again[48:]
    assert unseal(Chain(KEYS), again) == b"payload"


def test_chacha20_seals_as_well() -> None:
    keys = VaultKeys.new("x", CHEAP, aead=CHACHA20_POLY1305, file_id=bytes(16), generation=0)
    frame = Chain(keys).seal(TXN, b"payload", durable=0, commit=True)
    assert unseal(Chain(keys), frame) == b"payload"
    assert len(keys.header_bytes()) == HEADER_BYTES


ids = st.one_of(st.integers(0, 2**63 - 1), st.text().map(key_of))
puts = st.builds(
    lambda table, rows: Operation(
        PUT, table, tuple(rows), b",".join(b'{"n":%d}' % n for n in rows.values()), exact=False
    ),
    st.text(max_size=8),
    st.dictionaries(ids, st.integers(), min_size=1, max_size=300),
)
deletes = st.builds(
    lambda table, keys: Operation(DELETE, table, tuple(keys)), st.text(max_size=8), st.lists(ids, max_size=9)
)


@given(st.lists(st.one_of(puts.filter(lambda step: len(step.keys) <= 128), deletes), max_size=12))
def test_operations_come_back_in_order(steps: list[Operation]) -> None:
    steps.append(Operation(CLEAR, "t"))
    blocks = [block for payload in pack_operations(steps) for block in parse_payload(payload)]

    def flat(op: int, table: str, keys: tuple[object, ...], raw: bytes) -> list[tuple[object, ...]]:
        documents = raw.split(b"},")
        return [(op, table, key, documents[at].rstrip(b"}") if op == PUT else b"") for at, key in enumerate(keys)]

    wanted = [each for step in steps for each in flat(step.op, step.table, step.keys, step.raw)]
    found = [each for block in blocks for each in flat(block.op, block.table, block.keys, bytes(block.raw)[1:-1])]
    assert found == wanted
    assert all(len(block.keys) <= 128 for block in blocks)


@pytest.mark.parametrize(("text", "key"), [("7", 7), ("0", 0), ("07", "07"), ("-1", "-1"), (str(2**63), str(2**63))])
def test_an_id_has_one_spelling(text: str, key: object) -> None:
    assert key_of(text) == key
    assert key_of("") == ""
    assert key_of("\u0663") == "\u0663"


def test_a_payload_that_does_not_add_up_is_damage() -> None:
    payload = pack_operations([Operation(PUT, "t", (1,), b"{}")])[0]
    for cut in range(1, len(payload)):
        with pytest.raises(VaultDamaged):
            list(parse_payload(payload[:cut]))
    with pytest.raises(VaultTooNew):
        list(parse_payload(b"\x09" + payload[1:]))
