"""The index while it grows: it is the beginning of the whole one, and every path it makes is the node's own."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonpath_rfc9535 import JSONPathEnvironment

from app.domain.path import FieldPath
from app.engine.json_index import JsonIndex
from app.engine.json_paths import Finder
from app.engine.json_query import answers
from app.engine.json_topology import NodeKind

SCALARS = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text() | st.sampled_from([1.5, 1e30, -0.25])
NAMES = st.text(max_size=4) | st.sampled_from(["a", "é", "'", '"', "\\", "a b", "\x00", "0", "$", "𝄞", "\u2028"])
DOCUMENTS = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(NAMES, inner, max_size=5), max_leaves=25
)


def places(index: JsonIndex) -> list[tuple[object, ...]]:
    """All that is known of every node."""
    return [
        (index.start(node), index.end(node), index.kind(node), index.size(node), index.segments(node))
        for node in range(len(index))
    ]


@given(DOCUMENTS, st.sampled_from([None, 2]), st.booleans())
def test_the_path_of_any_node_leads_to_exactly_that_node(document: object, indent: int | None, is_ascii: bool) -> None:
    """As the reference implementation resolves it, in the document that the standard library reads."""
    text = json.dumps(document, indent=indent, ensure_ascii=is_ascii)
    data = text.encode("utf-8", "surrogatepass")
    index, finder = JsonIndex.build(data), Finder(JsonIndex.build(data))
    environment = JSONPathEnvironment()
    decoded = json.loads(text)
    for node in range(len(index)):
        segments = index.segments(node)
        if any(isinstance(name, str) and any("\ud800" <= letter <= "\udfff" for letter in name) for name in segments):
            continue  # half a character has no place in a query
        path = str(FieldPath(segments))
        found = environment.find(path, decoded)
        assert next(answers(decoded, path)) == {"paths": [list(segments)]}
        assert [match.location for match in found] == [segments]
        assert finder.nodes([segments]) == [node] == [index.find(segments)]
        if index.kind(node).is_container:
            assert len(found[0].value) == index.size(node)
        else:
            assert found[0].value == json.loads(index.source(node))


@given(st.data(), DOCUMENTS, st.integers(1, 40))
def test_an_index_that_grows_is_the_beginning_of_the_whole_one(
    data: st.DataObject, document: object, step: int
) -> None:
    """Cut anywhere, inside of numbers and names too: nothing that was said is taken back."""
    text = json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")
    whole = JsonIndex.build(text)
    index = JsonIndex(text[: data.draw(st.integers(0, len(text)))], is_whole=False)
    for _ in range(len(text) // step + 2):
        index.advance(step)
    assert not index.is_done
    assert index.problem is None
    for node, place in enumerate(places(index)):
        start, end, kind, size, segments = place
        assert (start, kind, segments) == (whole.start(node), whole.kind(node), whole.segments(node))
        if not index.is_open_ended(node):
            assert (end, size) == (whole.end(node), whole.size(node))
        assert index.after(node) <= len(index)
    index.extend(text)
    while not index.is_done:
        index.advance(step)
    assert places(index) == places(whole)
    assert index.problem == whole.problem


def test_a_number_at_the_end_of_a_part_is_left_for_the_next() -> None:
    for text in (b"[12]", b"[1.5e+3]", b"[-1]", b"[1e5]", b"[1.25]"):
        for cut in range(1, len(text)):
            index = JsonIndex(text[:cut], is_whole=False)
            index.advance(100)
            index.extend(text)
            index.advance(100)
            assert (index.problem, index.source(1)) == (None, text[1:-1])


@given(DOCUMENTS)
def test_rows_are_the_nodes_that_nothing_closed_hides(document: object) -> None:
    index = JsonIndex.build(json.dumps(document).encode())
    closed = {node for node in range(len(index)) if node % 3 == 1}
    found: list[int] = []
    at = 0
    while at < len(index):
        rows, at = index.rows(at, len(index), lambda node, depth: node not in closed, 2)
        found.extend(rows)

    def is_hidden(node: int) -> bool:
        above = index.parent(node)
        return above is not None and (above in closed or is_hidden(above))

    assert found == [node for node in range(len(index)) if not is_hidden(node)]


@pytest.mark.parametrize("count", [0, 1, 2, 999])
def test_elements_are_found_by_position(count: int) -> None:
    document = [{"n": number, "in": [number]} if number % 3 else number for number in range(count)]
    index = JsonIndex.build(json.dumps(document).encode())
    children = list(index.children(0))
    assert [index.element(0, position) for position in range(count)] == children
    assert index.find((count,)) is None
    assert all(index.kind(child) in (NodeKind.OBJECT, NodeKind.NUMBER) for child in children)
