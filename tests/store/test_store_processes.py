"""Other processes: one writer, readers at any time, kills at any time, forks, leftovers."""

from __future__ import annotations

import os
import random
import signal
import threading
from pathlib import Path

import pytest
from store_kit import PASSPHRASE, contents, contents_of, names, new_vault, open_vault, put, python

from app.errors import VaultBusy, VaultDamaged
from app.store import SealedStore, lock

PRELUDE = """
import os, sys
from pathlib import Path
sys.path.insert(0, "tests/store")
from store_kit import *
path = Path(sys.argv[1])
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "v.tdx"


def test_a_second_writer_is_refused_by_name_and_a_reader_is_not(path: Path) -> None:
    new_vault(path).close()
    code = PRELUDE + "s = open_vault(path)\nput(s, 't', 1, a=1)\nprint('open', flush=True)\ninput()"
    with python(code, path) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == "open\n"
        with pytest.raises(VaultBusy) as caught:
            open_vault(path)
        if Path("/proc/locks").exists():
            assert f"process {other.pid}" in str(caught.value)
        assert contents_of(path) == {"t": {1: {"a": 1}}}
        other.kill()
    with open_vault(path) as store:
        assert not store.report.was_closed
        assert contents(store) == {"t": {1: {"a": 1}}}


def test_the_lock_holds_against_this_process_too(path: Path) -> None:
    with new_vault(path) as store:
        for _round in range(2):
            with pytest.raises(VaultBusy, match="in this program"):
                open_vault(path)
            store.compact()
    open_vault(path).close()


def test_without_a_list_of_locks_the_refusal_still_comes(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "holder", lambda _descriptor: None)
    with new_vault(path), pytest.raises(VaultBusy, match="another process"):
        open_vault(path)


def test_a_lock_on_a_replaced_file_is_not_taken_for_the_vaults(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new_vault(path).close()
    real = lock.take
    calls = []

    def replaced_meanwhile(descriptor: int, at: Path) -> None:
        real(descriptor, at)
        if not calls:
            copy = path.with_name("copy")
            copy.write_bytes(path.read_bytes())
            copy.replace(path)
        calls.append(descriptor)

    monkeypatch.setattr(lock, "take", replaced_meanwhile)
    with open_vault(path) as store:
        assert len(calls) == 2
        assert lock.is_at(store.journal.descriptor, path)


def test_of_eight_creators_one_wins(path: Path) -> None:
    code = PRELUDE + (
        "sys.stdin.readline()\n"
        "try:\n"
        "    s = new_vault(path); put(s, 't', 1, who=os.getpid()); s.close(); print('won')\n"
        "except Exception as error:\n"
        "    print(type(error).__name__)"
    )
    racers = [python(code, path) for _racer in range(8)]
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    results = sorted(racer.communicate()[0].strip() for racer in racers)
    assert results == ["VaultError"] * 7 + ["won"]
    assert names(path.parent) == ["v.tdx"]
    assert list(contents_of(path)["t"]) == [1]


WRITER = (
    PRELUDE
    + """
import app.store.compaction as compaction
compaction.MIN_FRAMES = 40
s = open_vault(path)
first = int(sys.argv[2])
for n in range(first, first + 100000):
    with s.transaction() as tx:
        tx.put("t", n, {"n": n, "pad": "x" * (n % 97)})
        tx.put("last", 1, {"n": n})
        if n % 5 == 0:
            tx.delete("t", n - 3)
    print(n, flush=True)
