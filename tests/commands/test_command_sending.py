"""How requests travel, as a person sets it; what a run keeps and shows; a body as a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from command_kit import Bench
from test_command_walk import LIST

from app.domain.action import Action
from app.domain.run import Connection, Failure, FailureKind, Hop, Response, Run, SentRequest, Timing, TlsInfo
from app.domain.sending import INSECURE_WORDS, SendOptions
from app.engine.content import content_of
from app.engine.file_names import file_name
from app.engine.http import Result as Answer
from app.engine.request import Request
from app.errors import InvalidInput
from app.store.codec import from_document, to_document


class Answers:
    """Stands at the seam of the network with a whole answer."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.asked: list[tuple[Request, float, int]] = []

    async def __call__(self, request: Request, *, deadline_s: float, body_limit: int) -> Answer:
        self.asked.append((request, deadline_s, body_limit))
        return self.answer


def response(body: bytes, content_type: str = "application/json", **more: object) -> Response:
    """The head of an answer with that body."""
    headers = (("Content-Type", content_type), *more.pop("headers", ()))  # type: ignore[misc]  # pairs
    return Response(
        status=200,
        reason="OK",
        headers=headers,
        http_version="HTTP/2",
        body_size=len(body),
        elapsed_ms=50.0,
        first_byte_ms=20.0,
        **more,  # type: ignore[arg-type]  # as given
    )


@pytest.fixture
def rich(shop: Bench) -> Iterator[Answers]:
    """An answer with everything that a run can keep."""
    tls = TlsInfo(
        version="TLSv1.3", cipher="AES", is_verified=False, subject="CN=shop", issuer="CN=me", names=("a", "b")
    )
    timing = Timing(dns_ms=1.0, connect_ms=2.0, tls_ms=3.0, first_byte_ms=4.0, transfer_ms=5.0)
    connection = Connection(address="192.0.2.1:443", proxy="http://p:1", is_insecure=True, tls=tls, timing=timing)
    hop = Hop(
        method="GET",
        url="https://shop.example/old",
        status=302,
        reason="Found",
        headers=(("Location", "/new"),),
        http_version="HTTP/1.1",
        elapsed_ms=9.0,
        connection=connection,
        note="Another origin: not passed on: X-Api-Key.",
    )
    body = b"<a><b>1</b></a>"
    failure = Failure(kind=FailureKind.NETWORK, stage="read", message="The answer broke off.")
    sent = SentRequest(method="GET", url="https://shop.example/old", headers=(("Host", "shop.example"),))
    head = response(body, "text/plain", is_cut=True, wire_size=9, coding="gzip", remarks=("Something is odd.",))
    answers = Answers(
        Answer(response=head, body=body, failure=failure, request=sent, hops=(hop,), connection=connection)
    )
    shop.workbench.send = answers
    yield answers


async def test_a_run_keeps_everything_and_shows_it(shop: Bench, rich: Answers) -> None:
    sent = await shop.run("action.send", action=LIST)
    run = sent.data
    assert isinstance(run, Run)
    assert "LIVE INSECURE: 200 OK" in sent.message
    assert sent.exit_code == 3
    shop.reopen()
    assert shop.workbench.runs.get(run.id) == run
    shown = "\n".join((await shop.run("run.show", run=run.id)).lines)
    for words in (
        "LIVE INSECURE",
        "faraday_error (read): The answer broke off.",
        "15 B, which came as 9 B of gzip, CUT: more was to come",
        "DNS 1.0 ms, connect 2.0 ms, TLS 3.0 ms, first byte 4.0 ms, transfer 5.0 ms",
        "192.0.2.1:443",
        "http://p:1",
        INSECURE_WORDS,
        "TLSv1.3, AES",
        "CN=shop (NOT checked)",
        "a, b",
        "! Something is odd.",
        "! Content-Type says text/plain, but the body looks like XML.",
        "redirect 1: GET https://shop.example/old",
        "HTTP/1.1 302 Found after 9.0 ms",
        "< Location: /new",
        "! Another origin: not passed on: X-Api-Key.",
        "> Host: shop.example",
        "< HTTP/2 200 OK",
    ):
        assert words in shown, words
    listed = (await shop.run("run.list")).lines
    assert any("LIVE INSECURE" in line for line in listed)


