"""Sending again with the values of an earlier run: the action as it is now, asked about like any other send."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.commands.context import Context
from app.commands.lookup import find_run
from app.commands.registry import Disabled, Result, arg, command
from app.commands.rendering import unknown_inputs
from app.commands.sending import Sent, demanded, question, send_action
from app.domain.identifiers import decode
from app.errors import InvalidInput
from app.workbench import Workbench


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    run: str = arg("The run whose values are taken, as run list shows it.", positional=True)


def _shown(context: Context) -> Mapping[str, object] | Disabled:
    return {"run": context.run_id} if context.run_id else Disabled("There is no run on the screen.")


def _sent(workbench: Workbench, args: Again) -> Sent:
    """The send that repeats a run; InvalidInput when it cannot be."""
    run = find_run(workbench, args.run)
    action = workbench.workspace.actions.get(decode(run.action_id))
    if action is None:
        raise InvalidInput(f"{run.action_name} was deleted: undo brings it back, then the run can be sent again.")
    if run.values is None:
        raise InvalidInput("The run's values were not kept, or held a secret. Send the action with values of your own.")
    is_gone = {name for name, _ in run.values if unknown_inputs(workbench.workspace, action, (name,))}
    values = tuple(f"{name}={value}" for name, value in run.values if name not in is_gone)
    return Sent(action=action.name, input=values)


def _question(workbench: Workbench, args: Again) -> str:
    return question(workbench, _sent(workbench, args))


def _demanded(workbench: Workbench, args: Again) -> str:
    return demanded(workbench, _sent(workbench, args))


@command(
    "run.again",
    Again,
    title="Send again as then",
    gather=_shown,
    confirms=_question,
    demands=_demanded,
    takes_turn=False,
)
async def send_again(workbench: Workbench, args: Again) -> Result:
    """Send a run's action as it is now, with the values of that run."""
    return await send_action(workbench, _sent(workbench, args))
