"""The format's text is enough: a reader made from it reads all that we write, and its test vectors are true."""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path

import pytest
import stranger_reader
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_kit import CHEAP, PASSPHRASE
from stranger_reader import Unreadable, read_vault

from app.store import Kdf, SealedStore
from app.store.crypto import PassphraseKeys, VaultKeys
from app.store.frames import SNAP, Chain
from app.store.header import AES_256_GCM, CHACHA20_POLY1305, SLOT_BYTES, Header
from app.store.operations import PUT, pack_block

FORMAT = Path(stranger_reader.__file__).parents[2] / "app" / "help" / "vault-format.md"
SCRYPT = Kdf.scrypt(log2_n=4)


def held(store: SealedStore) -> stranger_reader.Tables:
    return {table: {str(key): row for key, row in store.scan(table)} for table in store.tables()}


def test_the_reader_uses_nothing_of_the_product() -> None:
    names = set()
    for node in ast.walk(ast.parse(Path(stranger_reader.__file__).read_text())):
        if isinstance(node, ast.Import):
            names |= {each.name.split(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").split(".")[0])
    standard = {"__future__", "hashlib", "hmac", "json", "pathlib", "struct", "sys", "unicodedata", "zlib"}
    assert names == standard | {"cryptography"}


@pytest.mark.parametrize("aead", [AES_256_GCM, CHACHA20_POLY1305])
@pytest.mark.parametrize("kdf", [CHEAP, SCRYPT], ids=["argon2id", "scrypt"])
def test_it_reads_everything_that_is_written(tmp_path: Path, kdf: Kdf, aead: int) -> None:
    """All operations, commits of many frames, exact blocks, text ids, rewrites, a new passphrase; open and closed."""
    path = tmp_path / "v.tdx"
    with SealedStore.create(path, PASSPHRASE, kdf=kdf, aead=aead) as store:
        with store.transaction() as tx:
            tx.put_many("many", [(n, {"n": n, "text": os.urandom(300).hex()}) for n in range(1, 6_000)])
        assert read_vault(path, PASSPHRASE) == held(store)
        assert store.info().frames > 3  # that commit has several
        store.compact()
        with store.transaction() as tx:
            tx.create("empty")
            tx.put("exact", 1, {"big": 2**90, "lone": "\ud800", "": [1.5, None]})
            tx.put("exact", "text", {})
            tx.delete("many", 17)
            tx.put("many", 3, {"n": "again"})
        with store.transaction() as tx:
            tx.put("gone", 1, {"a": 1})
            tx.put("cleared", 1, {"a": 1})
        with store.transaction() as tx:
            tx.drop("gone")
            tx.clear("cleared")
        before = held(store)
        assert read_vault(path, PASSPHRASE) == before
        store.change_passphrase("e\u0301 new")
    assert read_vault(path, "\u00e9 new") == before
    with pytest.raises(Unreadable, match="wrong-passphrase"):
        read_vault(path, PASSPHRASE)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_it_says_of_a_changed_file_what_we_say(tmp_path: Path, data: st.DataObject) -> None:
    """One changed byte, or a cut, anywhere: both read the same tables, or both call it damage."""
    from app.errors import VaultError

    path = tmp_path / "v.tdx"
    path.unlink(missing_ok=True)
    with SealedStore.create(path, PASSPHRASE, kdf=CHEAP) as store:
        for n in range(4):
            with store.transaction() as tx:
                tx.put("t", n, {"n": n})
    raw = bytearray(path.read_bytes())
    at = data.draw(st.integers(8192, len(raw) - 1))
    if data.draw(st.booleans()):
        raw[at] ^= data.draw(st.integers(1, 255))
    else:
        del raw[at:]
    path.write_bytes(raw)
    try:
        theirs: object = read_vault(path, PASSPHRASE)
    except Unreadable as error:
        theirs = str(error).split(":")[0]
    try:
        with SealedStore.open(path, PASSPHRASE, readonly=True) as store:
            ours: object = held(store)
    except VaultError as error:
        ours = {"VaultDamaged": "damaged", "VaultTooNew": "too-new"}[type(error).__name__]
    assert ours == theirs


def test_the_vectors_of_the_text_are_true() -> None:
    """Each value is computed here and stands in the text; no other long value stands there."""
    salt, file_id = bytes(range(32)), bytes(range(16))
    data_key, session = bytes(range(64, 96)), bytes(range(128, 144))
    payload = pack_block(PUT, "t", (1,), b'[{"a":1}]', exact=False)
    values = [payload]
    for kdf, aead in ((CHEAP, AES_256_GCM), (SCRYPT, CHACHA20_POLY1305)):
        root = kdf.root("correct horse", salt)
        keys = PassphraseKeys(root)
        wrapped = keys.wrap(data_key, aead=aead, file_id=file_id, salt=salt)
        header = Header(file_id=file_id, generation=5, kdf=kdf, aead=aead, salt=salt, wrapped_key=wrapped)
        slot = header.pack(keys.mac_key)
        assert len(slot) == SLOT_BYTES
        chain = Chain(VaultKeys(header, data_key, keys))
        chain._enter(session)
        values += [root, keys.wrapping_key, keys.mac_key, wrapped, slot[4060:4092], slot[4092:]]
        values.append(chain.seal(SNAP, payload, durable=0, commit=False))
    found = set(re.findall(r"\b[0-9a-f]{8,}\b", FORMAT.read_text().split("## Test vectors")[1]))
    frame_key = stranger_reader.HKDF(
        stranger_reader.SHA256(), 32, session, b"tdx1 frames" + file_id + (5).to_bytes(8, "little")
    ).derive(data_key)
    assert found == {value.hex() for value in [*values, frame_key]}
