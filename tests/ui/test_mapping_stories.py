"""The mapper from the keyboard, at 80×24 too: source, preview, filter, new object, second action, Escape."""

from __future__ import annotations

import asyncio
import json
import threading
from pathlib import Path

import pytest
from ui_driver import Driver, FakeSend, driving

from app.commands.registry import REGISTRY, Disabled
from app.demo.workspace import SAMPLE_DATA
from app.domain.mapping import FieldMapping
from app.ui.panes.marks import Marks
from app.ui.screens.preview import PreviewScreen
from app.ui.widgets.glyphs import GLYPHS
from app.ui.widgets.json_tree import JsonTree


@pytest.fixture
def orders() -> FakeSend:
    """Answers with the first page of orders."""
    return FakeSend(json.dumps({"orders": ORDERS}, indent=2).encode())


ORDERS = json.loads((SAMPLE_DATA / "shop" / "orders.json").read_text("utf-8"))[:25]
SIZES = [(80, 24), (120, 36)]


async def _mapped(driver: Driver) -> None:
    await driver.open("List orders")
    await driver.send()
    await driver.press("m")
    driver.screen.focus_pane("mapping")
    await driver.settle()


@pytest.mark.parametrize("size", SIZES)
async def test_every_record_is_shown_as_stored_beside_what_came(
    vault_path: Path, orders: FakeSend, size: tuple[int, int]
) -> None:
    """Verdicts with counts, one verdict alone, why a record is rejected."""
    async with driving(vault_path, sender=orders, size=size) as driver:
        await _mapped(driver)
        await driver.press("p")
        assert isinstance(driver.app.screen, PreviewScreen)
        driver.expect(
            "Preview → Order", "as it would be stored (new)", "as it came", "external_id: 1001", '"id": "1001"'
        )
        await driver.press("r")
        driver.expect("not stored", 'total is "n/a", not a decimal')
        await driver.press("s")
        driver.expect("No record is same.")
        await driver.press("n", "escape")
        assert driver.app.screen is driver.screen


@pytest.mark.parametrize("size", SIZES)
async def test_the_source_is_chosen_from_what_there_is(
    vault_path: Path, orders: FakeSend, size: tuple[int, int]
) -> None:
    """Each with its count."""
    async with driving(vault_path, sender=orders, size=size) as driver:
        await _mapped(driver)
        await driver.press("s")
        driver.expect("$.orders[*]", "25 records of")
        await driver.press("escape")


async def test_a_new_object_is_proposed_from_the_sample(vault_path: Path, orders: FakeSend) -> None:
    """Name and fields stand in the dialog, to be edited."""
    async with driving(vault_path, sender=orders, size=(80, 24)) as driver:
        await _mapped(driver)
        await driver.press("N")
        driver.expect("New object from sample", "Order", "$.id -> external_id: text")
        await driver.press("escape", "n")
        driver.expect("New attribute from field", "Format")
        await driver.press("escape")


async def test_b_builds_the_second_action_of_the_chain(vault_path: Path, orders: FakeSend) -> None:
    """From the mapping pane, and it is selected at once."""
    async with driving(vault_path, sender=orders) as driver:
        await _mapped(driver)
        driver.screen.focus_pane("response")
        await driver.settle()
        tree, shown = driver.screen.query_one(JsonTree), driver.screen.shown
        assert shown
        assert tree.index
        node = tree.index.node_at(shown.body.index(b'"items"') + len(b'"items": '))
        assert node is not None
        tree.go_to(node)
        await driver.press("b")
        driver.expect("Items of one order", "{{order_id}}/items")
        assert driver.screen.selection.name == "Items of one order"


