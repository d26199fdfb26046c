"""Slow looks at a run — reading, indexing, previewing — kept off the event loop."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from app.commands.mappings import preview_body
from app.domain.action import Action
from app.domain.run import Run
from app.engine.content import ContentKind, content_of
from app.engine.json_index import JsonIndex
from app.engine.preview import Preview
from app.engine.xml_json import XmlProblem
from app.errors import InvalidInput, VaultDamaged
from app.ui.selection import Shown
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


async def preview_of(workbench: Workbench, action: Action, shown: Shown) -> Preview | None:
    """What the action's mapping would write of a shown response; None when there is nothing to map."""
    mapping = workbench.workspace.mapping_of(action)
    if mapping is None:
        return None
    try:
        return await asyncio.to_thread(preview_body, workbench, mapping, shown.run, shown.body)
    except (InvalidInput, VaultDamaged):
        return None  # the mapping pane words its problems; a record that cannot be read is shown in its own pane
