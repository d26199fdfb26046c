"""Which panes are on the screen: they follow from the selection, the pane in focus and the width.

Displayed or not is set on the widgets themselves: a class on the screen would make Textual match every rule of every
style sheet against every widget again, and be felt at each change of pane.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.ui.selection import Kind

if TYPE_CHECKING:
    from app.ui.screens.main import MainScreen

PANES = {
    Kind.NOTHING: ("navigator",),
    Kind.OBJECT: ("navigator", "records", "schema"),
    Kind.ACTION: ("navigator", "request", "response", "raw", "mapping"),
}
ALL_PANES = ("navigator", "records", "schema", "request", "response", "raw", "mapping")
WIDE = 100
"""Columns from which several panes stand side by side."""


BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]
"""The classes of a screen by its width; Textual changes them when the width changes."""


def first_class(width: int) -> str:
    """The class of a screen that is about to be shown: set from the start, no widget is given its style twice."""
    return max((least, name) for least, name in BREAKPOINTS if width >= least)[1]


def panes_of(screen: MainScreen) -> tuple[str, ...]:
    """The panes that belong to the selection, in the order in which tab visits them."""
    panes = PANES[screen.selection.kind]
    if screen.size.width < WIDE:
        return panes
    hidden = "mapping" if screen.is_raw else "raw"
    return tuple(pane for pane in panes if pane != hidden)


def arrange(screen: MainScreen) -> None:
    """Display what belongs on the screen now, hide the rest."""
    is_wide = screen.size.width >= WIDE
    shown = set(panes_of(screen)) if is_wide else {screen.pane}
    for pane in ALL_PANES:
        screen.query_one(f"#{pane}").display = pane in shown
    screen.query_one("#main").display = is_wide or screen.pane != "navigator"
    screen.query_one("#answer").display = bool(shown & {"response", "raw", "mapping"})
    screen.query_one("#welcome").display = screen.selection.kind is Kind.NOTHING
    screen.query_one("#tabs").display = not is_wide
