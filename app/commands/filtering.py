"""The filter that the response of an action is looked at through, kept with the action."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.commands.actions import commit_action
from app.commands.context import Context
from app.commands.lookup import find_action
from app.commands.registry import Disabled, Result, arg, command
from app.errors import InvalidInput
from app.workbench import Workbench


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterOf:
    action: str = arg("The action.", positional=True, choices="actions", subject=True)
    query: str = arg("An RFC 9535 query, such as $.orders[?@.total > 100]; empty for none.", default="")


def _kept(context: Context) -> Mapping[str, object] | Disabled:
    action = context.workspace.action_named(context.action)
    if action is None:
        return Disabled("Select an action in the navigator first.")
    return {"action": action.name, "query": action.view_filter}


@command("action.filter", FilterOf, title="Keep a filter", gather=_kept, asks=True)
async def remember_filter(workbench: Workbench, args: FilterOf) -> Result:
    """Keep the query that the responses of an action are filtered by on the screen."""
    from app.engine.json_query import check

    action = find_action(workbench.workspace, args.action)
    query = args.query.strip()
    wrong = check(query) if query else ""
    if wrong:
        raise InvalidInput(f"The query cannot be read: {wrong}. It begins with $, as in $.orders[*].id.")
    await commit_action(workbench, f"Filter of {action.name}", action, replace(action, view_filter=query))
    words = f"The responses of {action.name} are shown through {query}." if query else "Everything is shown again."
    return Result(message=words, data={"action": action.name, "query": query})
