"""Undo: take back the newest change that can be."""

from __future__ import annotations

from collections.abc import Mapping

from app.commands.context import Context
from app.commands.registry import Disabled, NoArgs, Result, command
from app.commands.tabular import table
from app.errors import InvalidInput
from app.workbench import Workbench


def _something(context: Context) -> Mapping[str, object] | Disabled:
    return {} if context.undo_title else Disabled("There is nothing to undo.")


@command("undo", NoArgs, title="Undo", keys="u", gather=_something)
async def undo(workbench: Workbench, _: NoArgs) -> Result:
    """Take back the newest change; sent requests cannot be."""
    done = await workbench.undo()
    if done is None:
        raise InvalidInput("There is nothing to undo.")
    left = workbench.vault.undo_title()
    after = f" Next: {left}." if left else ""
    return Result(message=f"{done.title}.{after}", data={"undone": done.title.removeprefix("Undo: "), "next": left})


@command("undo.list", NoArgs, title="Undo list", keys="U", only_reads=True)
async def list_undo(workbench: Workbench, _: NoArgs) -> Result:
    """Show what undo would take back, the next step first."""
    found = workbench.vault.undo_list()
    rows = [(number, at[:19].replace("T", " "), title) for number, (at, title) in enumerate(found, start=1)]
    steps = f"{len(rows)} step{'' if len(rows) == 1 else 's'}"
    return Result(
        message=f"{steps} can be undone; each undo takes back the first." if rows else "There is nothing to undo.",
        data=[{"at": at, "title": title} for at, title in found],
        lines=table(("step", "when (UTC)", "what"), rows) if rows else (),
    )
