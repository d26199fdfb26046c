"""Previews and applies of mappings: what would be written, then writing it, in one commit and one undo.

What cannot be written is said before anything is.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from app.commands.cancelling import cancellable
from app.commands.context import shown_run
from app.commands.existing import Existing
from app.commands.keeping import rejected_change, seen_change
from app.commands.lookup import find_action
from app.commands.mappings import document_of
from app.commands.registry import Result, arg, command
from app.commands.runs import run_of
from app.commands.tabular import table
from app.domain.changes import Changes
from app.domain.mapping import Mapping
from app.domain.run import Run
from app.domain.values import JsonValue
from app.engine.cancel import IsCancelled, never
from app.engine.collector import let_go, paused
from app.engine.drift import drift
from app.engine.mapper import preview
from app.engine.preview import Preview, Verdict
from app.errors import InvalidInput
from app.workbench import Workbench


@dataclass(frozen=True, slots=True, kw_only=True)
class Previewed:
    action: str = arg("The action whose response is mapped.", positional=True, choices="actions", subject=True)
    run: str = arg("The run whose response is taken; the newest when left out.", default="", subject=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewedPart:
    action: str = arg("The action whose response is mapped.", positional=True, choices="actions", subject=True)
    run: str = arg("The run whose response is taken; the newest when left out.", default="", subject=True)
    verdict: str = arg("Only records of this verdict.", default="", choices="new|changed|same|rejected")
    limit: int = arg("How many records to list at most.", default=1_000)


def preview_body(
    workbench: Workbench, mapping: Mapping, run: Run, body: bytes, is_cancelled: IsCancelled = never
) -> Preview:
    """What a mapping would write of a response, and how that differs from the last; runs off the event loop."""
    return preview_document(workbench, mapping, run, document_of(run, body, is_cancelled), is_cancelled)


def preview_document(
    workbench: Workbench, mapping: Mapping, run: Run, document: JsonValue, is_cancelled: IsCancelled = never
) -> Preview:
    """The same of a decoded body."""
    workspace = workbench.workspace
    found = preview(
        document,
        mapping,
        workspace.type_named(mapping.target),
        Existing(workbench),
        ids=workbench.ids,
        now=workbench.now(),
        run_id=run.id,
        record_limit=workspace.settings.record_limit,
        redacted=workspace.redacted(mapping.action_id),
        is_cancelled=is_cancelled,
    )
    return replace(found, drift=drift(mapping, workspace.seen_preview(mapping), found))


async def _previewed(workbench: Workbench, args: Previewed | PreviewedPart) -> tuple[Mapping, Run, Preview]:
    action = find_action(workbench.workspace, args.action)
    mapping = workbench.workspace.mapping_of(action)
    if mapping is None:
        raise InvalidInput(f'{action.name} has no mapping yet; "mapping suggest" makes one from its newest response.')
    run = run_of(workbench, action, args.run)
    body = await asyncio.to_thread(workbench.runs.body, run)
    return mapping, run, await cancellable(preview_body, workbench, mapping, run, body)


def _row_table(found: Preview) -> tuple[str, ...]:
    rows = [(f.path, f.kind, f.attribute, f.format, f.example, f.words) for f in found.fields]
    return table(("path", "found", "attribute", "format", "first value", "verdict"), rows)


def _data(found: Preview) -> dict[str, object]:
    return {
        "source": found.source,
        "target": found.target,
        "counts": {str(verdict): count for verdict, count in found.counts.items()},
        "problems": [str(problem) for problem in found.problems],
        "notes": found.notes,
        "fields": found.fields,
        "rejected": [{"index": row.index, "key": row.key, "reasons": row.reasons} for row in found.rejections],
    }


@command("mapping.preview", PreviewedPart, title="Preview mapping", keys="p", panes="mapping", gather=shown_run)
async def preview_mapping(workbench: Workbench, args: PreviewedPart) -> Result:
    """Show what applying the mapping would do, record by record; nothing of it is written."""
    if args.verdict and args.verdict not in list(Verdict):
        raise InvalidInput(f'"{args.verdict}" is not a verdict; choose one of {", ".join(Verdict)}.')
    mapping, _, found = await _previewed(workbench, args)
    changes = Changes.of("Preview", [seen_change(workbench, mapping, found)], is_undoable=False)
    await workbench.commit(changes)
    return Result(
        data=_data(found), lines=await asyncio.to_thread(_lines, found, args), exit_code=1 if found.problems else 0
    )


def _lines(found: Preview, args: PreviewedPart) -> tuple[str, ...]:
    chosen = [at for at, verdict in enumerate(found.verdicts) if not args.verdict or verdict == args.verdict]
    rows = [found.rows[at] for at in chosen[: args.limit]]
    records = [(row.index, row.verdict, row.key, "; ".join(row.reasons)) for row in rows]
    lines = [*_row_table(found), "", *(each.conversion for each in found.fields if each.conversion)]
    lines += [f"{each.path}: {each.clash}" for each in found.fields if each.clash]
    if records:
        lines += [*table(("record", "verdict", "key", "why"), records), ""]
    if len(chosen) > len(rows):
        lines += [f"{len(chosen) - len(rows):,} more records; --limit shows more of them.", ""]
    return (*lines, *_drift_lines(found), *found.notes, found.sentence)


async def _store(workbench: Workbench, mapping: Mapping, found: Preview) -> None:
    """Commit what a preview has found, with how the mapping was seen and what was rejected."""

    def made() -> Changes:
        with paused():
            changes = found.make_changes()
            more = (seen_change(workbench, mapping, found), rejected_change(workbench, mapping, found))
            return Changes.of(changes.title, [*changes.items, *more])

    changes = await asyncio.to_thread(made)
    items = [*changes.items]
    await workbench.commit(changes)
    del changes
    await asyncio.to_thread(let_go, items)


def _drift_lines(found: Preview) -> tuple[str, ...]:
    return (f"Changed since the last preview: {'; '.join(found.drift)}.",) if found.drift else ()


@command("mapping.apply", Previewed, title="Apply mapping", keys="a", panes="response,raw,mapping", gather=shown_run)
async def apply_mapping(workbench: Workbench, args: Previewed) -> Result:
    """Store the records that fit, in one commit and one undo; the rejected are kept as a list."""
    mapping, _, found = await _previewed(workbench, args)
    if found.problems:
        raise InvalidInput([str(problem) for problem in found.problems])
    if found.drift:
        raise InvalidInput(
            f"{_drift_lines(found)[0]} Nothing was written. Look at the preview of this response "
            "(p, or mapping preview), then apply again."
        )
    await _store(workbench, mapping, found)
    rejected = [f"rejected: record {row.index} ({row.key}): {'; '.join(row.reasons)}" for row in found.rejections]
    stored = found.counts[Verdict.NEW] + found.counts[Verdict.CHANGED]
    message = f"{found.target}: {found.sentence}." + (" Undo takes it back." if stored else "")
    data, records = _data(found), [*found.records]
    del found
    await asyncio.to_thread(let_go, records)
    return Result(message=message, data=data, lines=tuple(rejected))
