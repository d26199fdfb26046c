"""Finding records: filtered, searched, sorted, in windows; and the columns that an object shows."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from app.commands.context import selected_object
from app.commands.lookup import find_attribute, find_type, refuse
from app.commands.registry import Result, arg, command
from app.commands.tabular import table
from app.domain.changes import VIEWS, Change, Changes
from app.domain.columns import cell, chosen_view, shown_attributes
from app.domain.filter_tokens import FilterError
from app.domain.looking import Look, look_at
from app.domain.schema import Attribute, RecordType, active_attributes
from app.errors import InvalidInput
from app.workbench import Workbench

PAGE = 100
FILTER_HELP = (
    'Which records: such as total > 40 and status = "open". and, or, not, brackets; = != < <= > >=, contains, starts '
    "with, in (…), is null, is missing, is empty."
)

SEARCH_HELP = "Words that all occur somewhere in a record's texts."


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPage:
    object: str = arg("The custom or standard object.", positional=True, choices="types", subject=True)
    filter: str = arg(FILTER_HELP, default="")
    search: str = arg(SEARCH_HELP, default="")
    sort: str = arg("The attribute to sort by; the oldest record first when left out.", default="")
    descending: bool = arg("The greatest first; records without a value stay last.", default=False)
    columns: str = arg("Attributes to show, parted by commas; else those that were chosen.", default="")
    start: int = arg("How many records to skip.", default=0)
    limit: int = arg("How many records to show at most.", default=PAGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnNames:
    object: str = arg("The custom or standard object.", positional=True, choices="types", subject=True)
    column: tuple[str, ...] = arg(
        "An attribute to show; repeat for each, in order. None at all shows every attribute again.",
        positional=True,
        default=(),
    )


def read_look(
    kind: RecordType, *, filter: str = "", search: str = "", sort: str = "", descending: bool = False
) -> Look:
    """What a person wants to look at; InvalidInput points at the mistake of a filter."""
    try:
        look = look_at(kind, filter=filter, search=search)
    except FilterError as error:
        raise InvalidInput(filter_refusal(error, filter)) from None
    if not sort:
        return look
    return replace(look, sort=_active(kind, sort), is_descending=descending)


def filter_refusal(error: FilterError, text: str) -> str:
    """What is wrong with a filter, the filter, and carets under the mistake."""
    return "\n".join(error.pointed(text))


def _active(kind: RecordType, name: str) -> Attribute:
    found = find_attribute(kind, name)
    if found.is_archived:
        raise InvalidInput(f"{name} is archived on {kind.name}; restore it first.")
    return found


@command("record.list", RecordPage, title="List records", gather=selected_object, only_reads=True)
async def list_records(workbench: Workbench, args: RecordPage) -> Result:
    """Show an object's records, filtered, searched and sorted, and how many there are."""
    kind = find_type(workbench.workspace, args.object)
    if args.start < 0 or args.limit < 1:
        raise InvalidInput("--start is 0 or more and --limit is 1 or more.")
    look = read_look(kind, filter=args.filter, search=args.search, sort=args.sort, descending=args.descending)
    columns = _columns(workbench, kind, args.columns)
    records = workbench.records
    await asyncio.to_thread(records.arrange, kind.name, look)
    found = records.window(kind.name, args.start, args.limit, look)
    total, shown = records.count(kind.name), records.count_shown(kind.name, look)
    rows = [[cell(record.values, name)[0] for name in columns] for record in found]
    data = {"object": kind.name, "total": total, "matching": shown, "start": args.start, "records": found}
    message = f"{len(found):,} of {shown:,} records shown."
    if not look.is_whole:
        message = f"{len(found):,} of {shown:,} shown; {matching(shown, total)}."
    return Result(message=message, data=data, lines=table(columns, rows) if found else ())


def matching(shown: int, total: int) -> str:
    """How many of all records match."""
    return f"{shown:,} of {total:,} match{'es' if shown == 1 else ''}"


def _columns(workbench: Workbench, kind: RecordType, text: str) -> list[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    chosen = [_active(kind, name) for name in names]
    return [a.name for a in chosen or shown_attributes(kind, workbench.workspace.view_of(kind.name))]


@command(
    "record.columns", ColumnNames, title="Choose columns", keys="c", panes="records", gather=selected_object, asks=True
)
async def choose_columns(workbench: Workbench, args: ColumnNames) -> Result:
    """Choose which attributes an object's records show, and in which order; remembered in the vault."""
    kind = find_type(workbench.workspace, args.object)
    refuse(f"{name} is named twice." for name in sorted({n for n in args.column if args.column.count(n) > 1}))
    names = [_active(kind, name).name for name in args.column]
    before = next(((n, v) for n, v in workbench.workspace.views.items() if v.object == kind.name), None)
    after = chosen_view(kind, names) if names else None
    change = Change(VIEWS, before[0] if before else workbench.ids(), before[1] if before else None, after)
    await workbench.commit(Changes.of(f"Choose the columns of {kind.name}", [change]))
    shown = [attribute.name for attribute in shown_attributes(kind, after)]
    return Result(message=f"{kind.name} shows {len(shown)} of {len(active_attributes(kind))} attributes.", data=shown)
