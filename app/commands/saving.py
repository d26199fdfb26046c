"""A run's body, or one value of it, as a file: byte for byte, never over what is there, for its owner's eyes only."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from app.commands.context import Context
from app.commands.lookup import find_run
from app.commands.registry import Disabled, Result, arg, command
from app.commands.run_lines import size_words
from app.domain.path import FieldPath
from app.domain.run import Run
from app.engine.content import content_of
from app.engine.json_index import JsonIndex
from app.engine.xml_json import XmlProblem
from app.errors import InvalidInput
from app.store import outside
from app.workbench import Workbench


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    run: str = arg("The run's id, as run list shows it.", positional=True, subject=True)
    file: str = arg("The file to write; it must not exist yet.", positional=True)
    path: str = arg("Only what is at this path, such as $.orders[0]; everything when empty.", default="")


def _shown(context: Context) -> Mapping[str, object] | Disabled:
    if not context.run_id:
        return Disabled("There is no run on the screen.")
    return {"run": context.run_id, "file": context.body_name}


@command(
    "run.save",
    Saved,
    title="Save body as file",
    keys="S",
    panes="response,raw",
    gather=_shown,
    asks=True,
    only_reads=True,
)
async def save_body(workbench: Workbench, args: Saved) -> Result:
    """Write a body, or one value of it, to a new file, byte for byte as it came; no existing file is touched."""
    run = find_run(workbench, args.run)
    if run.response is None or not run.body_ids:
        raise InvalidInput(f"{run.id} has no body to save.")
    body = await asyncio.to_thread(workbench.runs.body, run)
    data = await asyncio.to_thread(_value_at, run, body, args.path.strip()) if args.path.strip() else body
    path = outside.place(args.file)
    await asyncio.to_thread(outside.write, path, (data,))
    cut = " It is cut: the run's failure says why." if run.response.is_cut else ""
    saved = {"file": str(path), "bytes": len(data), "is_cut": run.response.is_cut}
    return Result(message=f"Saved {size_words(len(data))} to {path}.{cut}", data=saved)


def _value_at(run: Run, body: bytes, path: str) -> bytes:
    """The bytes of one value of a JSON body, as they came; of XML, as JSON."""
    try:
        segments = FieldPath.parse(path).segments
    except ValueError as error:
        raise InvalidInput(f"The path cannot be read: {error}.") from None
    plain = tuple(segment for segment in segments if isinstance(segment, (str, int)))
    if len(plain) < len(segments):
        raise InvalidInput(f"{path} names many values; one can be saved. Name an element, as in [0].")
    try:
        content = content_of(body, run.response.header("content-type") if run.response else None)
        json = content.json_bytes(body)
    except XmlProblem as problem:
        raise InvalidInput(str(problem)) from None
    if json is None:
        raise InvalidInput(f"{run.id} has no JSON, so {path} is not in it. Leave the path out to save everything.")
    index = JsonIndex.build(json)
    node = index.find(plain)
    if node is None:
        raise InvalidInput(f"{path} is not in the response.")
    return index.source(node)
