"""Dynamic tokens against a real server whose tokens expire: fetched, reused, renewed, the request sent once more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from command_kit import NOW, Bench, new_bench

from app.demo.api_settings import DemoSettings
from app.demo.server import DemoServer
from app.domain.run import FailureKind, Run
from app.domain.secret import Secret
from app.errors import RunFailed
from app.workbench import send_with_httpx

SECRET = Secret("demo-secret")


class Shop:
    """A demo API and a workbench that calls it, each with a clock of its own that moves when told to."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.server_time = 1_000_000.0
        self.our_time = NOW
        bench.workbench.send = send_with_httpx
        bench.workbench.clock = lambda: self.our_time
        self.server = DemoServer(settings=DemoSettings(clock=lambda: self.server_time))

    def pass_here(self, seconds: float) -> None:
        """Time passes for us."""
        self.our_time += timedelta(seconds=seconds)

    def pass_there(self, seconds: float) -> None:
        """Time passes at the server."""
        self.server_time += seconds

    def log(self) -> list[str]:
        """What arrived since the last look: method and path."""
        new = self.server.requests[self._seen :]
        self._seen = len(self.server.requests)
        return [f"{each.method} {each.path}" for each in new]

    _seen = 0

    async def add(self, **parts: object) -> None:
        """The token and an action that sends it."""
        given = {"url": f"{self.server.url}/oauth/token", "client_id": "demo-client", "secret": SECRET, **parts}
        await self.bench.run("token.client", name="OAuth", **given)
        await self.bench.run("action.create", name="Get", url=f"{self.server.url}/orders", token="OAuth")

    async def send(self) -> Run:
        """Send the action; its run."""
        run = (await self.bench.run("action.send", action="Get")).data
        assert isinstance(run, Run)
        return run


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    bench = new_bench(tmp_path / "v.tdx")
    made = Shop(bench)
    with made.server:
        yield made
    bench.vault.close()


TOKEN, ORDERS = "POST /oauth/token", "GET /orders"


@pytest.mark.parametrize("how", ["form", "basic"])
async def test_a_token_is_fetched_once_and_reused(how: str, shop: Shop) -> None:
    """The test that it is saved after fetches it; sending reuses that, also after a restart."""
    await shop.add(how=how)
    assert shop.log() == [TOKEN]
    assert (await shop.send()).is_success
    shop.bench.reopen()
    shop.bench.workbench.send = send_with_httpx
    shop.bench.workbench.clock = lambda: shop.our_time
    run = await shop.send()
    assert (run.is_success, run.is_resent) == (True, False)
    assert shop.log() == [ORDERS, ORDERS]


async def test_one_that_has_ended_by_our_clock_is_fetched_first(shop: Shop) -> None:
    await shop.add()
    shop.log()
    shop.pass_here(61)
    shop.pass_there(61)
    run = await shop.send()
    assert (run.is_success, run.is_resent) == (True, False)
    assert run.token_story == ("The token OAuth had ended and was fetched before sending.",)
    assert shop.log() == [TOKEN, ORDERS]


async def test_after_a_401_it_is_fetched_and_sent_once_more(shop: Shop) -> None:
    """Our clock believes in it, the server does not: exactly one second sending."""
    await shop.add()
    shop.log()
    shop.pass_there(61)
    result = await shop.bench.run("action.send", action="Get")
    run = result.data
    assert isinstance(run, Run)
    assert (run.is_success, run.is_resent) == (True, True)
    assert "401: the token OAuth was refused, fetched anew, and the request sent once more." in result.message
    assert shop.log() == [ORDERS, TOKEN, ORDERS]


async def test_a_second_401_ends_it(shop: Shop) -> None:
    """Never a third sending."""
    await shop.add()
    await shop.bench.run("action.edit", action="Get", url=f"{shop.server.url}/faults/401")
    shop.log()
    run = await shop.send()
    assert run.failure
    assert run.failure.kind is FailureKind.THIRD_PARTY
    assert run.is_resent
    assert run.token_story[0].endswith("It was refused again (401). It is not sent a third time.")
    assert shop.log() == ["GET /faults/401", TOKEN, "GET /faults/401"]


async def test_other_failures_are_never_sent_again(shop: Shop) -> None:
    await shop.add()
    shop.log()
    for path in ("/faults/500", "/faults/404", "/faults/close"):
        await shop.bench.run("action.edit", action="Get", url=f"{shop.server.url}{path}")
        assert not (await shop.send()).is_success
    assert [line for line in shop.log() if line == TOKEN] == []


