"""Slow looks at a run — reading, indexing, previewing — kept off the event loop."""

from __future__ import annotations

import asyncio

from app.commands.mappings import preview_body
from app.domain.action import Action
from app.domain.run import Run
from app.engine.content import ContentKind, content_of
from app.engine.json_index import JsonIndex
from app.engine.preview import Preview
from app.engine.xml_json import XmlProblem
from app.errors import InvalidInput
from app.ui.selection import Shown
from app.workbench import Workbench


async def load(workbench: Workbench, run: Run) -> Shown:
    """Read a run's body from the vault and index it."""
    return await asyncio.to_thread(_load, workbench, run)


def _load(workbench: Workbench, run: Run) -> Shown:
    body = workbench.runs.body(run)
    content = content_of(body, run.response.header("content-type") if run.response else None)
    text = content.text_bytes(body)
    try:
        json = text if content.kind is ContentKind.JSON else content.json_bytes(body)
    except XmlProblem as problem:
        return Shown(run, body, None, content, text, str(problem))
    return Shown(run, body, None if json is None else JsonIndex.build(json), content, text)


async def preview_of(workbench: Workbench, action: Action, shown: Shown) -> Preview | None:
    """What the action's mapping would write of a shown response; None when there is nothing to map."""
    mapping = workbench.workspace.mapping_of(action)
    if mapping is None:
        return None
    try:
        return await asyncio.to_thread(preview_body, workbench, mapping, shown.run, shown.body)
    except InvalidInput:
        return None  # the mapping pane words the problems itself
