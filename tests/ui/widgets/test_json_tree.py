"""The tree over a document: what is open, where the cursor is, what it tells, at any depth and size."""

from __future__ import annotations

import json

import pytest
from screen_text import screen_lines, screen_strips, screen_text
from widget_kit import HOSTILE, Stage, harmful

from app.engine.json_index import JsonIndex
from app.ui.widgets.json_tree import JsonTree

DOCUMENT = {"orders": [{"id": n, "items": [{"sku": "a"}, {"sku": "b"}]} for n in range(3)], "total": 3, "": None}


class Told(Stage):
    """Remembers the nodes that the tree tells of."""

    def __init__(self, tree: JsonTree) -> None:
        super().__init__(tree)
        self.nodes: list[int] = []

    def on_json_tree_node_highlighted(self, event: JsonTree.NodeHighlighted) -> None:
        """Another node."""
        self.nodes.append(event.node)


def index_of(document: object) -> JsonIndex:
    """The index of a document, as compact text."""
    return JsonIndex.build(json.dumps(document).encode())


def path(tree: JsonTree) -> tuple[str | int, ...]:
    """Where the cursor is."""
    assert tree.index is not None
    assert tree.node is not None
    return tree.index.segments(tree.node)


async def test_it_opens_as_far_as_is_pleasant() -> None:
    tree = JsonTree()
    async with Stage(tree).run_test(size=(80, 24)) as pilot:
        tree.show(index_of(DOCUMENT))
        await pilot.pause()
        lines = [line.rstrip() for line in screen_lines(pilot.app)]
        assert lines[:7] == [
            "▾ {3}",
            "  ▾ orders  [3]",
            "    ▾ 0  {2}",
            "        id  0",
            "      ▾ items  [2]",
            '        ▸ 0  {1}  {"sku": "a"}',
            '        ▸ 1  {1}  {"sku": "b"}',
        ]
        assert lines[7] == '    ▸ 1  {2}  {"id": 1, "items": [{"sku": "a"}, {"sku": "b"}]}'
        assert lines[9:11] == ["    total  3", '    ""  null']


async def test_the_arrows_open_close_and_climb() -> None:
    tree = JsonTree()
    async with Stage(tree).run_test(size=(80, 24)) as pilot:
        tree.show(index_of(DOCUMENT))
        for key, expected, rows in [
            ("right", ("orders",), 11),
            ("down", ("orders", 0), 11),
            ("left", ("orders", 0), 7),
            ("left", ("orders",), 7),
            ("left", ("orders",), 4),
            ("right", ("orders",), 7),
            ("enter", ("orders",), 4),
            ("enter", ("orders",), 7),
            ("left", ("orders",), 4),
            ("left", (), 4),
            ("left", (), 1),
            ("9", (), 25),
            ("1", (), 4),
            ("2", (), 7),
            ("3", (), 13),
        ]:
            await pilot.press(key)
            await pilot.pause()
            assert (path(tree), tree.row_count()) == (expected, rows), key


async def test_closing_levels_leaves_the_cursor_on_what_hides_its_node() -> None:
    tree = JsonTree()
    app = Told(tree)
    async with app.run_test(size=(80, 24)) as pilot:
        index = index_of(DOCUMENT)
        tree.show(index)
        node = index.find(("orders", 2, "items", 1, "sku"))
        assert node is not None
        tree.go_to(node)
        assert path(tree) == ("orders", 2, "items", 1, "sku")
        await pilot.press("3")
        assert path(tree) == ("orders", 2, "items")
        await pilot.press("1")
        assert path(tree) == ("orders",)
        await pilot.pause()
        assert app.nodes[-1] == index.find(("orders",))


async def test_going_to_any_node_opens_what_hides_it_and_tells() -> None:
    """Whatever was open before, and even if the row has the number of the cursor's."""
    tree = JsonTree()
    app = Told(tree)
    async with app.run_test(size=(80, 24)) as pilot:
        index = index_of({"a": [{"b": [1]}, {"b": [2]}], "c": 3})
        for level in "13":
            for node in range(len(index)):
                tree.show(index)
                await pilot.press(level)
                tree.go_to(node)
                await pilot.pause()
                assert tree.node == node
                assert app.nodes[-1] == node


async def test_rows_are_the_same_however_they_came_to_be_open() -> None:
    """Opened one by one, opened by level, opened by going there."""
    index = index_of({"a": [{"b": {"c": [1]}}, []], "d": {"e": {}}, "z": 1})
    shown = []
    for way in ("one by one", "level", "go to"):
        tree = JsonTree()
        async with Stage(tree).run_test(size=(80, 40)) as pilot:
            tree.show(index)
            await pilot.press("1")
            if way == "one by one":
                await pilot.press("home")
                while tree.cursor < tree.row_count() - 1:
                    row = tree.cursor
                    await pilot.press("right")
                    if tree.cursor == row:
                        await pilot.press("down")
            elif way == "level":
                await pilot.press("9")
            else:
                for node in range(len(index)):
                    tree.go_to(node)
            await pilot.press("home")
            await pilot.pause()
            shown.append(screen_text(pilot.app))
    assert shown[0] == shown[1] == shown[2]
    assert all(key in shown[0] for key in "abcdez")


