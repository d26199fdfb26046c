"""A process of our own that works on one body: it cannot hold up the screen, and it can be killed whatever it does.

It is given the body on stdin, its size on a line before it, and answers on stdout; nothing of it touches a disk.
"""

from __future__ import annotations

import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process, create_subprocess_exec
from pathlib import Path
from typing import BinaryIO

_ROOT = Path(__file__).resolve().parents[2]
_WAITING = 1024 * 1024
"""Bytes of answers that wait to be read: a process that is faster waits itself."""
_PIECE = 256 * 1024


async def started(module: str, body: bytes, *, longest_line: int = _WAITING) -> Process:
    """Start a module of this program as a process, and give it the body."""
    env = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(_ROOT), "PYTHONIOENCODING": "utf-8"}
    process = await create_subprocess_exec(
        sys.executable,
        *("-m", module),
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
        env=env,
        limit=longest_line,
        start_new_session=True,
    )
    try:
        assert process.stdin is not None
        process.stdin.write(b"%d\n" % len(body))
        for at in range(0, len(body), _PIECE):
            process.stdin.write(body[at : at + _PIECE])
            await process.stdin.drain()
    except BaseException:
        await ended(process)
        raise
    return process


async def ended(process: Process) -> None:
    """Kill a process, whatever it does, and wait until it is gone."""
    assert process.stdin is not None
    assert process.stdout is not None
    if process.returncode is None:
        process.kill()
    process.stdin.close()
    while await process.stdout.read(1 << 20):
        continue
    await process.wait()


def given(source: BinaryIO) -> bytes:
    """In the process: the body."""
    return source.read(int(source.readline()))
