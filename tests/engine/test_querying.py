"""The worker that answers queries: right, in words when it finds nothing, and never for longer than it may."""

from __future__ import annotations

import pytest

from app.engine.querying import Found, Path_, Querying

ORDERS = b'{"orders": [{"id": 1, "tags": ["a"]}, {"id": 2, "tags": []}], "n": null}'


async def ask(querying: Querying, query: str) -> tuple[list[Path_], Found]:
    """All paths, and the end of the answer."""
    paths: list[Path_] = []
    last = None
    async for found in querying.ask(query):
        paths += found.paths
        last = found
    assert last is not None
    assert last.is_last
    return paths, last


async def test_one_worker_answers_many_queries() -> None:
    querying = Querying(ORDERS)
    try:
        paths, last = await ask(querying, "$.orders[?@.id > 1].tags")
        assert (paths, last.count, last.why) == ([("orders", 1, "tags")], 1, "")
        worker = querying._process
        paths, _ = await ask(querying, "$..id")
        assert paths == [("orders", 0, "id"), ("orders", 1, "id")]
        assert querying._process is worker
    finally:
        await querying.stop()


@pytest.mark.parametrize(
    ("query", "why"),
    [
        (
            "$.orders[*].total",
            "['total'] finds nothing in 2 values at $['orders'][*]: the first is an object with id, tags.",
        ),
        ("$.order", "['order'] finds nothing in the root: the first is an object with orders, n."),
        (
            "$.orders.id",
            "['id'] finds nothing in 1 value at $['orders']: the first is an array of 2; [*] means its elements.",
        ),
        ("$.n.x", "['x'] finds nothing in 1 value at $['n']: the first is null, which has nothing inside."),
    ],
)
async def test_nothing_found_says_which_segment_and_of_what(query: str, why: str) -> None:
    querying = Querying(ORDERS)
    try:
        paths, last = await ask(querying, query)
        assert (paths, last.why, last.is_error) == ([], why, False)
    finally:
        await querying.stop()


async def test_what_is_no_query_and_what_is_no_json() -> None:
    for body, query, words in [
        (ORDERS, "$.orders[", "The query cannot be read"),
        (ORDERS, "orders", "The query cannot be read"),
        (b'{"a": 1', "$.a", "The body is not whole JSON"),
    ]:
        querying = Querying(body)
        try:
            _, last = await ask(querying, query)
            assert last.is_error
            assert words in last.why
        finally:
            await querying.stop()


async def test_a_deep_document_is_searched_to_its_ground() -> None:
    querying = Querying(b'{"a":' * 600 + b"1" + b"}" * 600)
    try:
        paths, _ = await ask(querying, "$..a")
        assert len(paths) == 600
    finally:
        await querying.stop()


async def test_a_query_without_end_is_stopped_and_the_worker_killed() -> None:
    querying = Querying(b'{"a": "' + b"a" * 60 + b'!"}', seconds=1)
    worker = None
    async for found in querying.ask("$[?match(@, '(a|aa)+')]"):
        worker = querying._process
        assert found.is_error
        assert found.why.startswith("Stopped after 1 s.")
    assert querying._process is None or worker is None
    paths, last = await ask(querying, "$.a")
    assert (paths, last.count) == ([("a",)], 1)
    await querying.stop()


async def test_who_stops_listening_stops_the_worker() -> None:
    querying = Querying(b"[" + b"1," * 200_000 + b"1]")
    answers = querying.ask("$[*]")
    first = await anext(answers)
    worker = querying._process
    assert first.paths
    assert worker is not None
    await answers.aclose()
    await worker.wait()
    assert worker.returncode == -9
