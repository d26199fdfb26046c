"""What the panes show of a run: bodies that are no JSON, details, redirects, a certificate that nobody checked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ui_driver import FakeSend, driving

from app.commands.registry import REGISTRY
from app.domain.run import Connection, Hop
from app.engine.http import Result
from app.engine.request import Request
from app.ui.panes.raw import RawPane
from app.ui.panes.response import ResponsePane
from app.ui.widgets.json_raw import JsonRaw

LIST = "List orders"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\0\0\x02\x80\0\0\x01\xe0" + bytes(range(200))


class Sends(FakeSend):
    """Answers with a body of any type."""

    def __init__(self, body: bytes, content_type: str, **more: object) -> None:
        super().__init__(body)
        self._type = content_type
        self._more = more

    async def __call__(self, request: Request, *, deadline_s: float, body_limit: int) -> Result:
        result = await super().__call__(request, deadline_s=deadline_s, body_limit=body_limit)
        assert result.response is not None
        response = replace(result.response, headers=(("Content-Type", self._type),))
        return replace(result, response=response, **self._more)


async def test_an_image_is_named_and_can_be_saved(vault_path: Path, tmp_path: Path) -> None:
    async with driving(vault_path, size=(80, 24), sender=Sends(PNG, "image/png")) as d:
        await d.open(LIST)
        await d.send()
        d.expect("PNG image, 640 × 480", "orders.png", "S saves it as a file")
        await d.press("r")
        d.expect("89 50 4e 47", ".PNG")
        await d.press("S")
        d.expect("Save body as file", "orders.png")
        await d.press("home", *["delete"] * len("orders.png"))
        await d.type(str(tmp_path / "o.png"))
        await d.press("ctrl+s")
        assert (tmp_path / "o.png").read_bytes() == PNG


async def test_xml_has_a_tree_of_its_json_and_its_own_raw_text(vault_path: Path) -> None:
    xml = b"<orders>\n  <order id='7'><total>1.50</total></order>\n</orders>"
    async with driving(vault_path, sender=Sends(xml, "application/xml")) as d:
        await d.open(LIST)
        await d.send()
        d.expect("@id", '"1.50"')
        raw = d.screen.query_one(RawPane)
        assert raw.query_one(JsonRaw).row_bytes(0) == b"<orders>\n"
        before = raw.query_one(JsonRaw).cursor
        await d.press("down", "down")
        assert d.screen.query_one(ResponsePane).path.startswith("$.orders")
        assert raw.query_one(JsonRaw).cursor == before
        await d.press("slash")
        await d.type("total")
        await d.press("enter")
        assert d.screen.query_one(ResponsePane).path.endswith("total")


async def test_hostile_xml_is_refused_in_the_pane_and_shown_raw(vault_path: Path) -> None:
    xml = b'<!DOCTYPE a [<!ENTITY x "ha">]><a>&x;</a>'
    async with driving(vault_path, sender=Sends(xml, "application/xml")) as d:
        await d.open(LIST)
        await d.send()
        d.expect("declares entities", "<!DOCTYPE a")


async def test_a_wrong_type_is_said_and_text_is_readable_in_its_charset(vault_path: Path) -> None:
    body = '{"city": "Ærøskøbing"}'.encode("latin-1")
    async with driving(vault_path, sender=Sends(body, "text/html; charset=iso-8859-1")) as d:
        await d.open(LIST)
        await d.send()
        d.expect("Ærøskøbing", "! Content-Type says text/html, but the", "body looks like JSON.")


async def test_csv_says_what_it_is(vault_path: Path) -> None:
    async with driving(vault_path, sender=Sends(b"id,total\n1,2\n", "text/csv")) as d:
        await d.open(LIST)
        await d.send()
        d.expect("The body is not JSON but CSV", "id,total")


async def test_details_are_one_key_away_and_insecure_is_loud(vault_path: Path) -> None:
    connection = Connection(address="192.0.2.7:443", is_insecure=True)
    hop = Hop(
        method="GET",
        url="https://shop.example/old",
        status=301,
        reason="Moved",
        headers=(),
        http_version="HTTP/1.1",
        elapsed_ms=3.0,
        note="",
    )
    sender = Sends(b"{}", "application/json", connection=connection, hops=(hop,))
    async with driving(vault_path, size=(80, 24), sender=sender) as d:
        await d.open(LIST)
        await d.send()
        d.expect("INSECURE · 200 OK", "1 redirect")
        await d.press("D")
        d.expect("Run details", "192.0.2.7:443", "the certificate is not checked", "redirect 1: GET")
        await d.press("escape")
        assert d.app.screen is d.screen


async def test_options_are_set_in_a_dialog_and_stand_in_the_request(vault_path: Path) -> None:
    async with driving(vault_path, size=(80, 24)) as d:
        await d.open(LIST)
        await d.press("o")
        d.expect("Sending options", "Redirects", "Insecure")
        await d.press("ctrl+s")
        await d.settle()
        assert d.app.screen is d.screen
        command = REGISTRY["action.options"]
        await command.function(d.workbench, command.args(action=LIST, insecure="yes"))
        await d.settle()
        d.expect("Sending", "INSECURE: the certificate is not checked")
