"""Answers that take long or are large; both within bounds, for this runs on somebody's own machine."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from app.demo.api_json import json_response
from app.demo.api_routes import JSON, Answer, Parameter, RouteTable, Schema, seconds, whole_number
from app.demo.api_state import state_of
from app.demo.openapi_schemas import INTEGER, array, record, ref, text

SLOW = RouteTable("Slow and large", is_open=True)
MAX_SECONDS = 120
MAX_DRIPS = 1000
MAX_MEGABYTES = 60
_MEGABYTE = 1_000_000
_RECORDS_AT_ONCE = 400
_SECONDS: Schema = {"type": "number", "minimum": 0, "maximum": MAX_SECONDS}
_BAD = Answer(status=400, about="A parameter cannot be used.", schema=ref("Error"))


@SLOW.on(
    "GET POST",
    "/faults/slow",
    "Nothing for some seconds, then JSON.",
    Answer(status=200, about="At last.", schema=record({"waited_seconds": {"type": "number"}})),
    _BAD,
    parameters=(Parameter(name="seconds", about="How long; 20 unless said.", schema=_SECONDS),),
)
async def slow(request: Request) -> Response:
    """Waits before the first byte."""
    wait = seconds(request, "seconds", default=20, high=MAX_SECONDS)
    await state_of(request).settings.sleep(wait)
    return json_response({"waited_seconds": wait})


@SLOW.on(
    "GET",
    "/faults/drip",
    "JSON that comes a byte at a time: never silent for long, never done.",
    Answer(status=200, about="In the end.", schema=record({"drops": text()})),
    _BAD,
    parameters=(
        Parameter(name="drops", about="How many bytes in the text; 60 unless said.", schema={**INTEGER, "minimum": 1}),
        Parameter(name="seconds", about="Pause between two bytes; 0.5 unless said.", schema=_SECONDS),
    ),
)
async def drip(request: Request) -> Response:
    """Waits between the bytes."""
    drops = whole_number(request, "drops", default=60, low=1, high=MAX_DRIPS)
    pause = seconds(request, "seconds", default=0.5, high=10)
    return StreamingResponse(_drops(drops, pause, state_of(request).settings.sleep), media_type=JSON)


async def _drops(count: int, pause: float, sleep: Callable[[float], Awaitable[None]]) -> AsyncIterator[bytes]:
    yield b'{"drops": "'
    for _ in range(count):
        await sleep(pause)
        yield b"."
    yield b'"}'


@SLOW.on(
    "GET",
    "/faults/large",
    "Valid JSON of so many megabytes, to the byte, its length not said beforehand.",
    Answer(
        status=200,
        about="A lot.",
        schema=record({"records": array(record({"id": INTEGER, "code": text(), "note": text()})), "padding": text()}),
    ),
    _BAD,
    parameters=(
        Parameter(
            name="mb",
            about="Megabytes of 1,000,000 bytes; 5 unless said.",
            schema={**INTEGER, "minimum": 1, "maximum": MAX_MEGABYTES},
        ),
    ),
)
async def large(request: Request) -> Response:
    """Streams records as fast as they are taken."""
    size = whole_number(request, "mb", default=5, low=1, high=MAX_MEGABYTES) * _MEGABYTE
    return StreamingResponse(_records(size), media_type=JSON)


async def _records(size: int) -> AsyncIterator[bytes]:
    """A JSON document of exactly `size` bytes, in pieces of about 40 kB; the padding fills it up."""
    head, tail, end = b'{"records": [\n', b'\n], "padding": "', b'"}'
    left = size - len(head) - len(tail) - len(end)
    yield head
    number = 0
    separator = b""
    while True:
        block = separator + b",\n".join(_record(number + offset) for offset in range(_RECORDS_AT_ONCE))
        if len(block) > left:
            break
        yield block
        left -= len(block)
        number += _RECORDS_AT_ONCE
        separator = b",\n"
    yield tail + b"." * left + end


def _record(number: int) -> bytes:
    note = f"record {number} of many, as dull as the one before it"
    return b'{"id": %d, "code": "%07d", "note": "%s"}' % (number, number, note.encode("ascii"))
