"""Records in and out of files: previewed, one commit, one undo, nothing dropped in silence."""

from __future__ import annotations

import asyncio
import json
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from command_kit import TOKEN, Bench

from app.commands import progress
from app.commands.registry import REGISTRY
from app.domain.changes import SETTINGS, Change, Changes
from app.domain.settings import SETTINGS_NUMBER, Settings

CSV = """Order no;total;placed_at;note;status
1001;42.50;2026-01-02T03:04:05Z;;paid
1002;7;2026-02-03;"two
lines";open
1003;n/a;2026-03-04;x;open
1004;1;2026-03-04;x;lost
9;9.5;;;
"""
MAP = ("Order no=external_id",)


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str, str | bytes], str]:
    """Writes a file and gives its name."""

    def write(name: str, text: str | bytes) -> str:
        path = tmp_path / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return str(path)

    return write


async def _preview(bench: Bench, command_id: str, **given: object) -> str:
    command = REGISTRY[command_id]
    assert command.preview is not None
    return "\n".join(await command.preview(bench.workbench, command.args(**given)))


async def test_the_preview_counts_and_writes_nothing(shop: Bench, file: Callable[[str, str], str]) -> None:
    """What was found out, each column with its conversion, each rejected record with its reason."""
    before = shop.stored()
    name = file("orders.csv", CSV)
    shown = await _preview(shop, "record.import", object="Order", file=name, map=MAP)
    result = await shop.run("record.check", object="Order", file=name, map=MAP)
    assert shown == "\n".join(result.lines)
    assert shown.startswith('1 new, 1 changed, 1 same, 2 rejected: total is "n/a", not a decimal; and 1 more')
    for text in (
        'delimiter  semicolon, quote ", with a header',
        "encoding   utf-8 (valid UTF-8)",
        "total -> total (convert)",
        "converted from text",
        'rejected: record 3 (1004): status is "lost", not one of open, paid',
        "attributes not filled: external_created_at, external_updated_at, customers",
    ):
        assert text in shown
    assert shop.stored() == before
    assert shop.heard == []


async def test_one_commit_one_undo(shop: Bench, file: Callable[[str, str], str], tmp_path: Path) -> None:
    """What is not in the file is not touched; what is rejected is in a file of its own, ready to be mended."""
    before = shop.stored()
    rejects = tmp_path / "left.csv"
    given = {"object": "Order", "file": file("orders.csv", CSV), "map": MAP}
    result = await shop.run("record.import", **given, rejects=str(rejects))
    assert f"The rejected are in {rejects}. Undo takes it back." in result.message
    assert len(shop.heard) == 1
    assert shop.heard[0].title == "Import 2 of orders.csv into Order"
    values = {record["external_id"]: record for record in shop.values("Order")}
    assert values["1001"] == {
        "external_id": "1001",
        "total": 42.5,
        "note": "by hand",
        "placed_at": "2026-01-02T03:04:05Z",
        "status": "paid",
    }
    assert values["1002"]["note"] == "two\r\nlines" or values["1002"]["note"] == "two\nlines"
    assert rejects.read_text().splitlines() == [
        "reason;Order no;total;placed_at;note;status",
        '"total is ""n/a"", not a decimal";1003;n/a;2026-03-04;x;open',
        '"status is ""lost"", not one of open, paid";1004;1;2026-03-04;x;lost',
    ]
    assert stat.S_IMODE(rejects.stat().st_mode) == 0o600
    shop.reopen()
    await shop.run("undo")
    assert shop.stored() == before
    mended = file("left.csv", rejects.read_text().replace("n/a", "3").replace("lost", "open"))
    assert (await shop.run("record.import", object="Order", file=mended, map=MAP)).message.startswith("Order: 2 new")


