"""Against the demo API's faults, as a class sees them: each a clear sentence, each request sent once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.demo.server import DemoServer
from app.engine.content import ContentKind, content_of
from app.engine.http import send
from app.engine.request import Request
from app.engine.xml_json import XmlProblem


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoServer]:
    with DemoServer() as server:
        yield server


@pytest.mark.parametrize(
    ("path", "kind", "remark"),
    [
        ("/faults/csv", ContentKind.CSV, ""),
        ("/faults/xml", ContentKind.XML, ""),
        ("/faults/latin1", ContentKind.JSON, ""),
        ("/faults/broken-json", ContentKind.JSON, ""),
        ("/faults/hostile", ContentKind.JSON, ""),
        ("/faults/headers", ContentKind.JSON, ""),
        ("/faults/image", ContentKind.IMAGE, ""),
        ("/faults/binary", ContentKind.BINARY, ""),
        ("/faults/204", ContentKind.EMPTY, ""),
        ("/faults/untyped", ContentKind.JSON, "The server sent no Content-Type"),
        ("/faults/mistyped", ContentKind.JSON, "Content-Type says text/html"),
        ("/faults/entities", ContentKind.XML, ""),
    ],
)
async def test_every_kind_is_recognised(demo: DemoServer, path: str, kind: ContentKind, remark: str) -> None:
    before = len(demo.requests)
    result = await send(
        Request(method="GET" if "204" not in path else "DELETE", url=demo.url + path, headers=()),
        deadline_s=5,
        body_limit=10**6,
    )
    assert len(demo.requests) == before + 1
    assert result.failure is None
    assert result.response is not None
    content = content_of(result.body, result.response.header("content-type"))
    assert content.kind is kind
    assert remark in " ".join(content.remarks)
    assert bool(content.remarks) == bool(remark)


@pytest.mark.parametrize(
    ("path", "stage", "words"),
    [
        ("/faults/400", "status", "The API answered 400"),
        ("/faults/401", "status", "check the action's token"),
        ("/faults/429", "status", "retry after 30"),
        ("/faults/500", "status", "The API itself failed"),
        ("/faults/slow?seconds=60", "wait", "sent no answer within 0.3 s"),
        ("/faults/drip?seconds=10", "read", "did not end within 0.3 s"),
        ("/faults/bomb", "read", "larger than 100,000 bytes"),
        ("/faults/large?mb=2", "read", "larger than 100,000 bytes"),
        ("/faults/cut-gzip", "decode", "stops in the middle"),
    ],
)
async def test_every_fault_is_a_clear_sentence(demo: DemoServer, path: str, stage: str, words: str) -> None:
    before = len(demo.requests)
    deadline_s = 0.3 if "0.3 s" in words else 5
    result = await send(Request(method="GET", url=demo.url + path, headers=()), deadline_s=deadline_s, body_limit=10**5)
    assert len(demo.requests) == before + 1
    assert result.failure is not None
    assert result.failure.stage == stage
    assert words in result.failure.message


async def test_the_demos_trap_in_xml_is_not_sprung(demo: DemoServer) -> None:
    result = await send(
        Request(method="GET", url=demo.url + "/faults/entities", headers=()), deadline_s=5, body_limit=10**6
    )
    with pytest.raises(XmlProblem, match="declares entities"):
        content_of(result.body, "application/xml").json_bytes(result.body)


async def test_headers_keep_their_order_and_bytes(demo: DemoServer) -> None:
    result = await send(
        Request(method="GET", url=demo.url + "/faults/headers", headers=()), deadline_s=5, body_limit=10**6
    )
    assert result.response is not None
    twice = [value for name, value in result.response.headers if name == "x-twice"]
    assert twice == ["first", "second"]
    assert result.response.header("x-latin1") == "caf\xe9"