async def test_marks_stand_at_the_right_edge() -> None:
    tree = JsonTree()
    async with Stage(tree).run_test(size=(40, 6)) as pilot:
        index = index_of(DOCUMENT)
        tree.show(index)
        tree.mark({0: ("◆", "accent"), 1: ("rejected\x1b", "bad")}.get)
        await pilot.pause()
        assert screen_lines(pilot.app)[0][:39].endswith("◆ ")
        assert screen_lines(pilot.app)[1][:39].endswith("rejected␛ ")
        tree.show(index)
        await pilot.pause()
        assert "◆" not in screen_text(pilot.app)


async def test_a_click_on_the_mark_folds() -> None:
    tree = JsonTree()
    async with Stage(tree).run_test(size=(80, 24)) as pilot:
        tree.show(index_of(DOCUMENT))
        await pilot.pause()
        await pilot.click(tree, offset=(4, 2))
        assert (path(tree), tree.row_count()) == (("orders", 0), 7)
        await pilot.click(tree, offset=(20, 1))
        assert (path(tree), tree.row_count()) == (("orders",), 7)


async def test_a_message_instead_of_a_document() -> None:
    tree = JsonTree()
    app = Told(tree)
    async with app.run_test(size=(80, 24)) as pilot:
        tree.show(index_of(DOCUMENT))
        await pilot.pause()
        app.nodes.clear()
        tree.clear("No response yet.", "\x1b[2JPress F5.")
        await pilot.press("down", "right", "left", "enter", "3", "end")
        await pilot.click(tree, offset=(0, 1))
        await pilot.pause()
        assert screen_text(pilot.app).split("\n")[:2] == ["No response yet.", "␛[2JPress F5."]
        assert tree.node is None
        assert app.nodes == []


async def test_an_empty_document_is_empty() -> None:
    tree = JsonTree()
    async with Stage(tree).run_test(size=(80, 24)) as pilot:
        tree.show(JsonIndex.build(b""))
        await pilot.press("down", "right", "left", "enter", "3", "end")
        assert (tree.row_count(), tree.node) == (0, None)
        assert screen_text(pilot.app).strip() == ""


@pytest.mark.parametrize("as_key", [True, False])
async def test_hostile_text_is_visible_and_never_raw(as_key: bool) -> None:
    """Written into the JSON as escapes and as raw characters where JSON allows that."""
    tree = JsonTree()
    async with Stage(tree).run_test(size=(100, 24)) as pilot:
        document = dict.fromkeys(HOSTILE, 1) if as_key else list(HOSTILE)
        for is_ascii in (True, False):
            tree.show(JsonIndex.build(json.dumps(document, ensure_ascii=is_ascii).encode()))
            await pilot.pause()
            text = screen_text(pilot.app)
            assert harmful(text) == []
            assert "[red]markup[/]" in text
            assert ("␛]52;c;aGk=␇" if as_key else "\\u001b]52;c;aGk=\\u0007") in text
            assert all(strip.cell_length == 100 for strip in screen_strips(pilot.app))


async def test_values_are_shown_as_they_came() -> None:
    tree = JsonTree()
    async with Stage(tree).run_test(size=(60, 10)) as pilot:
        tree.show(JsonIndex.build(b'["two  spaces", 1.10, 1E5, "\\u00e9", "' + b"x" * 300 + b'", "\xff"]'))
        await pilot.pause()
        lines = [line.rstrip() for line in screen_lines(pilot.app)]
        assert lines[1:5] == ['    0  "two  spaces"', "    1  1.10", "    2  1E5", '    3  "\\u00e9"']
        assert lines[5].endswith("x…")
        assert lines[6] == '    5  "\ufffd"'


async def test_five_thousand_levels() -> None:
    tree = JsonTree()
    async with Stage(tree).run_test(size=(80, 24)) as pilot:
        index = JsonIndex.build(b'{"a":' * 5_000 + b"1" + b"}" * 5_000)
        tree.show(index)
        tree.go_to(5_000)
        while tree.is_growing:
            await pilot.pause()
        await pilot.pause()
        lines = screen_lines(pilot.app)
        assert lines[23][:79].strip() == "5,000   a  1"
        assert "4,999 ▾ a  {1}" in lines[22]
        await pilot.press("left", "left", "home", "9")
        assert tree.row_count() == 10
        await pilot.press("end", "right", "down")
        assert len(path(tree)) == 10


async def test_a_million_elements() -> None:
    tree = JsonTree()
    async with Stage(tree).run_test(size=(80, 24)) as pilot:
        index = JsonIndex.build(b"[" + b"1," * 999_999 + b"1]")
        tree.show(index)
        await pilot.press("end")
        await pilot.pause()
        assert path(tree) == (999_999,)
        tree.go_to(500_000)
        await pilot.pause()
        assert "499999  1" in screen_text(pilot.app)
        await pilot.press("left", "left")
        assert (path(tree), tree.row_count()) == ((), 1)
