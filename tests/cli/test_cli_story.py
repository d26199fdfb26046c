"""The whole grammar, as a person would use it: on the sample vault, against the demo API."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_kit import PASSPHRASE, Shell

from app.demo.server import DemoServer
from app.domain.secret import DOTS
from app.store.vault import Vault


def test_the_tour_without_a_screen(shell: Shell, demo: DemoServer) -> None:
    """Send, suggest, preview, apply, list, undo."""
    sent = shell("action", "send", "List orders")
    assert json.loads(sent.out)["orders"][0]["id"]
    assert sent.err.startswith("LIVE: 200 OK, ")
    suggested = shell("mapping", "suggest", "List orders")
    assert suggested.out.splitlines()[:2] == ["source  $.orders[*]", "target  Order"]
    preview = shell("mapping", "preview", "List orders")
    assert preview.out.splitlines()[-1] == '24 new, 0 changed, 0 same, 1 rejected: total is "n/a", not a decimal'
    assert preview.err == ""
    applied = shell("mapping", "apply", "List orders")
    assert applied.err.startswith("Order: 24 new, 0 changed, 0 same, 1 rejected")
    assert applied.out.startswith("rejected: record ")
    listed = shell("record", "list", "Order", "--limit", "30")
    assert len(listed.out.splitlines()) == 25
    assert listed.err == "24 of 24 records shown.\n"
    undone = shell("undo", "--json")
    assert undone.document == {"undone": "Apply 24 records to Order", "next": "Mapping of List orders"}
    assert shell("record", "list", "Order", "--json").document["total"] == 0


def test_objects_and_attributes(shell: Shell) -> None:
    """Create, describe, add, archive, restore; refused with 1 and the rule."""
    shell("object", "create", "Parcel", "--description", "On its way.")
    shell("attribute", "add", "Parcel", "state", "list", "--option", "sent", "--option", "lost")
    shell("attribute", "add", "Parcel", "order", "reference", "--target", "Order", "--many")
    shell("attribute", "describe", "Parcel", "state", "Where it is.")
    shown = shell("object", "show", "Parcel").out
    assert "list of 2" in shown
    assert "reference to many Order" in shown
    assert "Where it is." in shown
    refused = shell("object", "archive", "Order", code=1)
    assert "Order is used by the reference Item.order, the reference Parcel.order" in refused.err
    shell("attribute", "archive", "Parcel", "order")
    shell("attribute", "restore", "Parcel", "order")
    shell("object", "archive", "Parcel")
    assert ["Parcel", "archived"] in [line.split()[:2] for line in shell("object", "list").out.splitlines()]
    shell("object", "restore", "Parcel")
    shell("object", "describe", "Parcel", "A box.")
    assert "A box." in shell("object", "list").out


def test_records(shell: Shell) -> None:
    """Put, show, list, delete."""
    shell("record", "put", "Order", "external_id=1", "total=4.5", "status=open")
    assert shell("record", "put", "Order", "external_id=1", "total=5").err == "Changed Order 1.\n"
    shown = shell("record", "show", "Order", "1", "--json").document
    assert shown["values"] == {"external_id": "1", "total": 5.0, "status": "open"}
    refused = shell("record", "put", "Order", "external_id=1", "total=x", code=1)
    assert refused.err == 'actionbench: total: is "x", not a decimal\n'
    assert refused.out == ""
    shell("record", "delete", "Order", "1")
    assert shell("record", "list", "Order").err == "0 of 0 records shown.\n"


def test_tokens_come_from_standard_input(shell: Shell, demo: DemoServer) -> None:
    """They are sent as they are and shown as dots; one in use cannot be removed."""
    shell("token", "add", "Mine", "--header", "X-Mine", "--prefix", "Bearer", stdin="canary-4711\nrest\n")
    listed = shell("token", "list")
    assert DOTS in listed.out
    shell("action", "create", "Echo", "--url", f"{demo.url}/faults/echo", "--token", "Mine")
    before = len(demo.requests)
    shell("action", "send", "Echo")
    (request,) = demo.requests[before:]
    assert request.header("X-Mine") == "Bearer canary-4711"
    assert "is sent by Echo" in shell("token", "remove", "Mine", code=1).err
    shell("action", "edit", "Echo", "--token", "")
    shell("token", "remove", "Mine")
    assert "value: is empty" in shell("token", "add", "None", stdin="", code=1).err


def test_building_and_rendering_an_action(shell: Shell) -> None:
    """Every part on the command line; the rendered request masked; nothing sent."""
    shell(
        *("action", "create", "Save", "--method", "PUT", "--url", "https://shop.example/{{id}}"),
        *("--header", "X-A: {{id}}", "--input", "id*: integer # The id", "--body", '{"id": {{id}}}'),
        *("--token", "Shop API key", "--description", "Saves."),
    )
    assert "is not sent to shop.example" in shell("action", "render", "Save", "--input", "id=7", code=1).err
    shell("token", "allow", "Shop API key", "shop.example")
    rendered = shell("action", "render", "Save", "--input", "id=7").out
    assert rendered.splitlines()[0] == "PUT https://shop.example/7"
    assert f"X-Api-Key: {DOTS}" in rendered
    assert '\n\n{"id": 7}\n\n' in rendered
    assert "id*: integer # The id" in shell("action", "show", "Save").out
    assert "Save" in shell("action", "list").out
    assert 'input id: is "x", not an integer' in shell("action", "render", "Save", "--input", "id=x", code=1).err
    shell("action", "delete", "Save")
    assert 'There is no action "Save"' in shell("action", "show", "Save", code=1).err


def test_mappings_row_by_row(shell: Shell, demo: DemoServer) -> None:
    """Set, show, pick, row, convert, remove, target."""
    shell("action", "send", "List orders")
    shell("mapping", "set", "List orders", "--source", "$.orders[*]", "--target", "Order", "--row", "$.id->external_id")
    shell("mapping", "pick", "List orders", "$.orders[3].total")
    assert shell("mapping", "show", "List orders").out.splitlines()[2:] == [
        "$.id -> external_id",
        "$.total -> total (convert)",
    ]
    shell("mapping", "row", "List orders", "$.total", "currency")
    shell("mapping", "convert", "List orders", "$.total")
    assert shell("mapping", "show", "List orders").out.splitlines()[3] == "$.total -> currency"
    refused = shell("mapping", "pick", "List orders", "$.orders[0].items", code=1)
    assert "an array inside an array cannot come from one call" in refused.err
    shell("mapping", "remove", "List orders", "$.total")
    shell("mapping", "target", "List orders", "Item")
    assert shell("mapping", "preview", "List orders").code == 0


def test_a_mutating_method_is_sent_once_and_only_with_yes(shell: Shell, demo: DemoServer) -> None:
    """Nobody is there to answer: refused without sending; with --yes sent once; with --mock never."""
    orders = json.loads(shell("action", "send", "List orders", "--input", "status=open").out)["orders"]
    order, item = orders[0]["id"], orders[0]["items"][0]["id"]
    words = ("action", "send", "Cancel item", "--input", f"order_id={order}", "--input", f"item_id={item}")
    before = len(demo.requests)
    refused = shell(*words, code=1)
    assert f"POST {demo.url}/orders/{order}/items/{item}/cancel in Demo shop may really change the other" in refused.err
    assert "add --yes" in refused.err
    assert shell(*words, "--json", code=1).document["error"]["exit_code"] == 1  # type: ignore[index]
    assert "no sample" in shell(*words, "--mock", code=1).err
    assert len(demo.requests) == before
    sent = shell(*words, "--yes", "--json").document
    (request,) = demo.requests[before:]
    assert (request.method, request.path) == ("POST", f"/orders/{order}/items/{item}/cancel")
    assert sent["response"]["status"] == 200  # type: ignore[index]
    assert shell(*words, "--yes", code=3).err.startswith("LIVE: 409 ")


def test_a_misspelt_input_is_refused_and_nothing_is_sent(shell: Shell, demo: DemoServer) -> None:
    """With the nearest name; it would be sent without the value that was meant."""
    before = json.loads(shell("--json", "run", "list").out)
    for verb in (("send", "--yes"), ("render",), ("curl", "--yes")):
        done = shell("action", verb[0], "Find customer", "--input", "persn.external_id=c-101", *verb[1:], code=1)
        assert 'Find customer has no input "persn.external_id"; did you mean "person.external_id"?' in done.err
    assert "has no input" in shell("action", "send", "List orders", "--input", "bogus=1", code=1).err
    assert json.loads(shell("--json", "run", "list").out) == before


def test_a_failed_run_exits_with_3(shell: Shell, demo: DemoServer) -> None:
    """With the body on stdout and the failure as talk; the run is kept."""
    failed = shell("action", "send", "Broken page (500)", code=3)
    assert "<h1>Internal Server Error</h1>" in failed.out
    assert failed.err.startswith("LIVE: 500 Internal Server Error")
    as_json = shell("action", "send", "Broken page (500)", "--json", code=3).document
    assert as_json["failure"]["kind"] == "3rd_party_error"  # type: ignore[index]
    assert len(shell("run", "list", "--action", "Broken page (500)").out.splitlines()) == 3


def test_mock_and_live(shell: Shell, demo: DemoServer) -> None:
    """A sample answers without the network."""
    assert "no sample" in shell("action", "send", "List orders", "--mock", code=1).err
    live = shell("action", "send", "List orders").out
    shell("action", "mock", "List orders")
    before = len(demo.requests)
    mock = shell("action", "send", "List orders", "--mock")
    assert mock.err.startswith("MOCK: 200 OK")
    assert mock.out == live
    assert shell("action", "live").err.startswith("MOCK")
    assert shell("action", "send", "List orders").err.startswith("MOCK")
    assert len(demo.requests) == before


def test_a_body_is_written_byte_for_byte(shell: Shell, demo: DemoServer) -> None:
    """Into a pipe, escape sequences and all; as one JSON document when that is asked for."""
    shell("action", "create", "Hostile", "--url", f"{demo.url}/faults/hostile")
    shell("action", "create", "Latin", "--url", f"{demo.url}/faults/latin1")
    for name in ("Hostile", "Latin"):
        run = str(shell("action", "send", name, "--json").document["id"])
        body, err = shell.process("run", "show", run, "--body")
        vault = Vault.open(shell.path, PASSPHRASE, readonly=True)
        kept = next(vault.runs.newest())
        assert body == vault.runs.body(kept)
        vault.close()
        assert err == ""
        as_json = shell("run", "show", run, "--body", "--json").document
        assert as_json["encoding"] == ("utf-8" if name == "Hostile" else "base64")
        assert "> GET " in shell("run", "show", run).out


def test_a_vault_from_nothing(empty_shell: Shell, demo: DemoServer) -> None:
    """Init with the sample, the folder included; its actions call the given API; a second init is refused."""
    made = empty_shell("--json", "vault", "init", "--sample", "--base-url", demo.url + "/")
    assert made.document == {"vault": str(empty_shell.path), "sample": True}
    assert made.err == f"Created {empty_shell.path} with the sample workspace.\n"
    info = empty_shell("vault", "info", "--json").document
    assert info["counters"] == {
        "objects": 3,
        "object_limit": 15,
        "records": 0,
        "record_limit": 100_000,
        "actions": 8,
        "tokens": 2,
    }
    assert info["store"]["path"] == str(empty_shell.path)  # type: ignore[index]
    assert "undo         nothing" in empty_shell("vault", "info").out
    assert f"GET {demo.url}/orders?" in empty_shell("action", "show", "List orders").out
    again = empty_shell("vault", "init", code=4)
    assert again.err == (
        f"actionbench: {empty_shell.path} exists already. Choose another file with --vault, or remove it yourself.\n"
    )


def test_an_empty_vault(empty_shell: Shell) -> None:
    """Without --sample there is nothing in it."""
    empty_shell("vault", "init")
    assert [line.split()[0] for line in empty_shell("object", "list").out.splitlines()[1:]] == [
        "People",
        "Company",
        "Conversation",
    ]
    assert empty_shell("action", "list").out == ""


@pytest.mark.parametrize("base_url", ["ftp://x", "http://example.com"])
def test_an_api_that_the_sample_cannot_call_leaves_no_vault(base_url: str, empty_shell: Shell) -> None:
    """Refused by the action's own rule; the file is not left half filled."""
    refused = empty_shell("vault", "init", "--sample", "--base-url", base_url, code=1)
    assert "URL: " in refused.err
    assert not empty_shell.path.exists()


def test_changing_the_passphrase(shell: Shell, tmp_path: Path) -> None:
    """The new one from standard input; the old one opens nothing any more."""
    shell("vault", "passphrase", stdin="new horse\n")
    wrong = shell("vault", "info", code=4)
    assert "passphrase" in wrong.err
    new = tmp_path / "new"
    new.write_text("new horse")
    new.chmod(0o600)
    assert shell("--passphrase-file", str(new), "vault", "info").err == ""
    assert "empty passphrase" in shell("--passphrase-file", str(new), "vault", "passphrase", code=1).err


def test_the_option_goes_before_the_environment(shell: Shell, tmp_path: Path) -> None:
    """--vault and --passphrase-file."""
    other, secret = tmp_path / "other.tdx", tmp_path / "other-passphrase"
    secret.write_text("other")
    secret.chmod(0o600)
    options = ("--vault", str(other), "--passphrase-file", str(secret))
    shell(*options, "vault", "init")
    assert f"file         {other}" in shell(*options, "vault", "info").out
    assert f"file         {shell.path}" in shell("vault", "info").out
