"""Actions and tokens: what is kept, what is refused, what is sent, and what never leaves."""

from __future__ import annotations

import pytest
from command_kit import NOW_TEXT, TOKEN, Bench

from app.domain.action import Method
from app.domain.run import Failure, FailureKind, Run
from app.domain.secret import DOTS, Secret

LIST = "List orders"
URL = "https://shop.example/"
REFUSED: list[tuple[str, dict[str, object], str]] = [
    ("action.create", {"name": LIST, "url": URL}, 'name: there is an action "List orders" already'),
    ("action.create", {"name": " ", "url": URL}, "name: an action needs a printable name"),
    ("action.create", {"name": "x", "url": ""}, "URL: is empty; it begins with https://"),
    ("action.create", {"name": "x", "url": "http://shop.example/"}, "is not this machine, so the URL must begin with"),
    ("action.create", {"name": "x", "url": "shop.example"}, "does not begin with https://"),
    ("action.create", {"name": "x", "url": URL + "{{id}}"}, "URL: {{id}} is not known"),
    ("action.create", {"name": "x", "url": URL + "{{id"}, 'URL: cannot read "{{id"'),
    ("action.create", {"name": "x", "url": URL, "method": "BREW"}, '"BREW" is not a method; choose one of GET, POST'),
    ("action.create", {"name": "x", "url": URL, "header": ("nonsense",)}, 'The header "nonsense" is not "Name: value"'),
    ("action.create", {"name": "x", "url": URL, "header": ("a b: c",)}, "header a b: is not a header name"),
    ("action.create", {"name": "x", "url": URL, "input": ("*",)}, 'The input "*" is not "name*: type = default'),
    ("action.create", {"name": "x", "url": URL, "input": ("a: colour",)}, 'The input a has the type "colour"'),
    ("action.create", {"name": "x", "url": URL, "input": ("a: date",)}, "input a: is a date; inputs are text, integer"),
    ("action.create", {"name": "x", "url": URL, "input": ("a", "a")}, "input a: is declared twice"),
    ("action.create", {"name": "x", "url": URL, "input": ("a: integer = x",)}, 'input a: its default is "x", not an'),
    ("action.create", {"name": "x", "url": URL, "token": "Kee"}, 'There is no token "Kee"; did you mean "Key"?'),
    ("action.edit", {"action": LIST, "name": "Cancel"}, 'name: there is an action "Cancel" already'),
    ("action.edit", {"action": LIST, "input": ()}, "URL: {{q}} is not known"),
    ("action.edit", {"action": "list orders"}, 'There is no action "list orders"; did you mean "List orders"?'),
    ("action.delete", {"action": "zzz"}, '"action list" shows what there is.'),
    ("action.values", {"action": LIST, "value": ("x=1",)}, 'List orders has no input "x";'),
    ("action.values", {"action": LIST, "value": ("q",)}, 'The value "q" is not name=value.'),
    ("action.render", {"action": "Cancel"}, "input id: has no value, so nothing is sent"),
    ("action.send", {"action": "Cancel"}, "input id: has no value, so nothing is sent"),
    ("action.send", {"action": LIST, "input": ("=1",)}, 'The input "=1" is not name=value.'),
    ("action.send", {"action": LIST, "mock": True}, "has no sample to answer from. Send it live once"),
    ("action.mock", {"action": "Cancel"}, 'Cancel has no response yet. Send it first: action send "Cancel".'),
    ("action.mock", {"action": LIST, "run": "run_nope"}, 'There is no run "run_nope"; "run list" shows what there is.'),
    ("run.show", {"run": "run_0000000000001"}, "There is no run"),
    ("run.list", {"limit": 0}, "--limit is 1 or more."),
    ("run.list", {"action": "zzz"}, 'There is no action "zzz"'),
    ("token.add", {"name": "Key", "value": Secret("x-y-z-1")}, 'name: there is a token "Key" already'),
    ("token.add", {"name": "", "value": Secret("x-y-z-1")}, "name: a token needs a printable name"),
    ("token.add", {"name": "t", "value": Secret("")}, "value: is empty; give the token on standard input"),
    ("token.add", {"name": "t", "value": Secret("a\nb")}, "value: holds a line break"),
    ("token.add", {"name": "t", "header": "a b", "value": Secret("x-y-z-1")}, 'header: "a b" is not a header name'),
    ("token.remove", {"token": "Key"}, "The token Key is sent by Cancel, List orders. Give those another one first."),
    ("token.remove", {"token": "zzz"}, '"token list" shows what there is.'),
]


