"""The view as a conversation would offer it: an object's newest records as buttons."""

from __future__ import annotations

import asyncio

from app.commands.context import selected_object
from app.commands.lookup import find_type
from app.commands.objects import ObjectName
from app.commands.record_export import every_record
from app.commands.registry import Result, command
from app.domain.schema import RecordType
from app.engine.buttons import LIMIT, UPDATED, Offer, label, offer, reasons
from app.workbench import Workbench


@command(
    "record.buttons", ObjectName, title="As buttons", keys="b", panes="records", gather=selected_object, only_reads=True
)
async def show_buttons(workbench: Workbench, args: ObjectName) -> Result:
    """Show the at most 25 newest records as a conversation would offer them, and which are left out."""
    kind = find_type(workbench.workspace, args.object)
    found = await asyncio.to_thread(lambda: offer(every_record(workbench, kind)))
    return Result(lines=_lines(kind, found), data=_data(kind, found))


def _lines(kind: RecordType, found: Offer) -> tuple[str, ...]:
    if not found.buttons:
        said = f"A conversation would offer no {kind.name}: there is no record with {UPDATED}."
        return (said, *reasons(found))
    shown = (f"{kind.name}: {len(found.buttons)} of at most {LIMIT} buttons, the newest {UPDATED} first", "")
    buttons = (f"[ {label(record, kind)} ]  {record.values[UPDATED]}" for record in found.buttons)
    left = reasons(found)
    return (*shown, *buttons, *(("", *left) if left else ()))


def _data(kind: RecordType, found: Offer) -> dict[str, object]:
    return {
        "object": kind.name,
        "buttons": [
            {"label": label(record, kind), "external_id": record.external_id, UPDATED: record.values[UPDATED]}
            for record in found.buttons
        ],
        "older": found.older,
        "undated": found.undated,
        "left_out": reasons(found),
    }
