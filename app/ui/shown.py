"""Slow looks at a run — reading, indexing, previewing — kept off the event loop."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

from app.commands.applying import preview_document
from app.commands.cancelling import cancellable
from app.commands.mappings import document_of
from app.domain.action import Action
from app.domain.run import Run
from app.domain.workspace import Workspace
from app.engine.cancel import IsCancelled, check
from app.engine.collector import let_go
from app.engine.content import ContentKind, content_of
from app.engine.infer import fields
from app.engine.json_index import JsonIndex
from app.engine.sources import candidates
from app.engine.xml_json import XmlProblem
from app.errors import InvalidInput, VaultDamaged
from app.ui.selection import Shown, Study
from app.ui.widgets.pace import PACE
from app.workbench import Workbench

_FIRST_BYTES = 64 * 1024
"""Enough for the first screen of nearly every body; the rest is indexed while it is looked at."""

_MUCH = 4_000_000
_UNTIL_DRAWN = 0.5
"""Seconds in which the panes surely were given the next study."""
_BREATH = 0.005
"""Seconds that long work leaves to the keys between two of its steps, while somebody types."""


async def first_look(workbench: Workbench, run: Run) -> Shown:
    """Read the beginning of a run's body from the vault, and index as much as a screen may show."""
    return await asyncio.to_thread(_first_look, workbench, run)


async def whole(workbench: Workbench, shown: Shown) -> Shown:
    """Read the rest of a body; its index goes on in it."""
    return await asyncio.to_thread(_whole, workbench, shown)


def _first_look(workbench: Workbench, run: Run) -> Shown:
    body, is_whole = workbench.runs.beginning(run)
    return shown_of(run, body, is_whole=is_whole)


def _whole(workbench: Workbench, shown: Shown) -> Shown:
    found = _without_index(shown.run, workbench.runs.body(shown.run))
    is_same = found.content.kind is ContentKind.JSON and found.text is found.body
    if shown.index is None or shown.index.data is not shown.body or not is_same:
        return _with_index(found)  # what came before is no beginning of the text that is shown now
    shown.index.extend(found.body)
    return replace(found, index=shown.index)


def shown_of(run: Run, body: bytes, *, is_whole: bool = True) -> Shown:
    """A body, or its beginning, ready to be looked at."""
    return _with_index(_without_index(run, body, is_whole=is_whole))


def _without_index(run: Run, body: bytes, *, is_whole: bool = True) -> Shown:
    content = content_of(body, run.response.header("content-type") if run.response else None)
    return Shown(run, body, None, content, content.text_bytes(body), is_whole=is_whole)


def _with_index(shown: Shown) -> Shown:
    """Begin to index what can be; XML is converted as a whole."""
    if shown.content.kind is ContentKind.JSON:
        json: bytes | None = shown.text if shown.is_whole or shown.text is shown.body else None
    elif not shown.is_whole:
        return shown
    else:
        try:
            json = shown.content.json_bytes(shown.body)
        except XmlProblem as problem:
            return replace(shown, problem=str(problem))
    if json is None:
        return shown
    index = JsonIndex(json, is_whole=shown.is_whole)
    index.advance(_FIRST_BYTES)
    return replace(shown, index=index)


def is_studied_unasked(workspace: Workspace, action: Action, shown: Shown) -> bool:
    """Whether to find out about the records of a response before somebody maps: decoding much holds up the keys."""
    return workspace.mapping_of(action) is not None or len(shown.body) <= _MUCH


async def study_of(workbench: Workbench, action: Action, shown: Shown) -> Study:
    """What a shown response is, and what the action's mapping would write of it; stops when it is cancelled."""
    try:
        return await cancellable(_study, workbench, action, shown)
    except (InvalidInput, VaultDamaged):
        return Study()  # the mapping pane words its problems; a record that cannot be read is shown in its own pane


async def let_go_of(study: Study) -> None:
    """Free the records of a study that was replaced, in a thread, once nothing on the screen holds them any more."""
    records = [*study.preview.records] if study.preview else []
    del study
    await asyncio.sleep(_UNTIL_DRAWN)
    await asyncio.to_thread(let_go, records)


def _giving_way(is_cancelled: IsCancelled) -> IsCancelled:
    """Asks the same, and lets whoever types go first."""

    def is_cancelled_by_now() -> bool:
        if PACE.is_busy:
            time.sleep(_BREATH)
        return is_cancelled()

    return is_cancelled_by_now


def _study(workbench: Workbench, action: Action, shown: Shown, is_cancelled: IsCancelled) -> Study:
    is_cancelled = _giving_way(is_cancelled)
    mapping = workbench.workspace.mapping_of(action)
    document = document_of(shown.run, shown.body, is_cancelled)
    check(is_cancelled)
    sources = candidates(document)
    if mapping is None:
        return Study(sources=sources)
    return Study(
        preview=preview_document(workbench, mapping, shown.run, document, is_cancelled),
        sources=sources,
        fields=fields(document, mapping.source, is_cancelled=is_cancelled),
    )
