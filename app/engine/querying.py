"""Asking the worker of `json_query`: bounded in time, and stopped at once when nobody wants the answer any more."""

from __future__ import annotations

import asyncio
import json
from asyncio.subprocess import Process
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass

from app.engine import worker
from app.engine.json_query import QUERY_SECONDS

_LINE_LIMIT = 256 * 1024 * 1024
"""Bytes of one answer; paths of a deep document are long."""

Path_ = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Part of an answer: more matches, or the end of it."""

    paths: tuple[Path_, ...] = ()
    is_last: bool = False
    count: int = 0
    is_cut: bool = False
    """Whether there are more matches than are shown."""
    why: str = ""
    """Why nothing matched, or what stopped the query."""
    is_error: bool = False


class Querying:
    """The worker of one body. It starts with the first query and is kept for the next."""

    def __init__(self, body: bytes, *, seconds: float = QUERY_SECONDS) -> None:
        self._body = body
        self._seconds = seconds
        self._process: Process | None = None

    async def ask(self, query: str) -> AsyncGenerator[Found, None]:
        """Matches as they are found. Whoever stops listening before the end has the worker killed."""
        is_whole = False
        try:
            async with asyncio.timeout(self._seconds):
                process = await self._started()
                assert process.stdin is not None
                process.stdin.write(json.dumps({"query": query}).encode() + b"\n")
                await process.stdin.drain()
                async for found in _answers(process):
                    is_whole = found.is_last
                    yield found
        except TimeoutError:
            text = f"Stopped after {self._seconds:g} s. Ask for less: fewer .. and * in the query, a simpler pattern."
            yield Found(is_last=True, is_error=True, why=text)
        except (BrokenPipeError, ConnectionResetError):
            yield _ENDED
        finally:
            if not is_whole:
                await self.stop()

    async def stop(self) -> None:
        """Kill the worker, whatever it does, and wait until it is gone."""
        process, self._process = self._process, None
        if process is not None:
            await worker.ended(process)

    async def _started(self) -> Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await worker.started("app.engine.json_query", self._body, longest_line=_LINE_LIMIT)
        return self._process


_ENDED = Found(
    is_last=True, is_error=True, why="The filter stopped: it needs more memory or a deeper stack than there is."
)


async def _answers(process: Process) -> AsyncIterator[Found]:
    assert process.stdout is not None
    while line := await process.stdout.readline():
        answer = json.loads(line)
        if "paths" in answer:
            yield Found(paths=tuple(map(tuple, answer["paths"])))
            continue
        is_error = "error" in answer
        why = answer["error"] if is_error else answer["why"]
        count, is_cut = answer.get("count", 0), answer.get("is_cut", False)
        yield Found(is_last=True, count=count, is_cut=is_cut, why=why, is_error=is_error)
        return
    yield _ENDED
