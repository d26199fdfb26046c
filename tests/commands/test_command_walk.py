"""Every command once: what changes is on disk before anybody hears of it, survives a reopening, and can be undone."""

from __future__ import annotations

import pytest
from command_kit import PASSPHRASE, Bench, stored

from app.commands.registry import REGISTRY
from app.domain.changes import Changes
from app.domain.secret import Secret
from app.errors import WrongPassphrase
from app.store.vault import Vault

LIST = "List orders"
CHANGING: dict[str, dict[str, object]] = {
    "object.create": {"name": "Parcel", "description": "On its way."},
    "object.describe": {"object": "Order", "description": "Other words."},
    "object.archive": {"object": "Spare"},
    "object.restore": {"object": "Gone"},
    "attribute.add": {"object": "Order", "name": "gift", "format": "boolean"},
    "attribute.describe": {"object": "Order", "attribute": "total", "description": "All of it."},
    "attribute.archive": {"object": "Order", "attribute": "note"},
    "attribute.restore": {"object": "Order", "attribute": "old"},
    "attribute.replace": {"object": "Order", "attribute": "total", "format": "text", "name": "total as text"},
    "object.copy": {"object": "Spare", "name": "Part"},
    "attribute.rename": {"object": "Order", "attribute": "total", "name": "sum"},
    "attribute.retype": {"object": "Order", "attribute": "total", "format": "text"},
    "attribute.delete": {"object": "Order", "attribute": "note"},
    "object.rename": {"object": "Spare", "name": "Part"},
    "object.delete": {"object": "Spare"},
    "schema.limits": {"objects": 20},
    "record.edit-all": {"object": "Order", "value": ("status=paid",), "all": True},
    "record.delete-all": {"object": "Order", "id": ("1001", "9")},
    "record.put": {"object": "Order", "value": ("external_id=1001", "note=changed", "status:=null")},
    "record.delete": {"object": "Order", "record": "1001"},
    "record.columns": {"object": "Order", "column": ("total", "external_id")},
    "action.create": {"name": "New", "url": "https://shop.example/"},
    "action.edit": {"action": LIST, "name": "Renamed", "header": ("X-A: b",), "token": ""},
    "action.import-curl": {"text": Secret("curl https://shop.example/new -u me:pw"), "name": "Pasted"},
    "action.delete": {"action": LIST},
    "action.values": {"action": LIST, "value": ("q=tea",)},
    "action.mock": {"action": LIST},
    "action.seal": {"action": "Plain"},
    "sample.use": {"action": LIST, "sample": "first"},
    "sample.remove": {"action": LIST, "sample": "second"},
    "action.filter": {"action": LIST, "query": "$.orders[?@.total > 1]"},
    "action.options": {"action": LIST, "redirects": "follow", "deadline": "3"},
    "vault.autolock": {"minutes": "5"},
    "vault.sending": {"deadline": "20", "proxy": "http://proxy.example:3128"},
    "action.live": {},
    "action.readonly": {},
    "run.retention": {"days": "30", "count": "1,000"},
    "action.fill": {"action": "Find", "record": "Order:1001"},
    "action.publish": {"action": LIST},
    "action.draft": {"action": "Find"},
    "environment.add": {"name": "Production", "production": "yes", "variable": ("base=https://shop.example",)},
    "environment.set": {"environment": "Staging", "variable": ("base=https://other.example",)},
    "environment.use": {"environment": ""},
    "environment.remove": {"environment": "Staging"},
    "token.basic": {"name": "Basic", "user": "zoe", "password": Secret("basic-secret")},
    "token.value": {"token": "Key", "value": Secret("another-secret")},
    "token.client": {
        "name": "Client",
        "url": "https://auth.example/",
        "client_id": "me",
        "secret": Secret("own-secret"),
    },
    "token.dynamic": {"name": "Other", "url": "https://auth.example/", "value_path": "$.access_token"},
    "token.test": {"token": "Fetched"},
    "token.secret": {"token": "Fetched", "secret": Secret("next-secret")},
    "token.allow": {"token": "Key", "host": "two.example"},
    "token.forbid": {"token": "Fetched", "host": "two.example"},
    "token.add": {"name": "Third", "value": Secret("third-secret")},
    "token.remove": {"token": "Unused"},
    "mapping.set": {"action": LIST, "source": "$.orders[*]", "row": ("$.id -> external_id",)},
    "mapping.suggest": {"action": LIST, "target": "Item"},
    "mapping.pick": {"action": LIST, "path": "$.orders[0].tags[0]"},
    "mapping.row": {"action": LIST, "path": "$.total", "attribute": "note"},
    "mapping.convert": {"action": LIST, "path": "$.total"},
    "mapping.remove": {"action": LIST, "path": "$.total"},
    "mapping.target": {"action": LIST, "target": "Item"},
    "mapping.apply": {"action": LIST},
    "mapping.source": {"action": LIST, "source": "$.page"},
    "mapping.chain": {"action": LIST, "path": "$.orders[0].items"},
    "mapping.attribute": {"action": LIST, "path": "$.customer.email"},
    "mapping.object": {"action": LIST, "name": "Sale"},
    "mapping.conversation": {"action": LIST, "path": "$.total", "name": "order_total"},
}
READING: dict[str, dict[str, object]] = {
    "vault.info": {},
    "vault.check": {},
    "undo.list": {},
    "schema.check": {},
    "schema.diagram": {},
    "object.list": {},
    "object.show": {"object": "Order"},
    "record.list": {"object": "Order"},
    "record.show": {"object": "Order", "record": "1001"},
    "action.list": {},
    "action.show": {"action": LIST},
    "action.render": {"action": LIST},
    "action.curl": {"action": LIST},
    "sample.list": {"action": LIST},
    "sample.show": {"action": LIST, "sample": "first"},
    "token.list": {},
    "token.show": {"token": "Fetched"},
    "environment.list": {},
    "environment.show": {"environment": "Staging"},
    "mapping.show": {"action": LIST},
    "run.list": {},
    "record.buttons": {"object": "Order"},
}
OTHERS = (
    {"run.again", "action.send", "run.show", "run.save", "run.compare", "run.purge", "undo", "redo", "vault.passphrase"}
    | {"environment.forget", "vault.remember", "vault.forget"}
    | {f"vault.{verb}" for verb in ("backup", "compact", "export", "import", "salvage")}
    | {"schema.diff"}
    | {f"mapping.{verb}" for verb in ("preview", "rejected", "redact")}
    | {f"record.{verb}" for verb in ("import", "check", "export")}
)


