"""Canaries: what is put into a vault is nowhere in clear — not in the file, beside it, nor in what commands print."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_kit import PASSPHRASE, Shell

from app.demo.server import DemoServer

TOKEN = "canary-token-4711"
FIELD = "canary-field-4712"
PATH = "canary-path-4713"
INPUT = "canary-input-4714"
NEW_PASSPHRASE = "canary-passphrase-4715"
DEFINED = "Canary object 4716"
SECRETS = (TOKEN, NEW_PASSPHRASE, PASSPHRASE, "demo-shop-key")
"""What no command may print."""
SEALED = (*SECRETS, FIELD, PATH, INPUT, DEFINED, "List orders", "shop.example", "zoe@example.com")
"""What the file may not show."""


def _forms(text: str) -> Iterator[bytes]:
    """A text as somebody searching for it would look: as it is, in UTF-16, in base64 at each of three places."""
    yield text.encode()
    yield text.encode("utf-16-le")
    for shift in range(3):
        yield base64.b64encode(b"\0" * shift + text.encode())[4:-4]


def _assert_sealed(folder: Path) -> None:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    for path in files:
        content = path.read_bytes()
        shown = [text for text in SEALED if any(form in content for form in _forms(text))]
        assert shown == [], f"{path.name} shows {shown}"
        assert path.stat().st_mode & 0o077 == 0, path.name


def _commands(url: str) -> Iterator[tuple[tuple[str, ...], int, str]]:
    """A session that brings every canary in and looks at everything; command, exit code, standard input."""
    echo, header = f"{url}/faults/echo?at={PATH}&q={{{{q}}}}", f"X-Also: {TOKEN}"
    yield ("object", "create", DEFINED, "--description", FIELD), 0, ""
    yield ("record", "put", DEFINED, f"external_id={FIELD}"), 0, ""
    yield ("token", "add", "Mine", "--header", "X-Mine", "--prefix", "Bearer"), 0, TOKEN
    yield (
        ("action", "create", "Echo", "--url", echo, "--method", "POST", "--token", "Mine", "--input", "q: text"),
        0,
        "",
    )
    yield ("action", "edit", "Echo", "--header", header, "--body", f'{{"again": "{TOKEN}", "q": {{{{q}}}}}}'), 0, ""
    yield ("action", "values", "Echo", f"q={INPUT}"), 0, ""
    yield ("action", "render", "Echo"), 0, ""
    yield ("action", "send", "Echo"), 1, ""
    yield ("action", "send", "List orders"), 0, ""
    yield ("action", "mock", "List orders"), 0, ""
    yield ("mapping", "suggest", "List orders"), 0, ""
    yield ("mapping", "preview", "List orders"), 0, ""
    yield ("mapping", "apply", "List orders"), 0, ""
    yield ("token", "add", "Mine"), 1, TOKEN
    yield ("token", "add", "Bad"), 1, f"{TOKEN}é"
    yield ("token", "list"), 0, ""
    yield ("run", "list"), 0, ""
    yield ("record", "list", DEFINED), 0, ""
    yield ("token", "remove", "Mine"), 1, ""
    yield ("action", "delete", "Echo"), 0, ""
    yield ("token", "remove", "Mine"), 0, ""
    yield ("undo",), 0, ""
    yield ("redo",), 0, ""
    yield ("undo",), 0, ""
    yield ("vault", "info"), 0, ""
    yield ("object", "list"), 0, ""


@pytest.mark.parametrize("options", [(), ("--json",)], ids=["words", "json"])
def test_nothing_is_in_clear(options: tuple[str, ...], shell: Shell, demo: DemoServer) -> None:
    """Not after any command, not while its undo is kept, not after the passphrase was changed."""
    for words, code, stdin in _commands(demo.url):
        done = shell(*options, *words, code=code, stdin=stdin)
        if words[:2] != ("action", "edit"):
            shown = [text for text in SECRETS if text in done.out + done.err]
            assert shown == [], f"{words} shows {shown}"
        _assert_sealed(shell.path.parent)
    shell(*options, "vault", "passphrase", stdin=NEW_PASSPHRASE)
    _assert_sealed(shell.path.parent)


def test_a_token_is_sent_and_masked_wherever_it_stands(shell: Shell, demo: DemoServer) -> None:
    """In its header, and where somebody typed it into the URL, a header or the body."""
    shell("token", "add", "Mine", "--header", "X-Mine", stdin=TOKEN)
    shell(
        *("action", "create", "Echo", "--url", f"{demo.url}/faults/echo?k={TOKEN}", "--method", "POST"),
        *("--token", "Mine", "--header", f"X-Also: {TOKEN}", "--body", json.dumps({"again": TOKEN})),
    )
    before = len(demo.requests)
    sent = shell("--json", "action", "send", "Echo", "--yes")
    (request,) = demo.requests[before:]
    assert (request.header("x-mine"), request.header("x-also")) == (TOKEN, TOKEN)
    assert TOKEN in request.query
    assert TOKEN.encode() in request.body
    run = str(sent.document["id"])
    shown = shell("run", "show", run)
    as_json = shell("--json", "run", "show", run)
    question = shell("action", "send", "Echo", code=1)
    rendered = shell("action", "render", "Echo")
    for done in (sent, shown, as_json, question, rendered):
        assert TOKEN not in done.out + done.err


def test_a_crash_in_the_middle_shows_nothing(shell: Shell, demo: DemoServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even where the error's own text holds the token."""

    async def broken(request: object, **_: object) -> None:
        raise RuntimeError(str([header.text for header in request.headers]))  # type: ignore[attr-defined]

    monkeypatch.setattr("app.engine.http.send", broken)
    for options in ((), ("--json",)):
        done = shell(*options, "action", "send", "List orders", code=1)
        assert "RuntimeError" in done.err
        assert "demo-shop-key" not in done.out + done.err
    _assert_sealed(shell.path.parent)
