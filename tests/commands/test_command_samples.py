"""Samples under names: kept, chosen, answered with, removed; documents of before they had names still open."""

from __future__ import annotations

import pytest
from command_kit import Bench

from app.commands.registry import Result
from app.domain import changes as tables
from app.domain.action import Action, MockResponse
from app.domain.identifiers import ActionId, decode
from app.domain.run import Run
from app.domain.samples import sample_named, samples
from app.store.codec import from_document, new_id, to_document

LIST = "List orders"
OLD = ActionId(new_id(tables.ACTIONS, 7))


def action_of(bench: Bench) -> Action:
    found = bench.workspace.action_named(LIST)
    assert found is not None
    return found


async def keep(bench: Bench, name: str, body: bytes, status: int = 200) -> Result:
    bench.send.body, bench.send.status = body, status
    await bench.run("action.send", action=LIST)
    return await bench.run("action.mock", action=LIST, name=name)


@pytest.fixture
async def kept(shop: Bench) -> Bench:
    """The shop, whose list has two samples; the second is chosen."""
    await keep(shop, "full", b'{"orders": [1]}')
    await keep(shop, "gone", b'{"oops": 1}', 404)
    shop.send.requests.clear()
    return shop


async def answer(bench: Bench, **given: object) -> tuple[Run, bytes]:
    run = (await bench.run("action.send", action=LIST, **given)).data
    assert isinstance(run, Run)
    return run, bench.workbench.runs.body(run)


async def test_mock_answers_with_the_one_that_was_kept_last(kept: Bench) -> None:
    """With its status and body; the run says which it was; nothing is sent, and nothing is tested by it."""
    run, body = await answer(kept, mock=True)
    assert run.response is not None
    assert (run.is_mock, run.sample, run.response.status, body) == (True, "gone", 404, b'{"oops": 1}')
    assert run.failure is not None
    assert "sample   gone" in (await kept.run("run.show", run=run.id)).lines
    assert kept.send.requests == []


async def test_another_is_chosen_from_now_on_or_for_one_send(kept: Bench) -> None:
    """Over a reopening; a name is found whatever its case."""
    run, body = await answer(kept, sample="FULL")
    assert (run.sample, body) == ("full", b'{"orders": [1]}')
    assert (await answer(kept, mock=True))[0].sample == "gone"
    said = await kept.run("sample.use", action=LIST, sample="full")
    assert said.message == "MOCK answers for List orders with the sample full."
    kept.reopen()
    assert (await answer(kept, mock=True))[0].sample == "full"
    assert kept.send.requests == []
    assert kept.question("action.send", action=LIST, sample="full") == ""


async def test_a_name_that_is_taken_is_replaced_and_it_is_said(kept: Bench) -> None:
    said = await keep(kept, "Full", b"[]")
    assert said.message.endswith("Kept as the sample Full of List orders, in place of the one before.")
    assert [(each.name, each.body) for each in samples(action_of(kept))] == [("Full", "[]"), ("gone", '{"oops": 1}')]
    await kept.run("undo")
    assert [each.name for each in samples(action_of(kept))] == ["full", "gone"]


async def test_they_are_listed_and_shown(kept: Bench) -> None:
    listed = await kept.run("sample.list", action=LIST)
    assert [line.split() for line in listed.lines] == [
        ["name", "status", "size"],
        ["full", "200", "15", "B"],
        ["gone", "404", "11", "B", "chosen"],
    ]
    shown = (await kept.run("sample.show", action=LIST, sample="gone")).lines
    assert (shown[0], shown[1], shown[-1]) == (
        "sample gone, status 404, 11 B",
        "Content-Type: application/json",
        '{"oops": 1}',
    )
    assert "has no samples yet" in (await kept.run("sample.list", action="Cancel")).message


async def test_removing_the_chosen_one_chooses_another(kept: Bench) -> None:
    """And of the last one says that there is none."""
    said = await kept.run("sample.remove", action=LIST, sample="gone")
    assert said.message == "Removed the sample gone of List orders. MOCK answers with full."
    assert (await answer(kept, mock=True))[0].sample == "full"
    said = await kept.run("sample.remove", action=LIST, sample="full")
    assert said.message == "Removed the sample full of List orders. There is none left to answer with."
    assert "no sample to answer from" in await kept.refused("action.send", action=LIST, mock=True)


async def test_refusals(kept: Bench) -> None:
    assert 'did you mean "gone"?' in await kept.refused("sample.use", action=LIST, sample="gome")
    assert '"sample list List orders" lists them' in await kept.refused("action.send", action=LIST, sample="zzz")
    for name in ("", " ", "a\nb", "x" * 61):
        assert "A sample's name has 1 to 60 printable letters" in await kept.refused(
            "action.mock", action=LIST, name=name
        )
    for number in range(4):
        kept.send.body = b"x" * 999_990
        await kept.run("action.send", action=LIST)
        if number < 3:
            await kept.run("action.mock", action=LIST, name=str(number))
    await kept.run("action.mock", action=LIST, name="3")
    await kept.run("action.send", action=LIST)
    words = "would have 5.0 MB; together they have 4.0 MB at most"
    assert words in await kept.refused("action.mock", action=LIST, name="too many")
    assert "in place of" in (await kept.run("action.mock", action=LIST, name="3")).message


async def test_a_redaction_reaches_every_sample(shop: Bench) -> None:
    await keep(shop, "one", b'{"card": "4711", "a": 1}')
    await keep(shop, "two", b'{"card": "4712", "a": 2}')
    await shop.run("mapping.redact", action=LIST, path="$.card")
    assert all("471" not in each.body and '"a"' in each.body for each in samples(action_of(shop)))
    assert len(samples(action_of(shop))) == 2


async def test_samples_change_nothing_of_what_is_tested(kept: Bench) -> None:
    """They decide nothing about what is sent."""
    before = action_of(kept).version
    await kept.run("sample.use", action=LIST, sample="full")
    assert action_of(kept).version == before


def test_a_document_with_one_unnamed_sample_opens() -> None:
    """As vaults of before have it: it is the chosen one, and is called sample."""
    document = to_document(Action(id=OLD, name="Old", url="https://shop.example/"))
    del document["other_mocks"]
    document["mock"] = {"status": 200, "headers": [["A", "b"]], "body": "[]"}
    action = from_document(tables.ACTIONS, decode(OLD), document)
    assert isinstance(action, Action)
    assert action.mock == MockResponse(name="sample", status=200, headers=(("A", "b"),), body="[]")
    assert sample_named(action, "Sample") == action.mock
    assert samples(action) == (action.mock,)