@pytest.fixture
async def shop(shop: Bench) -> Bench:
    """The shop with an environment, a dynamic token and a live action; the next token fetched is another one."""
    await shop.run("environment.add", name="Staging", variable=("base=https://shop.example",))
    shop.send.body = b'{"access_token": "fetched-secret", "expires_in": 60}'
    hosts = ("shop.example", "two.example")
    await shop.run(
        "token.dynamic", name="Fetched", url="https://auth.example/token", secret=Secret("first-secret"), host=hosts
    )
    await shop.run("action.create", name="Find", url="{{env.base}}/orders/{{order.external_id}}?{{Order.note}}")
    await shop.run("action.send", action="Find", input=("order.external_id=1", "Order.note=x"))
    await shop.run("action.publish", action="Find")
    await shop.run("action.create", name="Plain", url="https://shop.example/", header=("X-Token: plain-text-key",))
    await shop.run("action.mock", action=LIST, name="first")
    await shop.run("action.mock", action=LIST, name="second")
    shop.send.body = b'{"access_token": "renewed-secret", "expires_in": 60}'
    shop.heard.clear()
    shop.send.requests.clear()
    return shop


def test_every_command_is_walked() -> None:
    """A new command must be added to one of the tables above."""
    assert set(REGISTRY) == CHANGING.keys() | READING.keys() | OTHERS


