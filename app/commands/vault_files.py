"""Copies of the vault: sealed ones, and plain ones out and in."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from app.commands.registry import Result, arg, command
from app.commands.run_lines import size_words
from app.commands.tabular import table
from app.store.exchange import ImportPlan
from app.workbench import Workbench


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFile:
    file: str = arg("The file to write; it must not exist.", positional=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    file: str = arg("A file that vault export, or TinyDB itself, has written.", positional=True)
    dry_run: bool = arg("Only count what would be new, changed and the same.", default=False)


def _path(text: str) -> Path:
    """What a person typed; `~` is their home, in a dialog too."""
    return Path(text).expanduser()


@command("vault.backup", NewFile, title="Back up the vault", asks=True, only_reads=True)
async def backup(workbench: Workbench, args: NewFile) -> Result:
    """Copy the sealed vault as it is at this moment to a new file."""
    from app.store.backup import back_up

    path = _path(args.file)
    size = await asyncio.to_thread(back_up, workbench.vault.store, path)
    return Result(
        message=f"Copied {size_words(size)} to {path}. It opens with the passphrase of now, also after you change it.",
        data={"file": str(path), "bytes": size},
    )


@command("vault.export", NewFile, title="Export to plain JSON", asks=True, only_reads=True)
async def export_vault(workbench: Workbench, args: NewFile) -> Result:
    """Write everything but tokens to a new TinyDB JSON file, which is NOT encrypted."""
    from app.store.exchange import TOKEN_MARKER, export

    path = _path(args.file)
    count = await asyncio.to_thread(export, workbench.vault.store, path)
    return Result(
        message=f"Wrote {count:,} documents to {path}. That file is NOT encrypted: whoever can read it reads your data."
        f' In the place of each token it says "{TOKEN_MARKER}"; what undo needs is left out.',
        data={"file": str(path), "documents": count, "encrypted": False},
    )


@command("vault.import", Import, title="Import plain JSON", asks=True)
async def import_vault(workbench: Workbench, args: Import) -> Result:
    """Take the documents of a TinyDB JSON file into the vault, in one commit and one undo."""
    from app.store.exchange import plan

    path = _path(args.file)
    found = await asyncio.to_thread(plan, workbench.vault, workbench.workspace, path)
    if not args.dry_run:
        await workbench.commit(found.changes)
    rows = [
        (name, *(counts[verdict] for verdict in ("new", "changed", "same"))) for name, counts in found.counts.items()
    ]
    return Result(
        message=_import_words(path, found, is_dry=args.dry_run),
        data={"tables": found.counts, "dry_run": args.dry_run, "skipped": found.skipped},
        lines=table(("table", "new", "changed", "same"), rows),
    )


def _import_words(path: Path, found: ImportPlan, *, is_dry: bool) -> str:
    counts = ", ".join(f"{found.total(verdict):,} {verdict}" for verdict in ("new", "changed", "same"))
    words = [f"{'Would import' if is_dry else 'Imported'} {path.name}: {counts}."]
    if found.tokens_without_value:
        names = ", ".join(found.tokens_without_value)
        words.append(f"An export holds no tokens, so these have no value: {names}. Remove each and add it anew.")
    if found.skipped:
        words.append(f"Left out, as the vault's own: {', '.join(found.skipped)}.")
    if is_dry:
        words.append("Nothing was changed.")
    elif found.changes:
        words.append("Undo takes it back.")
    return " ".join(words)
