"""From a response to records by commands: set, suggest, pick, preview, apply; and what is refused on the way."""

from __future__ import annotations

import asyncio
import json

import pytest
from command_kit import Bench

from app.domain.mapping import CHAIN_RULE, FieldMapping, Mapping
from app.domain.run import Run

LIST = "List orders"
REFUSED: list[tuple[str, dict[str, object], str]] = [
    ("mapping.show", {"action": "Cancel"}, 'Cancel has no mapping yet; "mapping suggest" makes one'),
    ("mapping.set", {"action": LIST, "source": "orders"}, "The path cannot be read: a path begins with $"),
    ("mapping.set", {"action": LIST, "source": ""}, "The path cannot be read"),
    ("mapping.set", {"action": LIST, "target": "Ordr"}, 'There is no object "Ordr"; did you mean "Order"?'),
    ("mapping.set", {"action": LIST, "row": ("$.a",)}, 'The row "$.a" is not "path -> attribute (convert)"'),
    ("mapping.set", {"action": LIST, "row": ("a -> b",)}, 'The row "a -> b" is not'),
    ("mapping.set", {"action": LIST, "row": ("$.[ -> b",)}, "The path cannot be read"),
    ("mapping.suggest", {"action": "Cancel"}, 'Cancel has no response yet. Send it first: action send "Cancel".'),
    ("mapping.suggest", {"action": LIST, "target": "Nope"}, 'There is no object "Nope"'),
    ("mapping.preview", {"action": "Cancel"}, "Cancel has no mapping yet"),
    ("mapping.apply", {"action": "Cancel"}, "Cancel has no mapping yet"),
    ("mapping.preview", {"action": LIST, "run": "run_nope"}, 'There is no run "run_nope"'),
    ("mapping.pick", {"action": LIST, "path": "$.nope"}, "$.nope is not in the response."),
    ("mapping.pick", {"action": LIST, "path": "nope"}, "The path cannot be read"),
    ("mapping.pick", {"action": LIST, "path": "$.orders[0].items"}, CHAIN_RULE),
    ("mapping.pick", {"action": LIST, "path": "$.orders[0].items[0]"}, CHAIN_RULE),
    ("mapping.pick", {"action": LIST, "path": "$.orders[0].items[0].sku"}, CHAIN_RULE),
    ("mapping.pick", {"action": LIST, "path": "$.page.number"}, "is outside of the source $.orders[*]. Pick another"),
    ("mapping.row", {"action": LIST, "path": "$.nope", "attribute": "note"}, "The mapping has no row $.nope."),
    ("mapping.row", {"action": LIST, "path": "$.id", "attribute": "nte"}, 'did you mean "note"?'),
    ("mapping.row", {"action": "Cancel", "path": "$.id", "attribute": "x"}, "Choose the object that the records go to"),
    ("mapping.convert", {"action": LIST, "path": "$.nope"}, "The mapping has no row $.nope."),
    ("mapping.remove", {"action": LIST, "path": "$.nope"}, "The mapping has no row $.nope."),
    ("mapping.target", {"action": LIST, "target": "Nope"}, 'There is no object "Nope"'),
]


@pytest.mark.parametrize(("command_id", "given", "words"), REFUSED)
async def test_refusals(command_id: str, given: dict[str, object], words: str, shop: Bench) -> None:
    """Each with its words, and nothing changed."""
    assert words in await shop.refused(command_id, **given)


def _mapping(bench: Bench, action: str = LIST) -> Mapping:
    found = bench.workspace.action_named(action)
    assert found
    mapping = bench.workspace.mapping_of(found)
    assert mapping
    return mapping


async def test_a_suggestion_is_kept(shop: Bench) -> None:
    """Source, target and rows of the response that came; what was left out is said."""
    shop.send.body = json.dumps({"orders": [{"id": "1", "total": 1.5, "colour": "red"}]}).encode()
    await shop.run("action.send", action=LIST)
    result = await shop.run("mapping.suggest", action=LIST)
    mapping = _mapping(shop)
    assert (mapping.source, mapping.target) == ("$.orders[*]", "Order")
    assert [(row.path, row.attribute) for row in mapping.rows] == [("$.id", "external_id"), ("$.total", "total")]
    assert result.message == "Mapped 2 fields of $.orders[*] to Order. Left out: $.colour."
    assert result.lines[:2] == ("source  $.orders[*]", "target  Order")
    assert result.lines[2].startswith("$.id -> external_id")


