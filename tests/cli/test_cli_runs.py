"""Runs in the shell: limits are typed as text, a purge wants its yes, a comparison is a table and JSON."""

from __future__ import annotations

import json

from cli_kit import Shell


def _ids(shell: Shell) -> list[str]:
    return [run["id"] for run in json.loads(shell("--json", "run", "list").out)]


def test_runs_are_compared_limited_sent_again_and_purged(shell: Shell) -> None:
    """The whole life of a run by commands alone."""
    for _ in range(3):
        shell("action", "send", "List orders")
    newest, older = _ids(shell)[:2]
    done = shell("run", "compare", older, newest)
    assert "outcome" in done.out
    assert "The bodies say the same." in done.err
    document = json.loads(shell("--json", "run", "compare", older, newest).out)
    assert document["body"] == []
    assert "up to 1 of them" in shell("run", "retention", "--count", "1").err
    shell("run", "again", newest)
    assert len(_ids(shell)) == 1
    assert shell("run", "list", "--search", "no-such-word").out == ""
    assert "1 run of 1 action" in shell("run", "purge", "--action", "List orders", code=1).err
    assert len(_ids(shell)) == 1
    assert "Removed 1 run" in shell("run", "purge", "--action", "List orders", "--yes").err
    assert _ids(shell) == []
    assert "no run" in shell("run", "compare", older, newest, code=1).err


def test_a_limit_that_is_no_number_is_refused(shell: Shell) -> None:
    """In the words of the option."""
    assert "--days is a whole number" in shell("run", "retention", "--days", "soon", code=1).err
