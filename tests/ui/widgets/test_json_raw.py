"""The raw view: every byte in exactly one row, every row within the width, the place kept."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from screen_text import screen_lines, screen_strips, screen_text
from widget_kit import HOSTILE, Stage, harmful

from app.domain.text import visible_line
from app.engine.json_index import JsonIndex
from app.ui.widgets.json_raw import JsonRaw
from app.ui.widgets.wrapping import row_starts

LETTERS = st.sampled_from(
    [*"abc \t\n\r", "\r\n", "é", "東", "\u0301", "❤\ufe0f", "👩🏽\u200d💻", "\u200b", "\x1b", "\x85"]
)
TEXTS = st.lists(LETTERS | st.characters(codec="utf-8"), max_size=80).map("".join)
BODIES = (
    st.binary(max_size=200)
    | TEXTS.map(str.encode)
    | st.lists(st.binary(max_size=3) | TEXTS.map(str.encode)).map(b"".join)
)


def rows(data: bytes, width: int) -> list[bytes]:
    """The rows of a body at a width."""
    starts = [*row_starts(data, width), len(data)]
    return [data[start:end] for start, end in pairwise(starts)]


@given(BODIES, st.integers(0, 40))
def test_every_byte_is_in_exactly_one_row(data: bytes, width: int) -> None:
    found = rows(data, width)
    assert b"".join(found) == data
    assert all(found)
    assert all(b"\n" not in row[:-1] for row in found), "a line break ends a row"


@given(TEXTS, st.integers(10, 40))
def test_no_row_is_wider_than_the_view_and_none_cuts_a_letter(text: str, width: int) -> None:
    for row in rows(text.encode(), width):
        shown = visible_line(row.decode().removesuffix("\n").removesuffix("\r"))
        assert cell_len(shown) <= width or shown.startswith("◌")


@pytest.mark.parametrize(
    ("data", "width", "expected"),
    [
        (b"", 10, []),
        (b"\n\n", 10, [b"\n", b"\n"]),
        (b"a" * 10 + b"\nb", 10, [b"a" * 10 + b"\n", b"b"]),
        (b"a" * 10 + b"\r\nb\r\n", 10, [b"a" * 10 + b"\r\n", b"b\r\n"]),
        (b"a" * 25, 10, [b"a" * 10, b"a" * 10, b"a" * 5]),
        ("東京東京東京".encode(), 11, ["東京東京東".encode(), "京".encode()]),
        (("é" * 10 + "\r\n").encode(), 10, [("é" * 10 + "\r\n").encode()]),
        (b"\tab\tc", 16, [b"\tab", b"\tc"]),
        (b"\xff" * 12, 10, [b"\xff" * 10, b"\xff" * 2]),
        (("a" * 9 + "e\u0301" + "b").encode(), 10, [("a" * 9 + "e\u0301").encode(), b"b"]),
        (("a" * 8 + "👩\u200d💻" * 2).encode(), 10, [b"a" * 8, ("👩\u200d💻" * 2).encode()]),
        ("❤\ufe0f".encode() * 10, 10, ["❤\ufe0f".encode() * 10]),
        (b"one\rtwo\n", 10, [b"one\rtwo\n"]),
    ],
)
def test_where_rows_begin(data: bytes, width: int, expected: list[bytes]) -> None:
    assert rows(data, width) == expected


def test_a_letter_is_not_cut_where_a_long_line_is_taken_in_blocks() -> None:
    for shift in range(4):
        data = b"a" * shift + "東京é𝄞".encode() * 20_000
        found = rows(data, 80)
        assert b"".join(found) == data
        assert all("\ufffd" not in row.decode("utf-8", "replace") for row in found)


@pytest.mark.parametrize(
    "piece", [b"x", "東".encode(), b"\xff", b"\t", "\u0301".encode(), "\u200b".encode(), b"\n", b"\r", b"\xe6\x9d"]
)
def test_megabytes_are_laid_out_in_linear_time(piece: bytes) -> None:
    """On one line, or as lines of nothing; anything worse than linear would not end."""
    data = piece * (2_000_000 // len(piece))
    starts = list(row_starts(data, 80))
    assert starts[0] == 0
    assert all(first < second for first, second in pairwise(starts))


async def test_the_body_is_shown_as_it_came() -> None:
    raw = JsonRaw()
    async with Stage(raw).run_test(size=(80, 24)) as pilot:
        raw.show(b'{"b": 1.10,\r\n\t"b": "\\u00e9", "c\xff": 1E5\rx}', is_json=True)
        await pilot.pause()
        lines = [line.rstrip() for line in screen_lines(pilot.app)]
        assert lines[:3] == ['{"b": 1.10,', '        "b": "\\u00e9", "c\ufffd": 1E5␍x}', ""]


async def test_hostile_text_is_visible_and_never_raw() -> None:
    raw = JsonRaw()
    async with Stage(raw).run_test(size=(80, 24)) as pilot:
        for is_json in (True, False):
            raw.show(
                "\n".join(json.dumps(text, ensure_ascii=False) + text for text in HOSTILE).replace("\0", "").encode(),
                is_json=is_json,
            )
            await pilot.pause()
            text = screen_text(pilot.app)
            assert harmful(text) == []
            for shown in ("␛]52;c;aGk=␇", "‹U+009B›2J␡", "abc‹U+202E›txt.exe", "[red]markup[/]", "東京"):
                assert shown in text
            assert all(strip.cell_length == 80 for strip in screen_strips(pilot.app))


async def test_binary_is_shown_as_hex() -> None:
    raw = JsonRaw()
    async with Stage(raw).run_test(size=(80, 24)) as pilot:
        raw.show(b"PNG\x00\xff" + bytes(range(32, 50)), is_json=False)
        await pilot.pause()
        lines = [line.rstrip() for line in screen_lines(pilot.app)]
        assert lines[0] == "00000000  50 4e 47 00 ff 20 21 22 23 24 25 26 27 28 29 2a  PNG.. !\"#$%&'()*"
        assert lines[1] == "00000010  2b 2c 2d 2e 2f 30 31                             +,-./01"
        assert b"".join(map(raw.row_bytes, range(raw.row_count()))) == b"PNG\x00\xff" + bytes(range(32, 50))


async def test_a_place_is_kept_at_every_width() -> None:
    data = json.dumps([{"n": number, "t": "é" * (number % 50)} for number in range(500)], ensure_ascii=False).encode()
    offset = data.index(b'"n": 321')
    raw = JsonRaw()
    async with Stage(raw).run_test(size=(80, 24)) as pilot:
        raw.show(data, is_json=True)
        raw.go_to(offset)
        for width, height in [(41, 24), (120, 24), (23, 6), (80, 24)]:
            await pilot.resize_terminal(width, height)
            await pilot.pause()
            start = raw.offset_shown
            assert start <= offset < start + len(raw.row_bytes(raw.cursor))
            assert 0 <= raw.cursor - raw.scroll_offset.y < height
            assert (
                max(len(raw.row_bytes(row).decode("utf-8", "replace")) for row in range(raw.row_count())) <= width - 1
            )
        await pilot.press("down")
        assert raw.offset_shown > offset - 80


async def test_a_view_without_a_size_keeps_the_place_until_it_has_one() -> None:
    data = b"0123456789" * 100
    raw = JsonRaw()
    raw.display = False
    async with Stage(raw).run_test(size=(41, 24)) as pilot:
        raw.show(data, is_json=False)
        raw.go_to(505)
        await pilot.pause()
        assert (raw.row_count(), raw.offset_shown) == (0, 505)
        raw.display = True
        await pilot.pause()
        assert raw.offset_shown == 480


async def test_texts_over_several_rows_keep_their_colour() -> None:
    """With its index; a value and a name, and an escaped quote at the very edge."""
    data = b'{"' + b"k" * 50 + b'": "' + b"v" * 63 + b'\\"' + b"w" * 20 + b'", "n": 1}'
    raw = JsonRaw()
    async with Stage(raw).run_test(size=(41, 24)) as pilot:
        raw.show(data, is_json=True, index=JsonIndex.build(data))
        await pilot.pause()
        named = [
            [(text, style) for text, style in raw.row_spans(row) if text.strip()] for row in range(raw.row_count())
        ]
        assert [spans[0][1] for spans in named] == ["", "key", "string", "string"]
        assert named[1][0][0] == "k" * 12 + '"'
        assert named[3][0] == ('"' + "w" * 20 + '"', "string")
        assert [span for span in named[3][1:] if span[1]] == [('"n"', "key"), ("1", "number")]


async def test_an_empty_body_is_empty() -> None:
    raw = JsonRaw()
    async with Stage(raw).run_test(size=(80, 24)) as pilot:
        raw.show(b"", is_json=False)
        await pilot.press("down", "end", "pageup")
        assert (raw.row_count(), raw.offset_shown) == (0, 0)
        assert screen_text(pilot.app).strip() == ""


async def test_five_megabytes_on_one_line_scroll_like_any() -> None:
    data = json.dumps(["x" * 80] * 60_000).encode()
    raw = JsonRaw()
    async with Stage(raw).run_test(size=(80, 24)) as pilot:
        raw.show(data, is_json=True)
        await pilot.press("end")
        await pilot.pause()
        assert screen_lines(pilot.app)[23].rstrip("▁▂▃▄▅▆▇█ ").endswith(data[-10:].decode())
        raw.go_to(2_500_000)
        await pilot.pause()
        assert raw.offset_shown <= 2_500_000 < raw.offset_shown + 80
