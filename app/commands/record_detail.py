"""One record in detail: its values with their formats, its references both ways, where it came from, its history."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.commands.lookup import find_record, find_type
from app.commands.records import RecordKey, selected_record
from app.commands.registry import Result, command
from app.commands.tabular import fields
from app.domain.datatypes import DataType
from app.domain.record import Record, shown_key
from app.domain.schema import Attribute, RecordType, active_attributes
from app.domain.values import Value, plain_value, shown
from app.store.relations import PastChange, history_of, referrers
from app.workbench import Workbench


@dataclass(frozen=True, slots=True)
class Place:
    """Which record: where a line of the detail leads."""

    object: str
    record: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DetailLine:
    """One line: a name, what it holds, what kind of thing that is; a heading has only a name."""

    name: str
    value: str = ""
    note: str = ""
    link: Place | None = None

    @property
    def is_heading(self) -> bool:
        """Whether it only says what follows."""
        return not self.value and not self.note and self.link is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """Everything about one record."""

    kind: RecordType
    record: Record
    key: str
    lines: tuple[DetailLine, ...]


def detail(workbench: Workbench, object: str, record: str) -> Detail:
    """Look up a record with all that hangs together with it; InvalidInput when there is none. Takes a thread."""
    kind = find_type(workbench.workspace, object)
    found = find_record(workbench, kind, record)
    lines = (
        *_values(workbench, kind, found),
        *_written(workbench, found),
        *_referring(workbench, kind, found),
        *_history(workbench, found),
    )
    return Detail(kind=kind, record=found, key=shown_key(kind, found), lines=lines)


def _values(workbench: Workbench, kind: RecordType, record: Record) -> Iterator[DetailLine]:
    for attribute in active_attributes(kind):
        if attribute.name not in record.values:
            yield DetailLine(name=attribute.name, value="(missing)", note=attribute.format)
            continue
        value = record.values[attribute.name]
        if attribute.data_type is DataType.REFERENCE and value:
            yield from _references(workbench, attribute, value if isinstance(value, tuple) else (str(value),))
        else:
            yield DetailLine(
                name=attribute.name, value='""' if value == "" else plain_value(value), note=attribute.format
            )


def _references(workbench: Workbench, attribute: Attribute, ids: tuple[str, ...]) -> Iterator[DetailLine]:
    for number, one in enumerate(ids):
        name, note = ("", "") if number else (attribute.name, attribute.format)
        if not workbench.records.absent(attribute.target, (one,)):
            yield DetailLine(name=name, value=one, note=note, link=Place(attribute.target, one))
        else:
            yield DetailLine(name=name, value=one, note=f"{note or attribute.format}, no such record yet")


def _written(workbench: Workbench, record: Record) -> Iterator[DetailLine]:
    yield DetailLine(name="Written")
    yield DetailLine(name="created", value=_moment(record.created_at))
    yield DetailLine(name="updated", value=_moment(record.updated_at))
    run = workbench.runs.get(record.run_id) if record.run_id else None
    by = f"{record.run_id} of {run.action_name}" if run else str(record.run_id or "by hand")
    yield DetailLine(name="by", value=by, note="" if run or not record.run_id else "a run that is not kept any more")
    yield DetailLine(name="id", value=record.id)


def _moment(text: str) -> str:
    return text[:19].replace("T", " ") + " UTC" if text else "(unknown)"


def _referring(workbench: Workbench, kind: RecordType, record: Record) -> Iterator[DetailLine]:
    found = referrers(workbench.vault.store, workbench.workspace, kind, record)
    if found:
        yield DetailLine(name="Referred to by")
    for each in found:
        other = find_type(workbench.workspace, each.type_name)
        for number, one in enumerate(each.first):
            name = f"{each.type_name}.{each.attribute}" if number == 0 else ""
            key = shown_key(other, one)
            note = f"{each.count:,} in all" if number == 0 else ""
            yield DetailLine(name=name, value=key, note=note, link=Place(each.type_name, key))
        if each.count > len(each.first):
            yield DetailLine(name="", value=f"… and {each.count - len(each.first):,} more")


def _history(workbench: Workbench, record: Record) -> Iterator[DetailLine]:
    found = history_of(workbench.vault.store, record)
    if found:
        yield DetailLine(name="History, as far as undo keeps it")
    for change in found:
        yield DetailLine(name=_moment(change.at)[:16], value=change.title)
        yield from _differences(change)


def _differences(change: PastChange) -> Iterator[DetailLine]:
    if change.before is None:
        return
    before, after = change.before.values, change.after.values
    for name in dict.fromkeys((*before, *after)):
        old, new = _said(before, name), _said(after, name)
        if old != new:
            yield DetailLine(name="", value=f"{name}: {old} → {new}")


def _said(values: Mapping[str, Value], name: str) -> str:
    return shown(values[name]) if name in values else "(missing)"


def detail_lines(found: Detail) -> tuple[str, ...]:
    """A detail as lines of text."""
    rows = [
        (line.name, f"{line.value}{f'  ({line.note})' if line.note else ''}{'  →' if line.link else ''}")
        for line in found.lines
    ]
    return fields(rows)


@command("record.show", RecordKey, title="Show record", gather=selected_record, only_reads=True)
async def show_record(workbench: Workbench, args: RecordKey) -> Result:
    """Show one record: every attribute, where it came from, what it refers to and what refers to it, its history."""
    found = await asyncio.to_thread(detail, workbench, args.object, args.record)
    return Result(data=found.record, lines=detail_lines(found))