@pytest.mark.parametrize("command_id", CHANGING)
async def test_a_change_is_durable_published_once_and_undone(command_id: str, shop: Bench) -> None:
    """Commit, reopen, undo, reopen: memory and file always say the same."""
    before, workspace = shop.stored(), shop.workspace
    result = await shop.run(command_id, **CHANGING[command_id])
    assert result.message.endswith((".", "!"))
    assert result.exit_code == 0
    after, changed_workspace = shop.stored(), shop.workspace
    assert after != before
    assert len(shop.heard) == 1
    shop.reopen()
    assert shop.stored() == after
    assert shop.workspace == changed_workspace
    undone = await shop.run("undo")
    assert undone.data is not None
    assert shop.stored() == before
    assert shop.workspace == workspace
    shop.reopen()
    assert shop.stored() == before
    assert shop.workspace == workspace


@pytest.mark.parametrize("command_id", CHANGING)
async def test_listeners_hear_of_a_change_when_it_is_on_disk(command_id: str, shop: Bench) -> None:
    """At the moment of the call another reader of the file sees all of it, and the workspace is the new one."""
    seen: list[bool] = []

    def listen(changes: Changes) -> None:
        reader = Vault.open(shop.path, PASSPHRASE, readonly=True)
        seen.append(stored(reader) == shop.stored() and reader.workspace() == shop.workspace)
        seen.append(bool(changes.items))
        reader.close()

    before = shop.stored()
    shop.workbench.subscribe(listen)
    await shop.run(command_id, **CHANGING[command_id])
    assert seen == [True, True]
    assert shop.stored() != before


@pytest.mark.parametrize("command_id", CHANGING)
async def test_an_error_within_a_commit_leaves_memory_as_the_file(
    command_id: str, shop: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that fails half-way: nothing is published, nothing is kept, and the next try goes through."""
    before, workspace = shop.stored(), shop.workspace

    def broken(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("app.store.sealed.SealedStore._commit", broken)
        with pytest.raises(OSError, match="No space left"):
            await shop.run(command_id, **CHANGING[command_id])
    assert shop.heard == []
    assert shop.workspace is workspace
    assert shop.stored() == before
    await shop.run(command_id, **CHANGING[command_id])
    after = shop.stored()
    shop.reopen()
    assert shop.stored() == after


@pytest.mark.parametrize("command_id", READING)
async def test_looking_changes_nothing(command_id: str, shop: Bench) -> None:
    """Not a byte of the file."""
    content = shop.path.read_bytes()
    result = await shop.run(command_id, **READING[command_id])
    assert result.lines
    assert result.data is not None
    assert shop.path.read_bytes() == content
    assert shop.heard == []


@pytest.mark.parametrize("command_id", sorted(CHANGING.keys() | READING.keys()))
async def test_no_result_shows_a_token(command_id: str, shop: Bench) -> None:
    """Neither in words nor in the data that --json prints."""
    from app.store.codec import to_json

    result = await shop.run(command_id, **(CHANGING | READING)[command_id])
    shown = "\n".join([result.message, *result.lines, to_json(result.data), repr(result)])
    assert "canary" not in shown
    assert "-secret" not in shown


async def test_a_new_passphrase_replaces_the_old_one(shop: Bench) -> None:
    """The contents stay; the old passphrase opens nothing any more, also not undo's."""
    before = shop.stored()
    result = await shop.run("vault.passphrase", passphrase=Secret("new horse"), again=Secret("new horse"))
    assert "Copies of the file made before, backups too, still open with the old one" in result.message
    shop.vault.close()
    with pytest.raises(WrongPassphrase):
        Vault.open(shop.path, PASSPHRASE)
    again = Vault.open(shop.path, "new horse")
    assert stored(again) == before
    again.close()


async def test_an_empty_passphrase_is_refused(shop: Bench) -> None:
    """And nothing is rewritten."""
    content = shop.path.read_bytes()
    words = await shop.refused("vault.passphrase", passphrase=Secret(""), again=Secret(""))
    assert words == "An empty passphrase protects nothing; type one."
    assert shop.path.read_bytes() == content