async def test_options_reach_the_request_and_limits_the_sender(shop: Bench, rich: Answers) -> None:
    await shop.run("vault.sending", deadline="20", body_limit="1,000", proxy="http://p.example:1")
    await shop.run("action.send", action=LIST)
    request, deadline, limit = rich.asked[-1]
    assert (request.default_proxy, deadline, limit) == ("http://p.example:1", 20.0, 1000)
    assert request.sending == SendOptions()
    await shop.run(
        "action.options", action=LIST, redirects="follow", insecure="yes", http="2", proxy="direct", deadline="2.5"
    )
    await shop.run("action.options", action=LIST, body_limit="77", deadline=None)
    await shop.run("action.send", action=LIST)
    request, deadline, limit = rich.asked[-1]
    assert (deadline, limit) == (2.5, 77)
    wanted = SendOptions(follows_redirects=True, is_insecure=True, is_http2=True, proxy="direct", deadline_s=2.5)
    assert request.sending == replace(wanted, body_limit=77)
    await shop.run("action.options", action=LIST, insecure="no", deadline="", body_limit="")
    await shop.run("action.send", action=LIST)
    assert rich.asked[-1][1:] == (20.0, 1000)


async def test_insecure_is_loud_wherever_the_action_is_shown(shop: Bench) -> None:
    result = await shop.run("action.options", action="Cancel", insecure="yes")
    assert INSECURE_WORDS in result.message
    assert any(INSECURE_WORDS in line for line in (await shop.run("action.show", action="Cancel")).lines)
    assert any(
        INSECURE_WORDS in line for line in (await shop.run("action.render", action="Cancel", input=("id=1",))).lines
    )
    assert INSECURE_WORDS in shop.question("action.send", action="Cancel", input=("id=1",))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"proxy": "http://me:secret@p.example:1"}, "holds a login, which would be kept in clear"),
        ({"proxy": "ftp://p.example"}, "is not direct, environment or http://host:port"),
        ({"proxy": "http://p.example:99999"}, "cannot be read"),
        ({"proxy": "http://p.example/path"}, "without a path"),
        ({"client_key": "key.pem"}, "needs a client certificate"),
        ({"insecure": "yes", "ca_file": "ca.pem"}, "exclude each other"),
        ({"deadline": "0"}, "more than 0 and at most 600 seconds"),
        ({"deadline": "nan"}, "more than 0 and at most 600 seconds"),
        ({"deadline": "soon"}, 'a number of seconds, not "soon"'),
        ({"body_limit": "-5"}, 'a number of bytes, not "-5"'),
        ({"body_limit": "999999999999"}, "from 1 to 500,000,000 bytes"),
    ],
)
async def test_options_that_make_no_sense_are_refused(shop: Bench, given: dict[str, str], words: str) -> None:
    refusal = await shop.refused("action.options", action=LIST, **given)
    assert words in refusal
    assert "secret" not in refusal


def test_documents_from_before_these_options_still_open() -> None:
    action = Action(id="act_0", name="Old", url="https://a.example/")  # type: ignore[arg-type]  # an id
    document = to_document(action)
    del document["sending"]
    found = from_document("actions", 1, document)
    assert isinstance(found, Action)
    assert found.sending == SendOptions()


@pytest.mark.parametrize(
    ("body", "content_type", "lines"),
    [
        (
            b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\0\0\0\x02\0\0\0\x03",
            "image/png",
            ("orders.png", "PNG image, 2 × 3, image/png, 24 B"),
        ),
        (b"\0\1\2", "application/octet-stream", ("orders.bin", "Binary, application/octet-stream, 3 B")),
        (b"", "application/json", ()),
        ('{"a": "\xe9"}'.encode("latin-1"), "application/json; charset=iso-8859-1", ('{"a": "\xe9"}',)),
    ],
)
async def test_a_body_is_shown_by_its_kind(shop: Bench, body: bytes, content_type: str, lines: tuple[str, ...]) -> None:
    shop.workbench.send = Answers(Answer(response=response(body, content_type), body=body))
    assert (await shop.run("action.send", action=LIST)).lines == lines


async def test_xml_can_be_mapped_as_json(shop: Bench) -> None:
    body = b"<page><orders><id>7</id><total>1.50</total></orders></page>"
    shop.workbench.send = Answers(Answer(response=response(body, "application/xml"), body=body))
    run = (await shop.run("action.send", action=LIST)).data
    assert isinstance(run, Run)
    assert shop.workbench.runs.body(run) == body
    await shop.run("mapping.set", action=LIST, source="$.page.orders", row=("$.id -> external_id",))
    await shop.run("mapping.apply", action=LIST)
    assert "7" in [str(values.get("external_id")) for values in shop.values("Order")]