"""
)


def test_a_kill_at_any_time_loses_nothing_that_was_acknowledged(path: Path) -> None:
    new_vault(path).close()
    choose = random.Random(7)
    first = 1
    for _round in range(8):
        with python(WRITER, path, first) as writer:
            assert writer.stdout is not None
            acknowledged = first - 1
            for _commit in range(choose.randrange(1, 150)):
                acknowledged = int(writer.stdout.readline())
            writer.send_signal(signal.SIGKILL)
            for line in writer.stdout:
                if line.endswith("\n"):
                    acknowledged = int(line)
        with open_vault(path) as store:
            last = int(str((store.get("last", 1) or {"n": 0})["n"]))
            assert acknowledged <= last <= acknowledged + 1
            gone = {n - 3 for n in range(1, last + 1) if n % 5 == 0}
            assert store.ids("t") == tuple(n for n in range(1, last + 1) if n not in gone)
            assert all(document == {"n": n, "pad": "x" * (n % 97)} for n, document in store.scan("t"))
        path.with_name("v.tdx.torn").unlink(missing_ok=True)
        assert names(path.parent) == ["v.tdx"]
        first = last + 1


def test_descriptors_do_not_pass_to_other_programs(path: Path) -> None:
    with new_vault(path) as store:
        assert not os.get_inheritable(store.journal.descriptor)
        store.compact()
        assert not os.get_inheritable(store.journal.descriptor)
    with open_vault(path) as store:
        assert not os.get_inheritable(store.journal.descriptor)


def test_readers_see_whole_commits_only_while_the_file_is_written_and_rewritten(path: Path) -> None:
    store = new_vault(path)
    stop = threading.Event()

    def write() -> None:
        n = 0
        while not stop.is_set():
            n += 1
            with store.transaction() as tx:
                tx.put("a", 1, {"n": n})
                tx.put("b", 1, {"n": n})
            if n % 20 == 0:
                store.compact()

    put(store, "a", 1, n=0)
    put(store, "b", 1, n=0)
    writer = threading.Thread(target=write)
    writer.start()
    try:
        seen = []
        for _round in range(40):
            with SealedStore.open(path, PASSPHRASE, readonly=True) as reader:
                first, second = reader.get("a", 1), reader.get("b", 1)
                assert first is not None
                assert first == second or seen == []
                seen.append(first["n"])
        assert seen == sorted(seen, key=lambda n: int(str(n)))
    except VaultDamaged as error:
        pytest.fail(str(error))
    finally:
        stop.set()
        writer.join()
        store.close()


def test_threads_read_while_another_commits_and_compacts(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.store.compaction.MIN_FRAMES", 30)
    with new_vault(path) as store:
        with store.transaction() as tx:
            tx.put_many("t", [(n, {"n": n, "round": 0}) for n in range(1, 301)])
        store.ensure_index("t", "round")
        failures: list[object] = []
        stop = threading.Event()

        def read() -> None:
            while not stop.is_set():
                rounds = {document["round"] for _key, document in store.scan("t")}
                if len(rounds) != 1 or len(store.find("t", "round", -1)) or store.count("t") != 300:
                    failures.append(rounds)

        readers = [threading.Thread(target=read) for _reader in range(2)]
        for reader in readers:
            reader.start()
        for round_ in range(1, 120):
            with store.transaction() as tx:
                tx.put_many("t", [(n, {"n": n, "round": round_}) for n in range(1, 301)])
        stop.set()
        for reader in readers:
            reader.join()
        store.wait_for_compaction()
        assert store.info().generation > 0
        before = contents(store)
    assert failures == []
    assert contents_of(path) == before


def test_no_plain_text_leaves_the_process(path: Path) -> None:
    canary = "canary-7f3a"
    code = (
        PRELUDE
        + f"""
import app.store.compaction as compaction
compaction.MIN_FRAMES = 20
s = SealedStore.create(path, "{canary}-passphrase", kdf=CHEAP)
for n in range(60):
    put(s, "{canary}-table", n, **{{"{canary}-field": "{canary}-value" * 20}})
s.wait_for_compaction()
s.change_passphrase("{canary}-second")
print("ready", flush=True)
n = 100
while True:
    n += 1
    put(s, "{canary}-table", n % 50, text="{canary}")
"""
    )
    with python(code, path) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        writer.kill()
    with path.open("ab") as file:
        file.write(b"tail")
    SealedStore.open(path, f"{canary}-second").close()
    files = [each for each in path.parent.rglob("*") if each.is_file()]
    assert path in files
    assert not [each for each in files if b"canary" in each.read_bytes() or "canary" in each.name]