async def test_escape_stops_a_preview_that_is_running(
    vault_path: Path, orders: FakeSend, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The screen answers meanwhile; the thread hears of it and ends."""
    async with driving(vault_path, sender=orders) as driver:
        await _mapped(driver)
        entered, stopped = threading.Event(), threading.Event()

        def endless(*given: object) -> None:
            entered.set()
            is_cancelled = given[-1]
            assert callable(is_cancelled)
            while not is_cancelled():
                pass
            stopped.set()

        monkeypatch.setattr("app.ui.shown.preview_document", endless)
        driver.screen.update_preview()
        await asyncio.to_thread(entered.wait)
        await driver.pilot.press("escape")
        await asyncio.to_thread(stopped.wait)
        await driver.pilot.pause()
        assert driver.screen.pane == "mapping"
        driver.expect("Stopped working out the preview.")


async def test_detected_against_declared_is_said_on_the_screen(vault_path: Path) -> None:
    """A total that comes as text: nothing is overwritten, merging adds."""
    sender = FakeSend(json.dumps({"orders": [{"id": "1", "total": "n/a"}, {"id": "2", "total": "open"}]}).encode())
    async with driving(vault_path, sender=sender, size=(80, 24)) as driver:
        await driver.open("List orders")
        await driver.send()
        rows = ("$.id -> external_id", "$.total -> total")
        args = REGISTRY["mapping.set"].args(action="List orders", source="$.orders[*]", target="Order", row=rows)
        await REGISTRY["mapping.set"].function(driver.workbench, args)
        driver.screen.focus_pane("mapping")
        await driver.press("down")
        driver.expect("conversion would keep none of the 2", "detected text, declared decimal")
        driver.expect("cannot be overwritten", "merging adds a new one")


async def test_the_field_under_the_cursor_is_the_row_that_the_palette_acts_on(
    vault_path: Path, orders: FakeSend
) -> None:
    """No need to go to the mapping pane first: keys of its rows work on the response's field from the palette."""
    async with driving(vault_path, sender=orders, size=(80, 24)) as driver:
        await _mapped(driver)
        driver.screen.focus_pane("response")
        await driver.settle()
        tree = driver.screen.query_one(JsonTree)
        assert tree.index
        node = tree.index.find(("orders", 3, "total"))
        assert node is not None
        tree.go_to(node)
        await driver.settle()
        context = driver.screen.context()
        for name in ("convert", "remove", "row", "attribute", "preview"):
            assert not isinstance(REGISTRY[f"mapping.{name}"].gather(context), Disabled), name
        before = _rows(driver)
        driver.screen.run_entry("mapping.convert")  # as the palette does
        await driver.settle()
        turned = [row.path for row, was in zip(_rows(driver), before, strict=True) if row != was]
        assert turned == ["$.total"]


def _rows(driver: Driver) -> tuple[FieldMapping, ...]:
    action = driver.screen.workspace.action_named("List orders")
    assert action
    mapping = driver.screen.workspace.mapping_of(action)
    assert mapping
    return mapping.rows


async def test_escape_stops_an_apply_before_it_is_stored(
    vault_path: Path, orders: FakeSend, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is written, and it says so."""
    async with driving(vault_path, sender=orders, size=(80, 24)) as driver:
        await _mapped(driver)
        before = driver.workbench.records.count("Order")
        entered = threading.Event()

        def endless(*given: object) -> None:
            entered.set()
            is_cancelled = given[-1]
            assert callable(is_cancelled)
            while not is_cancelled():
                pass

        monkeypatch.setattr("app.commands.applying.preview_body", endless)
        await driver.pilot.press("a")
        await asyncio.to_thread(entered.wait)
        await driver.pilot.press("escape")
        await driver.pilot.pause()
        driver.expect("Stopped: nothing was stored.")
        assert driver.workbench.records.count("Order") == before


async def test_an_apply_that_is_being_stored_is_not_stopped(vault_path: Path, orders: FakeSend) -> None:
    """Once begun a commit ends; Escape says how to take it back."""
    async with driving(vault_path, sender=orders, size=(80, 24)) as driver:
        await _mapped(driver)
        async with driver.workbench._writing:
            await driver.pilot.press("escape")
            await driver.pilot.pause()
            driver.expect("It is being stored already. u takes it back.")
        assert driver.screen.pane == "mapping"


async def test_rejected_records_and_mapped_fields_carry_marks(vault_path: Path, orders: FakeSend) -> None:
    """In the response's tree, wherever one looks."""
    async with driving(vault_path, sender=orders, size=(80, 24)) as driver:
        await _mapped(driver)
        driver.screen.focus_pane("response")
        await driver.settle()
        tree, preview = driver.screen.query_one(JsonTree), driver.screen.preview
        assert tree.index
        assert preview
        at = next(iter(preview.rejections)).index
        node = tree.index.find(("orders", at))
        assert node is not None
        tree.go_to(node)
        await driver.settle()
        mark = Marks(tree.index, preview)
        assert mark(node) == ("rejected", "bad")
        total, items = (tree.index.find(("orders", at, name)) for name in ("total", "items"))
        assert total is not None
        assert items is not None
        assert mark(total) == (GLYPHS.picked, "bad")
        assert mark(items) is None
        source = tree.index.find(("orders",))
        assert source is not None
        assert mark(source) == (GLYPHS.source, "accent")
        driver.expect("rejected")
