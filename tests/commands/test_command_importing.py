"""Importing cURL: one action, sealed tokens, files only after a yes, refusals that change nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_kit import Bench

from app.commands.registry import REGISTRY
from app.domain.action import Method
from app.domain.secret import Secret

CANARY = "canary-4711-secret"
LINE = f"""curl -sX POST 'https://shop.example/orders?api_key={CANARY}&x=1' \\
  -H 'Authorization: Bearer {CANARY}-b' -H 'Content-Type: application/json' -d '{{"a": "{{{{b}}}}"}}' -L"""


async def _preview(bench: Bench, text: str, **given: object) -> str:
    command = REGISTRY["action.import-curl"]
    assert command.preview is not None
    return "\n".join(await command.preview(bench.workbench, command.args(text=Secret(text), **given)))


async def test_an_action_and_its_tokens_in_one_step(bench: Bench) -> None:
    """Sealed, sent, undone as one."""
    result = await bench.run("action.import-curl", text=Secret(LINE), name="Create order")
    action = bench.workspace.action_named("Create order")
    assert action is not None
    assert (action.method, action.url) == (Method.POST, "https://shop.example/orders?api_key={{api_key}}&x=1")
    names = {token.name: token for token in bench.workspace.tokens.values()}
    assert sorted(names) == ["Create order Authorization", "Create order api_key"]
    assert action.token_id == names["Create order Authorization"].id
    assert names["Create order Authorization"].value.reveal() == f"{CANARY}-b"
    assert result.message.startswith("Imported the action Create order. Sealed as tokens: Create order Authorization")
    assert "option   redirects: followed, at most 5" in result.lines
    assert action.sending.follows_redirects
    assert CANARY not in repr(result)
    await bench.run("action.send", action="Create order", input=("api_key=k",))
    request = bench.send.requests[0]
    assert request.body == b'{"a": "{{b}}"}'
    assert request.url.endswith("?api_key=k&x=1")
    assert f"Bearer {CANARY}-b" in [header.text for header in request.headers if header.name == "Authorization"]
    await bench.run("undo")
    assert (bench.workspace.actions, bench.workspace.tokens) == ({}, {})


async def test_the_vault_holds_no_credential_in_clear(bench: Bench) -> None:
    """Neither the text that was pasted nor what was made of it."""
    await bench.run("action.import-curl", text=Secret(LINE))
    assert CANARY.encode() not in bench.path.read_bytes()
    assert CANARY not in repr(bench.workspace)


async def test_the_preview_shows_what_would_be_made_and_makes_nothing(bench: Bench) -> None:
    """Also why nothing can be made."""
    before = bench.stored()
    shown = await _preview(bench, LINE, name="Create order")
    assert "request  POST https://shop.example/orders?api_key={{api_key}}&x=1" in shown
    assert "token    Authorization: Bearer ●●●●●●●●  (Create order Authorization)" in shown
    assert CANARY not in shown
    assert "Paste a cURL command line above" in await _preview(bench, "  ")
    assert "never closed" in await _preview(bench, "curl 'x")
    assert bench.stored() == before


async def test_names_do_not_clash(bench: Bench) -> None:
    """A made name is numbered; a given one is refused as everywhere."""
    for _ in range(2):
        await bench.run("action.import-curl", text=Secret("curl https://a.example/x -u a:b"))
    assert [action.name for action in bench.workspace.sorted_actions] == ["GET a.example/x", "GET a.example/x 2"]
    assert len({token.name for token in bench.workspace.tokens.values()}) == 2
    refusal = await bench.refused("action.import-curl", text=Secret("curl https://b.example"), name="GET a.example/x")
    assert "GET a.example/x" in refusal


async def test_a_file_is_read_after_a_yes_only(bench: Bench, tmp_path: Path) -> None:
    """Without it nothing is made, and the file is named."""
    file = tmp_path / "body.json"
    text = Secret(f"curl https://a.example --json @{file}")
    refusal = await bench.refused("action.import-curl", text=text)
    assert refusal == (
        f"It is made of the file {file}, which was not read: say so with --read-files (Read files in the dialog)."
    )
    assert "which was not read" in await _preview(bench, text.reveal())
    assert "There is no file" in await bench.refused("action.import-curl", text=text, read_files=True)
    file.write_bytes(b'{"a": 1}')
    await bench.run("action.import-curl", text=text, read_files=True, name="A")
    action = bench.workspace.action_named("A")
    assert action is not None
    assert action.body == '{"a": 1}'


@pytest.mark.parametrize(
    ("content", "words"), [(b"\xff\xfe", "not UTF-8 text"), (b"x" * 1_000_001, "larger than 1,000,000 bytes")]
)
async def test_a_file_that_is_no_body_is_refused(bench: Bench, tmp_path: Path, content: bytes, words: str) -> None:
    """In words."""
    file = tmp_path / "f"
    file.write_bytes(content)
    text = Secret(f"curl https://a.example -T {file}")
    assert words in await bench.refused("action.import-curl", text=text, read_files=True)


async def test_a_folder_is_no_file(bench: Bench, tmp_path: Path) -> None:
    """Nor is a path that makes no sense."""
    for name in (tmp_path, "~nobody-here/x"):
        text = Secret(f"curl https://a.example -T {name}")
        assert "here" in await bench.refused("action.import-curl", text=text, read_files=True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ls", "does not begin with curl"),
        ("curl -X TRACE https://a.example", "The method TRACE is not one of"),
        ("curl https://a.example -H $'X-Api-Key: é'", "character that no header can carry"),
        ('fetch("https://a.example")', 'Copy it as "cURL (bash)"'),
    ],
)
async def test_refusals_change_nothing(bench: Bench, text: str, words: str) -> None:
    """The same words in the shell and in the dialog."""
    assert words in await bench.refused("action.import-curl", text=Secret(text))
