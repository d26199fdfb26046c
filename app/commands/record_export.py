"""Exporting records to a file: private, whole or not at all, without a secret and without a formula."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.commands import progress
from app.commands.cancelling import cancellable
from app.commands.context import Context, selected_object
from app.commands.lookup import find_type
from app.commands.record_import import FORMATS
from app.commands.registry import Disabled, Result, arg, command
from app.domain.record import Record
from app.domain.schema import RecordType
from app.engine.cancel import IsCancelled, check
from app.engine.tabular.sheet import FileFormat, format_of
from app.engine.tabular.writing import Export
from app.store import outside
from app.workbench import Workbench

_WINDOW = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordExport:
    object: str = arg("The object whose records are written.", positional=True, choices="types", subject=True)
    file: str = arg("The new file; its ending .csv, .json or .jsonl says the format.", positional=True)
    format: str = arg("The format, where the ending does not say it; tinydb is JSON too.", default="", choices=FORMATS)
    folder: str = arg("A folder that the file name may not lead out of.", default="")
    overwrite: bool = arg("Take the place of a file of that name.", default=False)


def _chosen(context: Context) -> Mapping[str, object] | Disabled:
    return selected_object(context)


def every_record(workbench: Workbench, kind: RecordType) -> Iterator[Record]:
    """All records of an object, oldest first, read a window at a time."""
    for start in range(0, workbench.records.count(kind.name), _WINDOW):
        yield from workbench.records.window(kind.name, start, _WINDOW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The file to write."""

    path: Path
    format: FileFormat
    overwrite: bool


def export_records(
    kind: RecordType, records: Iterable[Record], total: int, target: Target, is_cancelled: IsCancelled
) -> tuple[Export, int]:
    """Write records to a file; the export with its counts, and the file's size. To be run off the event loop."""
    export = Export(kind, records, is_cancelled=is_cancelled)

    def pieces() -> Iterator[bytes]:
        for piece in export.pieces(target.format):
            progress.tell(f"Writing {target.path.name}", export.count, total)
            yield piece
        check(is_cancelled)

    return export, outside.write(target.path, pieces(), overwrite=target.overwrite)


@command(
    "record.export",
    RecordExport,
    title="Export records",
    keys="X",
    panes="records",
    gather=_chosen,
    asks=True,
    only_reads=True,
)
async def export_object(workbench: Workbench, args: RecordExport) -> Result:
    """Write an object's records to a CSV, JSON or JSON lines file, or one that stock TinyDB opens."""
    kind = find_type(workbench.workspace, args.object)
    path = outside.place(args.file, args.folder)
    target = Target(path=path, format=format_of(path.name, args.format), overwrite=args.overwrite)
    outside.check_target(path, overwrite=args.overwrite)
    total = workbench.records.count(kind.name)
    export, size = await cancellable(export_records, kind, every_record(workbench, kind), total, target)
    return Result(message=_message(kind, export, target, size), data=_data(kind, export, target, size))


def _message(kind: RecordType, export: Export, target: Target, size: int) -> str:
    plural = "record" if export.count == 1 else "records"
    said = f"Wrote {export.count:,} {plural} of {kind.name} to {target.path} ({size:,} bytes)."
    if export.guarded:
        cells = "cell" if export.guarded == 1 else "cells"
        said += f" {export.guarded:,} {cells} that a spreadsheet may take for a formula got an apostrophe before it."
    if target.format is FileFormat.TINYDB:
        said += f' Open it with TinyDB(path).table("{kind.name}").'
    return f"{said} It is not sealed: whoever has the file can read it."


def _data(kind: RecordType, export: Export, target: Target, size: int) -> dict[str, object]:
    return {
        "object": kind.name,
        "file": str(target.path),
        "format": target.format,
        "records": export.count,
        "bytes": size,
        "guarded": export.guarded,
    }
