"""Sending and showing a response, against bare httpx and a JSON parser, in turn: 1 kB and 20 MB.

Ours: send, keep in the sealed vault (durable), and look at it as the screen does for its first paint: the beginning is
read from the vault and indexed; the whole is read and goes on being indexed while somebody looks. The peer: an
`httpx.AsyncClient`, `get`, and `json.loads` of what came, kept nowhere. A client of httpx loads the authorities'
certificates for a plain http URL too, so the peer is measured without that as well: the harder ratio is the second.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, make_server

import httpx

from app.commands import load_all
from app.commands.registry import REGISTRY
from app.domain.run import Run
from app.engine.http import send
from app.engine.request import Request
from app.store.kdf import Kdf
from app.store.vault import Vault
from app.ui.shown import first_look, whole
from app.workbench import Workbench

LIMIT = 50_000_000
SIZES = {"1 kB": (1_000, 60), "20 MB": (20_000_000, 7)}


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def _document(size: int) -> bytes:
    row = {"id": 1, "total": "42.50", "note": "as dull as the one before", "tags": ["a", "b"]}
    rows = max(1, size // (len(json.dumps(row)) + 2))
    return json.dumps([{**row, "id": number} for number in range(rows)]).encode()


def serve(body: bytes) -> str:
    """A plain server for one body; returns its URL."""

    def app(_: object, start: Callable[..., object]) -> list[bytes]:
        start("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    server = make_server("127.0.0.1", 0, app, handler_class=_Quiet)  # type: ignore[arg-type]  # WSGI
    Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/"


async def _bare(url: str) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        json.loads((await client.get(url)).content)


async def _lean(url: str) -> None:
    """As `_bare`, without loading certificates that a plain http URL has no use for."""
    async with httpx.AsyncClient(trust_env=False, verify=False) as client:
        json.loads((await client.get(url)).content)


async def _get(url: str) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(url)).content


async def _send(url: str) -> None:
    result = await send(Request(method="GET", url=url, headers=()), deadline_s=15, body_limit=LIMIT)
    assert result.failure is None


async def _took(step: Callable[[], Awaitable[object]]) -> tuple[float, object]:
    start = time.perf_counter()
    found = await step()
    return time.perf_counter() - start, found


async def _rounds(workbench: Workbench, url: str, rounds: int) -> dict[str, list[float]]:
    command = REGISTRY["action.create"]
    name = f"Bench {url}"
    await command.function(workbench, command.args(name=name, url=url))
    sending = REGISTRY["action.send"]
    times: dict[str, list[float]] = {}
    for _ in range(rounds):
        bare, _none = await _took(lambda: _bare(url))
        lean, _none = await _took(lambda: _lean(url))
        get, _none = await _took(lambda: _get(url))
        alone, _none = await _took(lambda: _send(url))
        kept, result = await _took(lambda: sending.function(workbench, sending.args(action=name)))
        run = result.data  # type: ignore[attr-defined]  # the command's result
        assert isinstance(run, Run)
        look_took, shown = await _took(lambda run=run: first_look(workbench, run))  # type: ignore[misc]  # bound now
        tree, _none = await _took(lambda shown=shown: whole(workbench, shown))  # type: ignore[misc]  # bound now
        found = {"httpx, get": get, "httpx, get and parse": bare, "and no certificates": lean, "send": alone}
        found |= {"send and keep": kept, "first look": look_took, "and read whole": tree}
        for step, seconds in found.items():
            times.setdefault(step, []).append(seconds)
    return times


def main() -> None:
    """Print medians of the steps and the ratios."""
    load_all()
    for label, (size, rounds) in SIZES.items():
        url = serve(_document(size))
        with tempfile.TemporaryDirectory() as folder:
            vault = Vault.create(
                Path(folder) / "b.tdx", "bench", kdf=Kdf.argon2id(memory_kib=64, iterations=1, lanes=1)
            )
            times = asyncio.run(_rounds(Workbench(vault), url, rounds))
            vault.close()
        for step, seconds in times.items():
            print(f"  {label:>5}  {step:<22}{statistics.median(seconds) * 1000:10.2f} ms")
        _ratio(label, "send / get", times["send"], times["httpx, get"])
        shown = [a + b for a, b in zip(times["send and keep"], times["first look"], strict=True)]
        whole = [a + b for a, b in zip(shown, times["and read whole"], strict=True)]
        for peer in ("httpx, get and parse", "and no certificates"):
            _ratio(label, f"send, keep, show / {peer}", shown, times[peer])
            _ratio(label, "the same until the whole is read", whole, times[peer])
        _memory(label, url)


def _ratio(label: str, what: str, ours: list[float], theirs: list[float]) -> None:
    ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
    print(f"  {label:>5}  {what:<46}{statistics.median(ratios):6.2f}")


def _memory(label: str, url: str) -> None:
    """Peak memory of a process that only sends, ours against httpx; what the imports take is taken off."""
    for name in ("_get", "_send"):
        code = f"import tests.bench.bench_send as b; b.peak(b.{name}, {url!r})"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        print(f"  {label:>5}  peak memory of {name[1:]:<26}{int(done.stdout) / 1024:9.1f} MiB more than idle")


def peak(step: Callable[[str], Awaitable[None]], url: str) -> None:
    """Print by how many KiB a step raises the peak of this process."""
    before = _high_water()
    asyncio.run(step(url))  # type: ignore[arg-type]  # a coroutine
    print(_high_water() - before)


def _high_water() -> int:
    """KiB; `getrusage` would tell of the process that started this one."""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))


if __name__ == "__main__":
    main()