async def test_nothing_is_suggested_where_nothing_is_alike(shop: Bench) -> None:
    """And the mapping that is there stays."""
    shop.send.body = json.dumps({"orders": [{"zzz": True}]}).encode()
    await shop.run("action.send", action=LIST)
    assert await shop.refused("mapping.suggest", action=LIST) == (
        "Nothing in $.orders[*] looks like Order. Create an object with matching attributes, "
        "or pick the fields yourself."
    )


async def test_a_preview_says_what_would_happen(shop: Bench) -> None:
    """Record by record, with reasons; nothing is written, and values that do not fit stop nothing."""
    result = await shop.run("mapping.preview", action=LIST)
    assert isinstance(result.data, dict)
    assert result.data["counts"] == {"new": 1, "changed": 1, "same": 0, "rejected": 1}
    assert result.data["rejected"] == [{"index": 2, "key": "1003", "reasons": ('total is "n/a", not a decimal',)}]
    assert result.lines[-1] == '1 new, 1 changed, 0 same, 1 rejected: total is "n/a", not a decimal'
    assert result.exit_code == 0


async def test_apply_writes_what_fits_and_twice_is_once(shop: Bench) -> None:
    """The rejected are listed; what a person wrote stays; the second time all is the same and nothing is written."""
    result = await shop.run("mapping.apply", action=LIST)
    assert result.message == (
        'Order: 1 new, 1 changed, 0 same, 1 rejected: total is "n/a", not a decimal. Undo takes it back.'
    )
    assert result.lines == ('rejected: record 2 (1003): total is "n/a", not a decimal',)
    by_id = {values["external_id"]: values for values in shop.values("Order")}
    assert set(by_id) == {"9", "1001", "1002"}
    assert by_id["1001"]["total"] == 42.5
    assert by_id["1001"]["note"] == "by hand"
    assert by_id["1001"]["placed_at"] == "2026-01-02T03:04:05Z"
    record = shop.workbench.records.by_key("Order", "external_id", "1002")
    (run,) = shop.workbench.runs.newest()
    assert record
    assert record.run_id == run.id
    content = shop.path.read_bytes()
    again = await shop.run("mapping.apply", action=LIST)
    assert again.message == 'Order: 0 new, 0 changed, 2 same, 1 rejected: total is "n/a", not a decimal.'
    assert shop.path.read_bytes() == content


async def test_apply_takes_the_run_that_is_named(shop: Bench) -> None:
    """Else the newest with a response."""
    (first,) = shop.workbench.runs.newest()
    shop.send.body = json.dumps({"orders": [{"id": "5", "total": 1}]}).encode()
    await shop.run("action.send", action=LIST)
    assert "1 new, 0 changed, 0 same, 0 rejected" in (await shop.run("mapping.preview", action=LIST)).lines[-1]
    named = await shop.run("mapping.preview", action=LIST, run=first.id)
    assert "1 new, 1 changed, 0 same, 1 rejected" in named.lines[-1]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"source": "$.orders[*].items[*]"}, CHAIN_RULE),
        ({"row": ("$.id -> external_id", "$.items[*].sku -> note")}, CHAIN_RULE),
        ({"row": ("$.total -> total",)}, "external_id: must be mapped: records are matched by external_id"),
        ({"row": ("$.id -> external_id", "$.total -> external_id")}, "external_id: is filled by two rows; remove one"),
        ({"row": ("$.id -> external_id", "$.x -> old")}, "the attribute old is archived on Order"),
        ({"row": ("$.id -> external_id", "$.x -> ")}, "choose an attribute for it, or remove the row"),
        ({"row": ()}, "rows: pick at least one field"),
        ({"target": "Gone"}, "target: Gone is archived; restore it first"),
        ({"source": "$.nope[*]"}, "$.nope is not in this response"),
    ],
)
async def test_a_mapping_that_breaks_a_rule_cannot_be_applied(
    given: dict[str, object], words: str, shop: Bench
) -> None:
    """The preview shows the rule and exits with 1; apply refuses with the same words."""
    await shop.run("mapping.set", action=LIST, **given)
    preview = await shop.run("mapping.preview", action=LIST)
    assert preview.exit_code == 1
    assert isinstance(preview.data, dict)
    assert any(words in problem for problem in preview.data["problems"])
    assert words in await shop.refused("mapping.apply", action=LIST)


