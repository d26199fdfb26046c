"""Looking after the vault: check every byte and every rule, rewrite it small, save what a damaged one still holds."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from app.commands.registry import NoArgs, Result, arg, command
from app.commands.run_lines import size_words
from app.domain.secret import Secret
from app.workbench import Workbench


@command("vault.check", NoArgs, title="Check the vault", only_reads=True)
async def check_vault(workbench: Workbench, _: NoArgs) -> Result:
    """Read the whole vault again: every seal, every document, every rule between them."""
    from app.store.check import check
    from app.store.inspection import inspect

    store = workbench.vault.store
    sealed = await asyncio.to_thread(check, store)
    found = await asyncio.to_thread(inspect, store)
    header = "one of the two headers is damaged; compact the vault to write both anew"
    lines = [
        f"seals      {sealed.frames:,} frames, {size_words(sealed.total_bytes)}: all as they were saved"
        f" ({sealed.seconds:.2f} s)",
        f"header     {header if sealed.is_header_damaged else 'both copies are whole'}",
        f"documents  {found.documents:,} in {len(sealed.tables):,} tables ({found.seconds:.2f} s)",
        *(f"WRONG  {problem}" for problem in found.problems),
        *(f"note   {note}" for note in found.notes),
        *(f"  {name}  {count:,}" for name, count in sealed.tables),
    ]
    count = found.problem_count + sealed.is_header_damaged
    shown = f" The first {len(found.problems)} are named." if found.problem_count > len(found.problems) else ""
    return Result(
        message=f"{count:,} {'thing is' if count == 1 else 'things are'} wrong.{shown}"
        if count
        else "Nothing is wrong.",
        data={"sealed": sealed, "inspection": found, "problems": count},
        lines=tuple(lines),
        exit_code=1 if count else 0,
    )


@command("vault.compact", NoArgs, title="Compact the vault")
async def compact(workbench: Workbench, _: NoArgs) -> Result:
    """Rewrite the vault's file with what it holds now, and nothing of what it held before."""
    store = workbench.vault.store
    before = store.info().total_bytes
    await asyncio.shield(asyncio.to_thread(store.compact))
    after = store.info().total_bytes
    return Result(
        message=f"Compacted: {size_words(before)} before, {size_words(after)} now.",
        data={"bytes_before": before, "bytes_after": after, "generation": store.info().generation},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Salvage:
    file: str = arg("The damaged vault; it is only read.", positional=True)
    new: str = arg("The file for the new vault; it must not exist.", positional=True)
    passphrase: Secret = arg("The damaged vault's passphrase; the new one has the same.")


@command("vault.salvage", Salvage, title="Salvage a damaged vault", asks=True, takes_turn=False)
async def salvage(_workbench: Workbench, args: Salvage) -> Result:
    """Put all that can still be read of a damaged vault into a new one."""
    return await asyncio.to_thread(salvage_file, args)


def salvage_file(args: Salvage) -> Result:
    """The salvage itself: it needs no vault that opens."""
    from app.store.salvage import salvage

    source, target = Path(args.file).expanduser(), Path(args.new).expanduser()
    found = salvage(source, args.passphrase.reveal(), target)
    lost = []
    if found.frames_lost:
        lost.append(f"{found.frames_lost:,} frames are missing or damaged")
    if found.bytes_lost:
        lost.append(f"{found.bytes_lost:,} bytes could not be read")
    outcome = f"Lost: {' and '.join(lost)}." if lost else "Nothing was lost."
    return Result(
        message=f"{found.documents:,} documents are in {target.name}. {outcome} {source.name} was not changed."
        f" Look at what came through with: actionbench --vault {target} vault check",
        data=found,
        lines=tuple(f"{name}  {count:,}" for name, count in found.tables),
    )
