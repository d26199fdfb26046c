"""`vault exec`, the hidden door for programs: JSON lines in, an answer for each as soon as it is on the medium."""

from __future__ import annotations

import json
import os

import pytest
from cli_kit import PASSPHRASE, Shell

from app.store import SealedStore


def lines(*steps: object) -> str:
    return "".join(json.dumps(step) + "\n" for step in steps)


def put(table: str, number: int, **document: object) -> dict[str, object]:
    return {"op": "put", "table": table, "id": number, "doc": document}


def test_each_operation_is_answered_and_done(shell: Shell) -> None:
    done = shell(
        "vault",
        "exec",
        stdin=lines(
            put("t", 1, a=1),
            {"op": "tx", "steps": [put("t", 2, b=2), put("u", 1, c=3), {"op": "del", "table": "t", "id": 1}]},
            {"op": "compact"},
            {"op": "put", "table": "many", "docs": {"1": {"n": 1}, "2": {"n": 2}}},
            {"op": "clear", "table": "many"},
            {"op": "drop", "table": "u"},
            {"op": "rekey", "passphrase": "battery staple"},
        ),
    )
    assert done.out.splitlines() == [f"ack {number}" for number in range(1, 8)]
    with SealedStore.open(shell.path, "battery staple", readonly=True) as store:
        assert dict(store.scan("t")) == {2: {"b": 2}}
        assert store.count("many") == 0
        assert "many" in store.tables()
        assert "u" not in store.tables()
        assert store.report.was_closed


def test_a_refused_operation_is_named_and_the_next_one_is_tried(shell: Shell) -> None:
    wrong = {"op": "tx", "steps": [put("t", 1), {"op": "fly"}]}
    done = shell("vault", "exec", stdin=lines(wrong, put("t", 2, ok=True), {"op": "close"}, put("t", 3)), code=2)
    answers = done.out.splitlines()
    assert answers[0].startswith("error 1 UsageError: This is no operation")
    assert answers[1:3] == ["ack 2", "ack 3"]
    assert answers[3].startswith("error 4 VaultError:")
    with SealedStore.open(shell.path, PASSPHRASE, readonly=True) as store:
        assert store.ids("t") == (2,)


def test_a_line_that_is_no_json_ends_the_work_with_the_vault_closed(shell: Shell) -> None:
    done = shell("vault", "exec", stdin=lines(put("t", 1)) + "put t 2\n" + lines(put("t", 3)), code=2)
    assert done.out.splitlines() == ["ack 1"]
    assert "Line 2 is not a JSON object." in done.err
    with SealedStore.open(shell.path, PASSPHRASE, readonly=True) as store:
        assert store.ids("t") == (1,)
        assert store.report.was_closed


def test_it_is_not_in_the_help(shell: Shell) -> None:
    done = shell("vault", "--help")
    assert "exec" not in done.out


def test_what_no_vault_can_hold_is_answered_and_the_next_one_is_tried(shell: Shell) -> None:
    """Ids that are none, keys that are no numbers, a line nested beyond what can be read: never a crash."""
    bad = [
        put("t", -1),
        put("t", 2**63),
        {"op": "put", "table": "t", "id": True, "doc": {}},
        {"op": "del", "table": "t", "id": -1},
        {"op": "put", "table": "t", "docs": {"abc": {}}},
    ]
    deep = '{"op":' + "[" * 200_000 + "\n"
    done = shell("vault", "exec", stdin=lines(*bad) + deep + lines(put("t", 7, a=1)), code=2)
    answers = done.out.splitlines()
    assert [answer.split(":")[0] for answer in answers[:6]] == [f"error {n} UsageError" for n in range(1, 7)]
    assert answers[6] == "ack 7"
    assert "Traceback" not in done.err


def test_the_passphrase_may_come_from_a_descriptor(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ACTIONBENCH_PASSPHRASE_FILE")
    ours, theirs = os.pipe()
    os.write(theirs, f"{PASSPHRASE}\r\n".encode())  # with the end of a line as some systems write it
    os.close(theirs)
    assert shell("--passphrase-fd", str(ours), "vault", "exec", stdin=lines(put("t", 1))).out == "ack 1\n"