async def saved_run(shop: Bench, body: bytes = b'{"a": 1}\r\n') -> Run:
    shop.workbench.send = Answers(Answer(response=response(body), body=body))
    run = (await shop.run("action.send", action=LIST)).data
    assert isinstance(run, Run)
    return run


async def test_a_body_is_saved_byte_for_byte_for_its_owner_only(shop: Bench, tmp_path: Path) -> None:
    run, path = await saved_run(shop), tmp_path / "body.json"
    result = await shop.run("run.save", run=run.id, file=str(path))
    assert path.read_bytes() == b'{"a": 1}\r\n'
    assert path.stat().st_mode & 0o777 == 0o600
    assert str(path) in result.message
    json.dumps(result.data)


async def test_nothing_is_overwritten_and_no_link_followed(shop: Bench, tmp_path: Path) -> None:
    run = await saved_run(shop)
    there, link, dangling = tmp_path / "there", tmp_path / "link", tmp_path / "dangling"
    there.write_text("mine")
    link.symlink_to(there)
    dangling.symlink_to(tmp_path / "nothing")
    assert "exists already and is not overwritten" in await shop.refused("run.save", run=run.id, file=str(there))
    for path in (link, dangling):
        assert "is a link to another file" in await shop.refused("run.save", run=run.id, file=str(path))
    assert there.read_text() == "mine"
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("{tmp}", "is a folder, not a file"),
        ("{tmp}/new/", "names a folder; name a file in it"),
        ("{tmp}/none/body", "There is no folder"),
        ("{tmp}/there/body", "cannot be written"),
        ("  ", "A file name is needed"),
        ("a\0b", "a NUL character"),
        ("~nobody-here/x", "makes no sense here"),
    ],
)
async def test_places_that_cannot_be_written(shop: Bench, tmp_path: Path, file: str, words: str) -> None:
    run = await saved_run(shop)
    (tmp_path / "there").write_text("a file")
    assert words in await shop.refused("run.save", run=run.id, file=file.format(tmp=tmp_path))


async def test_a_disk_that_fills_up_leaves_no_half_file(
    shop: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, path = await saved_run(shop), tmp_path / "body"

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("app.store.disk.sync", full)
        with pytest.raises(InvalidInput, match="No space left on device"):
            await shop.run("run.save", run=run.id, file=str(path))
    assert not path.exists()


async def test_a_run_without_a_body_has_nothing_to_save(shop: Bench, tmp_path: Path) -> None:
    run = await saved_run(shop, b"")
    assert "has no body to save" in await shop.refused("run.save", run=run.id, file=str(tmp_path / "x"))


@pytest.mark.parametrize(
    ("disposition", "url", "name"),
    [
        ('attachment; filename="orders 2026.csv"', "https://a/b", "orders 2026.csv"),
        ('attachment; filename="../../etc/passwd"', "https://a/b", "passwd.json"),
        ('attachment; filename="C:\\\\dir\\\\x.txt"', "https://a/b", "x.txt"),
        ("attachment; filename*=UTF-8''gr%C3%BC%C3%9Fe.txt", "https://a/b", "grüße.txt"),
        ('attachment; filename=".bashrc"', "https://a/b", "bashrc.json"),
        ('attachment; filename="a\x1b[31mb"', "https://a/b", "a_31mb.json"),
        ("", "https://a/orders/list.json?x=1", "list.json"),
        ("", "https://a/", "body.json"),
        ("", "https://a/%2e%2e%2fup", "up.json"),
    ],
)
def test_file_names_are_harmless(disposition: str, url: str, name: str) -> None:
    body = b"{}"
    head = response(body, headers=(("Content-Disposition", disposition),) if disposition else ())
    sent = SentRequest(method="GET", url=url, headers=())
    run = Run(
        id="run_0",  # type: ignore[arg-type]  # an id
        action_id="act_0",  # type: ignore[arg-type]  # an id
        action_name="A",
        started_at="",
        is_mock=False,
        request=sent,
        response=head,
    )
    assert file_name(run, content_of(body, "application/json")) == name
