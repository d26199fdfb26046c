"""What an action may do: draft and live, and the switches over all of them, LIVE or MOCK and READ-ONLY."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from app.commands.actions import ActionName, commit_action
from app.commands.context import Context
from app.commands.lookup import find_action
from app.commands.registry import Disabled, Gather, NoArgs, Result, command
from app.domain.action import ActionState
from app.domain.changes import SETTINGS, Change, Changes
from app.domain.settings import SETTINGS_NUMBER, Settings
from app.errors import InvalidInput
from app.workbench import Workbench


def _in_state(state: ActionState, refusal: str) -> Gather:
    def gather(context: Context) -> Mapping[str, object] | Disabled:
        action = context.workspace.action_named(context.action)
        if action is None:
            return Disabled("Select an action in the navigator first.")
        return {"action": action.name} if action.state is state else Disabled(f"{action.name} {refusal}.")

    return gather


@command(
    "action.publish",
    ActionName,
    title="Make live",
    keys="P",
    panes="navigator,request",
    gather=_in_state(ActionState.DRAFT, "is live already"),
)
async def publish_action(workbench: Workbench, args: ActionName) -> Result:
    """Make a draft live; it needs a successful live run of what it is now. A mock does not count."""
    action = find_action(workbench.workspace, args.action)
    if action.state is ActionState.LIVE:
        raise InvalidInput(f"{action.name} is live already.")
    if not action.is_tested:
        why = "was changed since its test" if action.tested_version else "was not tested"
        raise InvalidInput(f"{action.name} {why}. Send it live with success first (F5); a mock does not count.")
    after = replace(action, state=ActionState.LIVE)
    await commit_action(workbench, f"Make {action.name} live", action, after)
    return Result(message=f"{action.name} is live.", data=after)


@command(
    "action.draft",
    ActionName,
    title="Back to draft",
    gather=_in_state(ActionState.LIVE, "is a draft already"),
)
async def draft_action(workbench: Workbench, args: ActionName) -> Result:
    """Take a live action back to draft."""
    action = find_action(workbench.workspace, args.action)
    if action.state is ActionState.DRAFT:
        raise InvalidInput(f"{action.name} is a draft already.")
    after = replace(action, state=ActionState.DRAFT)
    await commit_action(workbench, f"Take {action.name} back to draft", action, after)
    return Result(message=f"{action.name} is a draft.", data=after)


async def _switch(workbench: Workbench, title: str, after: Settings) -> None:
    before = workbench.workspace.settings
    await workbench.commit(Changes.of(title, [Change(SETTINGS, SETTINGS_NUMBER, before, after)]))


@command("action.readonly", NoArgs, title="Switch READ-ONLY", keys="W")
async def switch_read_only(workbench: Workbench, _: NoArgs) -> Result:
    """Refuse, or allow again, all requests that may change another system."""
    settings = workbench.workspace.settings
    after = replace(settings, is_read_only=not settings.is_read_only)
    await _switch(workbench, "Switch READ-ONLY", after)
    words = "READ-ONLY: what may change another system is not sent." if after.is_read_only else "READ-ONLY is off."
    return Result(message=words, data={"is_read_only": after.is_read_only})


@command("action.live", NoArgs, title="Switch LIVE / MOCK", keys="L")
async def switch_live(workbench: Workbench, _: NoArgs) -> Result:
    """Switch between sending for real and answering from the actions' samples."""
    settings = workbench.workspace.settings
    after = replace(settings, is_mock=not settings.is_mock)
    await _switch(workbench, "Switch LIVE / MOCK", after)
    words = "MOCK: answers come from the samples." if after.is_mock else "LIVE: requests are really sent."
    return Result(message=words, data={"is_mock": after.is_mock})
