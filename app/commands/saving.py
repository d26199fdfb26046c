"""A run's body, or one value of it, as a file: byte for byte, never over what is there, for its owner's eyes only."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

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


@command("run.save", Saved, title="Save body as file", keys="S", panes="response,raw", gather=_shown, asks=True)
async def save_body(workbench: Workbench, args: Saved) -> Result:
    """Write a body, or one value of it, to a new file, byte for byte as it came; no existing file is touched."""
    run = find_run(workbench, args.run)
    if run.response is None or not run.body_ids:
        raise InvalidInput(f"{run.id} has no body to save.")
    body = await asyncio.to_thread(workbench.runs.body, run)
    data = await asyncio.to_thread(_value_at, run, body, args.path.strip()) if args.path.strip() else body
    path = _checked(args.file)
    await asyncio.to_thread(_write, path, data)
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


def _checked(text: str) -> Path:
    """The path that was meant; InvalidInput when nothing can be written there."""
    if not text.strip() or "\0" in text:
        raise InvalidInput("Name the file to write.")
    try:
        path = Path(text).expanduser()
    except RuntimeError:
        raise InvalidInput(f"{text} names a person who is not known here; write the whole path.") from None
    if path.is_dir() or text.endswith("/"):
        raise InvalidInput(f"{path} is a folder; name a file in it.")
    if path.is_symlink() or path.exists():
        raise InvalidInput(f"{path} exists already and is not overwritten; choose another name.")
    if not path.parent.is_dir():
        raise InvalidInput(f"There is no folder {path.parent}; create it first, or choose another.")
    return path


def _write(path: Path, body: bytes) -> None:
    """All of it or nothing; a file that appears in the meantime, or a link, is not followed."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        file = os.open(path, flags, 0o600)
    except FileExistsError:
        raise InvalidInput(f"{path} exists already and is not overwritten; choose another name.") from None
    except OSError as error:
        raise InvalidInput(f"{path} cannot be written: {error.strerror}. Choose another place.") from None
    try:
        with os.fdopen(file, "wb") as stream:
            stream.write(body)
            os.fchmod(stream.fileno(), 0o600)
    except OSError as error:
        with suppress(OSError):
            path.unlink()
        raise InvalidInput(f"{path} cannot be written: {error.strerror}. Nothing was kept of it.") from None
