"""Reads a vault as somebody would who has `app/help/vault-format.md` and nothing else: no line of the product is used.

`read_vault(path, passphrase)` gives the tables; `python stranger_reader.py FILE < PASSPHRASE` prints them as JSON.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import struct
import sys
import unicodedata
import zlib
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

MAGIC = b"\x89TDX\r\n\x1a\n"
Tables = dict[str, dict[str, dict[str, object]]]


class Unreadable(Exception):  # noqa: N818
    """The first word says what it is: wrong-passphrase, damaged, too-new."""


def read_vault(path: Path, passphrase: str) -> Tables:
    raw = path.read_bytes()
    data_key, file_id, generation, cipher = open_header(raw, passphrase)
    context = file_id + struct.pack("<Q", generation)
    tables: Tables = {}
    held: list[bytes] = []
    session = b""
    offset, seq, tag = 8192, 0, bytes(16)
    snapshot_frames, is_complete = 0, False
    while frame := next_frame(raw, offset, seq, tag, data_key, context, cipher):
        kind, flags, sealed, payload = frame
        if held and raw[offset + 24 : offset + 40] != session:
            break  # a commit is of one session
        session = raw[offset + 24 : offset + 40]
        if kind not in (1, 2, 3, 4) or flags & ~1:
            raise Unreadable("too-new: an entry of an unknown type")
        if is_complete != (kind in (3, 4)) or (held and kind != 3):
            raise Unreadable(f"damaged: frame {seq} does not belong there")
        offset, seq, tag = offset + 48 + len(sealed), seq + 1, sealed[-16:]
        if kind == 1:
            snapshot_frames += 1
            apply(tables, payload)
        elif kind == 2:
            counts = (snapshot_frames, sum(map(len, tables.values())))
            if payload != struct.pack("<QQ", *counts):
                raise Unreadable("damaged: the snapshot's counts")
            is_complete = True
        elif kind == 3:
            held.append(payload)
            if flags & 1:
                for each in held:
                    apply(tables, each)
                held.clear()
    if not is_complete or is_later_synced(raw, offset, seq):
        raise Unreadable(f"damaged: near byte {offset}")
    return tables


def open_header(raw: bytes, passphrase: str) -> tuple[bytes, bytes, int, type]:
    slots = [slot for slot in (raw[:4096], raw[4096:8192]) if is_intact(slot)]
    if not slots:
        versions = {slot[8:10] for slot in (raw[:4096], raw[4096:8192]) if slot[:8] == MAGIC and len(slot) == 4096}
        if len(versions) == 1 and int.from_bytes(versions.pop(), "little") > 1:
            raise Unreadable("too-new: the version of the format")
        raise Unreadable("damaged: no header")
    for slot in slots:
        version, length, flags = struct.unpack_from("<HHI", slot, 8)
        method, aead, spare = struct.unpack_from("<BBH", slot, 40)
        if (version, length, flags, spare) != (1, 4096, 0, 0) or method not in (1, 2) or aead not in (1, 2):
            raise Unreadable("too-new: the header")
        cost, rounds, lanes = struct.unpack_from("<III", slot, 44)
        memory_kib = cost if method == 1 else (128 * rounds << min(cost, 22)) // 1024
        if not (1 <= rounds <= 64 and 1 <= lanes <= 64 and memory_kib <= 2 << 20 and (method == 1 or 1 <= cost <= 22)):
            raise Unreadable("damaged: the numbers of the key derivation")
        salt = slot[56:88]
        secret = unicodedata.normalize("NFC", passphrase).encode()
        if method == 1:
            root = Argon2id(salt=salt, length=32, iterations=rounds, lanes=lanes, memory_cost=cost).derive(secret)
        else:
            root = Scrypt(salt=salt, length=32, n=1 << cost, r=rounds, p=lanes).derive(secret)
        mac_key = HKDFExpand(SHA256(), 32, b"tdx1 header mac").derive(root)
        if not hmac.compare_digest(hmac.digest(mac_key, slot[:4060], hashlib.sha256), slot[4060:4092]):
            continue
        cipher = AESGCM if aead == 1 else ChaCha20Poly1305
        wrapping_key = HKDFExpand(SHA256(), 32, b"tdx1 kek").derive(root)
        file_id = slot[16:32]
        data_key = cipher(wrapping_key).decrypt(bytes(12), slot[88:136], b"tdx1 wrap" + file_id + salt)
        return data_key, file_id, int.from_bytes(slot[32:40], "little"), cipher
    raise Unreadable("wrong-passphrase")


def is_intact(slot: bytes) -> bool:
    return len(slot) == 4096 and slot[:8] == MAGIC and zlib.crc32(slot[:4092]) == int.from_bytes(slot[4092:], "little")


def frame_head(raw: bytes, offset: int) -> tuple[int, int, int, bytes, int, int] | None:
    head = raw[offset : offset + 48]
    if len(head) < 48 or head[:4] != b"tDf1" or zlib.crc32(head[:44]) != int.from_bytes(head[44:], "little"):
        return None
    length, seq, durable, session, kind, flags, spare = struct.unpack_from("<IQQ16sBBH", head, 4)
    return None if spare or not 16 <= length <= (16 << 20) + 16 else (length, seq, durable, session, kind, flags)


def next_frame(
    raw: bytes, offset: int, seq: int, tag: bytes, data_key: bytes, context: bytes, cipher: type
) -> tuple[int, int, bytes, bytes] | None:
    head = frame_head(raw, offset)
    if head is None or head[1] != seq or head[2] > seq:
        return None
    length, _seq, _durable, session, kind, flags = head
    sealed = raw[offset + 48 : offset + 48 + length]
    key = HKDF(SHA256(), 32, session, b"tdx1 frames" + context).derive(data_key)
    associated = b"tdx1" + context + raw[offset : offset + 44] + tag
    try:
        return kind, flags, sealed, cipher(key).decrypt(struct.pack(">4xQ", seq), sealed, associated)
    except InvalidTag:
        return None


def is_later_synced(raw: bytes, offset: int, seq: int) -> bool:
    """Whether some frame header after the bad place says that the bad frame had been on the disk before it."""
    at = raw.find(b"tDf1", offset)
    while at >= 0:
        head = frame_head(raw, at)
        if head and head[2] > seq:
            return True
        at = raw.find(b"tDf1", at + 1)
    return False


def apply(tables: Tables, payload: bytes) -> None:
    at = 0
    while at < len(payload):
        op, flags, name_len, count, ids_len, docs_len = struct.unpack_from("<BBHIII", payload, at)
        if not 1 <= op <= 5 or flags & ~3:
            raise Unreadable("too-new: an operation")
        at += 16
        name = payload[at : at + name_len].decode()
        ids_raw, at = payload[at + name_len : at + name_len + ids_len], at + name_len + ids_len + docs_len
        ids = json.loads(ids_raw) if flags & 1 else list(map(str, struct.unpack(f"<{count}Q", ids_raw)))
        documents = json.loads(payload[at - docs_len : at]) if op == 1 else []
        if op == 4:
            tables.pop(name, None)
        elif op in (1, 5):
            tables.setdefault(name, {}).update(zip(ids, documents, strict=True))
        elif name in tables:
            for each in ids if op == 2 else list(tables[name]):
                tables[name].pop(each, None)


if __name__ == "__main__":
    json.dump(read_vault(Path(sys.argv[1]), sys.stdin.readline().rstrip("\n")), sys.stdout, indent=2)
