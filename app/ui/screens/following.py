"""What the main screen selects and shows by itself: what was made, what is left, what was taken from the history."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from app.domain.changes import ACTIONS, MAPPINGS, OBJECTS, RUNS, Changes
from app.domain.identifiers import decode
from app.domain.run import Run
from app.ui.panes.navigator import Navigator
from app.ui.selection import Kind, Selection

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.ui.screens.main import MainScreen


def follow(screen: MainScreen, changes: Changes) -> None:
    """Show a new run of the selected action and a new mapping, select a new object or action."""
    for item in changes.items:
        if isinstance(item.after, Run) and item.table == RUNS:
            if item.after.action_name == screen.selection.action:
                screen.reopened = None
                screen.show_run(item.after)
        elif item.table == MAPPINGS and item.after is not None:
            screen.is_raw = False
        elif item.table in (OBJECTS, ACTIONS):
            _follow_definition(screen, item.before, item.after)


def _follow_definition(screen: MainScreen, before: object, after: object) -> None:
    """Select what was created; keep a renamed action selected; let go of what is gone."""
    old, new = getattr(before, "name", ""), getattr(after, "name", "")
    kind = Kind.OBJECT if hasattr(after or before, "attributes") else Kind.ACTION
    if new and (not old or Selection(kind, old) == screen.selection):
        _select(screen, Selection(kind, new))
    elif not screen.selection.is_in(screen.workspace):
        screen.selection = Selection()


def return_to(screen: MainScreen, selection: Selection, pane: str, *, is_raw: bool) -> None:
    """Go back to what was selected, as far as it still exists."""
    if selection.is_in(screen.workspace):
        _select(screen, selection)
        screen.is_raw = is_raw
        screen.focus_pane(pane)


def reopener(screen: MainScreen) -> Callable[[Run | None], None]:
    """What shows a run of the history, request and response, with its action selected if there still is one."""
    return partial(_reopen, screen)


def _reopen(screen: MainScreen, run: Run | None) -> None:
    if run is None:
        return
    action = screen.workspace.actions.get(decode(run.action_id))
    if action is None:
        screen.verbs.details(run)
        return
    _select(screen, Selection(Kind.ACTION, action.name))
    screen.reopened = run
    screen.show_run(run)
    screen.focus_pane("response")


def _select(screen: MainScreen, selection: Selection) -> None:
    screen.selection = selection
    screen.query_one(Navigator).move_to(selection)
