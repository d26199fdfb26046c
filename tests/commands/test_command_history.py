"""Kept runs: found again, compared, removed by limits and by a purge — and never more than that."""

from __future__ import annotations

from datetime import timedelta

import pytest
from command_kit import NOW, Bench

from app.commands.comparing import RunComparison
from app.commands.registry import REGISTRY
from app.domain.changes import BODIES, RUNS
from app.domain.run import Run
from app.errors import InvalidInput

LIST = "List orders"


async def sent(shop: Bench, body: bytes, status: int = 200) -> Run:
    shop.send.body, shop.send.status = body, status
    run = (await shop.run("action.send", action=LIST)).data
    assert isinstance(run, Run)
    return run


async def found(shop: Bench, **given: object) -> list[str]:
    runs = (await shop.run("run.list", **given)).data
    assert isinstance(runs, tuple)
    return [run.id for run in runs]


async def test_runs_are_found_by_words_outcome_and_body(shop: Bench) -> None:
    await shop.run("run.purge")
    good, bad = await sent(shop, b'{"colour": "Green"}'), await sent(shop, b"{}", status=503)
    assert await found(shop, search="shop.example 200") == [good.id]
    assert await found(shop, failed=True) == [bad.id]
    assert await found(shop, search="503") == [bad.id]
    assert await found(shop, search="green") == []
    assert await found(shop, search="green get", bodies=True) == [good.id]
    assert await found(shop, action=LIST, limit=1) == [bad.id]
    assert (await shop.run("run.list", search="nowhere")).message == "No run is like that."
    shop.reopen()
    assert await found(shop) == [bad.id, good.id]


async def test_two_runs_are_compared_with_old_and_new_values(shop: Bench) -> None:
    left = await sent(shop, b'{"total": 1.50, "gone": true}')
    shop.send.headers = (("X-New", "yes"),)
    right = await sent(shop, b'{"total": 1.5, "new": [1]}', status=404)
    result = await shop.run("run.compare", run=left.id, other=right.id)
    compared = result.data
    assert isinstance(compared, RunComparison)
    body = {(row.sign, row.what, row.left, row.right) for row in compared.body}
    assert body == {("~", "$.total", "1.50", "1.5"), ("-", "$.gone", "true", ""), ("+", "$.new", "", "[1]")}
    head = {row.what: (row.sign, row.left, row.right) for row in compared.head}
    assert head["outcome"] == ("~", "LIVE 200 OK", "LIVE 404 No")
    assert head["< x-new"] == ("+", "", "yes")
    assert result.message == "3 differences in the bodies."
    assert any("$.total" in line and "1.50" in line for line in result.lines)
    same = (await shop.run("run.compare", run=left.id, other=left.id)).data
    assert isinstance(same, RunComparison)
    assert not same.body
    assert not [row for row in same.head if row.sign]


async def test_a_run_that_is_not_there_cannot_be_compared(shop: Bench) -> None:
    run = await sent(shop, b"{}")
    with pytest.raises(InvalidInput, match="There is no run"):
        await shop.run("run.compare", run=run.id, other="run_nope")


async def test_limits_remove_the_oldest_with_their_bodies_after_a_send(shop: Bench) -> None:
    await shop.run("run.purge")
    runs = [await sent(shop, b'{"n": %d}' % number) for number in range(4)]
    await shop.run("run.retention", count="2")
    assert shop.workbench.runs.count() == 4
    last = await sent(shop, b'{"n": 9}')
    assert await found(shop) == [last.id, runs[3].id]
    assert shop.vault.store.count(BODIES) == 2
    assert shop.workbench.runs.body(last) == b'{"n": 9}'


async def test_the_newest_response_of_an_action_stays_whatever_the_limits(shop: Bench) -> None:
    await shop.run("run.purge")
    kept = await sent(shop, b"[1]")
    await shop.run("action.create", name="Other", url="https://shop.example/other")
    await shop.run("run.retention", count="1")
    await shop.run("action.send", action="Other")
    assert kept.id in await found(shop)
    assert (await shop.run("mapping.preview", action=LIST)) is not None


async def test_runs_go_by_age_and_by_size(shop: Bench) -> None:
    await shop.run("run.purge")
    old = await sent(shop, b"[1]")
    shop.workbench.clock = lambda: NOW + timedelta(days=10)
    await shop.run("run.retention", days="9")
    new = await sent(shop, b"[2]")
    assert await found(shop) == [new.id]
    assert old.id != new.id
    await shop.run("run.retention", days="0", megabytes="1")
    large = [await sent(shop, b" " * 400_000) for _ in range(3)]
    assert await found(shop) == [large[2].id, large[1].id]


@pytest.mark.parametrize("given", ["-1", "many", "", "1.5", "9" * 30])
@pytest.mark.parametrize("option", ["days", "count", "megabytes"])
async def test_a_limit_that_is_no_number_is_refused(option: str, given: str, shop: Bench) -> None:
    with pytest.raises(InvalidInput, match=f"--{option} is a whole number"):
        await shop.run("run.retention", **{option: given})


async def test_ages_before_the_calendar_remove_nothing(shop: Bench) -> None:
    await shop.run("run.retention", days="999,999,999")
    run = await sent(shop, b"[1]")
    assert run.id in await found(shop)


async def test_a_purge_says_what_goes_and_takes_that_alone(shop: Bench) -> None:
    early = await sent(shop, b"[1]")
    shop.workbench.clock = lambda: NOW + timedelta(days=1)
    late = await sent(shop, b"[2]")
    command = REGISTRY["run.purge"]
    assert command.confirms is not None
    args = command.args(action=LIST, before=(NOW + timedelta(hours=12)).isoformat())
    assert "cannot be undone" in command.confirms(shop.workbench, args)
    await command.function(shop.workbench, args)
    assert await found(shop, action=LIST) == [late.id]
    assert early.id not in await found(shop)
    assert shop.vault.store.count(RUNS) == len(await found(shop))
    assert (await shop.run("run.purge", before="1999-01-01")).message.startswith("There are no such runs")
    with pytest.raises(InvalidInput, match="no date or time"):
        await shop.run("run.purge", before="yesterday")


async def test_a_run_is_sent_again_with_the_values_of_then(shop: Bench) -> None:
    await shop.run("action.create", name="Find", method="POST", url="https://shop.example/{{code}}", input=("code",))
    run = (await shop.run("action.send", action="Find", input=("code=a=b c",))).data
    assert isinstance(run, Run)
    await shop.run("action.values", action="Find", value=("code=other",))
    command = REGISTRY["run.again"]
    args = command.args(run=run.id)
    assert command.confirms is not None
    assert "POST https://shop.example/a%3Db%20c" in command.confirms(shop.workbench, args)
    again = (await command.function(shop.workbench, args)).data
    assert isinstance(again, Run)
    assert again.id != run.id
    assert again.request.url == run.request.url == "https://shop.example/a%3Db%20c"


async def test_what_cannot_be_sent_again_says_why(shop: Bench) -> None:
    await shop.run("action.create", name="Find", url="https://shop.example/{{code}}", token="Key", input=("code",))
    secret = shop.workspace.token_named("Key")
    assert secret is not None
    run = (await shop.run("action.send", action="Find", input=(f"code={secret.value.reveal()}",))).data
    assert isinstance(run, Run)
    assert run.values is None
    with pytest.raises(InvalidInput, match="values were not kept"):
        await shop.run("run.again", run=run.id)
    await shop.run("action.delete", action="Find")
    with pytest.raises(InvalidInput, match="was deleted"):
        await shop.run("run.again", run=run.id)
