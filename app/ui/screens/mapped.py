"""What a suggested mapping made of the response, said as soon as its preview is worked out."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from textual.worker import WorkerCancelled, WorkerFailed

from app.domain.mapping import Mapping
from app.engine.preview import Preview

if TYPE_CHECKING:
    from app.ui.screens.main import MainScreen


async def say_mapped(screen: MainScreen) -> None:
    """Wait for the preview under way, then say how many fields were mapped and what applying would do."""
    for worker in [each for each in screen.workers if each.group == "preview" and not each.is_finished]:
        with suppress(WorkerCancelled, WorkerFailed):
            await worker.wait()
    action = screen.workspace.action_named(screen.selection.action)
    mapping = screen.workspace.mapping_of(action) if action else None
    if mapping is not None:
        screen.runner.say(mapped_words(mapping, screen.preview))


def mapped_words(mapping: Mapping, preview: Preview | None) -> str:
    """`Mapped 9 fields to Order: 24 new, 1 rejected.`"""
    fields = f"{len(mapping.rows)} {'field' if len(mapping.rows) == 1 else 'fields'}"
    found = (
        {}
        if preview is None or preview.problems
        else {"new": preview.new, "changed": preview.changed, "same": preview.same, "rejected": preview.rejected}
    )
    counts = ", ".join(f"{count:,} {word}" for word, count in found.items() if count)
    return f"Mapped {fields} to {mapping.target}{': ' + counts if counts else ''}."
