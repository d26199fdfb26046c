"""The schema as a whole: limits as counters, its drawing, its problems, its differences from another one."""

from __future__ import annotations

from pathlib import Path

from command_kit import PASSPHRASE, Bench

from app.domain.diagram import diagram
from app.domain.limits import Counter
from app.domain.secret import Secret
from app.domain.text import cell_width


async def test_limits_are_counters_and_settings(shop: Bench) -> None:
    """Shown with what is used; a raised one is taken, one below what is there is refused."""
    shown = await shop.run("schema.limits")
    assert [line.split() for line in shown.lines[1:]] == [
        ["3", "15", "objects"],
        ["3", "100,000", "records"],
        ["0", "250", "attributes", "on", "People", "and", "Company"],
    ]
    await shop.run("schema.limits", objects=20, records=200_000, attributes=300)
    settings = shop.workspace.settings
    assert (settings.object_limit, settings.record_limit, settings.standard_attribute_limit) == (20, 200_000, 300)
    words = "objects: 3 are there already, more than 2. Archive or delete some first."
    assert await shop.refused("schema.limits", objects=2) == words
    assert "no limit; give a number from 1 to" in await shop.refused("schema.limits", records=-1)


def test_counters_are_marked_from_eighty_percent() -> None:
    """With a mark that needs no colour."""
    marks = [Counter(name="objects", used=used, limit=15).words for used in (11, 12, 15, 16)]
    assert marks == ["11/15 objects", "12/15 objects !", "15/15 objects !!", "16/15 objects !!"]


async def test_beyond_the_limit_of_records(shop: Bench) -> None:
    """The rule and the way out."""
    await shop.run("schema.limits", records=3)
    words = await shop.refused("record.put", object="Order", value=("external_id=new",))
    assert words == "The workspace holds 3 records, the most it may. Delete some first."


async def test_the_diagram_names_both_ends_of_every_reference(shop: Bench) -> None:
    """Boxes with attributes, arrows for one and for many; archived objects and attributes are left out."""
    lines = (await shop.run("schema.diagram")).lines
    text = "\n".join(lines)
    assert "│ order                          reference ├──▶ Order" in lines
    assert "│ customers                      reference ├──▶▶ People" in lines
    assert "  from Item.order" in lines
    assert "  from Order.customers" in lines
    assert "Gone" not in text
    assert " old " not in text


async def test_the_diagram_fits_and_has_an_ascii_form(shop: Bench) -> None:
    """No line is wider than it may be, whatever the names."""
    await shop.run("object.create", name="N" * 60)
    await shop.run("attribute.add", object="Order", name="a" * 80, format="reference", target="N" * 60)
    for width in (40, 76, 120):
        assert max(map(cell_width, diagram(shop.workspace, width))) <= width
    plain = (await shop.run("schema.diagram", ascii=True)).lines
    assert "| order                          reference +--> Order" in plain
    assert all(map(str.isascii, plain))


async def test_check_names_every_problem(shop: Bench) -> None:
    """What another program left behind is listed; a good schema says so."""
    assert (await shop.run("schema.check")).message == "Nothing is wrong with the schema."
    store = shop.vault.store
    number, document = next((n, d) for n, d in store.scan("objects") if d["name"] == "Spare")
    with store.transaction() as transaction:
        transaction.put("objects", number, {**document, "name": "Sp.are"})
    shop.reopen()
    found = await shop.run("schema.check")
    assert found.exit_code == 1
    assert found.lines[0].startswith('WRONG  the object Sp.are: "Sp.are" holds .')


async def test_differences_from_an_export_and_from_a_vault(shop: Bench, tmp_path: Path) -> None:
    """Each line says on which side it is; the other vault needs its passphrase and is only read."""
    export = tmp_path / "export.json"
    await shop.run("vault.export", file=str(export))
    await shop.run("vault.backup", file=str(tmp_path / "other.tdx"))
    same = await shop.run("schema.diff", other=str(export))
    assert same.message == "The schemas of v.tdx and export.json are the same."
    await shop.run("object.create", name="Parcel")
    await shop.run("object.archive", object="Spare")
    await shop.run("attribute.describe", object="Order", attribute="note", description="Words.")
    await shop.run("attribute.replace", object="Order", attribute="status", option=("open",))
    await shop.run("schema.limits", objects=16)
    wanted = (
        '~ Order.note  description "Words." -> ""',
        "~ Order.status  list of 2: open, paid (archived) -> list of 2: open, paid",
        "- Order.status_2  list of 1: open",
        "- Parcel",
        "~ Spare  archived -> active",
        "~ limit of custom objects  16 -> 15",
    )
    assert (await shop.run("schema.diff", other=str(export))).lines == wanted
    other = str(tmp_path / "other.tdx")
    content = (tmp_path / "other.tdx").read_bytes()
    assert (await shop.run("schema.diff", other=other, other_passphrase=Secret(PASSPHRASE))).lines == wanted
    secret = tmp_path / "secret"
    secret.write_text(PASSPHRASE + "\n")
    assert (await shop.run("schema.diff", other=other, other_passphrase_file=str(secret))).lines == wanted
    assert (tmp_path / "other.tdx").read_bytes() == content
    assert "is a vault: give its passphrase" in await shop.refused("schema.diff", other=other)
    assert "There is no file" in await shop.refused("schema.diff", other=str(tmp_path / "none"))
    (tmp_path / "empty.json").write_text("{}")
    assert "holds no schema" in await shop.refused("schema.diff", other=str(tmp_path / "empty.json"))


async def test_the_undo_list(shop: Bench) -> None:
    """Newest first, with when and what; over a reopening."""
    await shop.run("object.describe", object="Order", description="Other.")
    shop.reopen()
    found = await shop.run("undo.list")
    assert found.lines[1].split(maxsplit=4) == ["undo", "1", "2026-11-24", "09:30:00", "Describe Order"]
    assert found.data["undo"][0] == {"at": "2026-11-24T09:30:00.000Z", "title": "Describe Order"}  # type: ignore[index]
    assert len(found.lines) == len(shop.vault.undo_list()) + 1
    assert "redo" not in found.message
    await shop.run("undo")
    shop.reopen()
    found = await shop.run("undo.list")
    assert found.lines[1].split(maxsplit=4) == ["redo", "1", "2026-11-24", "09:30:00", "Describe Order"]
    assert found.data["redo"] == [{"at": "2026-11-24T09:30:00.000Z", "title": "Describe Order"}]  # type: ignore[index]
    assert found.message.endswith("1 step can be done again with redo.")
