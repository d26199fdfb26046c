"""What a dialog offers for an argument whose values are names of the workspace."""

from __future__ import annotations

from app.commands.context import Context
from app.commands.registry import ArgSpec
from app.domain.samples import samples
from app.domain.schema import active_attributes
from app.engine.plain_secrets import noticed


def choices_for(spec: ArgSpec, context: Context) -> tuple[str, ...] | None:
    """The values to choose from, or None for free text. A name ending in ? may also be left empty."""
    if spec.options:
        return spec.options
    if not spec.choices:
        return None
    if "|" in spec.choices:
        return tuple(spec.choices.split("|"))
    workspace = context.workspace
    named: dict[str, tuple[str, ...]] = {
        "objects": tuple(kind.name for kind in workspace.objects.values()),
        "types": tuple(kind.name for kind in workspace.types),
        "actions": tuple(action.name for action in workspace.sorted_actions),
        "attributes": _attributes(context),
        "sources": tuple(each.path for each in context.sources),
        "environments": tuple(sorted(each.name for each in workspace.environments.values())),
        "samples": _samples(context),
        "secrets": _secrets(context),
        "tokens": tuple(sorted(token.name for token in workspace.tokens.values())),
    }
    return named[spec.choices.rstrip("?")] or (None if spec.choices == "sources" else ())


def label_of(choice: str, spec: ArgSpec, context: Context) -> str:
    """A choice as a dialog shows it: a source with what it gives."""
    if spec.choices != "sources":
        return choice
    width = max(len(each.path) for each in context.sources)
    return next(f"{choice:<{width}}  {each.phrase}" for each in context.sources if each.path == choice)


def _attributes(context: Context) -> tuple[str, ...]:
    """The attributes that a row of the selected action's mapping can fill."""
    action = context.workspace.action_named(context.action)
    mapping = context.workspace.mapping_of(action) if action else None
    kind = context.workspace.type_named(mapping.target) if mapping else None
    return tuple(attribute.name for attribute in active_attributes(kind)) if kind else ()


def _samples(context: Context) -> tuple[str, ...]:
    """The samples of the selected action, the chosen one first: that is what a dialog proposes."""
    action = context.workspace.action_named(context.action)
    if action is None:
        return ()
    return tuple(each.name for each in sorted(samples(action), key=lambda each: each != action.mock))


def _secrets(context: Context) -> tuple[str, ...]:
    """What stands in the selected action in plain text."""
    action = context.workspace.action_named(context.action)
    return tuple(each.label for each in noticed(action)) if action else ()


def may_be_empty(spec: ArgSpec) -> bool:
    """Whether nothing at all is a valid choice."""
    return spec.choices.endswith("?") or not spec.is_required
