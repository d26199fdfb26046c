"""The vault in the shell: beside a writer, on a read-only file, where it does not open; a passphrase by descriptor."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from cli_kit import PASSPHRASE, ROOT, Shell

from app.commands import load_all
from app.commands.registry import REGISTRY
from app.demo.server import DemoServer
from app.store import SealedStore, open_tinydb

_OF_THE_KEYRING = ("vault.remember", "vault.forget")
READS = [("vault", "check"), ("vault", "info"), ("vault", "backup", "{new}"), ("vault", "export", "{new}")]


def words_for(words: tuple[str, ...], tmp_path: Path) -> list[str]:
    return [word.format(new=tmp_path / "new-file") for word in words]


@pytest.mark.parametrize("words", READS, ids=" ".join)
def test_reading_verbs_need_no_lock_and_no_right_to_write(words: tuple[str, ...], shell: Shell, tmp_path: Path) -> None:
    """While another program holds the vault for writing, and on a file of mode 0400; not a byte changes."""
    shell.path.chmod(0o400)
    before = shell.path.read_bytes()
    shell(*words_for(words, tmp_path))
    assert shell.path.read_bytes() == before
    shell.path.chmod(0o600)
    with SealedStore.open(shell.path, PASSPHRASE) as store:
        with store.transaction() as tx:
            tx.put("script", 1, {"a": 1})
        (tmp_path / "new-file").unlink(missing_ok=True)
        shell(*words_for(words, tmp_path))
        shell("object", "create", "X", code=4)  # this one needs the lock


def test_every_verb_that_only_reads_works_beside_a_writer(
    shell: Shell, tmp_path: Path, demo: DemoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And says nothing of a vault that was not closed in order: it is in use."""
    monkeypatch.setattr("app.commands.vault._time_of_kdf", lambda _kdf: 0.1)
    shell("action", "send", "List orders")
    run = str(json.loads(shell("--json", "run", "list").out)[0]["id"])
    orders = tmp_path / "orders.csv"
    orders.write_text("external_id,total\n9001,1.5\n")
    of_kind: dict[str, tuple[str, ...]] = {
        "record.show": ("People", "c-101"),
        "record.check": ("Order", str(orders)),
        "record.export": ("People", str(tmp_path / "people.csv")),
        "run.show": (run,),
        "run.compare": (run, run),
        "run.save": (run, str(tmp_path / "body")),
        "sample.show": ("List orders", "any"),
        "vault.backup": (str(tmp_path / "backup"),),
        "vault.export": (str(tmp_path / "export"),),
        "schema.diff": (str(shell.path), "--other-passphrase-file", str(shell.passphrase_file)),
    }
    of_noun = {"object": ("Order",), "record": ("People",), "action": ("List orders",), "sample": ("List orders",)}
    of_noun |= {"mapping": ("List orders",), "token": ("Shop API key",), "environment": ("Test",)}
    load_all()
    verbs = [each for each in REGISTRY.values() if each.only_reads and each.id not in _OF_THE_KEYRING]
    assert "record.list" in {each.id for each in verbs}
    with SealedStore.open(shell.path, PASSPHRASE) as store:
        with store.transaction() as tx:
            tx.put("script", 1, {"a": 1})
        for verb in verbs:
            takes = any(spec.is_positional for spec in verb.specs)
            words = of_kind.get(verb.id, of_noun.get(verb.words[0], ()) if takes else ())
            done = shell(*verb.words, *words, code=None)
            assert done.code < 2, f"{verb.id}: {done.err}"
            assert "closed in order" not in done.err
        refusal = shell("object", "create", "X", code=4).err
    assert "Close it there" in refusal or "already open in this program" in refusal


def test_a_check_that_finds_something_is_exit_1(shell: Shell) -> None:
    """A document of a script that is none; the workbench's other verbs say so too, without a crash."""
    with open_tinydb(shell.path, PASSPHRASE) as db:
        number = db.table("records/Order").insert({"values": 7})
    done = shell("vault", "check", code=1)
    assert f"WRONG  Document {number} of the table records/Order" in done.out
    assert "1 thing is wrong." in done.err
    assert shell("--json", "vault", "check", code=1).document["problems"] == 1
    assert "does not have the expected shape" in shell("record", "list", "Order", code=4).err


def test_salvage_works_where_nothing_opens(shell: Shell, tmp_path: Path) -> None:
    """The vault of the other verbs is the broken one; its bytes stay."""
    raw = bytearray(shell.path.read_bytes())
    raw[raw.index(b"tDf1", len(raw) // 2) + 60] ^= 1
    shell.path.write_bytes(raw)
    refusal = shell("vault", "check", code=4).err
    assert "The vault is damaged near byte" in refusal
    assert "actionbench vault salvage FILE NEW" in refusal
    new = tmp_path / "new.tdx"
    done = shell("vault", "salvage", str(shell.path), str(new))
    assert "Lost: 1 frames are missing or damaged" in done.err
    assert shell.path.read_bytes() == raw
    assert "exists already" in shell("vault", "salvage", str(shell.path), str(new), code=4).err
    shell("--vault", str(new), "vault", "info")


def test_a_passphrase_from_a_descriptor(shell: Shell) -> None:
    """Read to its end; a bad one is named, two sources are refused."""
    read, write = os.pipe()
    os.write(write, f"{PASSPHRASE}\n".encode())
    os.close(write)
    done = subprocess.run(
        [sys.executable, "-m", "app", "--passphrase-fd", str(read), "object", "list"],
        env={**shell.env, "ACTIONBENCH_PASSPHRASE_FILE": "/nowhere"},
        cwd=ROOT,
        pass_fds=[read],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    os.close(read)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Order" in done.stdout
    assert "descriptor 77: Bad file descriptor" in shell("--passphrase-fd", "77", "object", "list", code=4).err
    both = ("--passphrase-fd", "77", "--passphrase-file", "x", "object", "list")
    assert "not both" in shell(*both, code=2).err


def test_info_says_what_opening_costs_and_what_was_seen(shell: Shell) -> None:
    """Nothing was seen yet, then a commit is closed and noted; an older copy put back is noticed."""
    assert "none yet" in shell("vault", "info").out
    old = shell.path.read_bytes()
    shell("object", "create", "X")
    out = shell("vault", "info").out
    assert "s here" in out
    assert "closed       in order on" in out
    assert "last seen    generation 0, " in out
    shell.path.write_bytes(old)
    assert "an older copy may have been put back" in shell("vault", "info").err


def test_no_note_can_be_kept(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the state folder cannot be made, everything works and info says so."""
    monkeypatch.setenv("XDG_STATE_HOME", "/dev/null")
    shell("object", "create", "X")
    assert "none is kept" in shell("vault", "info").out


def test_the_readmes_script_works_as_it_stands(empty_shell: Shell, tmp_path: Path) -> None:
    """The one Python block of the README, on the vault of its tour."""
    readme = (ROOT / "README.md").read_text("utf-8")
    code = readme.split("```python\n")[1].split("```")[0]
    (tmp_path / "pw").write_text("your passphrase")
    (tmp_path / "pw").chmod(0o600)
    vault = ("--vault", str(tmp_path / "tour.tdx"), "--passphrase-file", str(tmp_path / "pw"))
    empty_shell(*vault, "vault", "init", "--sample")
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "0 orders\n", "")
    assert "9001" in empty_shell(*vault, "record", "list", "Order").out
    empty_shell(*vault, "vault", "check")
