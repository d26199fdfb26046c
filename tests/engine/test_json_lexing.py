"""The JSON index: strict, exact about bytes, and never at a loss, whatever it is given."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.domain.values import JsonValue
from app.engine.json_index import JsonIndex
from app.engine.json_topology import NodeKind

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
DOCUMENTS = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=4), inner), max_leaves=20
)
TEXTS = st.builds(
    lambda document, indent, is_ascii: json.dumps(document, indent=indent, ensure_ascii=is_ascii),
    DOCUMENTS,
    st.sampled_from([None, 0, 2]),
    st.booleans(),
)
PIECES = st.sampled_from([*'{}[]:,"\\ \n\t\r0123456789-+.eEtrufalsn', "\x00", "\x1f", "\\u12", "é", "NaN", "\ufeff"])


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A valid text with a few characters put in, taken out or exchanged."""
    text = draw(TEXTS)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(PIECES | st.just("")) + text[at + draw(st.integers(0, 2)) :]
    return text


def is_valid(text: str) -> bool:
    """Whether the standard library takes it, without the constants that RFC 8259 does not know."""

    def refuse(word: str) -> float:
        raise ValueError(word)

    try:
        json.loads(text, parse_constant=refuse)
    except ValueError:
        return False
    return True


def rebuilt(index: JsonIndex, node: int) -> JsonValue:
    """The value of a node, made from its children alone."""
    if index.kind(node) is NodeKind.OBJECT:
        return {str(index.key(child)): rebuilt(index, child) for child in index.children(node)}
    if index.kind(node) is NodeKind.ARRAY:
        return [rebuilt(index, child) for child in index.children(node)]
    value = index.value(node)
    return float(value) if isinstance(value, Decimal) else value


@given(TEXTS)
def test_a_valid_text_gives_its_values(text: str) -> None:
    index = JsonIndex.build(text.encode("utf-8", "surrogatepass"))
    assert index.problem is None
    assert rebuilt(index, 0) == json.loads(text)


@given(mutated())
def test_a_text_has_a_problem_exactly_when_the_standard_library_refuses_it(text: str) -> None:
    assert (JsonIndex.build(text.encode()).problem is None) == is_valid(text)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_any_text_has_a_problem_exactly_when_the_standard_library_refuses_it(text: str) -> None:
    if not text.startswith("\ufeff"):
        assert (JsonIndex.build(text.encode()).problem is None) == is_valid(text)


@given(TEXTS | mutated())
def test_nodes_find_themselves(text: str) -> None:
    """By path, by every byte of theirs; their places in the tree agree with one another."""
    index = JsonIndex.build(text.encode("utf-8", "surrogatepass"))
    for node in range(len(index)):
        parent = index.parent(node)
        assert (parent is None) == (node == 0)
        if parent is not None:
            assert parent < node < index.after(node) <= index.after(parent)
            assert node in list(index.children(parent))
            assert index.depth(node) == index.depth(parent) + 1 == len(index.segments(node))
        found = index.find(index.segments(node))
        assert found is not None
        assert index.segments(found) == index.segments(node)
        assert found >= node, "the last of duplicate names"
        assert index.size(node) == len(list(index.children(node)))
        assert index.node_at(index.start(node)) == node


@given((st.text(st.characters(codec="ascii", exclude_characters="\\"), max_size=60) | mutated()).map(str.encode))
def test_node_at_is_the_innermost_node_that_holds_the_byte(data: bytes) -> None:
    assume(data.isascii() and b"\\" not in data)  # else the name's place is not found by writing it anew
    index = JsonIndex.build(data)
    spans = []
    for node in range(len(index)):
        key, start = index.key(node), index.start(node)
        if isinstance(key, str):
            start = data.rfind(f'"{key}"'.encode(), 0, start)
        spans.append((start, index.start(node) + len(index.source(node))))
    for offset in range(len(data) + 1):
        holders = [node for node, (start, end) in enumerate(spans) if start <= offset < end]
        expected = holders[-1] if holders and spans[0][0] <= offset < spans[0][1] else None
        assert index.node_at(offset) == expected


