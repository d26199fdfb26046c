"""Importing records from a file: previewed before anything is written, then one commit and one undo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.commands import progress
from app.commands.cancelling import cancellable
from app.commands.context import Context, selected_object
from app.commands.lookup import find_type
from app.commands.preparing import FileChoice, Prepared, changes_of, prepare, prepared_data, prepared_lines
from app.commands.registry import Disabled, Result, arg, command
from app.engine.tabular.matching import MAP_FORM
from app.engine.tabular.sheet import FileFormat
from app.engine.tabular.writing import rejects_bytes
from app.errors import InvalidInput
from app.store import outside
from app.workbench import Workbench

FORMATS = "|".join(FileFormat)
NOTHING_YET = "Name a file above. What it holds is shown here before anything is written."


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordImport:
    object: str = arg("The object that the records go to.", positional=True, choices="types", subject=True)
    file: str = arg("A CSV, JSON, JSON lines or TinyDB file.", positional=True)
    map: tuple[str, ...] = arg(
        f"{MAP_FORM}; repeat for each. The rest is found by name; column=- leaves it out.", default=(), multiline=True
    )
    format: str = arg("The file's format, where its ending does not say it.", default="", choices=FORMATS)
    encoding: str = arg("The file's encoding, such as windows-1252; found out when left out.", default="")
    delimiter: str = arg("CSV: what parts the cells; comma, semicolon, tab, pipe or the sign itself.", default="")
    quote: str = arg('CSV: what texts are quoted with, " or another sign.', default="")
    header: str = arg("CSV: whether the first row names the columns.", default="", choices="yes|no")
    source: str = arg("JSON: where the records are, such as $.orders[*].", default="")
    rejects: str = arg("A new file for the records that are not taken, each with the reason.", default="")
    folder: str = arg("A folder that no file name here may lead out of.", default="")

    @property
    def choice(self) -> FileChoice:
        """The file with how it is to be read."""
        return FileChoice(
            file=self.file,
            folder=self.folder,
            format=self.format,
            encoding=self.encoding,
            delimiter=self.delimiter,
            quote=self.quote,
            header=self.header,
            source=self.source,
        )


def _chosen(context: Context) -> Mapping[str, object] | Disabled:
    kind = context.workspace.type_named(context.object)
    if kind is not None and kind.is_archived:
        return Disabled(f"{kind.name} is archived; restore it first.")
    return selected_object(context)


async def prepared(workbench: Workbench, args: RecordImport) -> Prepared:
    """What an import would do; InvalidInput says why it cannot be."""
    kind = find_type(workbench.workspace, args.object)
    if kind.is_archived:
        raise InvalidInput(f"{kind.name} is archived; restore it first.")
    return await cancellable(prepare, workbench, workbench.workspace, kind, args.choice, args.map)


async def _preview(workbench: Workbench, args: RecordImport) -> tuple[str, ...]:
    if not args.file.strip():
        return (NOTHING_YET,)
    try:
        return prepared_lines(await prepared(workbench, args))
    except InvalidInput as error:
        return error.problems


@command("record.check", RecordImport, title="Check a file of records", gather=_chosen, asks=True, only_reads=True)
async def check_file(workbench: Workbench, args: RecordImport) -> Result:
    """Show what importing a file would do, column by column; nothing is written."""
    found = await prepared(workbench, args)
    return Result(data=prepared_data(found), lines=prepared_lines(found), exit_code=1 if found.problems else 0)


@command(
    "record.import",
    RecordImport,
    title="Import records",
    keys="I",
    panes="records",
    gather=_chosen,
    asks=True,
    preview=_preview,
)
async def import_records(workbench: Workbench, args: RecordImport) -> Result:
    """Import the records of a file that fit, in one commit and one undo; "record check" shows what it would do."""
    target = outside.place(args.rejects, args.folder) if args.rejects else None
    if target:
        outside.check_target(target)
    found = await prepared(workbench, args)
    if found.problems:
        raise InvalidInput(found.problems)
    stored = found.preview.new + found.preview.changed
    progress.tell(f"Making {stored:,} records")
    title = f"Import {stored:,} of {args.choice.name} into {found.kind.name}"
    changes = await cancellable(changes_of, found, title)
    progress.tell(f"Writing {stored:,} records", can_stop=False)
    if target and found.preview.rejected:
        outside.write(target, [rejected_bytes(found)])
    await workbench.commit(changes)
    where = f" The rejected are in {target}." if target and found.preview.rejected else ""
    undo = " Undo takes it back." if stored else ""
    return Result(
        message=f"{found.kind.name}: {found.sentence}.{where}{undo}",
        data=prepared_data(found),
        lines=prepared_lines(found)[2:],
    )


def rejected_bytes(found: Prepared) -> bytes:
    """The file of what was not taken."""
    dialect = found.sheet.dialect
    return rejects_bytes(
        found.sheet.format,
        found.sheet.columns,
        [(record, why) for *_, record, why in found.rejected],
        delimiter=dialect.delimiter if dialect else ",",
        quote=dialect.quote if dialect else '"',
    )
