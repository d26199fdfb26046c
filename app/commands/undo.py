"""Undo and redo: take back the newest change that can be, and do it again. Both last over restarts."""

from __future__ import annotations

from collections.abc import Mapping

from app.commands.context import Context
from app.commands.registry import Disabled, NoArgs, Result, command
from app.commands.tabular import table
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
    done = await workbench.undo()
    if done is None:
        raise InvalidInput(_NO_UNDO)
    left = workbench.vault.undo_title()
    return Result(
        message=f"{done.title}.{_next(left)}", data={"undone": done.title.removeprefix("Undo: "), "next": left}
    )


@command("redo", NoArgs, title="Redo", keys="ctrl+y,ctrl+r", gather=_something_undone)
async def redo(workbench: Workbench, _: NoArgs) -> Result:
    """Do again what undo took back last; a new change ends that."""
    done = await workbench.redo()
    if done is None:
        raise InvalidInput(_NO_REDO)
    left = workbench.vault.redo_title()
    return Result(
        message=f"{done.title}.{_next(left)}", data={"redone": done.title.removeprefix("Redo: "), "next": left}
    )


def _next(title: str) -> str:
    return f" Next: {title}." if title else ""


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