EVERYTHING = '{"a": [1, -2.5e3, "x\\u00e9", true, false, null], "é": {"b": {}}, "c": []}'.encode()


def test_a_text_cut_anywhere_is_indexed_up_to_the_cut() -> None:
    whole = JsonIndex.build(EVERYTHING)
    for size in range(len(EVERYTHING)):
        cut = JsonIndex.build(EVERYTHING[:size])
        assert cut.problem is not None
        assert cut.problem.offset <= size
        good = [node for node in range(len(whole)) if whole.start(node) + len(whole.source(node)) <= size]
        assert [cut.segments(node) for node in range(len(cut))][: len(good)] == [
            whole.segments(node) for node in range(len(cut))
        ][: len(good)]
        assert len(cut) >= len(good)
        assert all(cut.source(node) in EVERYTHING[:size] for node in range(len(cut)))


@pytest.mark.parametrize(
    ("text", "position", "message"),
    [
        ("", "line 1, column 1", "the text ends too early"),
        ('{"a": 1', "line 1, column 8", "the text ends too early"),
        ('{"a": ', "line 1, column 7", "the text ends too early"),
        ("[1,", "line 1, column 4", "the text ends too early"),
        ("[1 2]", "line 1, column 4", "expected , or ] here"),
        ('{"a": 1\n "b": 2}', "line 2, column 2", "expected , or } here"),
        ("[1,]", "line 1, column 4", "expected a value here, not ]"),
        ('{"a": 1,}', "line 1, column 9", "expected a name in double quotes here"),
        ("{'a': 1}", "line 1, column 2", "expected a name in double quotes here"),
        ('{"é" 1}', "line 1, column 6", "expected : after the name"),
        ("[NaN]", "line 1, column 2", "NaN is not JSON"),
        ("-Infinity", "line 1, column 1", "-Infinity is not JSON"),
        ("[True]", "line 1, column 2", "True is not JSON here"),
        ("[01]", "line 1, column 3", "expected , or ] here"),
        ("[+1]", "line 1, column 2", "+1 is not JSON here"),
        ('["abc', "line 1, column 6", "the text ends within quotes"),
        ('["a\nb"]', "line 1, column 4", "a control character stands in quotes; it must be written as an escape"),
        ('{"a\\q": 1}', "line 1, column 4", "this escape is unknown or not whole"),
        ('["\\u12"]', "line 1, column 3", "this escape is unknown or not whole"),
        ("1 2", "line 1, column 3", "the JSON ended before, and something follows"),
        ("<html>", "line 1, column 1", "expected a value here, not <"),
    ],
)
def test_a_problem_says_where_and_why(text: str, position: str, message: str) -> None:
    assert str(JsonIndex.build(text.encode()).problem) == f"{position}: {message}"


def test_what_the_library_takes_and_the_rfc_refuses() -> None:
    for word in ("NaN", "Infinity", "-Infinity"):
        assert JsonIndex.build(f"[1, {word}, 2]".encode()).problem is not None


def test_duplicate_names_stay_and_the_last_is_found() -> None:
    index = JsonIndex.build(b'{"a": 1, "b": 2, "a": 3}')
    assert [index.key(child) for child in index.children(0)] == ["a", "b", "a"]
    last = index.find(("a",))
    assert last is not None
    assert index.value(last) == 3


def test_a_byte_order_mark_is_passed_over() -> None:
    index = JsonIndex.build(b'\xef\xbb\xbf {"a": 1}')
    assert index.problem is None
    assert index.start(0) == 4


def test_five_thousand_levels() -> None:
    """Closed, and cut off before any is closed."""
    for data in (b"[" * 5_000 + b"]" * 5_000, b'{"a":[' * 2_500):
        index = JsonIndex.build(data)
        assert len(index) == 5_000
        assert index.depth(4_999) == 4_999
        assert index.after(0) == 5_000
        assert index.find(index.segments(4_999)) == 4_999
        assert index.node_at(index.start(4_999)) == 4_999