async def test_a_refresh_that_fails_is_its_own_failure(shop: Shop) -> None:
    """The refused answer is kept; the request does not leave again."""
    await shop.add()
    token = shop.bench.workspace.token_named("OAuth")
    assert token
    broken = f"{shop.server.url}/faults/500"
    _point_elsewhere(shop, broken)
    shop.log()
    shop.pass_there(61)
    run = await shop.send()
    assert run.failure
    assert run.failure.kind is FailureKind.TOKEN_REFRESH
    assert run.failure.stage == "token"
    assert "The token OAuth could not be fetched. The API answered 500" in run.failure.message
    assert run.response
    assert run.response.status == 401
    assert run.token_story == ("401: the token OAuth was refused; the request left once.",)
    assert shop.log() == [ORDERS, "POST /faults/500"]
    shop.pass_here(61)
    run = await shop.send()
    assert run.response is None
    assert run.failure
    assert run.failure.kind is FailureKind.TOKEN_REFRESH
    assert shop.log() == ["POST /faults/500"]


def _point_elsewhere(shop: Shop, url: str) -> None:
    """Change the token's URL as a script on the vault could, untested."""
    from dataclasses import replace
    from types import MappingProxyType

    workbench = shop.bench.workbench
    changed = {
        number: replace(token, request=replace(token.request, url=url)) if token.request else token
        for number, token in workbench.workspace.tokens.items()
    }
    workbench._workspace = replace(workbench.workspace, tokens=MappingProxyType(changed))


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"secret": Secret("wrong-secret")}, "The API answered 401"),
        ({"path": "/faults/204"}, "is not JSON"),
        ({"path": "/faults/echo"}, "The answer has no text at $.access_token; correct the token's value path."),
        ({"path": "/faults/500"}, "The API answered 500"),
    ],
)
async def test_what_was_not_fetched_is_not_kept(parts: dict[str, object], words: str, shop: Shop) -> None:
    """Nothing is in the vault, and the secret is in no word."""
    path = str(parts.pop("path", "/oauth/token"))
    before = shop.bench.stored()
    with pytest.raises(RunFailed) as caught:
        await shop.add(url=f"{shop.server.url}{path}", **parts)
    assert words in str(caught.value)
    assert "Nothing was kept" in str(caught.value)
    assert "-secret" not in str(caught.value)
    assert shop.bench.stored() == before


async def test_the_secret_stays_with_its_host(shop: Shop) -> None:
    """Another environment, another host: the refusal says how to allow it."""
    await shop.bench.run("environment.add", name="One", variable=(f"auth={shop.server.url}",))
    await shop.bench.run("environment.add", name="Two", variable=("auth=http://127.0.0.1:1",))
    await shop.add(url="{{env.auth}}/oauth/token")
    await shop.bench.run("environment.use", environment="Two")
    shop.log()
    run = await shop.send()
    assert run.failure
    assert run.failure.kind is FailureKind.TOKEN_REFRESH
    assert 'not at 127.0.0.1:1: token test "OAuth" allows it' in run.failure.message
    assert shop.log() == []
    await shop.bench.run("environment.use", environment="One")
    assert (await shop.send()).is_success
    assert shop.log() == [ORDERS]


async def test_a_json_request_with_its_own_places(shop: Shop) -> None:
    """Every part of a dynamic token can be chosen."""
    await shop.bench.run(
        "token.dynamic",
        name="Echo",
        url=f"{shop.server.url}/faults/echo",
        body='{"key": {{secret}}, "more": "{{second}}"}',
        body_format="json",
        request_header=("X-Two: {{second}}",),
        value_path="$.method",
        lifetime_path="",
        lifetime=5,
        header="X-Token",
        prefix="Key",
        secret=Secret('quo"ted'),
        second=Secret("second-1"),
    )
    (arrived,) = shop.server.requests
    assert arrived.body == b'{"key": "quo\\"ted", "more": "second-1"}'
    assert arrived.header("x-two") == "second-1"
    await shop.bench.run("action.create", name="Get", url=f"{shop.server.url}/faults/echo", token="Echo")
    assert (await shop.send()).is_success
    assert shop.server.requests[-1].header("x-token") == "Key POST"
    (grant,) = shop.bench.workspace.grants.values()
    assert grant.expires_at == "2026-11-24T09:30:05.000Z"


async def test_a_mock_fetches_nothing(shop: Shop) -> None:
    """And a token cannot be tested by one."""
    await shop.add()
    assert (await shop.send()).is_success
    await shop.bench.run("action.mock", action="Get")
    await shop.bench.run("action.live")
    shop.pass_here(61)
    shop.log()
    assert (await shop.send()).is_mock
    assert "MOCK is on, and a token is tested for real." in await shop.bench.refused("token.test", token="OAuth")
    assert shop.log() == []
