"""Against httpbin, a well-known server that nobody here has written."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from asking_kit import ask

from app.domain.sending import SendOptions
from app.engine.http import send
from app.engine.request import Request, RequestHeader


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def httpbin() -> Iterator[str]:
    """Its URL."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from httpbin import app

        server = make_server("127.0.0.1", 0, app, handler_class=_Quiet)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/get?a=b%20c", 200, b'"b c"'),
        ("/gzip", 200, b'"gzipped": true'),
        ("/deflate", 200, b'"deflated": true'),
        ("/image/png", 200, b"\x89PNG"),
        ("/xml", 200, b"<slideshow"),
        ("/encoding/utf8", 200, "∮".encode()),
        ("/redirect/3", 200, b'"url"'),
        ("/absolute-redirect/2", 200, b'"url"'),
        ("/redirect/9", 302, b""),
        ("/status/418", 418, b"teapot"),
        ("/stream/3", 200, b'"id": 2'),
        ("/bytes/64", 200, b""),
    ],
)
async def test_against_httpbin(httpbin: str, path: str, status: int, words: bytes) -> None:
    result = await ask(httpbin + path, SendOptions(follows_redirects=True))
    assert result.response is not None
    assert result.response.status == status
    assert words in result.body
    assert (result.failure is None) == (status == 200)


@pytest.mark.filterwarnings("ignore")
async def test_httpbin_gets_what_was_meant(httpbin: str) -> None:
    headers = (RequestHeader(name="X-One", value="1", origin="action"),)
    request = Request(method="PATCH", url=httpbin + "/anything/%2e%2e/a%2Fb?x=%26", headers=headers, body=b"\xc3\xa9")
    result = await send(request, deadline_s=5, body_limit=1_000_000)
    assert b'"method": "PATCH"' in result.body
    assert b'"X-One": "1"' in result.body
    assert b'"x": "&"' in result.body
    assert result.request is not None
    assert ("Content-Length", "2") in result.request.headers
