"""What a dialog offers for an argument whose values are names of the workspace."""

from __future__ import annotations

from app.commands.registry import ArgSpec
from app.domain.workspace import Workspace


def choices_for(spec: ArgSpec, workspace: Workspace) -> tuple[str, ...] | None:
    """The values to choose from, or None for free text. A name ending in ? may also be left empty."""
    if spec.options:
        return spec.options
    if not spec.choices:
        return None
    if "|" in spec.choices:
        return tuple(spec.choices.split("|"))
    named: dict[str, tuple[str, ...]] = {
        "objects": tuple(kind.name for kind in workspace.objects.values()),
        "types": tuple(kind.name for kind in workspace.types),
        "actions": tuple(action.name for action in workspace.sorted_actions),
        "tokens": tuple(sorted(token.name for token in workspace.tokens.values())),
    }
    return named[spec.choices.rstrip("?")]


def may_be_empty(spec: ArgSpec) -> bool:
    """Whether nothing at all is a valid choice."""
    return spec.choices.endswith("?") or not spec.is_required