async def test_a_second_import_changes_nothing(shop: Bench, file: Callable[[str, str], str]) -> None:
    """As applying a response twice."""
    given = {"object": "Order", "file": file("orders.csv", CSV), "map": MAP}
    await shop.run("record.import", **given)
    before = shop.stored()
    result = await shop.run("record.import", **given)
    assert result.message.startswith("Order: 0 new, 0 changed, 3 same, 2 rejected")
    assert shop.stored() == before


@pytest.mark.parametrize("format", ["csv", "json", "jsonl", "tinydb"])
async def test_out_and_in_again(shop: Bench, format: str, tmp_path: Path) -> None:
    """The same records, nothing of the vault beside them."""
    await shop.run(
        "record.put", object="Order", value=("external_id==x", "note=a\nb", "status:=null", "customers=c-1,c-2")
    )
    before = shop.values("Order")
    path = tmp_path / ("orders.csv" if format == "csv" else "orders.json")
    result = await shop.run("record.export", object="Order", file=str(path), format=format)
    assert f"Wrote {len(before)} records of Order to {path}" in result.message
    assert ("1 cell that a spreadsheet may take for a formula" in result.message) is (format == "csv")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for record in list(before):
        await shop.run("record.delete", object="Order", record=record["external_id"])
    kind = {} if format == "tinydb" else {"format": format}
    await shop.run("record.import", object="Order", file=str(path), **kind)
    assert shop.values("Order") == before


async def test_no_secret_leaves(shop: Bench, tmp_path: Path) -> None:
    """Neither a token nor an archived attribute, in no format."""
    for format in ("csv", "json", "jsonl", "tinydb"):
        path = tmp_path / f"orders.{format}"
        await shop.run("record.export", object="Order", file=str(path), format=format)
        text = path.read_text()
        assert TOKEN not in text
        assert "old" not in text


async def test_refusals(shop: Bench, file: Callable[[str, str | bytes], str], tmp_path: Path) -> None:
    """In words, with nothing changed."""
    orders = file("orders.csv", CSV)
    refused = shop.refused
    assert "There is no file" in await refused("record.import", object="Order", file=str(tmp_path / "none.csv"))
    words = await refused("record.import", object="Order", file=orders)
    assert "external_id: must be mapped" in words
    assert "Say which column is the external_id, as in Order no=external_id (--map" in words
    words = await refused("record.import", object="Order", file=file("x.csv", "a,b\n1,2\n"))
    assert "No column of x.csv is called like an attribute of Order: it has a, b." in words
    assert "Gone is archived; restore it first." in await refused("record.import", object="Gone", file=orders)
    words = await refused("record.import", object="Order", file=orders, map=MAP, rejects=orders)
    assert "exists already" in words
    words = await refused("record.import", object="Order", file="../orders.csv", folder=str(tmp_path))
    assert "leads out of the folder" in words
    assert "exists already" in await refused("record.export", object="Order", file=orders)
    assert "does not tell its format" in await refused("record.export", object="Order", file=str(tmp_path / "x.doc"))


async def test_limits_are_checked_before(shop: Bench, file: Callable[[str, str], str]) -> None:
    """The number of records of all custom objects; the length of a text on a standard object."""
    before = shop.workspace.settings
    limit = Settings(record_limit=4)
    await shop.workbench.commit(
        Changes.of("Settings", [Change(SETTINGS, SETTINGS_NUMBER, before, limit)], is_undoable=False)
    )
    name = file("orders.csv", "external_id\na\nb\nc\n")
    words = await shop.refused("record.import", object="Order", file=name)
    assert (
        "A workspace holds at most 4 records of custom objects. It has 3, and 3 new ones would be 2 too many" in words
    )
    people = file("people.csv", f"email,name\na@b.c,{'x' * 256}\nd@e.f,{'x' * 255}\n")
    result = await shop.run("record.import", object="People", file=people)
    assert "1 new, 0 changed, 0 same, 1 rejected: name is 256 characters long; at most 255 are kept" in result.message


