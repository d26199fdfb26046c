"""Custom actions: list, show, create, edit, delete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.commands.context import Context, selected_action
from app.commands.lookup import find_action, find_token, refuse
from app.commands.notation import (
    HEADER_FORM,
    INPUT_FORM,
    filled,
    read_header,
    read_input,
    write_header,
    write_input,
)
from app.commands.registry import Disabled, NoArgs, Result, arg, command
from app.commands.tabular import fields, table
from app.domain.action import Action, Method
from app.domain.action_rules import check_action
from app.domain.changes import ACTIONS, MAPPINGS, PREVIEWS, REJECTIONS, Change, Changes
from app.domain.identifiers import ActionId, decode
from app.domain.sending import option_lines
from app.domain.workspace import Workspace
from app.errors import InvalidInput
from app.store.codec import new_id
from app.workbench import Workbench

_METHODS = "|".join(Method)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionName:
    action: str = arg("The action.", positional=True, choices="actions", subject=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAction:
    name: str = arg("Its name.", positional=True)
    method: str = arg("The HTTP method.", default="GET", choices=_METHODS)
    url: str = arg("The URL; {{name}} stands for an input.")
    description: str = arg("What it is for.", default="")
    header: tuple[str, ...] = arg(f"A header, {HEADER_FORM}; repeat for each.", default=(), multiline=True)
    input: tuple[str, ...] = arg(f"An input, {INPUT_FORM}; repeat for each.", default=(), multiline=True)
    body: str = arg("The request body; {{name}} stands for an input.", default="", multiline=True)
    token: str = arg("The token to send.", default="", choices="tokens?")


@dataclass(frozen=True, slots=True, kw_only=True)
class EditedAction:
    action: str = arg("The action to change.", positional=True, choices="actions", subject=True)
    name: str | None = arg("Its new name.", default=None)
    method: str | None = arg("The HTTP method.", default=None, choices=_METHODS)
    url: str | None = arg("The URL; {{name}} stands for an input.", default=None)
    description: str | None = arg("What it is for.", default=None)
    header: tuple[str, ...] | None = arg(f"A header, {HEADER_FORM}; repeat for each.", default=None, multiline=True)
    input: tuple[str, ...] | None = arg(f"An input, {INPUT_FORM}; repeat for each.", default=None, multiline=True)
    body: str | None = arg("The request body; {{name}} stands for an input.", default=None, multiline=True)
    token: str | None = arg('The token to send; "" for none.', default=None, choices="tokens?")


@command("action.list", NoArgs, title="List actions")
async def list_actions(workbench: Workbench, _: NoArgs) -> Result:
    """Show the actions: method, URL, state."""
    actions = workbench.workspace.sorted_actions
    rows = [(a.name, a.method, a.state, a.url) for a in actions]
    return Result(data=actions, lines=table(("name", "method", "state", "url"), rows) if rows else ())


@command("action.show", ActionName, title="Show action", gather=selected_action)
async def show_action(workbench: Workbench, args: ActionName) -> Result:
    """Show an action: request, inputs, token."""
    action = find_action(workbench.workspace, args.action)
    pairs = [
        ("name", action.name),
        ("description", action.description),
        ("state", action.state),
        ("request", f"{action.method} {action.url}"),
        *(("header", write_header(header)) for header in action.headers),
        *(("input", write_input(item)) for item in action.inputs),
        ("token", token_name(workbench.workspace, action)),
        *option_lines(action.sending),
        *(("body", line) for line in action.body.splitlines()),
    ]
    return Result(data=action, lines=fields(pairs))


def token_name(workspace: Workspace, action: Action) -> str:
    """The name of the token an action sends, "" when none."""
    return next((token.name for token in workspace.tokens.values() if token.id == action.token_id), "")


@command("action.create", NewAction, title="New action", keys="a", panes="navigator", asks=True)
async def create_action(workbench: Workbench, args: NewAction) -> Result:
    """Create an action as a draft."""
    number = workbench.ids()
    blank = Action(id=ActionId(new_id(ACTIONS, number)), name="", url="")
    action = _filled(workbench.workspace, blank, args)
    refuse(check_action(workbench.workspace, action))
    await workbench.commit(Changes.of(f"Create the action {action.name}", [Change(ACTIONS, number, None, action)]))
    return Result(message=f"Created the action {action.name}.", data=action)


def _as_lines(context: Context) -> Mapping[str, object] | Disabled:
    action = context.workspace.action_named(context.action)
    if action is None:
        return Disabled("Select an action in the navigator first.")
    return {
        "action": action.name,
        "name": action.name,
        "method": action.method.value,
        "url": action.url,
        "description": action.description,
        "header": tuple(write_header(header) for header in action.headers),
        "input": tuple(write_input(item) for item in action.inputs),
        "body": action.body,
        "token": token_name(context.workspace, action),
    }


@command(
    "action.edit", EditedAction, title="Edit action", keys="e", panes="navigator,request", gather=_as_lines, asks=True
)
async def edit_action(workbench: Workbench, args: EditedAction) -> Result:
    """Change the parts of an action that are given; the rest stays as it is."""
    before = find_action(workbench.workspace, args.action)
    after = _filled(workbench.workspace, before, args)
    refuse(check_action(workbench.workspace, after))
    await commit_action(workbench, f"Edit the action {after.name}", before, after)
    return Result(message=f"Saved the action {after.name}.", data=after)


@command(
    "action.delete",
    ActionName,
    title="Delete action",
    keys="delete",
    panes="navigator",
    gather=selected_action,
    asks=True,
)
async def delete_action(workbench: Workbench, args: ActionName) -> Result:
    """Delete an action and its mapping; its runs stay."""
    action = find_action(workbench.workspace, args.action)
    changes = [Change(ACTIONS, decode(action.id), action, None)]
    mapping = workbench.workspace.mapping_of(action)
    if mapping:
        changes.append(Change(MAPPINGS, decode(mapping.id), mapping, None))
        seen = workbench.workspace.seen_preview(mapping)
        kept = workbench.vault.kept.rejections(mapping.id)
        changes += [
            Change(PREVIEWS, decode(mapping.id), seen, None),
            Change(REJECTIONS, decode(mapping.id), kept, None),
        ]
    await workbench.commit(Changes.of(f"Delete the action {action.name}", changes))
    return Result(message=f"Deleted the action {action.name}. Undo brings it back.")


async def commit_action(workbench: Workbench, title: str, before: Action, after: Action) -> None:
    """Commit one action in place of another."""
    await workbench.commit(Changes.of(title, [Change(ACTIONS, decode(before.id), before, after)]))


def _filled(workspace: Workspace, action: Action, args: NewAction | EditedAction) -> Action:
    """The action with every given part in place; None keeps the part that is there."""
    method = action.method if args.method is None else args.method.upper()
    if method not in list(Method):
        raise InvalidInput(f'"{method}" is not a method; choose one of {", ".join(Method)}.')
    token = action.token_id
    if args.token is not None:
        token = find_token(workspace, args.token).id if args.token else None
    return replace(
        action,
        name=action.name if args.name is None else args.name.strip(),
        method=Method(method),
        url=action.url if args.url is None else args.url.strip(),
        description=action.description if args.description is None else args.description,
        headers=action.headers if args.header is None else tuple(map(read_header, filled(args.header))),
        inputs=action.inputs if args.input is None else tuple(map(read_input, filled(args.input))),
        body=action.body if args.body is None else args.body,
        token_id=token,
    )
