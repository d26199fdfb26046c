"""Changes and the workspace they are applied to: the inverse gives back exactly what was there."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from app.domain import changes as tables
from app.domain.action import Action
from app.domain.changes import Change, Changes, record_table
from app.domain.identifiers import ActionId, MappingId, ObjectId
from app.domain.mapping import Mapping
from app.domain.schema import ObjectType
from app.domain.settings import Settings
from app.domain.workspace import Workspace


def object_type(number: int, name: str, *, is_archived: bool = False) -> ObjectType:
    return ObjectType(id=ObjectId(f"obj_{number}"), name=name, is_archived=is_archived)


edits = st.lists(
    st.tuples(st.integers(min_value=1, max_value=4), st.none() | st.sampled_from("abc"), st.booleans()), max_size=12
)


def changes_of(space: Workspace, wanted: list[tuple[int, str | None, bool]]) -> Changes:
    """Changes whose `before` is what each finds: several may touch the same document."""
    items = []
    for number, name, is_archived in wanted:
        before = space.objects.get(number)
        after = None if name is None else object_type(number, name, is_archived=is_archived)
        items.append(Change(tables.OBJECTS, number, before, after))
        space = space.applied(Changes("", (items[-1],)))
    return Changes.of("edit", items)


@given(edits, edits)
def test_the_inverse_restores(
    first: list[tuple[int, str | None, bool]], then: list[tuple[int, str | None, bool]]
) -> None:
    start = Workspace().applied(changes_of(Workspace(), first))
    done = changes_of(start, then)
    assert start.applied(done).applied(done.inverse()).objects == start.objects
    assert done.inverse().inverse().items == done.items


def test_changes_that_change_nothing_are_left_out() -> None:
    order = object_type(1, "Order")
    changes = Changes.of("Nothing", [Change(tables.OBJECTS, 1, order, replace(order))])
    assert not changes
    assert Changes.of("Something", [Change(tables.OBJECTS, 1, None, order)])
    assert Changes.of("Sent", [], is_undoable=False).is_undoable is False
    assert changes.inverse().title == "Undo: Nothing"


def test_only_touched_tables_are_new() -> None:
    space = Workspace()
    changed = space.applied(Changes("", (Change(tables.OBJECTS, 1, None, object_type(1, "Order")),)))
    assert changed.actions is space.actions
    assert changed.objects is not space.objects
    assert space.objects == {}
    assert record_table("Order") == "records/Order"


def test_records_and_runs_are_no_part_of_the_workspace() -> None:
    space = Workspace()
    assert space.applied(Changes("", (Change(record_table("Order"), 1, None, None),))) is space


def test_settings_are_replaced_and_fall_back_to_the_defaults() -> None:
    wide = Settings(record_limit=5)
    changes = Changes("", (Change(tables.SETTINGS, 1, Settings(), wide),))
    changed = Workspace().applied(changes)
    assert changed.settings == wide
    assert changed.applied(Changes("", (Change(tables.SETTINGS, 1, wide, None),))).settings == Settings()


def test_what_a_workspace_finds_by_name() -> None:
    action = Action(id=ActionId("act_1"), name="list", url="https://x.example")
    later = Action(id=ActionId("act_2"), name="Get", url="https://x.example")
    mapping = Mapping(id=MappingId("map_1"), action_id=action.id)
    space = Workspace(
        objects={1: object_type(1, "b"), 2: object_type(2, "A"), 3: object_type(3, "c", is_archived=True)},
        actions={1: action, 2: later},
        mappings={1: mapping},
    )
    assert [kind.name for kind in space.active_objects] == ["A", "b"]
    assert space.sorted_actions == (later, action)
    assert space.type_named("a") is None
    found = space.type_named("c")
    assert found
    assert found.is_archived
    assert space.action_named("list") is action
    assert space.mapping_of(action) is mapping
    assert space.mapping_of(later) is None
    assert space.token_named("x") is None
