"""What tests of cURL share: a server that records what arrives, the real curl, and our own way to the same server."""

from __future__ import annotations

import asyncio
import re
import shutil
import socketserver
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from app.domain.identifiers import ActionId, TokenId
from app.domain.token import Token
from app.domain.workspace import Workspace
from app.engine.curl.assembly import import_curl
from app.engine.curl.drafting import Draft, draft
from app.engine.curl.imported import Place
from app.engine.http import send
from app.engine.rendering import render
from app.engine.request import Request

CURL = shutil.which("curl")
BASH = shutil.which("bash")
needs_curl = pytest.mark.skipif(CURL is None or BASH is None, reason="needs curl and bash to compare with")

_BY_DESIGN = ("user-agent", "accept-encoding", "connection", "content-length", "expect")
"""Headers in which curl and this program differ on purpose, or that only frame the message."""


@dataclass(frozen=True)
class Arrived:
    """One request as the server saw it."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


class Recorder:
    """A server on loopback that keeps every request and answers each with 204."""

    def __init__(self) -> None:
        self.arrived: list[Arrived] = []
        recorder = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                head = b""
                while line := self.rfile.readline():
                    if line == b"\r\n":
                        break
                    head += line
                if not head:
                    return
                start, *lines = head.decode("latin-1").split("\r\n")
                pairs = tuple(
                    (name, value.strip()) for name, _, value in (line.partition(":") for line in lines if line)
                )
                lowered = {name.lower(): value for name, value in pairs}
                if "expect" in lowered:
                    self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
                body = _chunked(self.rfile) if "transfer-encoding" in lowered else b""
                body = body or self.rfile.read(int(lowered.get("content-length", "0")))
                method, target, _ = start.split(" ", 2)
                recorder.arrived.append(Arrived(method, target, pairs, body))
                self.wfile.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    def from_curl(self, command_line: str, folder: Path) -> Arrived:
        """What the real curl sends, run by bash in `folder`."""
        assert BASH
        self.arrived.clear()
        script = folder / "run.sh"
        script.write_text(
            f"curl() {{ command curl -q -s -o /dev/null --noproxy '*' \"$@\"; }}\n{command_line}", "utf-8"
        )
        done = subprocess.run(
            [BASH, script.name],
            cwd=folder,
            capture_output=True,
            timeout=30,
            check=False,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(folder)},
        )
        assert self.arrived, f"curl sent nothing (exit {done.returncode}): {done.stderr!r}\n{command_line[:500]}"
        return self.arrived[0]

    def from_us(self, request: Request) -> Arrived:
        """What our own way sends."""
        self.arrived.clear()
        result = asyncio.run(send(request, deadline_s=20, body_limit=1000))
        assert len(self.arrived) == 1, result
        return self.arrived[0]


def _chunked(stream) -> bytes:  # type: ignore[no-untyped-def]
    body = b""
    while size := int(stream.readline().split(b";")[0], 16):
        body += stream.read(size)
        stream.readline()
    stream.readline()
    return body


def drafted(text: str, files: Mapping[str, bytes] | None = None, *, name: str = "Imported") -> Draft:
    """The action and tokens that a command line gives in an empty workspace."""
    numbers = iter(range(1, 100))
    return draft(
        import_curl(text, files or {}),
        Workspace(),
        name=name,
        action_id=ActionId("act_1"),
        token_ids=lambda: TokenId(f"tok_{next(numbers)}"),
    )


def rendered(text: str, files: Mapping[str, bytes] | None = None) -> Request:
    """The request that the imported action makes, with the keys of its query given as a person would."""
    found = drafted(text, files)
    keys = {
        each.name: each.value.reveal()
        for each in import_curl(text, files or {}).credentials
        if each.place is Place.QUERY
    }
    token: Token | None = next((token for token in found.tokens if token.id == found.action.token_id), None)
    request = render(found.action, keys, token=token, known_names=[item.name for item in found.action.inputs])
    assert isinstance(request, Request), [str(problem) for problem in request]
    return request


def normal(arrived: Arrived) -> dict[str, object]:
    """A request without what differs by design: defaults of the two clients, boundaries, the spelling of the target.

    httpx percent-encodes a few characters that curl sends as they are; both name the same resource.
    """
    headers = {}
    for name, value in arrived.headers:
        key = name.lower()
        if key in _BY_DESIGN or (key == "accept" and value in ("*/*", "application/json")):
            continue
        headers.setdefault(key, []).append(value)
    content_type = " ".join(headers.get("content-type", []))
    body = arrived.body
    found = re.search(r"boundary=(\S+)", content_type)
    if found:
        body = body.replace(found[1].encode(), b"BOUNDARY")
        headers["content-type"] = [content_type.replace(found[1], "BOUNDARY")]
    target = quote(arrived.target.encode("latin-1"), safe="%!$&'()*+,;=:@/?[]|\\^{}`~")
    target = re.sub("%[0-9a-f]{2}", lambda found: found[0].upper(), target, flags=re.IGNORECASE)
    target = target.replace("`", "%60").replace("{", "%7B").replace("}", "%7D")
    return {"method": arrived.method, "target": target, "headers": headers, "body": body}


def header(arrived: Arrived, name: str) -> str | None:
    """The value of a header that arrived."""
    return next((value for key, value in arrived.headers if key.lower() == name.lower()), None)
