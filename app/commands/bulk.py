"""The same change for many records at once: counted first, then one commit that one undo takes back."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from app.commands.choosing import ALL_HELP, IDS_HELP, Choice, shown_records
from app.commands.finding import FILTER_HELP, SEARCH_HELP
from app.commands.lookup import find_type, refuse
from app.commands.records import pairs_of, value_problems
from app.commands.registry import Result, arg, command
from app.domain.changes import Change, Changes, record_table
from app.domain.counting import counted
from app.domain.identifiers import decode
from app.domain.problems import Problem
from app.domain.record import Record, check_values, rewritten
from app.domain.schema import RecordType
from app.domain.values import Value
from app.errors import InvalidInput
from app.store import collector
from app.store.relations import is_referred_to
from app.workbench import Workbench


@dataclass(frozen=True, slots=True, kw_only=True)
class EditAll:
    object: str = arg("The object.", positional=True, choices="types", subject=True)
    value: tuple[str, ...] = arg("attribute=value; attribute:=null empties it; repeat for each.", multiline=True)
    filter: str = arg(FILTER_HELP, default="")
    search: str = arg(SEARCH_HELP, default="")
    id: tuple[str, ...] = arg(IDS_HELP, default=())
    all: bool = arg(ALL_HELP, default=False)

    @property
    def choice(self) -> Choice:
        """Which records are meant."""
        return Choice(filter=self.filter, search=self.search, ids=self.id, is_all=self.all)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteAll:
    object: str = arg("The object.", positional=True, choices="types", subject=True)
    filter: str = arg(FILTER_HELP, default="")
    search: str = arg(SEARCH_HELP, default="")
    id: tuple[str, ...] = arg(IDS_HELP, default=())
    all: bool = arg(ALL_HELP, default=False)

    @property
    def choice(self) -> Choice:
        """Which records are meant."""
        return Choice(filter=self.filter, search=self.search, ids=self.id, is_all=self.all)


class EditPlan(NamedTuple):
    """What a bulk edit would do."""

    changes: Changes
    chosen: int


def edit_plan(workbench: Workbench, args: EditAll) -> EditPlan:
    """The changes of a bulk edit; InvalidInput when a value does not fit, or would be the same key twice."""
    kind = find_type(workbench.workspace, args.object)
    if kind.is_archived:
        raise InvalidInput(f"{kind.name} is archived; restore it first.")
    given = pairs_of(kind, args.value)
    values, problems = check_values(kind, given, convert=True)
    refuse((*value_problems(kind, problems), *_key_problems(kind, values)))
    if not values:
        raise InvalidInput("Say what to change with --value attribute=value.")
    with collector.paused():
        records = args.choice.records(workbench, kind)
        now = workbench.now()
        items = [_edited(record, values, now) for record in records if {**record.values, **values} != record.values]
    return EditPlan(Changes.of(f"Edit {counted(len(items), 'record')} of {kind.name}", items), len(records))


def _key_problems(kind: RecordType, values: Mapping[str, object]) -> list[Problem]:
    return [
        Problem(name, f"is what records of {kind.name} are told apart by; it cannot be the same for many")
        for name in kind.keys
        if name in values
    ]


def _edited(record: Record, values: Mapping[str, Value], now: str) -> Change:
    after = rewritten(record, values, at=now, run_id=None)
    return Change(record_table(record.type_name), decode(record.id), record, after)


def delete_plan(workbench: Workbench, args: DeleteAll) -> Changes:
    """The changes of a bulk deletion."""
    kind = find_type(workbench.workspace, args.object)
    with collector.paused():
        records = args.choice.records(workbench, kind)
        items = [Change(record_table(kind.name), decode(record.id), record, None) for record in records]
    return Changes.of(f"Delete {counted(len(items), 'record')} of {kind.name}", items)


async def _edit_question(workbench: Workbench, args: EditAll) -> str:
    found = await asyncio.to_thread(edit_plan, workbench, args)
    changed = len(found.changes.items)
    kind = find_type(workbench.workspace, args.object)
    what = ", ".join(args.value)
    same = f" {found.chosen - changed:,} of them are like that already." if changed < found.chosen else ""
    return f"{args.choice.words(workbench, kind, found.chosen)}{same}\nSet {what} on {changed:,}?"


async def _delete_question(workbench: Workbench, args: DeleteAll) -> str:
    changes = await asyncio.to_thread(delete_plan, workbench, args)
    kind = find_type(workbench.workspace, args.object)
    gone = [item.before for item in changes.items if isinstance(item.before, Record)]
    referred = await asyncio.to_thread(is_referred_to, workbench.vault.store, workbench.workspace, kind, gone)
    refers = (
        f"\n{referred:,} of them: other records refer to them, keep their ids, and link to nothing then."
        if referred
        else ""
    )
    return f"{args.choice.words(workbench, kind, len(gone))}{refers}\nDelete {counted(len(gone), 'record')}?"


@command(
    "record.edit-all",
    EditAll,
    title="Edit many records",
    keys="M",
    panes="records",
    gather=shown_records,
    asks=True,
    confirms=_edit_question,
)
async def edit_all(workbench: Workbench, args: EditAll) -> Result:
    """Set the same values on every chosen record, in one commit."""
    found = await asyncio.to_thread(edit_plan, workbench, args)
    await workbench.commit(found.changes)
    changed = len(found.changes.items)
    return Result(
        message=f"Changed {changed:,} of {found.chosen:,} chosen records of {args.object}. Undo takes it back.",
        data={"chosen": found.chosen, "changed": changed},
    )


@command(
    "record.delete-all",
    DeleteAll,
    title="Delete many records",
    keys="D",
    panes="records",
    gather=shown_records,
    asks=True,
    confirms=_delete_question,
)
async def delete_all(workbench: Workbench, args: DeleteAll) -> Result:
    """Delete every chosen record, in one commit."""
    changes = await asyncio.to_thread(delete_plan, workbench, args)
    await workbench.commit(changes)
    return Result(
        message=f"Deleted {counted(len(changes.items), 'record')} of {args.object}. Undo brings them back.",
        data={"deleted": len(changes.items)},
    )
