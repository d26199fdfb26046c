"""From a response to an object of its own: source, chain, sample, drift, redaction, what was rejected."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from command_kit import ORDERS, Bench

from app.commands.keeping import is_changed
from app.domain.datatypes import DataType
from app.domain.mapping import Mapping
from app.domain.schema import attribute_of
from app.engine.redact import MASK

LIST = "List orders"


def _mapping(bench: Bench) -> Mapping:
    action = bench.workspace.action_named(LIST)
    assert action
    found = bench.workspace.mapping_of(action)
    assert found
    return found


async def _answer(bench: Bench, body: object) -> None:
    bench.send.body = json.dumps(body).encode()
    await bench.run("action.send", action=LIST)


async def test_sources_are_offered_with_counts_the_likeliest_first(shop: Bench) -> None:
    """And the array inside is named with the way out."""
    found = await shop.run("mapping.source", action=LIST)
    assert [line.split() for line in found.lines[1:4]] == [
        ["$.orders[*]", "3", "records", "of", "6", "fields"],
        ["$", "1", "record", "of", "2", "fields"],
        ["$.page", "1", "record", "of", "2", "fields"],
    ]
    assert found.lines[4].startswith("$.orders[*].items is an array inside an array: mapping chain makes")


async def test_another_source_drops_the_rows_and_says_so(shop: Bench) -> None:
    """The same source keeps them."""
    rows = _mapping(shop).rows
    await shop.run("mapping.source", action=LIST, source="$.orders[*]")
    assert _mapping(shop).rows == rows
    found = await shop.run("mapping.source", action=LIST, source="$.page")
    assert "rows of $.orders[*] were removed; undo brings them back" in found.message
    assert (_mapping(shop).source, _mapping(shop).rows) == ("$.page", ())


@pytest.mark.parametrize("source", ["$.nothing", "$.orders[*].items[*]", "$.page.number"])
async def test_a_place_without_records_is_refused(shop: Bench, source: str) -> None:
    """Missing, an array inside an array, a plain value."""
    assert await shop.refused("mapping.source", action=LIST, source=source)


async def test_an_inner_array_is_refused_with_the_rule_and_one_key_builds_the_second_action(shop: Bench) -> None:
    """Everything wired: id, token, headers, target."""
    words = await shop.refused("mapping.pick", action=LIST, path="$.orders[0].items")
    assert "an array inside an array cannot come from one call" in words
    assert "b builds it" in words
    first = shop.workspace.action_named(LIST)
    assert first
    found = await shop.run("mapping.chain", action=LIST, path="$.orders[0].items")
    made = shop.workspace.action_named("Items of one order")
    assert made
    assert made.url == "https://shop.example/orders/{{order_id}}/items"
    assert [(item.name, item.data_type, item.is_required) for item in made.inputs] == [("order_id", "text", True)]
    assert (made.token_id, made.headers) == (first.token_id, first.headers)
    assert made.test_values == {"order_id": "1001"}
    mapping = shop.workspace.mapping_of(made)
    assert mapping
    assert mapping.target == "Item"
    assert "Its records go to Item." in found.message


async def test_a_field_that_needs_no_chain_says_so(shop: Bench) -> None:
    """And names the arrays that do."""
    words = await shop.refused("mapping.chain", action=LIST, path="$.orders[0].total")
    assert words.endswith("so one action is enough for it. Such arrays here: $.orders[*].items.")


async def test_a_missing_attribute_is_made_from_the_field_and_filled_by_its_row(shop: Bench) -> None:
    """One commit, one undo."""
    before = shop.workspace
    await shop.run("mapping.attribute", action=LIST, path="$.customer.email")
    made = attribute_of(next(kind for kind in shop.workspace.types if kind.name == "Order"), "customer_email")
    assert made
    assert (made.data_type, made.description) == (DataType.TEXT, "$.customer.email of List orders")
    assert ("$.customer.email", "customer_email") in {(row.path, row.attribute) for row in _mapping(shop).rows}
    await shop.run("undo")
    assert shop.workspace == before


async def test_nulls_alone_need_a_choice(shop: Bench) -> None:
    """Nobody can tell their format."""
    await _answer(shop, {"orders": [{"id": "1", "gone": None}, {"id": "2", "gone": None}]})
    words = await shop.refused("mapping.attribute", action=LIST, path="$.gone")
    assert words == "$.gone is null in every record, so its format cannot be told. Choose one."
    await shop.run("mapping.attribute", action=LIST, path="$.gone", format="date")
    found = await shop.run("mapping.preview", action=LIST)
    assert any("unknown: null in all 2" in line for line in found.lines)


async def test_an_object_is_made_from_the_sample_in_one_commit(shop: Bench) -> None:
    """Formats from all records, options of a status proposed, all of it undone at once."""
    statuses = ["open", "paid", "open", "paid"]
    tickets = [{"id": str(at), "status": status, "n": at, "at": "2026-01-02"} for at, status in enumerate(statuses)]
    await _answer(shop, {"tickets": tickets})
    await shop.run("mapping.source", action=LIST, source="$.tickets[*]")
    before = shop.workspace
    await shop.run("mapping.object", action=LIST)
    kind = shop.workspace.type_named("Ticket")
    assert kind
    made = {a.name: (a.data_type.value, a.options) for a in kind.attributes if not a.is_built_in}
    assert made == {"status": ("list", ("open", "paid")), "n": ("integer", ()), "at": ("date", ())}
    assert {(row.path, row.attribute) for row in _mapping(shop).rows} == {
        ("$.id", "external_id"),
        ("$.status", "status"),
        ("$.n", "n"),
        ("$.at", "at"),
    }
    await shop.run("undo")
    assert shop.workspace == before


async def test_what_is_proposed_can_be_edited_before_it_is_made(shop: Bench) -> None:
    """Other names, formats, references; a line that cannot be read is refused whole."""
    lines = (
        "$.id -> external_id: text",
        "$.total -> worth: text # As it came.",
        "$.customer.email -> buyer: reference(People)",
    )
    await shop.run("mapping.object", action=LIST, name="Sale", field=lines)
    kind = shop.workspace.type_named("Sale")
    assert kind
    made = [(a.name, a.format, a.description) for a in kind.attributes if not a.is_built_in]
    assert made == [
        ("worth", "text", "As it came."),
        ("buyer", "reference to one People", "$.customer.email of List orders"),
    ]
    assert "formats are text, integer" in await shop.refused(
        "mapping.object", action=LIST, name="Other", field=("$.id -> x: money",)
    )


async def test_the_rejected_are_kept_and_exported_to_a_new_private_file(shop: Bench, tmp_path: Path) -> None:
    """Undo takes them back with the records."""
    await shop.run("mapping.apply", action=LIST)
    found = await shop.run("mapping.rejected", action=LIST)
    assert found.lines[1].split()[:2] == ["2", "1003"]
    for name in ("out.json", "out.csv"):
        await shop.run("mapping.rejected", action=LIST, file=str(tmp_path / name))
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
        assert "exists already" in await shop.refused("mapping.rejected", action=LIST, file=str(tmp_path / name))
    (kept,) = json.loads((tmp_path / "out.json").read_text())
    assert (kept["index"], kept["key"], json.loads(kept["raw"])["total"]) == (2, "1003", "n/a")
    assert (tmp_path / "out.csv").read_text().splitlines()[1].startswith("2,1003,")
    assert "its ending says" in await shop.refused("mapping.rejected", action=LIST, file=str(tmp_path / "out.xls"))
    await shop.run("undo")
    assert (await shop.run("mapping.rejected", action=LIST)).data == []


async def test_a_second_apply_changes_nothing(shop: Bench) -> None:
    """Not a byte."""
    await shop.run("mapping.apply", action=LIST)
    before = shop.stored()
    found = await shop.run("mapping.apply", action=LIST)
    assert "0 new, 0 changed" in found.message
    assert {name: rows for name, rows in shop.stored().items() if name != "rejections"} == {
        name: rows for name, rows in before.items() if name != "rejections"
    }


async def test_a_change_anywhere_marks_the_mapping(shop: Bench) -> None:
    """Rows, schema and source alike, until the next preview."""
    await shop.run("mapping.preview", action=LIST)
    assert not is_changed(shop.workspace, _mapping(shop))
    await shop.run("mapping.convert", action=LIST, path="$.total")
    assert is_changed(shop.workspace, _mapping(shop))
    assert "Changed since its last preview." in (await shop.run("mapping.show", action=LIST)).lines
    await shop.run("mapping.preview", action=LIST)
    assert not is_changed(shop.workspace, _mapping(shop))
    heard = len(shop.heard)
    await shop.run("mapping.preview", action=LIST)
    assert len(shop.heard) == heard


async def test_drift_is_reported_before_anything_is_written(shop: Bench) -> None:
    """A path lost, a type changed; a look at the preview lets it through."""
    await shop.run("mapping.preview", action=LIST)
    orders = [{"id": "1001", "total": {"amount": 1}}, {"id": "1002", "total": {"amount": 2}}]
    await _answer(shop, {"orders": orders, "page": ORDERS["page"]})
    words = await shop.refused("mapping.apply", action=LIST)
    assert "$.placed_at was date" not in words
    assert "$.placed_at (date) is gone" in words
    assert "$.total was text, now object" in words
    assert "Nothing was written." in words
    found = await shop.run("mapping.preview", action=LIST)
    assert any(line.startswith("Changed since the last preview: ") for line in found.lines)
    await shop.run("mapping.apply", action=LIST)


async def test_a_redacted_value_is_nowhere_any_more(shop: Bench) -> None:
    """Kept bodies, the sample, rejected records, later responses, what is shown."""
    await shop.run("action.mock", action=LIST)
    await shop.run("mapping.apply", action=LIST)
    await shop.run("mapping.redact", action=LIST, path="$.orders[0].customer.email")
    assert shop.workspace.redacted(_mapping(shop).action_id) == ("$.orders[*].customer.email",)
    sent = await shop.run("action.send", action=LIST)
    assert MASK in "\n".join(sent.lines)
    for bodies in (sent.lines, *(run_lines for run_lines in await _shown_bodies(shop))):
        assert "example.org" not in "\n".join(bodies)
    kept = {name: rows for name, rows in shop.stored().items() if not name.startswith("records/")}
    assert "bo@example.org" not in repr(kept)
    assert shop.vault.undo_title() == ""
    shop.reopen()
    assert "redacted, so it is never stored" in await shop.refused(
        "mapping.pick", action=LIST, path="$.orders[0].customer.email"
    )
    await shop.run("mapping.set", action=LIST, row=("$.id -> external_id", "$.customer.email -> note"))
    assert "never stored" in await shop.refused("mapping.apply", action=LIST)
    await shop.run("mapping.redact", action=LIST, path="$.orders[*].customer.email", end=True)
    assert shop.workspace.redacted(_mapping(shop).action_id) == ()


async def _shown_bodies(shop: Bench) -> list[tuple[str, ...]]:
    runs = [run for run in shop.workbench.runs.newest() if run.response]
    assert len(runs) == 2
    return [((await shop.run("run.show", run=run.id, body=True)).raw or b"").decode().split("\n") for run in runs]  # type: ignore[misc]  # lines


async def test_a_status_goes_to_the_conversation_too(shop: Bench) -> None:
    """A list of what came, made with the row; free text is refused."""
    statuses = ("open", "paid", "open", "paid")
    await _answer(shop, {"orders": [{"id": str(at), "status": status} for at, status in enumerate(statuses)]})
    await shop.run("mapping.conversation", action=LIST, path="$.status", name="order_status")
    made = attribute_of(shop.workspace.standards[3], "order_status")
    assert made
    assert made.options == ("open", "paid")
    assert [(row.path, row.attribute) for row in _mapping(shop).conversation] == [("$.status", "order_status")]
    words = await shop.refused("attribute.archive", object="Conversation", attribute="order_status")
    assert "is used by the mapping" in words
    await _answer(shop, {"orders": [{"id": "1", "customer": {"name": "Bo"}}]})
    assert "takes plain ones" in await shop.refused("mapping.conversation", action=LIST, path="$.customer")


async def test_records_of_one_verdict_are_listed_and_the_rest_counted(shop: Bench) -> None:
    """What conversion would do stands above them."""
    await shop.run("mapping.set", action=LIST, row=("$.id -> external_id", "$.total -> total"))
    found = await shop.run("mapping.preview", action=LIST, verdict="rejected", limit=1)
    assert "2 more records; --limit shows more of them." in found.lines
    assert 'conversion would keep 2 of 3, "42.50" as 42.5: records 0, 1' in found.lines
    assert "is not a verdict" in await shop.refused("mapping.preview", action=LIST, verdict="odd")


async def test_detected_against_declared_says_that_nothing_is_overwritten(shop: Bench) -> None:
    await _answer(shop, {"orders": [{"id": "1", "total": "n/a"}, {"id": "2", "total": "open"}]})
    rows = ("$.id -> external_id", "$.total -> total")
    await shop.run("mapping.set", action=LIST, source="$.orders[*]", target="Order", row=rows)
    result = await shop.run("mapping.preview", action=LIST)
    said = next(line for line in result.lines if "detected text" in line)
    assert said.startswith("$.total: detected text, declared")
    assert "total cannot be overwritten, since attributes never change; merging adds a new one" in said
