"""Undo and redo: take back the newest change that can be, and do it again. Both last over restarts."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.commands.context import Context
from app.commands.registry import Disabled, NoArgs, Result, command
from app.commands.tabular import table
from app.domain.changes import Changes
from app.domain.counting import counted
from app.errors import InvalidInput
from app.workbench import Workbench

_NO_UNDO = "There is nothing to undo."
_NO_REDO = "There is nothing to do again: redo takes back an undo, until something new is done."


def _something(context: Context) -> Mapping[str, object] | Disabled:
    return {} if context.undo_title else Disabled(_NO_UNDO)


def _something_undone(context: Context) -> Mapping[str, object] | Disabled:
    return {} if context.redo_title else Disabled(_NO_REDO)


@command("undo", NoArgs, title="Undo", keys="u", gather=_something)
async def undo(workbench: Workbench, _: NoArgs) -> Result:
    """Take back the newest change; sent requests cannot be."""
    return _told(await workbench.undo(), "undone", workbench.vault.undo_title, nothing=_NO_UNDO)


@command("redo", NoArgs, title="Redo", keys="ctrl+y,ctrl+r", gather=_something_undone)
async def redo(workbench: Workbench, _: NoArgs) -> Result:
    """Do again what undo took back last; a new change ends that."""
    return _told(await workbench.redo(), "redone", workbench.vault.redo_title, nothing=_NO_REDO)


def _told(done: Changes | None, what: str, next_title: Callable[[], str], *, nothing: str) -> Result:
    """What was taken back or done again, and what the next such step would be."""
    if done is None:
        raise InvalidInput(nothing)
    left = next_title()
    after = f" Next: {left}." if left else ""
    title = done.title.partition(": ")[2]
    return Result(message=f"{done.title}.{after}", data={what: title, "next": left})


@command("undo.list", NoArgs, title="Undo list", keys="U", only_reads=True)
async def list_undo(workbench: Workbench, _: NoArgs) -> Result:
    """Show what undo would take back, the next step first, and what redo would do again."""
    found, again = workbench.vault.undo_list(), workbench.vault.redo_list()
    undo_rows = [(f"undo {number}", _moment(at), title) for number, (at, title) in enumerate(found, start=1)]
    redo_rows = [(f"redo {number}", _moment(at), title) for number, (at, title) in enumerate(again, start=1)]
    rows = [*reversed(redo_rows), *undo_rows]
    message = f"{counted(len(found), 'step')} can be undone; each undo takes back the first." if found else _NO_UNDO
    if again:
        message += f" {counted(len(again), 'step')} can be done again with redo."
    return Result(
        message=message,
        data={"undo": _listed(found), "redo": _listed(again)},
        lines=table(("step", "when (UTC)", "what"), rows) if rows else (),
    )


def _moment(at: str) -> str:
    return at[:19].replace("T", " ")


def _listed(found: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"at": at, "title": title} for at, title in found]