async def test_the_record_limit_stops_a_mapping(shop: Bench) -> None:
    """Before anything is written, with the numbers."""
    from app.domain.changes import SETTINGS, Change, Changes
    from app.domain.settings import SETTINGS_NUMBER, Settings

    before = shop.workspace.settings
    limit = shop.workbench.records.count_custom(shop.workspace)
    change = Change(SETTINGS, SETTINGS_NUMBER, before, Settings(record_limit=limit))
    await shop.workbench.commit(Changes.of("Settings", [change]))
    words = await shop.refused("mapping.apply", action=LIST)
    assert words.startswith(f"A workspace holds at most {limit} records of custom objects. It has {limit}, and 1 new")


@pytest.mark.parametrize("status", [404, 500])
async def test_a_failed_run_cannot_be_mapped(status: int, shop: Bench) -> None:
    """Nor can a body that is not JSON."""
    shop.send.status = status
    run = (await shop.run("action.send", action=LIST)).data
    assert isinstance(run, Run)
    assert "The run failed, so there is nothing to map" in await shop.refused("mapping.apply", action=LIST)
    shop.send.status, shop.send.body = 200, b"id,total\n1,2\n"
    await shop.run("action.send", action=LIST)
    assert "The body is not JSON" in await shop.refused("mapping.pick", action=LIST, path="$")


async def test_set_replaces_the_parts_that_are_given(shop: Bench) -> None:
    """The rest stays."""
    before = _mapping(shop)
    await shop.run("mapping.set", action=LIST, row=("$.id -> external_id", "$.total -> total (convert)"))
    after = _mapping(shop)
    assert (after.id, after.source, after.target) == (before.id, before.source, before.target)
    assert after.rows == (
        FieldMapping(path="$.id", attribute="external_id"),
        FieldMapping(path="$.total", attribute="total", is_converted=True),
    )
    await shop.run("mapping.set", action=LIST, source="$", target="People")
    assert (_mapping(shop).source, _mapping(shop).target, _mapping(shop).rows) == ("$", "People", after.rows)


async def test_building_a_mapping_field_by_field(shop: Bench) -> None:
    """Pick the array, pick fields, choose an attribute, convert, remove: one mapping, one row at a time."""
    await shop.run("action.create", name="Fresh", url="https://shop.example/")
    await shop.run("action.send", action="Fresh")
    pick = await shop.run("mapping.pick", action="Fresh", path="$.orders")
    assert pick.message == "The source is $.orders[*]."
    again = await shop.run("mapping.pick", action="Fresh", path="$.orders[1]")
    assert again.message == "The source is $.orders[*] already; pick fields inside it."
    await shop.run("mapping.target", action="Fresh", target="Order")
    assert (await shop.run("mapping.pick", action="Fresh", path="$.orders[2].id")).message == (
        "$.id goes to Order.external_id."
    )
    assert (await shop.run("mapping.pick", action="Fresh", path="$.orders[0].customer.email")).message == (
        "$.customer.email goes to nothing yet: choose its attribute."
    )
    await shop.run("mapping.row", action="Fresh", path="$.customer.email", attribute="note")
    strict = await shop.run("mapping.convert", action="Fresh", path="$.customer.email")
    assert strict.message == "$.customer.email converts values of other types."
    assert (await shop.run("mapping.show", action="Fresh")).lines == (
        "source  $.orders[*]",
        "target  Order",
        "$.id -> external_id",
        "$.customer.email -> note (convert)",
    )
    back = await shop.run("mapping.convert", action="Fresh", path="$.customer.email")
    assert back.message == "$.customer.email is strict: only values of its own type fit."
    gone = await shop.run("mapping.pick", action="Fresh", path="$.orders[0].customer.email")
    assert gone.message == "$.customer.email is not mapped any more."
    await shop.run("mapping.remove", action="Fresh", path="$.id")
    assert _mapping(shop, "Fresh").rows == ()


