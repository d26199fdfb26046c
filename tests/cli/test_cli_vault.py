"""The vault in the shell: beside a writer, on a read-only file, where it does not open; a passphrase by descriptor."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cli_kit import PASSPHRASE, ROOT, Shell

from app.store import SealedStore, open_tinydb

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