def test_long_numbers_stay_exact() -> None:
    """Beyond what the library turns into numbers; beyond Decimal, the spelling is the value."""
    digits = "7" * 5_000
    index = JsonIndex.build(f"[{digits}, 9007199254740993, 1.10, 1e400, 1e{digits}, -0]".encode())
    assert index.problem is None
    long, big, short, wide, beyond, zero = (index.value(child) for child in index.children(0))
    assert long == Decimal(digits)
    assert (big, str(short), wide, beyond) == (9007199254740993, "1.10", Decimal("1e400"), f"1e{digits}")
    assert zero == 0
    assert index.text(1) == digits


def test_invalid_utf8_is_shown_replaced() -> None:
    index = JsonIndex.build(b'{"k\xff": "a\xe2\x82b", "ok": 1}')
    assert index.problem is None
    assert index.key(1) == "k\ufffd"
    assert index.text(1) == "a\ufffdb"
    assert index.source(1) == b'"a\xe2\x82b"'
    assert index.find(("k\ufffd",)) == 1


@pytest.mark.parametrize(
    "data",
    [
        b'"' * 1_000_000,
        b"\\" * 1_000_000,
        b'"' + b"\\" * 1_000_001,
        b'"' + b"a" * 1_000_000,
        b'"' + b"\\n" * 500_000,
        b'"' + b"\\u0041" * 200_000 + b"\x00",
        b'{"' + b"a\\n" * 300_000 + b'" 1}',
        b"1" * 1_000_000 + b"x",
        b"-" * 1_000_000,
        b"1." + b"0" * 1_000_000 + b"e",
        b"1e" * 500_000,
        b" " * 1_000_000,
        b"[" + b" " * 1_000_000 + b"x",
        b"[" * 300_000,
        b"]" * 1_000_000,
        b'{"a":' * 200_000,
        b"\xff" * 1_000_000,
        b"\x00" * 1_000_000,
    ],
    ids=lambda data: f"{data[:4]!r}…{data[-2:]!r}",
)
def test_hostile_texts_take_linear_time(data: bytes) -> None:
    """Anything worse than linear would not end."""
    index = JsonIndex.build(data)
    assert index.problem is not None or data.endswith(b"\xff")
    assert all(index.after(node) <= len(index) for node in range(0, len(index), 1_000))


@pytest.mark.parametrize(
    ("source", "cells", "shown"),
    [
        ('{"a":  1,\n "b c":   [ 2 ]}', 80, '{"a": 1, "b c": [ 2 ]}'),
        ('["a  b\u00a0\u3000c"]', 80, '["a  b\u00a0\u3000c"]'),
        ('"a  b"', 80, '"a  b"'),
        ('["abcdefgh"]', 6, '["abc…'),
        ("[" + " " * 100 + "1]", 8, "[ …"),
        ('"' + "é" * 10 + '"', 4, '"éé…'),
        ("[1]", 3, "[1]"),
    ],
)
def test_a_preview_is_one_line_and_says_when_it_is_cut(source: str, cells: int, shown: str) -> None:
    assert JsonIndex.build(source.encode()).preview(0, cells) == shown


def test_a_text_in_quotes_is_found_around_a_byte() -> None:
    """Strictly inside: what begins a row with the opening quote needs no help to be read."""
    data = b'{"name": "va\\"lue", "n": 12}'
    index = JsonIndex.build(data)
    name, value = (1, 7), (9, 18)
    for offset in range(len(data)):
        expected: tuple[int, bool] | None = None
        if name[0] < offset < name[1]:
            expected = (name[1], True)
        elif value[0] < offset < value[1]:
            expected = (value[1], False)
        elif 20 < offset < 23:
            expected = (23, True)
        assert index.quotes_around(offset) == expected, offset
