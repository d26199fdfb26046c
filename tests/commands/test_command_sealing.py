"""Sealing what stands in an action in plain text: the same request goes out, and nobody reads the secret any more."""

from __future__ import annotations

import pytest
from command_kit import Bench

from app.commands.context import Context
from app.commands.registry import REGISTRY, Disabled
from app.domain.action import Action
from app.domain.secret import Secret
from app.domain.token import TokenKind
from app.store.codec import to_json

CANARY = "canary-plain-4711"
URL = "https://shop.example/x"


async def make(bench: Bench, **parts: object) -> Action:
    result = await bench.run("action.create", name="It", **{"url": URL, **parts})
    action = result.data
    assert isinstance(action, Action)
    return action


def sent_headers(bench: Bench) -> dict[str, str]:
    headers = bench.send.requests[-1].headers
    return {each.name: each.value.reveal() if isinstance(each.value, Secret) else each.value for each in headers}


@pytest.mark.parametrize("value", [f"Bearer {CANARY}", CANARY, "Basic bWU6Y2FuYXJ5LXBsYWluLTQ3MTE="])
async def test_a_header_becomes_the_token_and_the_same_is_sent(value: str, bench: Bench) -> None:
    await make(bench, header=(f"Authorization: {value}", "X-A: b"))
    await bench.run("action.send", action="It")
    before = sent_headers(bench)
    said = await bench.run("action.seal", action="It", secret="header authorization")
    assert said.message == (
        "Sealed the header Authorization as the token It Authorization, which It sends now. "
        "Runs that were kept may show it: run purge."
    )
    assert CANARY not in to_json(said.data)
    await bench.run("action.send", action="It")
    assert sent_headers(bench) == before
    (token,) = bench.workspace.tokens.values()
    assert (token.kind is TokenKind.BASIC, token.hosts) == (value.startswith("Basic"), ("shop.example",))
    assert CANARY not in "\n".join((await bench.run("action.show", action="It")).lines)
    await bench.run("undo")
    assert bench.workspace.tokens == {}
    assert "header" in "\n".join((await bench.run("action.show", action="It")).lines)


async def test_it_is_noticed_when_an_action_is_written(bench: Bench) -> None:
    words = "The header X-Api-Key is a secret in plain text: s (action seal) makes a token of it."
    created = await bench.run("action.create", name="It", url=URL, header=(f"X-Api-Key: {CANARY}",))
    assert created.message == f"Created the action It. {words}"
    assert (await bench.run("action.edit", action="It", description="x")).message == f"Saved the action It. {words}"
    shown = "\n".join((await bench.run("action.show", action="It")).lines)
    assert 'secret       header X-Api-Key, in plain text: "action seal" makes a token of it' in shown
    await bench.run("action.seal", action="It", token="Mine")
    assert (await bench.run("action.edit", action="It", description="y")).message == "Saved the action It."
    assert [token.name for token in bench.workspace.tokens.values()] == ["Mine"]


async def test_elsewhere_it_is_asked_for_from_now_on(bench: Bench) -> None:
    """A token is sent in a header; nothing goes out until somebody decides."""
    await make(bench, method="POST", body=f'{{"password": "{CANARY}"}}', only_reads="yes")
    said = await bench.run("action.seal", action="It")
    assert "so the action asks for password as an input now" in said.message
    assert "input password: has no value" in await bench.refused("action.send", action="It")
    await bench.run("action.send", action="It", input=("password=other",))
    assert bench.send.requests[-1].body == b'{"password": "other"}'


async def test_refusals(shop: Bench) -> None:
    nothing = "No secret stands in List orders in plain text."
    assert await shop.refused("action.seal", action="List orders") == nothing
    await shop.run("action.edit", action="List orders", header=(f"X-Token: {CANARY}",))
    words = "List orders sends the token Key already, and an action sends one."
    assert words in await shop.refused("action.seal", action="List orders")
    said = await shop.refused("action.seal", action="List orders", secret="body x")
    assert said == '"body x" is none of List orders: header X-Token.'
    assert 'there is a token "Key" already' in await _without_token(shop)


async def _without_token(shop: Bench) -> str:
    await shop.run("action.edit", action="List orders", token="")
    return await shop.refused("action.seal", action="List orders", token="Key")


def test_without_a_secret_the_key_says_so(shop: Bench) -> None:
    gather = REGISTRY["action.seal"].gather
    found = gather(Context(workspace=shop.workspace, action="List orders"))
    assert found == Disabled("No secret stands in List orders in plain text.")
