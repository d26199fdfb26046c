"""Indexing in another process: what it found since it last said so, as bytes, and putting that into an index here.

Run as `python -m app.engine.json_growth`. It says what is new as a line of JSON and then the bytes of the arrays.
"""

from __future__ import annotations

import json
import os
import sys
from asyncio import IncompleteReadError
from collections.abc import AsyncGenerator, Iterator
from contextlib import suppress

from app.engine import worker
from app.engine.json_index import JsonIndex
from app.engine.json_lexer import Growth, Lexer
from app.engine.json_problem import JsonProblem

_SLICE = 256 * 1024
"""Bytes that are indexed before the screen hears of it."""
_NICENESS = 5
"""The screen goes before, where there are fewer processors than there is to do."""


async def index_elsewhere(index: JsonIndex) -> AsyncGenerator[None, None]:
    """Index the rest of a whole text in a process of its own; yields each time that more is there.

    Whoever stops listening has the process killed. OSError when it ended before it was through.
    """
    process = await worker.started(__name__, index.data)
    try:
        assert process.stdout is not None
        while not index.is_done:
            head = json.loads(await process.stdout.readline() or b"null")
            if head is None:
                raise OSError("the index was not finished: its process ended")
            problem = JsonProblem(*head["problem"]) if head["problem"] else None
            parts = [await process.stdout.readexactly(size) for size in head["sizes"]]
            index.add(Growth(head["at"], head["nodes"], head["containers"], problem, head["is_done"], parts))
            yield
    except IncompleteReadError:
        raise OSError("the index was not finished: its process ended") from None
    finally:
        await worker.ended(process)


def growths(lexer: Lexer, size: int = _SLICE) -> Iterator[Growth]:
    """Index a text to its end; what each slice has added or changed."""
    while not lexer.is_done:
        nodes, containers, opened = len(lexer.starts), len(lexer.container_nodes), lexer.open_containers()
        lexer.advance(size)
        yield lexer.growth(nodes, containers, opened)


def main() -> None:
    """Index the text on stdin."""
    with suppress(OSError):
        os.nice(_NICENESS)
    out = sys.stdout.buffer
    for growth in growths(Lexer(worker.given(sys.stdin.buffer), is_whole=True)):
        problem = growth.problem
        head = {
            "at": growth.at,
            "nodes": growth.nodes,
            "containers": growth.containers,
            "is_done": growth.is_done,
            "problem": [problem.offset, problem.line, problem.column, problem.message] if problem else None,
            "sizes": [len(part) for part in growth.parts],
        }
        out.write(json.dumps(head).encode() + b"\n" + b"".join(growth.parts))
        out.flush()


if __name__ == "__main__":
    main()