@pytest.mark.parametrize(("command_id", "given", "words"), REFUSED)
async def test_refusals(command_id: str, given: dict[str, object], words: str, shop: Bench) -> None:
    """Each with its words; nothing changed, nothing sent, no secret in the words."""
    said = await shop.refused(command_id, **given)
    assert words in said
    assert "x-y-z-1" not in said
    assert shop.send.requests == []


async def test_an_action_keeps_what_it_was_made_of(bench: Bench) -> None:
    """Every part that can be given, as a draft; `show` shows it as it is written."""
    await bench.run("token.add", name="Key", prefix="Bearer", value=Secret(f"  {TOKEN}\n"))
    await bench.run(
        "action.create",
        name=" Save ",
        method="patch",
        url=URL + "{{id}}",
        description="Saves.",
        header=("X-A: {{id}}", "# X-Off: 1", " "),
        input=("id*: integer = 5 # The id", "flag: boolean"),
        body='{"id": {{id}}}\n',
        token="Key",
    )
    action = bench.workspace.action_named("Save")
    assert action
    assert action.method is Method.PATCH
    assert action.state == "draft"
    assert [(h.name, h.value, h.is_enabled) for h in action.headers] == [("X-A", "{{id}}", True), ("X-Off", "1", False)]
    assert [(i.name, i.data_type, i.is_required, i.default) for i in action.inputs] == [
        ("id", "integer", True, "5"),
        ("flag", "boolean", False, None),
    ]
    shown = (await bench.run("action.show", action="Save")).lines
    assert "request      PATCH https://shop.example/{{id}}" in shown
    assert "input        id*: integer = 5 # The id" in shown
    assert "header       # X-Off: 1" in shown
    assert "token        Key" in shown


async def test_edit_changes_only_what_is_given(shop: Bench) -> None:
    """None keeps a part, an empty token removes it; the mapping stays with the renamed action."""
    before = shop.workspace.action_named("Cancel")
    await shop.run("action.edit", action="Cancel", name="Cancel it", token="")
    after = shop.workspace.action_named("Cancel it")
    assert before
    assert after
    assert (after.id, after.url, after.body, after.inputs) == (before.id, before.url, before.body, before.inputs)
    assert after.token_id is None
    await shop.run("action.edit", action=LIST, name="All orders")
    assert (await shop.run("mapping.show", action="All orders")).lines[1] == "target  Order"


async def test_deleting_an_action_keeps_its_runs(shop: Bench) -> None:
    """Its mapping goes with it, and undo brings both back."""
    await shop.run("action.delete", action=LIST)
    assert shop.workspace.mappings == {}
    (run,) = shop.workbench.runs.newest()
    assert run.action_name == LIST
    await shop.run("undo")
    assert (await shop.run("mapping.show", action=LIST)).lines[1] == "target  Order"


async def test_rendering_masks_the_token(shop: Bench) -> None:
    """Everything as it would be sent, but dots for the token."""
    result = await shop.run("action.render", action="Cancel", input=("id=a/b",))
    assert result.lines[0] == "POST https://shop.example/orders/a%2Fb/cancel"
    assert f"X-Api-Key: {DOTS}             ← token Key" in result.lines
    assert '{"id": "a/b"}' in result.lines
    assert "token        Key, fixed, for shop.example" in result.lines
    assert "masked       header X-Api-Key" in result.lines
    assert result.lines[-2:] == (
        '  URL: {{id}} = "a/b" (given now), sent as a%2Fb',
        '  body: {{id}} = "a/b" (given now), sent as "a/b"',
    )
    assert shop.send.requests == []


