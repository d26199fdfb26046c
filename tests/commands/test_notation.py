"""The one-line forms of headers, inputs and mapping rows: what is written is read back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.commands.notation import (
    read_header,
    read_input,
    read_pairs,
    read_row,
    write_header,
    write_input,
    write_row,
)
from app.domain.action import INPUT_TYPES, DataInput, Header
from app.domain.mapping import FieldMapping
from app.domain.path import FieldPath, Wildcard
from app.errors import InvalidInput

_NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_.-]{0,8}", fullmatch=True)
_LINES = st.text(st.characters(exclude_characters="\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029", exclude_categories=["Cs"]))
_SEGMENTS = st.one_of(st.text(st.characters(exclude_categories=["Cs"])), st.integers(0, 99), st.just(Wildcard.ALL))
_ATTRIBUTES = st.from_regex(r"[\w>-](?:[\w >-]{0,8}[\w>-])?", fullmatch=True)


@given(st.lists(_SEGMENTS, max_size=4), _ATTRIBUTES, st.booleans())
def test_rows_are_read_back(segments: list[str | int | Wildcard], attribute: str, is_converted: bool) -> None:
    """Whatever a path is quoted like, an arrow in it included."""
    row = FieldMapping(path=str(FieldPath(tuple(segments))), attribute=attribute, is_converted=is_converted)
    assert read_row(write_row(row)) == row


def test_a_row_without_an_attribute_is_read_back() -> None:
    """As it is while none is chosen."""
    row = FieldMapping(path="$.a", attribute="")
    assert read_row(write_row(row)) == row


@pytest.mark.parametrize("arrow", ["->", " -> ", " → ", "→"])
def test_both_arrows_are_read(arrow: str) -> None:
    """With or without spaces."""
    assert read_row(f"$.a{arrow}b (convert)") == FieldMapping(path="$.a", attribute="b", is_converted=True)


@given(_NAMES, st.sampled_from(INPUT_TYPES), st.booleans(), _LINES, _LINES)
def test_inputs_are_read_back(name: str, kind: object, is_required: bool, default: str, description: str) -> None:
    """What was read once is written so that it reads the same: a dialog changes nothing by opening."""
    line = f"{name}{'*' if is_required else ''}: {kind} = {default} # {description}"
    once = read_input(line)
    assert read_input(write_input(once)) == once


def test_the_parts_of_an_input() -> None:
    """All but the name may be left out; an empty default is not none."""
    assert read_input("a") == DataInput(name="a")
    assert read_input("a*").is_required
    assert read_input("a =").default == ""
    assert read_input("a # What it is").description == "What it is"
    assert read_input("a: text = #1 # x") == DataInput(name="a", default="#1", description="x")


@given(st.from_regex(r"[A-Za-z0-9-]{1,9}", fullmatch=True), _LINES, st.booleans())
def test_headers_are_read_back(name: str, value: str, is_enabled: bool) -> None:
    """Switched off ones too."""
    header = Header(name=name, value=value.strip(), is_enabled=is_enabled)
    assert read_header(write_header(header)) == header


def test_pairs() -> None:
    """The first sign parts; a later one of the same name counts."""
    assert read_pairs(("a=b=c", " a =d", "e="), "input") == {"a": "d", "e": ""}
    with pytest.raises(InvalidInput, match='The input "x" is not name=value'):
        read_pairs(("x",), "input")
