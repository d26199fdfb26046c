"""Records: put and delete."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from app.commands.context import Context, selected_object
from app.commands.lookup import find_record, find_type, record_by_key, refuse
from app.commands.registry import Disabled, Result, arg, command
from app.domain.changes import Change, Changes, record_table
from app.domain.datatypes import DataType
from app.domain.identifiers import RecordId, decode
from app.domain.problems import Problem
from app.domain.record import Record, check_values, key_problem, shown_key
from app.domain.schema import ObjectType, RecordType, attribute_of
from app.domain.values import JsonValue, Value
from app.errors import InvalidInput
from app.store.codec import new_id
from app.store.relations import Referrers, referrers
from app.workbench import Workbench

_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordKey:
    object: str = arg("The object.", positional=True, choices="types", subject=True)
    record: str = arg("The record's external_id (or a person's e-mail).", positional=True, subject=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPut:
    object: str = arg("The object.", positional=True, choices="types", subject=True)
    value: tuple[str, ...] = arg(
        "attribute=value; repeat for each. An empty value keeps an empty text; attribute:=null empties it.",
        positional=True,
        multiline=True,
    )


def selected_record(context: Context) -> Mapping[str, object] | Disabled:
    if not context.object or not context.record:
        return Disabled("Select a record in the records pane first.")
    return {"object": context.object, "record": context.record}


@command(
    "record.put", RecordPut, title="New or changed record", keys="n", panes="records", gather=selected_object, asks=True
)
async def put_record(workbench: Workbench, args: RecordPut) -> Result:
    """Create a record, or change the one with the same external_id (upsert)."""
    kind = find_type(workbench.workspace, args.object)
    if kind.is_archived:
        raise InvalidInput(f"{kind.name} is archived; restore it first.")
    values, problems = check_values(kind, pairs_of(kind, args.value), convert=True)
    refuse(value_problems(kind, problems))
    missing = key_problem(kind, values)
    refuse([missing] if missing else [])
    before = next((r for key in kind.keys if (r := record_by_key(workbench, kind, key, values.get(key)))), None)
    if before and {**before.values, **values} == before.values:
        return Result(message=f"{kind.name} {shown_key(kind, before)} is like that already.", data=before)
    change, verdict = _upsert(workbench, kind, before, values)
    await workbench.commit(Changes.of(f"{verdict} a record of {kind.name}", [change]))
    assert isinstance(change.after, Record)
    return Result(message=f"{verdict} {kind.name} {shown_key(kind, change.after)}.", data=change.after)


def pairs_of(kind: RecordType, lines: Iterable[str]) -> dict[str, JsonValue]:
    """What was typed for each attribute; see `_pair`."""
    return dict(_pair(kind, text) for text in lines if text.strip())


def value_problems(kind: RecordType, problems: Iterable[Problem]) -> Iterator[Problem]:
    """What is wrong with values, each as one sentence."""
    return (Problem(p.path, f"is {p.message}" if _is_active(kind, p.path) else p.message) for p in problems)


def _is_active(kind: RecordType, name: str) -> bool:
    found = attribute_of(kind, name)
    return found is not None and not found.is_archived


def _upsert(
    workbench: Workbench, kind: RecordType, before: Record | None, values: Mapping[str, Value]
) -> tuple[Change, str]:
    if before is None:
        _check_quota(workbench, kind)
    number = decode(before.id) if before else workbench.ids()
    after = Record(
        id=RecordId(new_id(record_table(kind.name), number)),
        type_name=kind.name,
        values=MappingProxyType({**(before.values if before else {}), **values}),
        created_at=before.created_at if before else workbench.now(),
        updated_at=workbench.now(),
    )
    return Change(record_table(kind.name), number, before, after), "Changed" if before else "Created"


def _check_quota(workbench: Workbench, kind: RecordType) -> None:
    limit = workbench.workspace.settings.record_limit
    if isinstance(kind, ObjectType) and workbench.records.count_custom(workbench.workspace) >= limit:
        raise InvalidInput(f"The workspace holds {limit:,} records, the most it may. Delete some first.")


async def _about_referrers(workbench: Workbench, args: RecordKey) -> str:
    kind = find_type(workbench.workspace, args.object)
    record = find_record(workbench, kind, args.record)
    found = await asyncio.to_thread(referrers, workbench.vault.store, workbench.workspace, kind, record)
    if not found:
        return ""
    count = sum(each.count for each in found)
    lines = [
        f"  {each.type_name}.{each.attribute}: {each.count:,} ({', '.join(_named(workbench, each)[:_NAMED])}"
        f"{', …' if each.count > _NAMED else ''})"
        for each in found
    ]
    refer = "1 record refers" if count == 1 else f"{count:,} records refer"
    end = "They keep its id, and link up again when a record with that id comes."
    return "\n".join([f"{refer} to {kind.name} {args.record}:", *lines, end, "Delete it?"])


def _named(workbench: Workbench, found: Referrers) -> list[str]:
    kind = find_type(workbench.workspace, found.type_name)
    return [shown_key(kind, record) for record in found.first]


@command(
    "record.delete",
    RecordKey,
    title="Delete record",
    keys="delete,x",
    panes="records",
    gather=selected_record,
    asks=True,
    confirms=_about_referrers,
)
async def delete_record(workbench: Workbench, args: RecordKey) -> Result:
    """Delete one record; undo brings it back."""
    kind = find_type(workbench.workspace, args.object)
    record = find_record(workbench, kind, args.record)
    change = Change(record_table(kind.name), decode(record.id), record, None)
    await workbench.commit(Changes.of(f"Delete {kind.name} {args.record}", [change]))
    return Result(message=f"Deleted {kind.name} {args.record}. Undo brings it back.", data=record)


def _pair(kind: RecordType, text: str) -> tuple[str, JsonValue]:
    """`name=value` as typed; `name:=null` for an explicit null; a reference to many takes commas."""
    name, sign, value = text.partition("=")
    if not sign:
        raise InvalidInput(f'"{text}" is not attribute=value.')
    if name.endswith(":") and value.strip() == "null":
        return name[:-1].strip(), None
    name = name.strip()
    attribute = attribute_of(kind, name)
    if attribute and attribute.data_type is DataType.REFERENCE and attribute.many:
        return name, [item.strip() for item in value.split(",") if item.strip()]
    return name, value