async def test_sending_keeps_the_run(shop: Bench) -> None:
    """The token goes out as it is, and is masked in what is kept; the body is kept byte for byte."""
    result = await shop.run("action.send", action=LIST, input=("q=tea & milk",))
    (request,) = shop.send.requests
    assert request.url == "https://shop.example/orders?q=tea%20%26%20milk"
    assert {h.name: h.text for h in request.headers}["X-Api-Key"] == TOKEN
    run = result.data
    assert isinstance(run, Run)
    assert ("X-Api-Key", DOTS) in run.request.headers
    assert (run.started_at, run.is_mock, run.is_success) == (NOW_TEXT, False, True)
    assert result.message.startswith("LIVE: 200 OK, ")
    assert shop.workbench.runs.get(run.id) == run
    assert (await shop.run("run.show", run=run.id, body=True)).raw == shop.send.body
    shop.reopen()
    kept = shop.workbench.runs.get(run.id)
    assert kept == run
    assert kept
    assert shop.workbench.runs.body(kept) == shop.send.body


async def test_a_large_body_is_kept_in_parts(shop: Bench) -> None:
    """Beyond half a megabyte, and with bytes that are no text."""
    shop.send.body = bytes(range(256)) * 5000
    result = await shop.run("action.send", action=LIST)
    run = result.data
    assert isinstance(run, Run)
    assert len(run.body_ids) == 3
    shop.reopen()
    assert (await shop.run("run.show", run=run.id, body=True)).raw == shop.send.body


@pytest.mark.parametrize("status", [400, 404, 500])
async def test_an_error_of_the_other_side_is_a_failed_run(status: int, shop: Bench) -> None:
    """Exit code 3; kept with its body."""
    shop.send.status, shop.send.body = status, b"<h1>no</h1>"
    result = await shop.run("action.send", action=LIST)
    assert result.exit_code == 3
    assert result.message.startswith(f"LIVE: {status} No, 11 B in 34 ms.")
    assert result.lines == ("<h1>no</h1>",)
    newest = next(shop.workbench.runs.newest())
    assert newest.failure
    assert newest.failure.kind is FailureKind.THIRD_PARTY


async def test_no_answer_is_a_failed_run(shop: Bench) -> None:
    """The failure's own words, and a run without a response."""
    shop.send.failure = Failure(kind=FailureKind.NETWORK, stage="connect", message="Nobody is there.")
    result = await shop.run("action.send", action=LIST)
    assert (result.exit_code, result.message, result.lines) == (3, "LIVE: Nobody is there.", ())
    assert "faraday_error" in (await shop.run("run.list")).lines[1]


async def test_a_mock_never_sends(shop: Bench) -> None:
    """It answers from the sample, says so, and is kept as a mock."""
    await shop.run("action.mock", action=LIST)
    body = shop.send.body
    shop.send.body = b"something else"
    result = await shop.run("action.send", action=LIST, mock=True)
    run = result.data
    assert isinstance(run, Run)
    assert run.is_mock
    assert result.message.startswith("MOCK: 200 OK")
    assert shop.workbench.runs.body(run) == body
    assert shop.send.requests == []
    assert "MOCK" in (await shop.run("run.list")).lines[1]


async def test_the_switch_makes_all_sending_mock(shop: Bench) -> None:
    """MOCK holds for every action until it is switched back, also over a reopening."""
    assert (await shop.run("action.live")).message == "MOCK: answers come from the samples."
    shop.reopen()
    assert "no sample" in await shop.refused("action.send", action=LIST)
    assert shop.question("action.send", action="Cancel", input=("id=1",)) == ""
    assert shop.send.requests == []
    assert (await shop.run("action.live")).message == "LIVE: requests are really sent."
    await shop.run("action.send", action=LIST)
    assert len(shop.send.requests) == 1


