"""Comparing bodies: nothing is reported for the same, and what is reported is all of it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine import compare
from app.engine.cancel import Cancelled
from app.engine.compare import BodyComparison, Difference, Kind, compact, compare_bodies

_SCALARS = st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(("", "a", "ä b", '"\\\n'))
_DOCUMENTS = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.sampled_from("abcd e"), inner, max_size=5),
    max_leaves=25,
)


@given(_DOCUMENTS)
def test_a_document_does_not_differ_from_itself_however_it_is_spaced(document: object) -> None:
    assert compare_bodies(_text(document), json.dumps(document, indent=3).encode()).differences == ()


@given(_DOCUMENTS, _DOCUMENTS)
def test_the_differences_of_json_lead_from_one_to_the_other(left: object, right: object) -> None:
    found = compare_bodies(_text(left), _text(right))
    assert _text(_applied(left, found.differences)) == _text(right)


@given(st.lists(st.sampled_from("ab[\n"), max_size=12), st.lists(st.sampled_from("ab[\n"), max_size=12))
def test_the_differences_of_text_lead_from_one_to_the_other(left: list[str], right: list[str]) -> None:
    ours, theirs = (("[ text\n" + "".join(each)).encode() for each in (left, right))
    found = compare_bodies(ours, theirs)
    assert not found.is_json
    lines = ours.splitlines(keepends=True)
    assert b"".join(_changed_list(lines, found.differences, lambda line: line)) == theirs


def test_number_spelling_counts_and_space_does_not() -> None:
    found = compare_bodies(b'{"a": 1.0, "b": 100000000000000000001}', b'{"a":1.00,"b":100000000000000000002}')
    assert _said(found) == [
        ("changed", "$.a", "1.0", "1.00"),
        ("changed", "$.b", "100000000000000000001", "100000000000000000002"),
    ]


def test_another_order_of_members_is_said_once() -> None:
    found = compare_bodies(b'{"a": 1, "b": 2}', b'{"b": 2, "a": 1, "c": 3}')
    assert _said(found) == [("reordered", "$", '["a", "b"]', '["b", "a"]'), ("added", "$.c", "", "3")]


def test_an_element_put_in_front_moves_the_others_and_changes_none() -> None:
    found = compare_bodies(b'[{"id": 1}, {"id": 2}]', b'[{"id": 0}, {"id": 1}, {"id": 2}]')
    assert _said(found) == [("added", "$[0]", "", '{"id":0}')]


def test_names_that_stand_twice_are_compared_as_a_whole() -> None:
    assert _said(compare_bodies(b'{"a": 1, "a": 2}', b'{"a": 2, "a": 1}')) == [
        ("changed", "$", '{"a":1,"a":2}', '{"a":2,"a":1}')
    ]


def test_deep_nesting_is_compared_as_a_whole_from_a_depth_on() -> None:
    depth = compare.DEPTH_AT_MOST + 2000
    found = compare_bodies(b"[" * depth + b"1" + b"]" * depth, b"[" * depth + b"2" + b"]" * depth)
    assert len(found.differences) == 1
    assert found.differences[0].path == (0,) * compare.DEPTH_AT_MOST
    assert found.differences[0].after == b"[" * 2000 + b"2" + b"]" * 2000


def test_what_is_too_large_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare, "BYTES_AT_MOST", 10)
    assert "more than 10 bytes" in compare_bodies(b'{"a": 1234567}', b"{}").remark
    monkeypatch.setattr(compare, "BYTES_AT_MOST", 10_000)
    monkeypatch.setattr(compare, "DIFFERENCES_AT_MOST", 3)
    found = compare_bodies(b"[1, 2, 3, 4]", b"[5, 6, 7, 8]")
    assert (len(found.differences), found.remark) == (3, "There are more differences than the 3 that are listed.")


def test_it_stops_when_asked() -> None:
    with pytest.raises(Cancelled):
        compare_bodies(b"[1]", b"[2]", lambda: True)


def test_compact_leaves_texts_alone() -> None:
    assert compact(b' { "a \\" b" : [ 1 , " " ] } ') == b'{"a \\" b":[1," "]}'


def _text(document: object) -> bytes:
    return json.dumps(document).encode()


def _said(found: BodyComparison) -> list[tuple[str, str, str, str]]:
    return [(each.kind.value, each.place, each.before.decode(), each.after.decode()) for each in found.differences]


def _applied(document: object, differences: tuple[Difference, ...], path: tuple[str | int, ...] = ()) -> object:
    """The document after the differences that lie at or below a path."""
    whole = [each for each in differences if each.kind is Kind.CHANGED and each.path == path]
    if whole:
        return json.loads(whole[0].after)
    own = tuple(each for each in differences if _container(each) == path)
    if isinstance(document, list):
        inner = [_applied(value, differences, (*path, at)) for at, value in enumerate(document)]
        return _changed_list(inner, [each for each in own if each.kind is not Kind.CHANGED], json.loads)
    if not isinstance(document, dict):
        return document
    removed = {each.path[-1] for each in own if each.kind is Kind.REMOVED}
    order = next((json.loads(each.after) for each in own if each.kind is Kind.REORDERED), None)
    kept = order or [name for name in document if name not in removed]
    members = [(name, _applied(document[name], differences, (*path, name))) for name in kept]
    for each in own:
        if each.kind is Kind.ADDED:
            members.insert(each.position, (str(each.new_path[-1]), json.loads(each.after)))
    return dict(members)


def _container(each: Difference) -> tuple[str | int, ...]:
    return each.path if each.kind in (Kind.ADDED, Kind.REORDERED) else each.path[:-1]


def _changed_list(values: list, differences: object, read: object) -> list:  # type: ignore[type-arg]
    changed = {each.path[-1]: read(each.after) for each in differences if each.kind is Kind.CHANGED}
    removed = {each.path[-1] for each in differences if each.kind is Kind.REMOVED}
    result = [changed.get(at, value) for at, value in enumerate(values) if at not in removed]
    for each in differences:
        if each.kind is Kind.ADDED:
            result.insert(each.position, read(each.after))
    return result
