"""Environments, the switches over all sending, and the way from draft to live."""

from __future__ import annotations

import pytest
from command_kit import Bench

from app.domain.action import ActionState
from app.domain.environment import CookieJar
from app.domain.run import Run
from app.domain.secret import Secret

SHOP = ("base=https://shop.example",)
LIST = "List orders"


async def test_the_active_environment_fills_variables(shop: Bench) -> None:
    """The first one is active at once; another one changes what is sent, and none blocks the send."""
    await shop.run("environment.add", name="Staging", variable=SHOP)
    await shop.run("environment.add", name="Live", variable=("base=https://live.example",), production="yes")
    await shop.run("action.create", name="Get", url="{{env.base}}/a")
    assert (await shop.run("action.render", action="Get")).lines[0] == "GET https://shop.example/a"
    await shop.run("environment.use", environment="Live")
    result = await shop.run("action.send", action="Get")
    assert shop.send.requests[-1].url == "https://live.example/a"
    assert isinstance(result.data, Run)
    assert result.data.environment == "Live"
    await shop.run("environment.use", environment="")
    assert "env.base: has no value in the active environment" in await shop.refused("action.render", action="Get")


@pytest.mark.parametrize(
    ("command_id", "given", "words"),
    [
        ("environment.add", {"name": " "}, "name: an environment needs a printable name"),
        ("environment.add", {"name": "x", "variable": ("a b=1",)}, "variable a b: its name begins with a letter"),
        ("environment.add", {"name": "x", "variable": ("nothing",)}, 'The variable "nothing" is not name=value.'),
        ("environment.add", {"name": "x", "colour": "pink"}, '"pink" is not a colour; choose one of none, green'),
        ("environment.use", {"environment": "Stagin"}, 'There is no environment "Stagin"; "environment list" shows'),
        ("action.edit", {"action": LIST, "body_format": "xml"}, '"xml" is no kind of body; choose one of auto, json'),
        (
            "action.edit",
            {"action": LIST, "content_type": "a/b", "body_format": "json"},
            "content type: is for raw text",
        ),
        ("action.edit", {"action": LIST, "query": ("=x",)}, "query: a row has no name"),
        ("action.publish", {"action": "Cancel"}, "Cancel was not tested. Send it live with success first (F5)"),
        ("action.draft", {"action": "Cancel"}, "Cancel is a draft already."),
        ("action.fill", {"action": LIST, "record": "Order"}, '"Order" is not OBJECT:ID, as in Order:1001'),
        ("action.fill", {"action": LIST, "record": "Order:9"}, "Order:9 has nothing that List orders asks for (q)."),
        ("action.fill", {"action": LIST, "record": "Order:x"}, 'Order has no record "x"'),
        ("token.basic", {"name": "B", "user": "a:b", "password": Secret("x-y")}, "user: is needed, and holds no colon"),
        ("token.allow", {"token": "Key", "host": "https://a"}, 'host: "https://a" is not a host; write shop.example'),
        ("token.forbid", {"token": "Key", "host": "shop.example"}, "shop.example is the only host of Key."),
        ("token.test", {"token": "Key"}, "Key is a fixed token: there is nothing to fetch."),
    ],
)
async def test_refusals(command_id: str, given: dict[str, object], words: str, shop: Bench) -> None:
    assert words in await shop.refused(command_id, **given)


async def test_production_wants_the_host(shop: Bench) -> None:
    """Only for what may change something, only live; the question names method, URL, size and environment."""
    await shop.run("environment.add", name="Live", production="yes")
    assert shop.demanded("action.send", action="Cancel", input=("id=7",)) == "shop.example"
    question = shop.question("action.send", action="Cancel", input=("id=7",))
    assert question == (
        "POST https://shop.example/orders/7/cancel with a body of 11 B in Live may really change the other system. "
        "Send it?"
    )
    assert shop.demanded("action.send", action=LIST) == ""
    await shop.run("action.edit", action="Cancel", only_reads="yes")
    assert shop.question("action.send", action="Cancel", input=("id=7",)) == ""
    assert shop.demanded("action.send", action="Cancel", input=("id=7",)) == ""


async def test_a_host_made_of_values_is_asked_about(shop: Bench) -> None:
    """Also for a method that only reads."""
    await shop.run("action.create", name="Tenant", url="https://{{t}}.example/", input=("t",))
    assert shop.question("action.send", action="Tenant", input=("t=one",)) == (
        "The host one.example comes from {{t}}: GET https://one.example/. Send it?"
    )


async def test_read_only_refuses_whatever_may_change_something(shop: Bench) -> None:
    """In the question and in the sending itself; what only reads goes on."""
    await shop.run("action.readonly")
    assert "READ-ONLY is on: POST may change" in await shop.refused("action.send", action="Cancel", input=("id=7",))
    await shop.run("action.send", action=LIST)
    await shop.run("action.edit", action="Cancel", only_reads="yes")
    await shop.run("action.send", action="Cancel", input=("id=7",))
    assert [request.method for request in shop.send.requests] == ["GET", "POST"]