@pytest.mark.parametrize("method", Method)
async def test_mutating_methods_ask(method: Method, shop: Bench) -> None:
    """POST, PUT, PATCH and DELETE ask with the rendered request, token masked; GET does not, nor does a mock."""
    url = f"{URL}{{{{id}}}}?key={TOKEN}"
    await shop.run("action.create", name="It", method=method.value, url=url, input=("id",), body="four", token="Key")
    asked = shop.question("action.send", action="It", input=("id=5",))
    if method is Method.GET:
        assert asked == ""
    else:
        assert asked == (
            f"{method} https://shop.example/5?key={DOTS} with a body of 4 B "
            "may really change the other system. Send it?"
        )
    assert shop.question("action.send", action="It", input=("id=5",), mock=True) == ""
    assert shop.send.requests == []


async def test_test_values_are_used_when_nothing_is_given(shop: Bench) -> None:
    """A given input goes before, an empty one falls back."""
    await shop.run("action.values", action="Cancel", value=("id=77",))
    assert "/orders/77/" in (await shop.run("action.render", action="Cancel")).lines[0]
    assert "/orders/5/" in (await shop.run("action.render", action="Cancel", input=("id=5",))).lines[0]


async def test_a_sample_is_text_and_small(shop: Bench) -> None:
    """Other bodies are refused in words."""
    shop.send.body = b"\xff\xfe"
    await shop.run("action.send", action=LIST)
    assert "not UTF-8 text" in await shop.refused("action.mock", action=LIST)
    shop.send.body = b"x" * 1_000_001
    await shop.run("action.send", action=LIST)
    assert await shop.refused("action.mock", action=LIST) == "The body has 1.0 MB; a sample has 1.0 MB at most."


async def test_a_run_of_another_action_is_refused(shop: Bench) -> None:
    """A sample or a mapping of somebody else's response would be a lie."""
    run = (await shop.run("action.send", action=LIST)).data
    assert isinstance(run, Run)
    words = f'{run.id} is a run of List orders, not of Cancel; "run list" shows which is which.'
    assert await shop.refused("action.mock", action="Cancel", run=run.id) == words
    assert await shop.refused("mapping.pick", action="Cancel", run=run.id, path="$") == words
    assert await shop.refused("mapping.suggest", action="Cancel", run=run.id) == words


async def test_runs_are_listed_newest_first(shop: Bench) -> None:
    """Of all actions or of one, as many as asked for."""
    await shop.run("action.send", action="Cancel", input=("id=1",))
    await shop.run("action.send", action=LIST)
    every = (await shop.run("run.list")).data
    assert isinstance(every, tuple)
    assert [run.action_name for run in every] == [LIST, "Cancel", LIST]
    one = (await shop.run("run.list", action=LIST, limit=1)).data
    assert one == every[:1]


async def test_a_run_is_shown_whole(shop: Bench) -> None:
    """Request as sent, masked; answer's head; the place where it failed."""
    shop.send.status = 404
    run = (await shop.run("action.send", action="Cancel", input=("id=1",))).data
    assert isinstance(run, Run)
    lines = (await shop.run("run.show", run=run.id)).lines
    assert "> POST https://shop.example/orders/1/cancel" in lines
    assert f"> X-Api-Key: {DOTS}" in lines
    assert '> {"id": "1"}' in lines
    assert "< HTTP/1.1 404 No" in lines
    assert "< Content-Type: application/json" in lines
    assert any(line.startswith("failure  3rd_party_error (status): ") for line in lines)


async def test_tokens_are_listed_masked(shop: Bench) -> None:
    """With the actions that send them."""
    result = await shop.run("token.list")
    assert [line.split() for line in result.lines] == [
        ["name", "kind", "header", "prefix", "value", "hosts", "used", "by"],
        ["Key", "fixed", "X-Api-Key", DOTS, "shop.example", "Cancel,", "List", "orders"],
        ["Unused", "fixed", "Authorization", "Bearer", DOTS, "the", "first", "used"],
    ]


async def test_hostile_answers_are_shown_visibly(shop: Bench) -> None:
    """No control character of a body or a header leaves in a line."""
    shop.send.body = '{"a": "\x1b]52;c;Zm9v\x07\x9b2J \u202e"}'.encode()
    result = await shop.run("action.send", action=LIST)
    assert all(line.isprintable() for line in result.lines)
    assert "␛]52;c;Zm9v␇" in result.lines[0]
