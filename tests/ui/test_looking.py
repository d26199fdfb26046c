"""Looking at a response as a person does: search, filter, copy, peek, save, views; at 80×24 by keyboard."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from ui_driver import Driver, FakeSend, driving

from app.engine.json_index import JsonIndex
from app.ui.panes.response import ResponsePane
from app.ui.screens import looking
from app.ui.screens.query_prompt import QueryPrompt
from app.ui.widgets.json_raw import JsonRaw, Way
from app.ui.widgets.json_tree import JsonTree

BODY = json.dumps(
    {
        "orders": [
            {"id": str(1_001 + n), "total": 10 * n, "note": "Zoë" if n % 2 else "none", "at": "2026-11-24T09:30:00Z"}
            for n in range(30)
        ],
        "count": 1_700_000_000,
        "link": "https://shop.example/a?b=1",
    }
).encode()


async def opened(driver: Driver) -> None:
    """The response on the screen, the cursor in its tree."""
    await driver.open("List orders")
    await driver.send()
    driver.screen.focus_pane("response")
    await looked(driver)


async def looked(driver: Driver) -> None:
    """Until nothing looks into the body any more."""
    for worker in [w for w in driver.app.workers if w.group in ("index", "search", "filter", "remember")]:
        await worker.wait()
    await driver.settle()


async def test_search_counts_and_steps_both_ways(vault_path: Path) -> None:
    """Escaped letters are found as they read; the cursor of both views goes along."""
    async with driving(vault_path, size=(80, 24), sender=FakeSend(BODY)) as driver:
        await opened(driver)
        await driver.press("slash")
        await driver.type("zoë")
        await driver.press("enter")
        await looked(driver)
        driver.expect('"zoë" 1 of 15', "$.orders[1].note")
        await driver.press("n", "n")
        driver.expect('"zoë" 3 of 15', "$.orders[5].note")
        await driver.press("N")
        driver.expect('"zoë" 2 of 15', "$.orders[3].note")
        await driver.press("r")
        start, end = driver.screen.query_one(JsonRaw).bytes_shown
        assert b"Zo\\u00eb" in BODY[start - 80 : end + 80]
        driver.expect("$.orders[3].note")


async def test_the_cursor_is_kept_from_raw_to_tree(vault_path: Path) -> None:
    async with driving(vault_path, size=(80, 24), sender=FakeSend(BODY)) as driver:
        await opened(driver)
        await driver.press("r", "p", "end", "up", "up")
        assert driver.screen.query_one(JsonRaw).way is Way.PRETTY
        driver.expect("Raw, pretty-printed", "$.count")
        await driver.press("shift+tab")
        assert driver.screen.pane == "response"
        driver.expect("$.count")
        assert driver.screen.query_one(ResponsePane).path == "$.count"


async def test_a_filter_is_live_says_why_and_is_remembered(vault_path: Path) -> None:
    async with driving(vault_path, size=(80, 24), sender=FakeSend(BODY)) as driver:
        await opened(driver)
        await driver.press("f")
        prompt = driver.app.screen
        assert isinstance(prompt, QueryPrompt)
        await driver.type(".orders[*].totals")
        await looked(driver)
        driver.expect("['totals'] finds nothing in 30 values at $['orders'][*]", "id, total")
        await driver.press("backspace", "enter")
        await looked(driver)
        driver.expect("$.orders[*].total: 30 matches")
        assert driver.screen.query_one(JsonTree).row_count() == 2 + 30 + 30
        action = driver.workbench.workspace.action_named("List orders")
        assert action is not None
        assert action.view_filter == "$.orders[*].total"
        await driver.press("escape")
        await driver.send()
        await looked(driver)
        assert driver.screen.query_one(JsonTree).row_count() == 2 + 30 + 30, "the next response is filtered, too"
        driver.screen.focus_pane("response")
        await driver.press("f", "home", "delete")
        assert isinstance(driver.app.screen, QueryPrompt)
        await driver.press("escape")
        await looked(driver)
        driver.expect("$.orders[*].total: 30 matches")


async def test_escape_stops_a_filter_that_would_never_end(vault_path: Path) -> None:
    body = json.dumps({"a": "a" * 60 + "!"}).encode()
    async with driving(vault_path, size=(80, 24), sender=FakeSend(body)) as driver:
        await opened(driver)
        driver.screen.filtering.apply("$[?match(@, '(a|aa)+')]")
        while driver.screen.filtering._querying is None or driver.screen.filtering._querying._process is None:
            await driver.pilot.pause()
        process = driver.screen.filtering._querying._process
        await driver.press("escape")
        await process.wait()
        assert driver.screen.pane == "response"


async def test_escape_stops_an_index_and_keeps_what_is_there(vault_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped: list[bool] = []

    async def endless(index: JsonIndex) -> AsyncGenerator[None, None]:
        try:
            while index is not None:
                yield
                await asyncio.Event().wait()
        finally:
            stopped.append(True)

    monkeypatch.setattr(looking, "index_elsewhere", endless)
    body = json.dumps([{"n": n, "text": "x" * 200} for n in range(10_000)]).encode()
    async with driving(vault_path, size=(80, 24), sender=FakeSend(body)) as driver:
        await driver.open("List orders")
        await driver.send()
        driver.screen.focus_pane("response")
        await driver.pilot.pause()
        driver.expect("indexing 3%")
        await driver.press("escape")
        assert stopped == [True]
        assert driver.screen.pane == "response"
        driver.expect("indexed to 3%", "Stopped: only the beginning is shown.")
        await driver.press("escape")
        assert driver.screen.pane == "navigator"


@pytest.mark.parametrize(
    ("path", "key", "texts"),
    [
        (("link",), "i", ("URL", "host    shop.example", "query   b = 1")),
        (("orders", 0, "at"), "i", ("Date", "Tuesday, 24 November 2026")),
        (("count",), "i", ("Press I to read it as a time",)),
        (("count",), "I", ("as seconds: 2023-11-14 22:13:20 UTC",)),
        (("orders",), "i", ("Only a text or a number",)),
        (("orders", 0, "note"), "i", ("nothing but itself",)),
        (("orders", 0), "o", ("$.orders[0]", "as sent", '"id": "1001"')),
        (("link",), "o", ("$.link", "https://shop.example/a?b=1")),
        (("link",), "y", ("the path to your",)),
        (("link",), "c", ("as it came",)),
        (("link",), "P", ("cannot show the plain screen",)),
    ],
)
async def test_what_is_done_with_a_value(
    vault_path: Path, path: tuple[str | int, ...], key: str, texts: tuple[str, ...]
) -> None:
    async with driving(vault_path, size=(80, 24), sender=FakeSend(BODY)) as driver:
        await opened(driver)
        tree = driver.screen.query_one(JsonTree)
        assert tree.index is not None
        node = tree.index.find(path)
        assert node is not None
        tree.go_to(node)
        await driver.press(key)
        driver.expect(*texts)


async def test_what_is_copied_is_what_came(vault_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TMUX", raising=False)
    body = b'{"a": {"n": 1.10, "n": "\\u00e9"}, "b": "\\u00e9"}'
    async with driving(vault_path, size=(80, 24), sender=FakeSend(body)) as driver:
        await opened(driver)
        await driver.press("home", "down", "c")
        assert driver.app.clipboard == '{"n": 1.10, "n": "\\u00e9"}'
        await driver.press("y")
        assert driver.app.clipboard == "$.a"
        await driver.press("end", "Y")
        assert driver.app.clipboard == "é"


async def test_a_value_of_megabytes_opens_and_is_not_copied(vault_path: Path) -> None:
    body = json.dumps({"text": "word " * 400_000}).encode()
    async with driving(vault_path, size=(80, 24), sender=FakeSend(body)) as driver:
        await opened(driver)
        await looked(driver)
        await driver.press("end", "Y")
        driver.expect("too many for a clipboard.")
        await driver.press("o", "end")
        driver.expect("2,000,000 bytes", "word word")
        await driver.press("escape")
        assert driver.app.screen is driver.screen


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        (b'{"a": 1, "b": NaN}', ("broken here: line 1, column 15: NaN is not JSON", "a  1")),
        ('{"é": "東"}'.encode("utf-16"), ("é", "東")),
        (b"\xef\xbb\xbf[1, 2]", ("[2]",)),
        (b'["' + b"7" * 100 + b'", ' + b"7" * 5_000 + b"]", ("7777…",)),
        (b'["' + b"a" * 70_000 + b'\xffb"]', ("[1]", "aaaa…")),
        (b"plain text", ("The body cannot be shown as a tree",)),
        (b"", ("There is no body.",)),
    ],
)
async def test_odd_bodies(vault_path: Path, body: bytes, texts: tuple[str, ...]) -> None:
    async with driving(vault_path, size=(80, 24), sender=FakeSend(body)) as driver:
        await opened(driver)
        driver.expect(*texts)


async def test_a_body_of_many_parts_is_shown_before_it_is_read_and_then_whole(vault_path: Path) -> None:
    body = json.dumps([{"n": n, "text": "x" * 200} for n in range(8_000)]).encode()
    async with driving(vault_path, size=(120, 36), sender=FakeSend(body)) as driver:
        await opened(driver)
        await looked(driver)
        shown, tree = driver.screen.shown, driver.screen.query_one(JsonTree)
        assert shown is not None
        assert shown.is_whole
        assert shown.index is not None
        assert (shown.index.is_done, shown.index.size(0), shown.body) == (True, 8_000, body)
        await driver.press("end")
        while tree.is_growing:
            await driver.pilot.pause()
        await driver.settle()
        driver.expect("$[7999]", '"n": 7999')
