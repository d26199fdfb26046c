"""Slow looks at a run — reading, indexing, previewing — kept off the event loop."""

from __future__ import annotations

import asyncio

from app.commands.mappings import preview_body
from app.domain.action import Action
from app.domain.run import Run
from app.engine.json_index import JsonIndex
from app.engine.preview import Preview
from app.errors import InvalidInput, VaultDamaged
from app.ui.selection import Shown
from app.workbench import Workbench


async def load(workbench: Workbench, run: Run) -> Shown:
    """Read a run's body from the vault and index it."""
    return await asyncio.to_thread(_load, workbench, run)


def _load(workbench: Workbench, run: Run) -> Shown:
    body = workbench.runs.body(run)
    return Shown(run, body, JsonIndex.build(body) if body.strip() else None)


async def preview_of(workbench: Workbench, action: Action, shown: Shown) -> Preview | None:
    """What the action's mapping would write of a shown response; None when there is nothing to map."""
    mapping = workbench.workspace.mapping_of(action)
    if mapping is None:
        return None
    try:
        return await asyncio.to_thread(preview_body, workbench, mapping, shown.run, shown.body)
    except (InvalidInput, VaultDamaged):
        return None  # the mapping pane words its problems; a record that cannot be read is shown in its own pane
