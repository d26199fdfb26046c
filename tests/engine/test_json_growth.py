"""Indexing in another process: what it says adds up to the very index, wherever one had come here before."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_json_growing import DOCUMENTS, places

from app.engine import worker
from app.engine.json_growth import growths, index_elsewhere
from app.engine.json_index import JsonIndex
from app.engine.json_lexer import Lexer

BIG = json.dumps([{"n": n, "in": {"x": [n, {}, []]}} for n in range(20_000)]).encode()


@given(DOCUMENTS, st.integers(1, 40), st.integers(0, 80), st.integers(0, 3))
def test_what_was_found_elsewhere_adds_up_to_the_index(document: object, step: int, ahead: int, cut: int) -> None:
    """Also of broken JSON, and where this index had come further at first."""
    text = json.dumps([document, document]).encode()
    text = text[: len(text) - cut]
    index, whole = JsonIndex(text), JsonIndex.build(text)
    index.advance(ahead)
    for growth in growths(Lexer(text, is_whole=True), step):
        index.add(growth)
        assert index.reached >= growth.at
    assert index.is_done
    assert index.problem == whole.problem
    assert places(index) == places(whole)


@pytest.mark.parametrize("text", [BIG, BIG[:-1], b"\xef\xbb\xbf" + BIG, b"[" * 300_000])
async def test_a_process_makes_the_index(text: bytes) -> None:
    index, whole, times = JsonIndex(text), JsonIndex.build(text), 0
    index.advance(64 * 1024)
    async for _ in index_elsewhere(index):
        times += 1
    assert times == -(-len(text) // (256 * 1024))
    assert (index.is_done, index.problem, len(index)) == (True, whole.problem, len(whole))
    for node in range(0, len(whole), 997):
        assert (index.end(node), index.size(node), index.key(node)) == (
            whole.end(node),
            whole.size(node),
            whole.key(node),
        )


async def test_nobody_works_on_when_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    """The index keeps what it has, and can be gone on with."""
    processes: list[asyncio.subprocess.Process] = []
    start = worker.started

    async def started(module: str, body: bytes, *, longest_line: int = 1 << 20) -> asyncio.subprocess.Process:
        processes.append(await start(module, body, longest_line=longest_line))
        return processes[-1]

    monkeypatch.setattr(worker, "started", started)
    index = JsonIndex(BIG)
    async with aclosing(index_elsewhere(index)) as slices:
        async for _ in slices:
            break
    assert processes[0].returncode is not None
    assert 0 < index.reached < len(BIG)
    async for _ in index_elsewhere(index):
        pass
    assert index.is_done
    assert len(index) == len(JsonIndex.build(BIG))


async def test_a_process_that_is_gone_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    start = worker.started

    async def killed(module: str, body: bytes, *, longest_line: int = 1 << 20) -> asyncio.subprocess.Process:
        process = await start(module, body, longest_line=longest_line)
        process.kill()
        return process

    monkeypatch.setattr(worker, "started", killed)
    index = JsonIndex(BIG * 20)
    with pytest.raises(OSError, match="was not finished"):
        async for _ in index_elsewhere(index):
            pass
