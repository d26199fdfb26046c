"""Preparing an import: read a file, match its columns, work out what importing would do. Nothing is written here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from app.commands import progress
from app.commands.existing import Existing
from app.commands.tabular import fields, table
from app.domain.changes import Changes
from app.domain.identifiers import ActionId, MappingId
from app.domain.mapping import FieldMapping, Mapping
from app.domain.schema import RecordType, attribute_of
from app.domain.values import JsonValue
from app.domain.workspace import Workspace
from app.engine.cancel import IsCancelled, check
from app.engine.mapper import preview
from app.engine.preview import Preview, Verdict
from app.engine.tabular.matching import column_name, hint, left_out, rows_for, with_ids, write_row
from app.engine.tabular.reading import read_sheet
from app.engine.tabular.sheet import Reading, Sheet
from app.errors import InvalidInput
from app.store import collector, outside
from app.workbench import Workbench

_LISTED = 20
"""Rejected records that are listed one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChoice:
    """A file, and how it is to be read; "" means: find out."""

    file: str
    folder: str = ""
    format: str = ""
    encoding: str = ""
    delimiter: str = ""
    quote: str = ""
    header: str = ""
    source: str = ""

    def read(self, target: str, known: tuple[str, ...], is_cancelled: IsCancelled) -> Sheet:
        """The file's records, read off the event loop."""
        path = outside.place(self.file, self.folder)
        what = f"Reading {path.name}"
        progress.tell(what)
        data = outside.read(path, check=lambda: check(is_cancelled))
        reading = Reading(
            format=self.format,
            encoding=self.encoding,
            delimiter=self.delimiter,
            quote=self.quote,
            header=self.header,
            source=self.source,
            target=target,
            known=known,
            tell=lambda done, total: progress.tell(what, done, total),
            is_cancelled=is_cancelled,
        )
        return read_sheet(path.name, data, reading)

    @property
    def name(self) -> str:
        """The file's own name."""
        return Path(self.file).name


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What importing would do."""

    sheet: Sheet
    kind: RecordType
    rows: tuple[FieldMapping, ...]
    preview: Preview

    @property
    def rejected(self) -> Iterator[tuple[int, str, JsonValue, str]]:
        """Place, key, record and reason of each record that would not be stored."""
        for row in self.preview.rejections:
            why = self.sheet.reasons.get(row.index) or "; ".join(row.reasons)
            yield row.index, row.key, self.sheet.records[row.index], why

    @property
    def problems(self) -> tuple[str, ...]:
        """What stops the import, each with the way out."""
        found = tuple(str(problem) for problem in self.preview.problems)
        return (*found, *hint(self.sheet, self.rows, self.kind)) if found else ()

    @property
    def sentence(self) -> str:
        """`24 new, 0 changed, 0 same, 1 rejected: total is "n/a", not a decimal`; or what stops it."""
        if self.problems:
            return "; ".join(self.problems)
        numbers = ", ".join(f"{self.preview.counts[verdict]:,} {verdict}" for verdict in Verdict)
        reasons = Counter(why for *_, why in self.rejected)
        more = f"; and {len(reasons) - 1:,} more" if len(reasons) > 1 else ""
        return f"{numbers}{f': {next(iter(reasons))}{more}' if reasons else ''}"


def prepare(
    workbench: Workbench,
    workspace: Workspace,
    kind: RecordType,
    choice: FileChoice,
    lines: tuple[str, ...],
    is_cancelled: IsCancelled,
) -> Prepared:
    """Read, match and judge; InvalidInput for a file that cannot be read. To be run off the event loop."""
    with collector.paused():
        sheet = choice.read(kind.name, tuple(each.name for each in kind.attributes), is_cancelled)
        rows = rows_for(sheet, kind, lines)
        if not rows:
            raise InvalidInput(
                f"No column of {choice.name} is called like an attribute of {kind.name}: it has "
                f"{', '.join(sheet.columns) or 'none'}. {hint(sheet, rows, kind)[0]}"
            )
        return judged(workbench, workspace, kind, sheet, rows, is_cancelled)


def judged(
    workbench: Workbench,
    workspace: Workspace,
    kind: RecordType,
    sheet: Sheet,
    rows: tuple[FieldMapping, ...],
    is_cancelled: IsCancelled,
) -> Prepared:
    """What importing a sheet with this mapping would do."""
    with_ids(sheet, rows, kind)
    progress.tell(f"Checking {len(sheet.records):,} records")
    found = preview(
        sheet.records,
        Mapping(id=MappingId(""), action_id=ActionId(""), source="$[*]", target=kind.name, rows=rows),
        kind,
        Existing(workbench),
        ids=workbench.ids,
        now=workbench.now(),
        run_id=None,
        record_limit=workspace.settings.record_limit,
        is_cancelled=is_cancelled,
    )
    return Prepared(sheet=sheet, kind=kind, rows=rows, preview=found)


def changes_of(found: Prepared, title: str, is_cancelled: IsCancelled) -> Changes:
    """What the import commits. To be run off the event loop: it makes every record."""
    with collector.paused():
        changes = found.preview.changes
    check(is_cancelled)
    return replace(changes, title=title)


def prepared_lines(found: Prepared) -> tuple[str, ...]:
    """All of it for a person: the counts first, then the file, the columns, the rejected."""
    return (
        found.sentence,
        "",
        *fields(found.sheet.facts),
        "",
        *_columns(found),
        *left_out(found.sheet, found.rows, found.kind),
        *found.preview.notes,
        *_rejected(found),
    )


def _columns(found: Prepared) -> tuple[str, ...]:
    rows = [
        (write_row(row), each.format or _format(found.kind, row.attribute), each.example, each.words)
        for row, each in zip(found.rows, found.preview.fields, strict=True)
    ]
    return table(("column -> attribute", "format", "first value", "verdict"), rows)


def _format(kind: RecordType, name: str) -> str:
    attribute = attribute_of(kind, name)
    return attribute.format if attribute else ""


def _rejected(found: Prepared) -> Iterator[str]:
    for number, (index, key, _, why) in enumerate(found.rejected):
        if number == _LISTED:
            yield f"… and {found.preview.rejected - _LISTED:,} more rejected"
            return
        if not number:
            yield ""
        yield f"rejected: record {index}{f' ({key})' if key else ''}: {why}"


def prepared_data(found: Prepared) -> dict[str, object]:
    """All of it for a program."""
    return {
        "file": dict(found.sheet.facts),
        "columns": [
            {
                "column": column_name(row.path),
                "attribute": row.attribute,
                "convert": row.is_converted,
                "verdict": each.words,
            }
            for row, each in zip(found.rows, found.preview.fields, strict=True)
        ],
        "counts": {str(verdict): count for verdict, count in found.preview.counts.items()},
        "problems": found.problems,
        "notes": [*left_out(found.sheet, found.rows, found.kind), *found.preview.notes],
        "rejected": [{"index": index, "key": key, "reason": why} for index, key, _, why in found.rejected],
    }
