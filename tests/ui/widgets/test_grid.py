"""The table: its titles stay, its columns align whatever is in them, and it asks for no more rows than it shows."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from screen_text import screen_lines, screen_strips, screen_text
from widget_kit import HOSTILE, SHOWN, Stage, harmful

from app.domain.text import clip
from app.ui.widgets.grid import Column, Grid
from app.ui.widgets.line_view import Span

COLUMNS = (Column("id", True), Column("name"), Column("note"))


class Table:
    """Rows made on demand; remembers what was asked for."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names
        self.asked: list[tuple[int, int]] = []

    def fetch(self, start: int, size: int) -> Sequence[Sequence[Span]]:
        """A window of rows."""
        self.asked.append((start, size))
        window = range(start, min(start + size, 100_000))
        return [[(str(row), ""), (self.names[row % len(self.names)], ""), ("end", "muted")] for row in window]


async def test_titles_stay_and_only_what_is_shown_is_asked_for() -> None:
    grid, table = Grid(), Table(["x"])
    async with Stage(grid).run_test(size=(80, 24)) as pilot:
        grid.show(COLUMNS, 100_000, table.fetch)
        await pilot.pause()
        assert screen_lines(pilot.app)[0].startswith("id  name  note")
        for key, cursor in [("down", 1), ("pagedown", 23), ("end", 99_999), ("pageup", 99_977)]:
            await pilot.press(key)
            await pilot.pause()
            assert grid.cursor == cursor
            lines = screen_lines(pilot.app)
            assert "name" in lines[0]
            assert any(line.startswith(clip(str(cursor), 2).rjust(2)) for line in lines[1:])
        assert sum(size for _, size in table.asked) <= 1_000


async def test_columns_align_under_wide_and_odd_texts() -> None:
    """Every last column begins in the same cell as its title, for terminals that count as the screen does."""
    grid, table = Grid(), Table([*HOSTILE, "", "ナイーブ", "e\u0301te\u0301", "हिन्दी"])
    async with Stage(grid).run_test(size=(80, 24)) as pilot:
        grid.show(COLUMNS, 14, table.fetch)
        await pilot.pause()
        lines = screen_lines(pilot.app)
        starts = {cell_len(line[: line.index("end")]) for line in lines[1:15]}
        assert starts == {cell_len(lines[0][: lines[0].index("note")])}
        assert harmful(screen_text(pilot.app)) == []
        assert all(shown in line for shown, line in zip(SHOWN, lines[1:], strict=False))
        assert all(strip.cell_length == 80 for strip in screen_strips(pilot.app))


async def test_numbers_stand_at_the_right_and_long_texts_are_cut() -> None:
    grid, table = Grid(), Table(["n" * 100])
    async with Stage(grid).run_test(size=(80, 24)) as pilot:
        grid.show(COLUMNS, 12, table.fetch)
        await pilot.pause()
        lines = screen_lines(pilot.app)
        assert lines[1].startswith(" 0  " + "n" * 39 + "…  end")
        assert lines[11].startswith("10  ")


async def test_the_mark_moves_over_columns_and_brings_them_in_view() -> None:
    """A column that has room is whole; the marked title is underlined, so that it is seen without colour."""
    grid, table = Grid(), Table(["x" * 40])
    async with Stage(grid).run_test(size=(46, 10)) as pilot:
        grid.show(COLUMNS, 5, table.fetch)
        shown = [("right", 1, "id"), ("right", 2, "name"), ("right", 2, "name"), ("left", 1, "name"), ("left", 0, "id")]
        for key, column, start in shown:
            await pilot.press(key)
            await pilot.pause()
            assert grid.column == column
            assert screen_lines(pilot.app)[0].lstrip().startswith(start)
            marked = [
                segment.text for segment in screen_strips(pilot.app)[0] if segment.style and segment.style.underline
            ]
            assert "".join(marked).strip() == COLUMNS[column].title
        assert not grid.show_horizontal_scrollbar


async def test_a_mark_behind_a_title_changes_neither_row_nor_column() -> None:
    grid, table = Grid(), Table(["x"])
    async with Stage(grid).run_test(size=(80, 24)) as pilot:
        grid.show(COLUMNS, 100, table.fetch)
        await pilot.press("right", "down")
        grid.show([Column("id", True), Column("name", mark="^"), COLUMNS[2]], 100, table.fetch)
        await pilot.pause()
        assert (grid.cursor, grid.column) == (1, 1)
        assert screen_lines(pilot.app)[0].startswith("id  name ^  note")
        grid.show(COLUMNS, 100, table.fetch, row=70)
        await pilot.pause()
        assert grid.cursor == 70
        assert any(line.startswith("70") for line in screen_lines(pilot.app))


async def test_a_click_on_the_titles_moves_nothing() -> None:
    grid, table = Grid(), Table(["x"])
    async with Stage(grid).run_test(size=(80, 24)) as pilot:
        grid.show(COLUMNS, 100, table.fetch)
        await pilot.press("end")
        await pilot.pause()
        await pilot.click(grid, offset=(2, 0))
        assert grid.cursor == 99
        await pilot.click(grid, offset=(2, 1))
        assert grid.cursor == 77
        assert "77" in screen_lines(pilot.app)[1]


async def test_an_empty_table_says_why() -> None:
    grid, table = Grid(), Table(["x"])
    async with Stage(grid).run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "right", "end", "left")
        assert screen_text(pilot.app).strip() == ""
        grid.show(COLUMNS, 0, table.fetch, empty="Nothing\x1b here.")
        await pilot.press("down", "right", "end", "left")
        await pilot.pause()
        assert screen_text(pilot.app).strip() == "Nothing␛ here."


async def test_another_table_starts_at_its_beginning_the_same_one_keeps_its_place() -> None:
    grid, table = Grid(), Table(["x"])
    async with Stage(grid).run_test(size=(80, 24)) as pilot:
        grid.show(COLUMNS, 100, table.fetch)
        grid.move_to(60)
        grid.show(COLUMNS, 90, table.fetch)
        assert grid.cursor == 60
        grid.show(COLUMNS[:2], 90, table.fetch)
        await pilot.pause()
        assert (grid.cursor, grid.scroll_offset.y) == (0, 0)


async def test_a_row_that_is_gone_meanwhile_is_blank() -> None:
    grid = Grid()
    async with Stage(grid).run_test(size=(80, 24)) as pilot:
        grid.show(COLUMNS, 10, lambda start, size: [])
        await pilot.press("end")
        await pilot.pause()
        assert screen_text(pilot.app).strip() == "id  name  note"
