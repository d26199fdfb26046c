"""Views that grow: every byte in every way of showing it, rows that come later, nodes that a filter leaves."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from screen_text import screen_lines, screen_text
from test_json_raw import BODIES
from widget_kit import Stage

from app.engine.json_index import JsonIndex
from app.ui.widgets.json_raw import JsonRaw, Way
from app.ui.widgets.json_tree import JsonTree
from app.ui.widgets.layouts import Layout, as_hex, as_sent, pretty, pretty_text
from app.ui.widgets.row_map import RowMap

LAYOUTS = st.sampled_from([as_sent(10), as_sent(23), pretty, as_hex])
JSONS = st.recursive(
    st.none() | st.integers() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(max_size=5), inner, max_size=6),
    max_leaves=60,
)
MANY = JSONS.map(lambda value: json.dumps([value] * 9, ensure_ascii=False).encode("utf-8", "replace"))


def grown(data: bytes, layout: Layout) -> RowMap:
    """All rows of a text."""
    rows = RowMap(data, layout)
    while rows.grow(1):
        continue
    return rows


@given(BODIES | MANY, LAYOUTS)
def test_rows_give_back_the_exact_bytes(data: bytes, layout: Layout) -> None:
    """In every way of showing them; a pretty view leaves out space at the very beginning, and a mark."""
    rows = grown(data, layout)
    places = [rows.row(number) for number in range(rows.count)]
    shown = b"".join(data[start:end] for start, end, _ in places)
    assert data.endswith(shown)
    assert not data[: len(data) - len(shown)].strip(b"\xef\xbb\xbf \t\r\n")
    if layout is not pretty:
        assert shown == data
    for number, (start, end, _) in enumerate(places):
        assert rows.row_at(start) == rows.row_at(end - 1) == number


@given(BODIES | MANY, LAYOUTS, st.data())
def test_rows_of_a_part_are_gone_on_with(data: bytes, layout: Layout, draw: st.DataObject) -> None:
    cut = draw.draw(st.integers(0, len(data)))
    rows, whole = grown(data[:cut], layout), grown(data, layout)
    rows.extend(data)
    while rows.grow(40):
        continue
    if b"\xef\xbb\xbf"[:cut] != data[:cut] or not cut:
        assert [rows.row(number) for number in range(rows.count)] == [whole.row(n) for n in range(whole.count)]


@given(JSONS)
def test_pretty_lines_are_those_of_the_standard_library(document: object) -> None:
    data = json.dumps(document, separators=(",", ":")).encode()
    rows = grown(data, pretty)
    lines = []
    for number in range(rows.count):
        start, end, depth = rows.row(number)
        lines.append("  " * depth + pretty_text(data[start:end].decode()))
    assert "\n".join(lines) == json.dumps(document, indent=2)


async def test_the_ways_of_showing_keep_the_place() -> None:
    raw = JsonRaw()
    data = json.dumps([{"n": number} for number in range(300)]).encode()
    index = JsonIndex.build(data)
    async with Stage(raw).run_test(size=(60, 10)) as pilot:
        raw.show(data, is_json=True, index=index)
        raw.go_to(data.index(b'"n": 177'))
        seen = []
        for _ in range(3):
            await pilot.pause()
            start, end = raw.bytes_shown
            assert start <= data.index(b'"n": 177') < end
            seen.append(raw.way)
            raw.show_next_way()
        assert seen == [Way.SENT, Way.PRETTY, Way.HEX]
        assert raw.way is Way.SENT


async def test_where_json_breaks_is_marked_with_why() -> None:
    data = b'{"a": 1,\n "b": NaN,\n "c": 2}'
    index = JsonIndex.build(data)
    raw, tree = JsonRaw(), JsonTree()
    async with Stage(raw).run_test(size=(80, 10)) as pilot:
        raw.show(data, is_json=True, index=index)
        await pilot.pause()
        assert "breaks: NaN is not JSON" in screen_lines(pilot.app)[1]
        assert '"c": 2' in screen_text(pilot.app)
    async with Stage(tree).run_test(size=(80, 10)) as pilot:
        tree.show(index)
        await pilot.press("end")
        await pilot.pause()
        assert "broken here: line 2, column 7: NaN is not JSON" in screen_text(pilot.app)
        assert tree.node == 1


async def test_a_tree_grows_with_its_index() -> None:
    """End stays wanted until everything is there; a closed container at the growing end stays closed."""
    data = json.dumps({"a": [[n, {"x": n}] for n in range(3_000)], "z": 1}).encode()
    index = JsonIndex(data[:30_000], is_whole=False)
    index.advance(10_000)
    tree = JsonTree()
    async with Stage(tree).run_test(size=(60, 12)) as pilot:
        tree.show(index)
        before = tree.row_count()
        index.extend(data)
        while not index.is_done:
            index.advance(7_000)
            tree.grow()
        assert tree.row_count() == before + 1
        await pilot.press("end")
        assert tree.node == index.find(("z",))
        await pilot.press("home", "3", "end")
        while tree.is_growing:
            await pilot.pause()
        assert tree.row_count() == 2 + 1 + 3_000 * 3
        assert tree.node == index.find(("z",))
        target = index.find(("a", 1_500, 1, "x"))
        assert target is not None
        tree.go_to(target)
        await pilot.pause()
        assert tree.node == target


async def test_a_filter_leaves_matches_and_what_they_are_in() -> None:
    document = {"orders": [{"id": n, "items": [{"sku": "a"}]} for n in range(4)], "total": 4}
    index = JsonIndex.build(json.dumps(document).encode())
    tree = JsonTree()
    async with Stage(tree).run_test(size=(60, 12)) as pilot:
        tree.show(index)
        nodes = [index.find(("orders", n, "items")) for n in (1, 3)]
        tree.keep([node for node in nodes if node is not None])
        await pilot.pause()
        lines = [line.rstrip() for line in screen_lines(pilot.app)]
        assert [line.split("  [")[0].split("  {")[0].strip() for line in lines[:6]] == [
            "▾ {2}",
            "▾ orders",
            "▾ 1",
            "▸ items",
            "▾ 3",
            "▸ items",
        ]
        await pilot.press("end", "enter", "down")
        await pilot.pause()
        assert tree.node == index.find(("orders", 3, "items", 0))
        tree.keep([])
        assert tree.row_count() == 0
        tree.keep(None)
        await pilot.pause()
        assert tree.row_count() > 6


@pytest.mark.parametrize("data", [b'{"a": ' + b"7" * 5_000 + b"}", b'["\xff\xfe", "a\x00b"]', b"\xef\xbb\xbf[1]"])
async def test_odd_bodies_are_shown_in_every_way(data: bytes) -> None:
    index = JsonIndex.build(data)
    for way in Way:
        raw = JsonRaw()
        async with Stage(raw).run_test(size=(40, 8)) as pilot:
            raw.show(data, is_json=True, index=index)
            while raw.way is not way:
                raw.show_next_way()
            await pilot.press("end", "home", "pagedown")
            assert screen_text(pilot.app).strip()
