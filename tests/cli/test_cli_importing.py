"""`action import-curl` in the shell: all of standard input, nothing secret printed."""

from __future__ import annotations

import json

from cli_kit import Shell

CANARY = "canary-4711-secret"
TEXT = f"$ curl -X POST https://shop.example/orders \\\n  -H 'X-Api-Key: {CANARY}' \\\n  -d 'a=1' -k | jq .\n"


def test_it_reads_all_of_standard_input(shell: Shell) -> None:
    """Many lines; what was made on stdout, talk on stderr."""
    done = shell("action", "import-curl", "--name", "Orders", stdin=TEXT)
    assert "request  POST https://shop.example/orders" in done.out
    assert "• Certificates are verified: -k was left out." in done.out
    assert "Imported the action Orders. Sealed as tokens: Orders X-Api-Key." in done.err
    assert CANARY not in done.out + done.err
    assert "a=1" in shell("action", "show", "Orders").out
    assert CANARY not in shell("action", "render", "Orders").out


def test_as_json(shell: Shell) -> None:
    """One document: action, tokens, remarks; values as dots."""
    done = shell("--json", "action", "import-curl", stdin=TEXT)
    assert CANARY not in done.out
    document = json.loads(done.out)
    assert document["action"]["url"] == "https://shop.example/orders"
    assert [token["header"] for token in document["tokens"]] == ["X-Api-Key"]
    assert len(document["remarks"]) == 2


def test_a_refusal_has_its_exit_code(shell: Shell) -> None:
    """And says what is wrong."""
    assert "never closed" in shell("action", "import-curl", stdin="curl 'x", code=1).err
    assert "There is nothing to import" in shell("action", "import-curl", stdin="", code=1).err
