"""Which panes are on the screen: they follow from the selection, the pane in focus and the width."""

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


def panes_of(screen: MainScreen) -> tuple[str, ...]:
    """The panes that belong to the selection, in the order in which tab visits them."""
    panes = PANES[screen.selection.kind]
    if not screen.has_class("-wide"):
        return panes
    hidden = "mapping" if screen.is_raw else "raw"
    return tuple(pane for pane in panes if pane != hidden)


def arrange(screen: MainScreen) -> None:
    """Set the classes from which the style sheet decides what is displayed."""
    for kind in Kind:
        screen.set_class(screen.selection.kind is kind, f"-{kind.value or 'nothing'}")
    for pane in ALL_PANES:
        screen.set_class(screen.pane == pane, f"-at-{pane}")
    screen.set_class(screen.is_raw, "-raw")
