"""A send that was refused for want of values: the dialog that takes them opens at the first that is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.action import Action
from app.ui.context import context_of

if TYPE_CHECKING:
    from app.ui.screens.main import MainScreen


def lacking_inputs(action: Action) -> tuple[str, ...]:
    """The required inputs that have neither a test value nor a default."""
    return tuple(
        item.name
        for item in action.inputs
        if item.is_required and not item.default and not action.test_values.get(item.name)
    )


def give_missing(screen: MainScreen) -> None:
    """Ask for what is missing, if that is why nothing was sent; the person stays where they are."""
    action = screen.workspace.action_named(screen.selection.action)
    if action is not None and lacking_inputs(action):
        screen.runner.start("action.values", context_of(screen))