async def test_only_a_green_live_run_of_this_version_is_a_test(shop: Bench) -> None:
    """A failure, a mock and a run of another version are not; an edit takes the mark away, taking it back gives it."""
    await shop.run("action.create", name="New", url="https://shop.example/new")

    def words() -> str:
        action = shop.workspace.action_named("New")
        assert action
        return action.state_words

    shop.send.status = 500
    await shop.run("action.send", action="New")
    assert words() == "draft, not tested"
    shop.send.status = 200
    await shop.run("action.mock", action="New")
    await shop.run("action.live")
    await shop.run("action.send", action="New")
    await shop.run("action.live")
    assert words() == "draft, not tested"
    assert "was not tested" in await shop.refused("action.publish", action="New")
    await shop.run("action.send", action="New")
    assert words() == "draft, tested"
    await shop.run("action.publish", action="New")
    await shop.run("action.edit", action="New", url="https://shop.example/newer")
    assert words() == "live, changed since its test"
    await shop.run("action.edit", action="New", url="https://shop.example/new", description="Other words do not count.")
    assert words() == "live, tested"
    await shop.run("action.draft", action="New")
    shop.reopen()
    assert words() == "draft, tested"
    action = shop.workspace.action_named("New")
    assert action
    assert action.state is ActionState.DRAFT


async def test_values_are_taken_from_a_record(shop: Bench) -> None:
    """Attributes by name, an input named like the object's id, an input named like an attribute."""
    await shop.run(
        "action.create",
        name="Get",
        url="https://shop.example/{{order_id}}/{{order.total}}/{{Order.note}}?{{note}}",
        input=("order_id*", "note", "other"),
    )
    result = await shop.run("action.fill", action="Get", record="Order:1001")
    assert result.message.startswith("Get runs with Order:1001: order_id, note, order.total, Order.note.")
    assert result.message.endswith("Still empty: other.")
    rendered = await shop.run("action.render", action="Get")
    assert rendered.lines[0] == "GET https://shop.example/1001/1.0/by%20hand?by%20hand"
    once = await shop.run("action.render", action="Get", from_record="Order:9", input=("note=mine", "Order.note=x"))
    assert once.lines[0] == "GET https://shop.example/9/9.5/x?mine"
    assert any("{{order_id}}" in line and "(Order:9)" in line for line in once.lines)
    people = await shop.run("action.create", name="Who", url="https://shop.example/{{person.email}}")
    assert people.message
    sent = await shop.run("action.send", action="Who", from_record="People:zoe@example.com")
    assert sent.exit_code == 0
    assert shop.send.requests[-1].url == "https://shop.example/zoe%40example.com"


async def test_cookies_are_kept_for_their_environment(shop: Bench) -> None:
    """Sent back to their host, sealed and shown as dots; another environment has its own; only when the action says."""
    from app.store.codec import to_json

    await shop.run("environment.add", name="One", variable=SHOP)
    await shop.run("environment.add", name="Two", variable=SHOP)
    await shop.run("action.create", name="Get", url="{{env.base}}/a/b", cookies="yes")
    shop.send.headers = (("Set-Cookie", "sid=cookie-canary; Path=/a"), ("Set-Cookie", "no=1; Domain=evil.example"))
    await shop.run("action.send", action="Get")
    shop.send.headers = ()
    sent = await shop.run("action.send", action="Get")
    headers = {header.name: header.text for header in shop.send.requests[-1].headers}
    assert headers["Cookie"] == "sid=cookie-canary"
    explained = await shop.run("action.render", action="Get")
    shown = await shop.run("environment.show", environment="One")
    assert any(line.split() == ["cookies", "1"] for line in shown.lines)
    for result in (sent, explained, shown):
        assert "cookie-canary" not in to_json(result.data) + "".join(result.lines)
    await shop.run("environment.use", environment="Two")
    await shop.run("action.send", action="Get")
    assert "Cookie" not in {header.name for header in shop.send.requests[-1].headers}
    await shop.run("environment.forget", environment="One")
    assert [jar for jar in shop.workspace.cookies.values() if jar.cookies] == []
    assert all(isinstance(jar, CookieJar) for jar in shop.workspace.cookies.values())
    await shop.run("environment.use", environment="One")
    await shop.run("action.send", action=LIST)
    assert "Cookie" not in {header.name for header in shop.send.requests[-1].headers}


async def test_the_explanation_names_the_proxy_that_applies(shop: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The action's, the workspace's, or the environment's where somebody said so; without the login, and none else."""
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "http://me:canary-proxy@env.example:3128")

    async def way() -> list[str]:
        lines = (await shop.run("action.render", action=LIST)).lines
        assert "canary" not in "".join(lines)
        return [line for line in lines if line.startswith("goes by")]

    assert await way() == []
    await shop.run("vault.sending", proxy="http://own.example:1")
    assert await way() == ["goes by      the proxy http://own.example:1"]
    await shop.run("action.options", action=LIST, proxy="environment")
    assert await way() == ["goes by      the proxy http://env.example:3128"]
    await shop.run("action.options", action=LIST, proxy="direct")
    assert await way() == []
