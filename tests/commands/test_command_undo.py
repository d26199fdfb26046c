"""Undo and redo: last first, over reopenings, at most a hundred, exact at any size."""

from __future__ import annotations

import json

from command_kit import NOW_TEXT, Bench

from app.domain.changes import COMMITS, UNDONE, Change, Changes, record_table
from app.domain.identifiers import RecordId, encode
from app.domain.record import Record
from app.store.history import KEPT_COMMITS, UNDO


async def test_undo_goes_back_step_by_step_to_the_beginning(bench: Bench) -> None:
    """Each step names what was done and what is next; at the end it says that nothing is left."""
    states = [bench.stored()]
    for name in ("A", "B", "C"):
        await bench.run("object.create", name=name)
        states.append(bench.stored())
    bench.reopen()
    steps = []
    while bench.vault.undo_title():
        states.pop()
        result = await bench.run("undo")
        assert bench.stored() == states[-1]
        steps.append((result.message, result.data))
        bench.reopen()
    assert steps == [
        ("Undo: Create C. Next: Create B.", {"undone": "Create C", "next": "Create B"}),
        ("Undo: Create B. Next: Create A.", {"undone": "Create B", "next": "Create A"}),
        ("Undo: Create A.", {"undone": "Create A", "next": ""}),
    ]
    assert await bench.refused("undo") == "There is nothing to undo."


async def test_redo_goes_forward_again_step_by_step(bench: Bench) -> None:
    """Over reopenings, each step with its words; at the end it says so, and the whole way back is open again."""
    states = [bench.stored()]
    for name in ("A", "B", "C"):
        await bench.run("object.create", name=name)
        states.append(bench.stored())
    for _ in range(3):
        await bench.run("undo")
    messages = []
    for state in states[1:]:
        bench.reopen()
        messages.append((await bench.run("redo")).message)
        assert bench.stored() == state
    assert messages == ["Redo: Create A. Next: Create B.", "Redo: Create B. Next: Create C.", "Redo: Create C."]
    assert "nothing to do again" in await bench.refused("redo")
    assert [title for _, title in bench.vault.undo_list()] == ["Create C", "Create B", "Create A"]
    await bench.run("undo")
    assert bench.stored() == states[-2]


async def test_something_new_ends_what_could_be_done_again(bench: Bench) -> None:
    """Its documents go too; a refusal, and what is no step of undo, end nothing."""
    await bench.run("object.create", name="A")
    await bench.run("object.create", name="B")
    await bench.run("undo")
    await bench.refused("object.create", name="A")
    assert bench.vault.redo_title() == "Create B"
    await bench.run("object.create", name="C")
    assert bench.vault.redo_title() == ""
    assert await bench.refused("redo")
    store = bench.vault.store
    assert (store.count(COMMITS), store.count(UNDONE), store.count(UNDO)) == (2, 0, 2)


async def test_a_request_that_was_sent_leaves_redo_as_it_is(shop: Bench) -> None:
    """Undo passes over a run, and so does redo."""
    await shop.run("object.describe", object="Order", description="Other.")
    described = shop.stored()["objects"]
    await shop.run("undo")
    await shop.run("action.send", action="List orders")
    runs = shop.stored()["runs"]
    await shop.run("redo")
    assert (shop.stored()["objects"], shop.stored()["runs"]) == (described, runs)


async def test_listeners_hear_the_inverse(bench: Bench) -> None:
    """So that a screen needs no special case for undo."""
    await bench.run("object.create", name="A")
    await bench.run("undo")
    done, undone = bench.heard
    assert undone.items == done.inverse().items


async def test_a_sent_request_cannot_be_undone(shop: Bench) -> None:
    """Undo passes over the run and takes back the change before it."""
    title = shop.vault.undo_title()
    await shop.run("action.send", action="List orders")
    runs = len(shop.stored()["runs"])
    assert shop.vault.undo_title() == title
    await shop.run("undo")
    assert len(shop.stored()["runs"]) == runs


