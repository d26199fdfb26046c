"""A forked child: it writes nothing, keeps no lock, and waits for no thread that it does not have."""

from __future__ import annotations

from pathlib import Path

import pytest
from store_kit import contents, contents_of, open_vault, python

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


def test_a_forked_child_writes_nothing_and_keeps_no_lock(path: Path) -> None:
    code = (
        PRELUDE
        + """
s = new_vault(path)
put(s, "t", 1, a=1)
child = os.fork()
if child == 0:
    try:
        put(s, "t", 2, b=2)
    except Exception as error:
        os.write(1, f"{error}\\n".encode())
    s.close()
    os.write(1, b"child\\n")
    sys.stdin.read()
    os._exit(0)
s.close()
os.write(1, b"parent\\n")
"""
    )
    with python(code, path) as parent:
        assert parent.stdout is not None
        lines = {parent.stdout.readline().strip() for _line in range(3)}
        assert {"child", "parent"} < lines
        assert any("copy of the one that opened the vault" in line for line in lines)
        assert parent.stdin is not None
        with open_vault(path) as store:
            assert contents(store) == {"t": {1: {"a": 1}}}
        parent.stdin.close()


def test_a_child_forked_while_another_thread_writes_is_refused_and_does_not_wait(path: Path) -> None:
    """That thread does not exist in the child, so nobody would ever give its lock back."""
    code = (
        PRELUDE
        + """
import threading
s = new_vault(path)
put(s, "t", 1, a=1)
is_in, may_go = threading.Event(), threading.Event()
def write():
    with s.transaction() as tx, s.state_lock, s._compactor._one_at_a_time:
        is_in.set()
        may_go.wait()
writer = threading.Thread(target=write)
writer.start()
is_in.wait()
child = os.fork()
if child == 0:
    for attempt in (lambda: put(s, "t", 2, b=2), s.compact):
        try:
            attempt()
        except Exception as error:
            os.write(1, f"{error}\\n".encode())
    os.write(1, f"{s.get('t', 1)}\\n".encode())
    s.close()
    os._exit(0)
os.waitpid(child, 0)
may_go.set()
writer.join()
s.close()
"""
    )
    with python(code, path) as parent:
        said, errors = parent.communicate(timeout=30)
    assert errors == ""
    assert said.count("copy of the one that opened the vault") == 2
    assert "{'a': 1}" in said
    assert contents_of(path) == {"t": {1: {"a": 1}}}


def test_a_child_forked_inside_its_own_transaction_keeps_nothing_of_it(path: Path) -> None:
    code = (
        PRELUDE
        + """
s = new_vault(path)
child = -1
try:
    with s.transaction() as tx:
        tx.put("t", 1, {"a": 1})
        child = os.fork()
except Exception as error:
    os.write(1, f"{error}\\n".encode())
if child == 0:
    os._exit(0)
os.waitpid(child, 0)
s.close()
"""
    )
    with python(code, path) as parent:
        said, errors = parent.communicate(timeout=30)
    assert errors == ""
    assert said.count("copy of the one that opened the vault") == 1
    assert contents_of(path) == {"t": {1: {"a": 1}}}
