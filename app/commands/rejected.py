"""The records that an apply did not store: listed with their reasons, and written to a file."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass
from pathlib import Path

from app.commands.context import Context, selected_action
from app.commands.lookup import find_action
from app.commands.registry import Disabled, Result, arg, command
from app.commands.tabular import table
from app.domain.mapping import Rejections
from app.errors import InvalidInput
from app.store import outside
from app.store.codec import to_json
from app.workbench import Workbench

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    action: str = arg("The action whose mapping was applied.", positional=True, choices="actions", subject=True)
    file: str = arg("A new file to write them to: .csv or .json. Left out, they are listed.", default="")


def _action(context: Context) -> ReadOnly[str, object] | Disabled:
    return selected_action(context)


@command(
    "mapping.rejected",
    Rejected,
    title="Rejected records",
    keys="w",
    panes="mapping",
    gather=_action,
    asks=True,
    only_reads=True,
)
async def rejected(workbench: Workbench, args: Rejected) -> Result:
    """List what the last apply did not store, with the reasons, or write it to a file."""
    action = find_action(workbench.workspace, args.action)
    mapping = workbench.workspace.mapping_of(action)
    kept = await asyncio.to_thread(workbench.vault.kept.rejections, mapping.id) if mapping else None
    if kept is None:
        return Result(message=f"The last apply of {action.name} rejected nothing.", data=[])
    if args.file:
        path = await asyncio.to_thread(_write, args.file, kept)
        return Result(message=f"Wrote {len(kept.records):,} rejected records to {path}.")
    rows = [(each.index, each.key, "; ".join(each.reasons)) for each in kept.records]
    return Result(data=kept.records, lines=table(("record", "key", "why"), rows))


def _write(name: str, kept: Rejections) -> Path:
    """A new file that only its owner can read; one that is there already is never replaced."""
    path = outside.place(name)
    kinds = {".csv": _as_csv, ".json": _as_json}
    if path.suffix.lower() not in kinds:
        raise InvalidInput(f"{path.name} ends neither in .csv nor in .json; its ending says what to write.")
    outside.write(path, (kinds[path.suffix.lower()](kept).encode(),))
    return path


def _as_json(kept: Rejections) -> str:
    return to_json(kept.records) + "\n"


def _as_csv(kept: Rejections) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("record", "key", "why", "raw"))
    for each in kept.records:
        writer.writerow((each.index, _cell(each.key), _cell("; ".join(each.reasons)), _cell(each.raw)))
    return text.getvalue()


def _cell(text: str) -> str:
    """A spreadsheet would run what begins like a formula; an apostrophe makes it text."""
    return f"'{text}" if text.startswith(_FORMULA) else text