async def test_a_cancelled_import_writes_nothing(
    shop: Bench, file: Callable[[str, str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cancelled in the middle of reading, it stops at the next batch."""
    before = shop.stored()
    name = file("orders.csv", "external_id\n" + "".join(f"o-{n}\n" for n in range(20_000)))
    reading, go_on, heard = asyncio.Event(), threading.Event(), []
    loop = asyncio.get_running_loop()

    def hear(told: progress.Progress) -> None:
        heard.append(told)
        if told.done:
            loop.call_soon_threadsafe(reading.set)
            go_on.wait(10)

    progress.LISTENER.set(hear)
    task = asyncio.create_task(shop.run("record.import", object="Order", file=name))
    await reading.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    seen = len(heard)
    go_on.set()
    assert not [told for told in heard[seen:] if not told.can_stop]
    assert heard[-1].total > heard[-1].done
    assert shop.stored() == before
    assert shop.heard == []


async def test_an_object_from_a_file(bench: Bench, file: Callable[[str, str], str]) -> None:
    """Proposed, shown, changed by a line, made with its records in one commit."""
    name = file("orders.csv", CSV)
    shown = await _preview(bench, "object.create", name="Order", from_=name)
    assert "Order no -> external_id: text" in shown
    assert "total -> total: text" in shown
    assert "status -> status: text" in shown
    assert bench.workspace.objects == {}
    lines = ("total -> total: decimal", "status -> status: list(open|paid)", "note -> -")
    result = await bench.run("object.create", name="Order", from_=name, field=lines, rows=True)
    assert result.message.startswith("Created the custom object Order with 5 attributes. 3 new, 0 changed, 0 same, 2")
    assert len(bench.heard) == 1
    assert len(bench.values("Order")) == 3
    kind = bench.workspace.type_named("Order")
    assert kind is not None
    assert [(each.name, each.format) for each in kind.attributes[3:]] == [("total", "decimal"), ("status", "list of 2")]
    await bench.run("undo")
    assert (bench.workspace.objects, bench.values("Order")) == ({}, [])


async def test_an_object_from_json_without_its_records(bench: Bench, file: Callable[[str, str], str]) -> None:
    """Only the object; a taken name is refused as everywhere."""
    name = file("orders.json", json.dumps({"orders": [{"id": 1, "total": 2.5}, {"id": 2, "total": None}]}))
    await bench.run("object.create", name="Order", from_=name)
    assert bench.values("Order") == []
    assert "exists already" in await bench.refused("object.create", name="Order", from_=name)
    result = await bench.run("record.import", object="Order", file=name)
    assert result.message.startswith("Order: 2 new") or "id=external_id" in result.message


async def test_the_buttons_of_a_conversation(shop: Bench, file: Callable[[str, str], str]) -> None:
    """The 25 newest by their moment, whatever the offset; the rest is counted with the reason."""
    assert "would offer no Order" in (await shop.run("record.buttons", object="Order")).lines[0]
    rows = [f"o-{n:02},2026-01-{n:02}T10:00:00Z,note {n}" for n in range(1, 28)]
    rows += ["east,2026-01-27T23:30:00+14:00,early", "west,2026-01-27T09:00:00-12:00,late"]
    name = file("o.csv", "external_id,external_updated_at,note\n" + "\n".join(rows) + "\n")
    await shop.run("record.import", object="Order", file=name)
    result = await shop.run("record.buttons", object="Order")
    data = result.data
    assert isinstance(data, dict)
    ids = [each["external_id"] for each in data["buttons"]]
    assert ids[:4] == ["west", "o-27", "east", "o-26"]
    assert len(ids) == 25
    assert result.lines[2] == "[ west  late ]  2026-01-27T09:00:00-12:00"
    assert result.lines[-2:] == (
        "4 left out: older than the 25 newest (the newest of them: 2026-01-04T10:00:00Z)",
        "2 left out: no external_updated_at, so nobody can tell how new they are",
    )
