"""Redaction: fields of an action's responses that are never kept, shown or stored, from now on and in what is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass, replace

from app.commands.context import Context, selected_action
from app.commands.lookup import find_action
from app.commands.registry import Disabled, Result, arg, command
from app.domain.action import Action, MockResponse
from app.domain.changes import ACTIONS, BODIES, REDACTIONS, REJECTIONS, RUNS, Change, Changes
from app.domain.identifiers import decode
from app.domain.mapping import Redaction, whole_path
from app.domain.run import BodyPart, Run, split_body
from app.engine.redact import redacted
from app.errors import InvalidInput
from app.workbench import Workbench


@dataclass(frozen=True, slots=True, kw_only=True)
class Redacted:
    action: str = arg("The action whose responses are meant.", positional=True, choices="actions", subject=True)
    path: str = arg("The field from the root of the response, such as $.orders[*].card.", positional=True)
    end: bool = arg("End the redaction: later responses keep the field again.", default=False)


def _path(context: Context) -> ReadOnly[str, object] | Disabled:
    found = selected_action(context)
    if isinstance(found, Disabled):
        return found
    action = context.workspace.action_named(context.action)
    mapping = context.workspace.mapping_of(action) if action else None
    path = context.path
    if context.pane == "mapping":
        path = whole_path(mapping.source, context.row) if mapping and context.row else ""
    return {**found, "path": whole_path("$", path)} if path else Disabled("Move to a field first.")


@command("mapping.redact", Redacted, title="Redact field", keys="d", panes="mapping", gather=_path, asks=True)
async def redact(workbench: Workbench, args: Redacted) -> Result:
    """Take a field out of every response of an action, kept ones included; this cannot be undone."""
    action = find_action(workbench.workspace, args.action)
    try:
        path = whole_path("$", args.path)
    except ValueError as error:
        raise InvalidInput(f"The path cannot be read: {error}.") from None
    before = workbench.workspace.redactions.get(decode(action.id))
    paths = before.paths if before else ()
    if args.end:
        return await _end(workbench, action, before, path)
    if path == "$":
        raise InvalidInput("The whole response cannot be redacted; name a field of it.")
    paths = (*(each for each in paths if each != path), path)
    kept = Redaction(action_id=action.id, paths=paths)
    bodies = await asyncio.to_thread(lambda: list(_body_changes(workbench, action, paths)))
    changes = [Change(REDACTIONS, decode(action.id), before, kept), *bodies, *_samples(workbench, action, paths)]
    await workbench.commit(Changes.of(f"Redact {path}", changes, is_undoable=False))
    # The undo list may hold the sample or records as they were.
    await asyncio.to_thread(workbench.vault.forget_history)
    runs = sum(change.table == RUNS for change in bodies)
    message = (
        f"{path} is redacted: taken out of {runs:,} kept response{'' if runs == 1 else 's'}, and never kept again. "
        "The undo list was emptied, since it could bring values back. Records stored earlier keep what they have."
    )
    return Result(message=message, data=kept)


async def _end(workbench: Workbench, action: Action, before: Redaction | None, path: str) -> Result:
    if before is None or path not in before.paths:
        known = f" Redacted: {', '.join(before.paths)}." if before and before.paths else ""
        raise InvalidInput(f"{path} is not redacted.{known}")
    rest = tuple(each for each in before.paths if each != path)
    after = replace(before, paths=rest) if rest else None
    change = Change(REDACTIONS, decode(action.id), before, after)
    await workbench.commit(Changes.of(f"End the redaction of {path}", [change], is_undoable=False))
    return Result(message=f"{path} is kept again from the next response on; what was taken out stays out.", data=after)


def _body_changes(workbench: Workbench, action: Action, paths: Sequence[str]) -> Iterator[Change]:
    """Every kept response of the action without the field, the oldest first."""
    for run in reversed(list(workbench.runs.newest(action.id))):
        body = workbench.runs.body(run)
        masked = redacted(body, paths)
        if masked != body:
            yield from _swapped(workbench, run, masked)


def _swapped(workbench: Workbench, run: Run, body: bytes) -> Iterator[Change]:
    for number in run.body_ids:
        yield Change(BODIES, number, BodyPart(run_id=run.id, data=b""), None)
    parts = [(workbench.ids(), part) for part in split_body(run.id, body)]
    for number, part in parts:
        yield Change(BODIES, number, None, part)
    yield Change(RUNS, decode(run.id), run, replace(run, body_ids=tuple(number for number, _ in parts)))


def _samples(workbench: Workbench, action: Action, paths: Sequence[str]) -> Iterator[Change]:
    """The action's samples, and the rejected records of its mapping, which hold fields as they came."""

    def without(sample: MockResponse) -> MockResponse:
        return replace(sample, body=redacted(sample.body.encode(), paths).decode())

    if action.mock:
        others = tuple(map(without, action.other_mocks))
        yield Change(ACTIONS, decode(action.id), action, replace(action, mock=without(action.mock), other_mocks=others))
    mapping = workbench.workspace.mapping_of(action)
    kept = workbench.vault.kept.rejections(mapping.id) if mapping else None
    if mapping and kept:
        yield Change(REJECTIONS, decode(mapping.id), kept, None)