async def test_a_change_that_changes_nothing_is_no_step(shop: Bench) -> None:
    """Describing something as it is already commits nothing."""
    title, content = shop.vault.undo_title(), shop.path.read_bytes()
    await shop.run("object.describe", object="Order", description="What was bought.")
    await shop.run("record.put", object="Order", value=("external_id=9", "total=9.5"))
    assert (shop.vault.undo_title(), shop.path.read_bytes(), shop.heard) == (title, content, [])


async def test_the_newest_hundred_commits_are_kept(bench: Bench) -> None:
    """Older ones are dropped with their documents; what was done stays done."""
    await bench.run("object.create", name="Order")
    for number in range(KEPT_COMMITS + 5):
        await bench.run("object.describe", object="Order", description=f"Words {number}")
    store = bench.vault.store
    assert KEPT_COMMITS == 100
    assert store.count(COMMITS) == KEPT_COMMITS
    assert store.count(UNDO) == KEPT_COMMITS
    for _ in range(KEPT_COMMITS):
        await bench.run("undo")
    assert await bench.refused("undo")
    kind = bench.workspace.type_named("Order")
    assert kind
    assert kind.description == "Words 4"
    assert (store.count(COMMITS), store.count(UNDONE), store.count(UNDO)) == (0, KEPT_COMMITS, KEPT_COMMITS)
    for _ in range(KEPT_COMMITS):
        await bench.run("redo")
    kind = bench.workspace.type_named("Order")
    assert kind
    assert kind.description == f"Words {KEPT_COMMITS + 4}"
    assert (store.count(COMMITS), store.count(UNDONE), store.count(UNDO)) == (KEPT_COMMITS, 0, KEPT_COMMITS)


async def test_a_commit_of_thousands_is_one_step(shop: Bench) -> None:
    """5,000 records come, change and go again, exactly."""
    orders = [{"id": f"n{number}", "total": "1.5"} for number in range(5_000)]
    shop.send.body = json.dumps({"orders": orders}).encode()
    await shop.run("action.send", action="List orders")
    start = shop.stored()
    await shop.run("mapping.apply", action="List orders")
    assert shop.workbench.records.count("Order") == 5_002
    new = shop.stored()
    shop.send.body = json.dumps({"orders": [{**order, "total": "2.5"} for order in orders]}).encode()
    await shop.run("action.send", action="List orders")
    runs = shop.stored()
    result = await shop.run("mapping.apply", action="List orders")
    assert "0 new, 5,000 changed" in result.message
    shop.reopen()
    await shop.run("undo")
    assert shop.stored() == {**new, "runs": runs["runs"], "bodies": runs["bodies"]}
    shop.reopen()
    await shop.run("undo")
    assert shop.stored() == {**start, "runs": runs["runs"], "bodies": runs["bodies"]}
    shop.reopen()
    await shop.run("redo")
    assert shop.stored() == {**new, "runs": runs["runs"], "bodies": runs["bodies"]}


async def test_undo_of_long_texts(shop: Bench) -> None:
    """What is replaced may be larger than one document of the store may be."""
    table = record_table("Spare")
    long = [_spare(number, str(number % 10) * 1_000_000) for number in range(1, 19)]
    await shop.workbench.commit(Changes.of("Fill", [Change(table, n, None, record) for n, record in long]))
    before = shop.stored()
    await shop.workbench.commit(
        Changes.of("Shorten", [Change(table, n, record, _spare(n, "short")[1]) for n, record in long])
    )
    await shop.run("undo")
    assert shop.stored() == before


def _spare(number: int, text: str) -> tuple[int, Record]:
    identity = RecordId(encode("rec", 500 + number))
    return 500 + number, Record(id=identity, type_name="Spare", values={"external_id": text}, created_at=NOW_TEXT)


async def test_a_record_brought_back_stands_where_it_stood(shop: Bench) -> None:
    """Records are shown by age, also after undo has put one back."""
    before = shop.values("Order")
    assert len(before) == 2
    await shop.run("record.delete", object="Order", record="1001")
    await shop.run("undo")
    assert shop.values("Order") == before
    shop.reopen()
    assert shop.values("Order") == before
