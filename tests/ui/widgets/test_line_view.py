"""Everything that is drawn by line: the cursor, paging, the mouse, sizes, and how little is repainted."""

from __future__ import annotations

import pytest
from screen_text import screen_lines, screen_strips, screen_text
from textual.strip import Strip
from widget_kit import HOSTILE, SHOWN, Stage, harmful

from app.ui.widgets.line_view import STYLES, LineView
from app.ui.widgets.lines import Line, Lines


class Counted(Lines):
    """Counts the rows that it is asked to draw."""

    drawn = 0

    def render_line(self, y: int) -> Strip:
        """One more."""
        self.drawn += 1
        return super().render_line(y)


class Listening(Stage):
    """Remembers what the view tells."""

    def __init__(self, widget: LineView) -> None:
        super().__init__(widget)
        self.heard: list[LineView.Highlighted | LineView.Chosen] = []

    def on_line_view_highlighted(self, event: LineView.Highlighted) -> None:
        """The cursor has moved."""
        self.heard.append(event)

    def on_line_view_chosen(self, event: LineView.Chosen) -> None:
        """A double click."""
        self.heard.append(event)


def many(count: int) -> list[str]:
    """Numbered lines."""
    return [f"line {number}" for number in range(count)]


async def test_the_cursor_repaints_two_rows() -> None:
    view = Counted(many(100))
    async with Stage(view).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for key in ("down", "down", "up"):
            view.drawn = 0
            await pilot.press(key)
            await pilot.pause()
            assert view.drawn == 2


async def test_keys_move_by_rows_pages_and_to_the_ends() -> None:
    view = Lines(many(100))
    async with Stage(view).run_test(size=(80, 24)) as pilot:
        for key, cursor, top in [
            ("down", 1, 0),
            ("j", 2, 0),
            ("up", 1, 0),
            ("k", 0, 0),
            ("up", 0, 0),
            ("pagedown", 23, 0),
            ("pagedown", 46, 23),
            ("pageup", 23, 23),
            ("end", 99, 76),
            ("down", 99, 76),
            ("pagedown", 99, 76),
            ("home", 0, 0),
            ("G", 99, 76),
            ("g", 0, 0),
        ]:
            await pilot.press(key)
            await pilot.pause()
            assert (view.cursor, view.scroll_offset.y) == (cursor, top), key
            assert f"line {cursor}" in screen_text(pilot.app)


async def test_rows_that_are_not_selectable_are_passed_over() -> None:
    view = Lines()
    async with Stage(view).run_test(size=(80, 6)) as pilot:
        selectable = [False, False, True, False, True, False, False, False]
        view.show([Line(text) for text in many(8)], selectable=selectable)
        await pilot.pause()
        assert view.cursor == 2
        for key, cursor, top in [
            ("down", 4, 0),
            ("down", 4, 1),
            ("down", 4, 2),
            ("up", 2, 2),
            ("up", 2, 1),
            ("up", 2, 0),
            ("end", 4, 2),
            ("home", 2, 0),
            ("pagedown", 4, 0),
            ("pagedown", 4, 2),
            ("pageup", 2, 2),
            ("pageup", 2, 0),
        ]:
            await pilot.press(key)
            await pilot.pause()
            assert (view.cursor, view.scroll_offset.y) == (cursor, top), key


async def test_lines_without_any_selectable_one_can_be_read_to_the_end() -> None:
    view = Lines()
    async with Stage(view).run_test(size=(80, 6)) as pilot:
        view.show([Line(text) for text in many(20)], selectable=[False] * 20)
        await pilot.pause()
        for key, top in [("down", 1), ("pagedown", 6), ("end", 14), ("home", 0)]:
            await pilot.press(key)
            await pilot.pause()
            assert view.scroll_offset.y == top, key


async def test_a_click_moves_and_a_double_click_chooses() -> None:
    view = Lines()
    app = Listening(view)
    async with app.run_test(size=(80, 24)) as pilot:
        view.show([Line(text) for text in many(100)], selectable=[number != 7 for number in range(100)])
        await pilot.click(view, offset=(3, 5))
        assert view.cursor == 5
        await pilot.click(view, offset=(3, 7))
        assert view.cursor == 5
        view.move_to(50)
        await pilot.pause()
        app.heard.clear()
        await pilot.click(view, offset=(3, 0), times=2)
        await pilot.pause()
        assert view.cursor == 27
        heard = [(type(event), event.row) for event in app.heard]
        assert heard == [(LineView.Highlighted, 27), (LineView.Chosen, 27)]


async def test_moving_tells_once_and_standing_still_does_not() -> None:
    view = Lines(many(3))
    app = Listening(view)
    async with app.run_test() as pilot:
        await pilot.press("down", "down", "down", "home")
        await pilot.pause()
        assert [event.row for event in app.heard] == [1, 2, 0]


