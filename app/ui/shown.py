"""Slow looks at a run — reading, indexing, previewing — kept off the event loop."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from app.commands.cancelling import cancellable
from app.commands.mappings import document_of, preview_document
from app.domain.action import Action
from app.domain.run import Run
from app.engine.cancel import IsCancelled, check
from app.engine.content import ContentKind, content_of
from app.engine.infer import fields
from app.engine.json_index import JsonIndex
from app.engine.sources import candidates
from app.engine.xml_json import XmlProblem
from app.errors import InvalidInput, VaultDamaged
from app.ui.selection import Shown, Study
from app.workbench import Workbench

_LARGE = 2_000_000
"""Bytes from which on making the index takes long enough for the raw body to be shown before."""

_INDEXED = (ContentKind.JSON, ContentKind.XML)


async def look(workbench: Workbench, run: Run) -> Shown:
    """Read a run's body from the vault and find out what it is; a small one is indexed at once."""
    return await asyncio.to_thread(_look, workbench, run)


async def indexed(shown: Shown) -> Shown:
    """The same with the index that is still being made."""
    return await asyncio.to_thread(_index, shown) if shown.is_indexing else shown


def _look(workbench: Workbench, run: Run) -> Shown:
    body = workbench.runs.body(run)
    content = content_of(body, run.response.header("content-type") if run.response else None)
    shown = Shown(run, body, None, content, content.text_bytes(body), is_indexing=content.kind in _INDEXED)
    return shown if len(body) > _LARGE else _index(shown)


def _index(shown: Shown) -> Shown:
    if not shown.is_indexing:
        return shown
    try:
        json = shown.text if shown.content.kind is ContentKind.JSON else shown.content.json_bytes(shown.body)
    except XmlProblem as problem:
        return replace(shown, problem=str(problem), is_indexing=False)
    return replace(shown, index=None if json is None else JsonIndex.build(json), is_indexing=False)


async def study_of(workbench: Workbench, action: Action, shown: Shown) -> Study:
    """What a shown response is, and what the action's mapping would write of it; stops when it is cancelled."""
    try:
        return await cancellable(_study, workbench, action, shown)
    except (InvalidInput, VaultDamaged):
        return Study()  # the mapping pane words its problems; a record that cannot be read is shown in its own pane


def _study(workbench: Workbench, action: Action, shown: Shown, is_cancelled: IsCancelled) -> Study:
    mapping = workbench.workspace.mapping_of(action)
    document = document_of(shown.run, shown.body)
    check(is_cancelled)
    sources = candidates(document)
    if mapping is None:
        return Study(sources=sources)
    return Study(
        preview=preview_document(workbench, mapping, shown.run, document, is_cancelled),
        sources=sources,
        fields=fields(document, mapping.source, is_cancelled=is_cancelled),
    )
