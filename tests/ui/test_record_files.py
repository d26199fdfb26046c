"""Files of records on the screen: looked at before anything is written, stopped by Escape, offered as buttons."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.widgets import Checkbox, Input, TextArea
from ui_driver import Driver, driving

from app.engine.cancel import Cancelled
from app.store import outside

CSV = """Order no;total;status;external_updated_at
A-1;42.50;open;2026-01-02T03:04:05Z
A-2;n/a;open;2026-01-03T03:04:05Z
A-3;7;shipped;2026-01-04T03:04:05Z
"""


async def _name(driver: Driver, argument: str, path: Path) -> None:
    driver.app.screen.query_one(f"#arg-{argument}", Input).value = str(path)
    await driver.settle()


async def _say(driver: Driver, argument: str, text: str) -> None:
    driver.app.screen.query_one(f"#arg-{argument}", TextArea).insert(text)
    await driver.settle()


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    """A file that somebody exported elsewhere."""
    path = tmp_path / "orders.csv"
    path.write_text(CSV)
    return path


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_look_import_undo(vault_path: Path, orders: Path, size: tuple[int, int]) -> None:
    """What was found out and what would be written are on the screen before it is written."""
    async with driving(vault_path, size=size) as driver:
        await driver.open("Order")
        await driver.press("I")
        driver.expect("Import records: Order", "Name a file above.")
        await _name(driver, "file", orders)
        driver.expect("external_id: must be mapped", "Order no=external_id")
        await _say(driver, "map", "Order no=external_id")
        driver.expect("2 new, 0 changed, 0 same, 1 rejected", 'delimiter  semicolon, quote "')
        assert driver.workbench.records.count("Order") == 0
        await driver.press("ctrl+s")
        driver.expect("2 records")
        assert driver.workbench.records.count("Order") == 2
        await driver.press("b")
        driver.expect("2 of at most 25 buttons", "[ A-3  shipped")
        await driver.press("escape", "u")
        assert driver.workbench.records.count("Order") == 0


async def test_escape_stops_an_import_and_keeps_the_dialog(
    vault_path: Path, orders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is written, nothing typed is lost, and it can be started again."""
    reading, ended = threading.Event(), threading.Event()
    read = outside.read

    def endless(path: Path, *, check: Callable[[], None]) -> bytes:
        reading.set()
        try:
            while True:
                check()
                ended.wait(0.001)
        except Cancelled:
            ended.set()
            raise

    async with driving(vault_path) as driver:
        await driver.open("Order")
        await driver.press("I")
        await _name(driver, "file", orders)
        await _say(driver, "map", "Order no=external_id")
        monkeypatch.setattr(outside, "read", endless)
        await driver.pilot.press("ctrl+s")
        await driver.pilot.pause()
        assert reading.wait(10)
        await driver.pilot.pause()
        driver.expect("Reading orders.csv", "esc stops it")
        await driver.press("escape")
        assert ended.wait(10)
        driver.expect("Stopped. Nothing was written.", "orders.csv")
        assert driver.workbench.records.count("Order") == 0
        monkeypatch.setattr(outside, "read", read)
        await driver.press("ctrl+s")
        assert driver.workbench.records.count("Order") == 2


async def test_an_object_from_a_file(vault_path: Path, orders: Path) -> None:
    """Its attributes are lines that can be changed before it is made."""
    async with driving(vault_path) as driver:
        await driver.press("n")
        await driver.type("Parcel")
        await _name(driver, "from_", orders)
        driver.expect("Order no -> external_id: text", "total -> total: text")
        await _say(driver, "field", "total -> price: decimal")
        driver.app.screen.query_one("#arg-rows", Checkbox).value = True
        await driver.settle()
        driver.expect("total -> price: decimal", "2 new, 0 changed, 0 same, 1 rejected")
        await driver.press("ctrl+s")
        kind = driver.workbench.workspace.type_named("Parcel")
        assert kind is not None
        assert [each.name for each in kind.attributes[3:]] == ["price", "status"]
        assert driver.workbench.records.count("Parcel") == 2


async def test_export_from_the_records_pane(vault_path: Path, orders: Path, tmp_path: Path) -> None:
    """It says that the file is open to whoever has it; a second one does not replace the first."""
    async with driving(vault_path) as driver:
        await driver.open("Order")
        await driver.press("X")
        await _name(driver, "file", tmp_path / "out.json")
        await driver.press("ctrl+s")
        assert (tmp_path / "out.json").read_text() == "[\n]\n"
        await driver.press("X")
        await _name(driver, "file", tmp_path / "out.json")
        await driver.press("ctrl+s")
        driver.expect("exists already. Choose another name")