async def test_fewer_rows_leave_the_cursor_on_the_last_and_in_view() -> None:
    view = Lines(many(100))
    async with Stage(view).run_test(size=(80, 24)) as pilot:
        await pilot.press("end")
        for count in (50, 3):
            view.show([Line(text) for text in many(count)])
            await pilot.pause()
            assert view.cursor == count - 1
            assert f"line {count - 1}" in screen_text(pilot.app)
        assert screen_text(pilot.app).startswith("line 0")
        view.show([])
        await pilot.press("down", "end", "pagedown", "home")
        assert view.cursor == 0
        assert screen_text(pilot.app).strip() == ""


async def test_a_smaller_window_keeps_the_cursor_in_view() -> None:
    view = Lines(many(100))
    async with Stage(view).run_test(size=(80, 24)) as pilot:
        view.move_to(20)
        await pilot.resize_terminal(40, 8)
        await pilot.pause()
        assert "line 20" in screen_text(pilot.app)


async def test_what_is_too_wide_ends_in_an_ellipsis_and_can_be_brought_into_view() -> None:
    view = Lines(["short", "x" * 100 + "THE END", "東" * 60])
    async with Stage(view).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert screen_lines(pilot.app)[:3] == ["short" + " " * 75, "x" * 79 + "…", "東" * 39 + " …"]
        assert not view.show_horizontal_scrollbar
        await pilot.press("right")
        await pilot.pause()
        assert "x" * 50 + "THE END" in screen_text(pilot.app)
        assert screen_lines(pilot.app)[1].startswith("…")
        assert all(strip.cell_length == 80 for strip in screen_strips(pilot.app))
        await pilot.press("left")
        await pilot.pause()
        assert screen_lines(pilot.app)[0].startswith("short")


async def test_the_right_part_stands_left_of_the_scroll_bar() -> None:
    view = Lines()
    async with Stage(view).run_test(size=(20, 5)) as pilot:
        view.show([Line("a name that is long", right="42"), *map(Line, many(10))])
        await pilot.pause()
        assert view.scrollbar_size_vertical == 1
        assert screen_lines(pilot.app)[0][:19] == "a name that is …42 "


async def test_hostile_text_is_visible_and_never_raw() -> None:
    view = Lines()
    async with Stage(view).run_test(size=(80, 24)) as pilot:
        view.show([Line(text, right=text) for text in HOSTILE])
        await pilot.pause()
        text = screen_text(pilot.app)
        assert harmful(text) == []
        for line, shown in zip(text.split("\n"), SHOWN, strict=False):
            assert line.startswith(shown)
            assert line.endswith(shown)
        assert all(strip.cell_length == 80 for strip in screen_strips(pilot.app))


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light"])
@pytest.mark.parametrize("is_focused", [True, False])
async def test_every_style_can_be_read_on_the_cursors_row(theme: str, is_focused: bool) -> None:
    """A contrast of 3 to 1 at least, the cursor's row and the others alike; the row itself stands out."""
    view = Lines([Line((name, name)) for name in STYLES])
    app = Stage(view)
    async with app.run_test(size=(40, 12)) as pilot:
        app.theme = theme
        if not is_focused:
            app.set_focus(None)
        for row in range(len(STYLES)):
            view.move_to(row)
            await pilot.pause()
            for line, strip in enumerate(screen_strips(app)[: len(STYLES)]):
                style = next(iter(strip)).style
                assert style is not None
                assert style.color is not None
                assert style.bgcolor is not None
                colours = style.color.get_truecolor(), style.bgcolor.get_truecolor()
                lighter, darker = sorted((_luminance(*colour) for colour in colours), reverse=True)
                assert (lighter + 0.05) / (darker + 0.05) >= 3, (STYLES[line], line == row, style)
        backgrounds = {next(iter(strip)).style.bgcolor for strip in screen_strips(app)[: len(STYLES)]}  # type: ignore[union-attr]  # every segment has a style here
        assert len(backgrounds) == 2


def _luminance(*colour: int) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = [c / 255 for c in colour]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


async def test_a_pane_without_focus_shows_its_cursor_in_another_way() -> None:
    view = Lines(many(3))
    async with Stage(view).run_test(size=(20, 5)) as pilot:
        await pilot.pause()
        focused = next(iter(screen_strips(pilot.app)[0])).style
        pilot.app.set_focus(None)
        await pilot.pause()
        assert next(iter(screen_strips(pilot.app)[0])).style not in (focused, next(iter(Strip.blank(1))).style)


async def test_a_hidden_view_asks_for_no_repaint_and_is_up_to_date_when_it_comes_back() -> None:
    """Else Textual may lose the next repaint of what is not hidden."""
    view = Counted(many(3))
    app = Stage(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        view.display = False
        await pilot.pause()
        view.drawn = 0
        view.show([Line("another line")])
        await pilot.pause()
        view.refresh()
        view.refresh_rows(0)
        assert not view._repaint_required
        assert view.drawn == 0
        view.display = True
        await pilot.pause()
        assert screen_text(app).rstrip() == "another line"