async def test_a_first_pick_inside_an_array_takes_its_elements_as_records(shop: Bench) -> None:
    """And finds the target by likeness."""
    await shop.run("action.create", name="Fresh", url="https://shop.example/")
    await shop.run("action.send", action="Fresh")
    assert (await shop.run("mapping.pick", action="Fresh", path="$.orders[0].id")).message == (
        "$.id goes to Order.external_id."
    )
    assert _mapping(shop, "Fresh").source == "$.orders[*]"


async def test_another_source_drops_the_rows_and_says_so(shop: Bench) -> None:
    """Undo brings them back."""
    rows = _mapping(shop).rows
    result = await shop.run("mapping.pick", action=LIST, path="$.page")
    assert result.message == (
        f"The source is $.page. The {len(rows)} rows of $.orders[*] were removed; undo brings them back."
    )
    await shop.run("undo")
    assert _mapping(shop).rows == rows


async def test_another_target_takes_attributes_away(shop: Bench) -> None:
    """Rows stay, but those whose attribute the new target lacks must be given one."""
    await shop.run("mapping.target", action=LIST, target="Item")
    assert {row.attribute for row in _mapping(shop).rows} == {"external_id", ""}


async def test_keys_pressed_faster_than_the_disk_lose_nothing(shop: Bench) -> None:
    """Two picks at once are two rows of one mapping; two applies at once store each record once."""
    await shop.run("action.create", name="Fresh", url="https://shop.example/")
    await shop.run("action.send", action="Fresh")
    paths = ("$.orders[0].id", "$.orders[0].total", "$.orders[0].placed_at")
    await asyncio.gather(*(shop.run("mapping.pick", action="Fresh", path=path) for path in paths))
    assert len(shop.workspace.mappings) == 2
    assert [row.path for row in _mapping(shop, "Fresh").rows] == ["$.id", "$.total", "$.placed_at"]
    first, second = await asyncio.gather(*(shop.run("mapping.apply", action=LIST) for _ in range(2)))
    assert "1 new, 1 changed" in first.message
    assert "0 new, 0 changed, 2 same" in second.message
    assert shop.workbench.records.count("Order") == 3


async def test_an_action_has_one_mapping(shop: Bench) -> None:
    """However it is made."""
    for command_id, given in (
        ("mapping.suggest", {}),
        ("mapping.set", {"target": "Item"}),
        ("mapping.pick", {"path": "$.page"}),
    ):
        await shop.run(command_id, action=LIST, **given)
        assert len(shop.workspace.mappings) == 1


async def test_references_to_nobody_are_noted(shop: Bench) -> None:
    """They do not stop anything, but nobody should be surprised."""
    shop.send.body = json.dumps({"orders": [{"id": "1", "order": "9"}, {"id": "2", "order": "none"}]}).encode()
    await shop.run("action.send", action=LIST)
    rows = ("$.id -> external_id", "$.order -> order")
    await shop.run("mapping.set", action=LIST, target="Item", row=rows)
    result = await shop.run("mapping.preview", action=LIST)
    assert isinstance(result.data, dict)
    (note,) = result.data["notes"]
    assert "Item.order" in note or "order" in note
    assert "1" in note
    assert (await shop.run("mapping.apply", action=LIST)).message.startswith("Item: 2 new")


async def test_exact_numbers_survive_the_preview(shop: Bench) -> None:
    """An id beyond 64 bits is shown digit by digit, also as JSON."""
    from app.store.codec import to_json

    shop.send.body = b'{"orders": [{"id": 123456789012345678901234567890, "total": 1.10}]}'
    await shop.run("action.send", action=LIST)
    await shop.run("mapping.set", action=LIST, row=("$.id -> external_id (convert)", "$.total -> total"))
    shown = json.loads(to_json((await shop.run("mapping.preview", action=LIST)).data))
    assert shown["fields"][0]["examples"] == [123456789012345678901234567890]
    await shop.run("mapping.apply", action=LIST)
    assert shop.workbench.records.by_key("Order", "external_id", "123456789012345678901234567890")
