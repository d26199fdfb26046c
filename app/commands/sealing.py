"""Sealing a secret that stands in an action in plain text: a token takes it over, and the text holds it no longer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.commands.context import Context
from app.commands.lookup import find_action, refuse
from app.commands.registry import Disabled, Result, arg, command
from app.domain.action import Action
from app.domain.action_rules import check_action
from app.domain.changes import ACTIONS, TOKENS, Change, Changes
from app.domain.environment import values_of
from app.domain.identifiers import TokenId, decode
from app.domain.token import Token
from app.domain.token_rules import check_token
from app.domain.workspace import Workspace
from app.engine.curl.credentials import token_of
from app.engine.plain_secrets import PlainSecret, Where, noticed, without
from app.engine.rendering import fixed_host
from app.errors import InvalidInput
from app.store.codec import new_id
from app.workbench import Workbench


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    action: str = arg("The action.", positional=True, choices="actions", subject=True)
    secret: str = arg(
        'Which one, as action show names it, such as "header Authorization"; the first when left out.',
        default="",
        choices="secrets",
    )
    token: str = arg("The token's name; made of the action's and the secret's when left out.", default="")


def _noticed(context: Context) -> Mapping[str, object] | Disabled:
    action = context.workspace.action_named(context.action)
    if action is None:
        return Disabled("Select an action in the navigator first.")
    found = noticed(action)
    if not found:
        return Disabled(f"No secret stands in {action.name} in plain text.")
    name = _free_name(context.workspace, f"{action.name} {found[0].name}")
    return {"action": action.name, "secret": found[0].label, "token": name}


@command("action.seal", Sealed, title="Seal as token", keys="s", panes="request", gather=_noticed, asks=True)
async def seal(workbench: Workbench, args: Sealed) -> Result:
    """Make a sealed token of a secret that stands in an action in plain text, and send that instead."""
    workspace = workbench.workspace
    action = find_action(workspace, args.action)
    secret = _meant(action, args.secret)
    sent = workspace.token_of(action)
    if secret.where is Where.HEADER and sent:
        raise InvalidInput(
            f"{action.name} sends the token {sent.name} already, and an action sends one. "
            'Take it from the action first (Edit action, or --token ""), or remove the header.'
        )
    number = workbench.ids()
    name = args.token.strip() or _free_name(workspace, f"{action.name} {secret.name}")
    host = fixed_host(action.url, values_of(workspace.environment))
    token = token_of(secret.credential, TokenId(new_id(TOKENS, number)), name, (host,) if host else ())
    after = without(action, secret)
    if secret.where is Where.HEADER:
        after = replace(after, token_id=token.id)
    refuse([*check_token(workspace, token), *check_action(workspace, after)])
    changes = [Change(TOKENS, number, None, token), Change(ACTIONS, decode(action.id), action, after)]
    await workbench.commit(Changes.of(f"Seal the {secret.label} of {action.name}", changes))
    return Result(message=_words(workbench, after, secret, token), data={"action": after, "token": token})


def _meant(action: Action, label: str) -> PlainSecret:
    found = noticed(action)
    if not found:
        raise InvalidInput(f"No secret stands in {action.name} in plain text.")
    wanted = label.strip().casefold()
    meant = next((each for each in found if not wanted or each.label.casefold() == wanted), None)
    if meant is None:
        raise InvalidInput(f'"{label}" is none of {action.name}: {", ".join(each.label for each in found)}.')
    return meant


def _free_name(workspace: Workspace, wanted: str) -> str:
    number, name = 1, wanted
    while workspace.token_named(name):
        number += 1
        name = f"{wanted} {number}"
    return name


def _words(workbench: Workbench, action: Action, secret: PlainSecret, token: Token) -> str:
    if secret.where is Where.HEADER:
        words = f"Sealed the {secret.label} as the token {token.name}, which {action.name} sends now."
    else:
        words = (
            f"Sealed the {secret.label} as the token {token.name}. A token is sent in a header, so the action asks for "
            f"{action.inputs[-1].name} as an input now; where the API takes a header, choose the token for the action."
        )
    return words + (" Runs that were kept may show it: run purge." if workbench.runs.count(action.id) else "")
