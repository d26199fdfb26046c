"""Custom actions: list, show, create, edit, delete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.commands.context import Context, selected_action
from app.commands.lookup import find_action, find_token, refuse
from app.commands.notation import (
    HEADER_FORM,
    INPUT_FORM,
    QUERY_FORM,
    filled,
    read_header,
    read_input,
    read_query,
    write_header,
    write_input,
    write_query,
)
from app.commands.registry import Disabled, NoArgs, Result, arg, command
from app.commands.rendering import binding
from app.commands.tabular import fields, table
from app.domain.action import Action, BodyFormat, Method
from app.domain.action_rules import check_action
from app.domain.changes import ACTIONS, MAPPINGS, PREVIEWS, REJECTIONS, Change, Changes
from app.domain.environment import values_of
from app.domain.identifiers import ActionId, TokenId, decode
from app.domain.sending import option_lines
from app.domain.workspace import Workspace
from app.engine.plain_secrets import notice_words, noticed
from app.engine.rendering import fixed_host
from app.errors import InvalidInput
from app.store.codec import new_id
from app.workbench import Workbench

_METHODS = "|".join(Method)
_FORMATS = "|".join(BodyFormat)
_URL_HELP = "The URL; {{name}} stands for an input, {{env.name}} for a variable of the environment."
_QUERY_HELP = f"A row of the query, {QUERY_FORM} in plain text; # before it switches it off. Repeat for each."
_HEADER_HELP = f"A header, {HEADER_FORM}; # before it switches it off. Repeat for each."
_INPUT_HELP = f"An input, {INPUT_FORM}; repeat for each."
_BODY_HELP = "The request body; {{name}} stands for an input. A form has one name=value a line."
_FORMAT_HELP = "How the body is written; auto is JSON when it looks like it."
_TYPE_HELP = "The content type of raw text, such as text/csv."
_READS_HELP = "yes when it changes nothing whatever its method, as a search by POST; then it does not ask."
_COOKIES_HELP = "yes to send the environment's cookies and keep those that come; Intercom does neither."


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionName:
    action: str = arg("The action.", positional=True, choices="actions", subject=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAction:
    name: str = arg("Its name.", positional=True)
    method: str = arg("The HTTP method.", default="GET", choices=_METHODS)
    url: str = arg(_URL_HELP, template=True)
    description: str = arg("What it is for.", default="")
    query: tuple[str, ...] = arg(_QUERY_HELP, default=(), multiline=True, template=True)
    header: tuple[str, ...] = arg(_HEADER_HELP, default=(), multiline=True, template=True)
    input: tuple[str, ...] = arg(_INPUT_HELP, default=(), multiline=True)
    body: str = arg(_BODY_HELP, default="", multiline=True, template=True)
    body_format: str = arg(_FORMAT_HELP, default="auto", choices=_FORMATS)
    content_type: str = arg(_TYPE_HELP, default="")
    token: str = arg("The token to send.", default="", choices="tokens?")
    only_reads: str = arg(_READS_HELP, default="no", choices="yes|no")
    cookies: str = arg(_COOKIES_HELP, default="no", choices="yes|no")


@dataclass(frozen=True, slots=True, kw_only=True)
class EditedAction:
    action: str = arg("The action to change.", positional=True, choices="actions", subject=True)
    name: str | None = arg("Its new name.", default=None)
    method: str | None = arg("The HTTP method.", default=None, choices=_METHODS)
    url: str | None = arg(_URL_HELP, default=None, template=True)
    description: str | None = arg("What it is for.", default=None)
    query: tuple[str, ...] | None = arg(_QUERY_HELP, default=None, multiline=True, template=True)
    header: tuple[str, ...] | None = arg(_HEADER_HELP, default=None, multiline=True, template=True)
    input: tuple[str, ...] | None = arg(_INPUT_HELP, default=None, multiline=True)
    body: str | None = arg(_BODY_HELP, default=None, multiline=True, template=True)
    body_format: str | None = arg(_FORMAT_HELP, default=None, choices=_FORMATS)
    content_type: str | None = arg(_TYPE_HELP, default=None)
    token: str | None = arg('The token to send; "" for none.', default=None, choices="tokens?")
    only_reads: str | None = arg(_READS_HELP, default=None, choices="yes|no")
    cookies: str | None = arg(_COOKIES_HELP, default=None, choices="yes|no")


@command("action.list", NoArgs, title="List actions", only_reads=True)
async def list_actions(workbench: Workbench, _: NoArgs) -> Result:
    """Show the actions: method, URL, state."""
    actions = workbench.workspace.sorted_actions
    rows = [(a.name, a.method, a.state_words, a.url) for a in actions]
    return Result(data=actions, lines=table(("name", "method", "state", "url"), rows) if rows else ())


@command("action.show", ActionName, title="Show action", gather=selected_action, only_reads=True)
async def show_action(workbench: Workbench, args: ActionName) -> Result:
    """Show an action: request, inputs, token."""
    action = find_action(workbench.workspace, args.action)
    pairs = [
        ("name", action.name),
        ("description", action.description),
        ("state", action.state_words),
        ("request", f"{action.method} {action.url}"),
        *(("query", write_query(row)) for row in action.query),
        *(("header", write_header(header)) for header in action.headers),
        *(("input", write_input(item)) for item in action.inputs),
        ("token", token_name(workbench.workspace, action)),
        *(("secret", f'{each.label}, in plain text: "action seal" makes a token of it') for each in noticed(action)),
        ("asks first", "yes" if action.is_asked_first else "no, it only reads"),
        ("cookies", action.uses_cookies),
        ("body is", f"{action.body_format} {action.content_type}".strip() if action.body else "empty"),
        *option_lines(action.sending),
        *(("body", line) for line in action.body.splitlines()),
    ]
    return Result(data=action, lines=fields(pairs))


def token_name(workspace: Workspace, action: Action) -> str:
    """The name of the token an action sends, "" when none."""
    token = workspace.token_of(action)
    return token.name if token else ""


@command("action.create", NewAction, title="New action", keys="a", panes="navigator", asks=True)
async def create_action(workbench: Workbench, args: NewAction) -> Result:
    """Create an action as a draft."""
    number = workbench.ids()
    blank = Action(id=ActionId(new_id(ACTIONS, number)), name="", url="")
    action = _filled(workbench.workspace, blank, args)
    refuse(check_action(workbench.workspace, action))
    changes = [Change(ACTIONS, number, None, action), *_binding(workbench.workspace, action)]
    await workbench.commit(Changes.of(f"Create the action {action.name}", changes))
    return Result(message=f"Created the action {action.name}. {notice_words(action)}".rstrip(), data=action)


def _binding(workspace: Workspace, action: Action) -> list[Change]:
    """A token that was never used is bound to the host of the first action that takes it."""
    return binding(workspace.token_of(action), fixed_host(action.url, values_of(workspace.environment)))


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
        "query": tuple(write_query(row) for row in action.query),
        "header": tuple(write_header(header) for header in action.headers),
        "input": tuple(write_input(item) for item in action.inputs),
        "body": action.body,
        "body_format": action.body_format.value,
        "content_type": action.content_type,
        "only_reads": "yes" if action.only_reads else "no",
        "cookies": "yes" if action.uses_cookies else "no",
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
    changes = [Change(ACTIONS, decode(before.id), before, after), *_binding(workbench.workspace, after)]
    await workbench.commit(Changes.of(f"Edit the action {after.name}", changes))
    return Result(message=f"Saved the action {after.name}. {notice_words(after)}".rstrip(), data=after)


def _deletable(context: Context) -> Mapping[str, object] | Disabled:
    if context.object:
        return Disabled(f"{context.object} is never deleted: archive it with x; it is hidden then, and kept.")
    return selected_action(context)


@command(
    "action.delete",
    ActionName,
    title="Delete action",
    keys="delete",
    panes="navigator",
    gather=_deletable,
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
    return replace(
        action,
        name=action.name if args.name is None else args.name.strip(),
        method=Method(method),
        url=action.url if args.url is None else args.url.strip(),
        description=action.description if args.description is None else args.description,
        query=action.query if args.query is None else tuple(map(read_query, filled(args.query))),
        headers=action.headers if args.header is None else tuple(map(read_header, filled(args.header))),
        inputs=action.inputs if args.input is None else tuple(map(read_input, filled(args.input))),
        body=action.body if args.body is None else args.body,
        body_format=action.body_format if args.body_format is None else _body_format(args.body_format),
        content_type=action.content_type if args.content_type is None else args.content_type.strip(),
        token_id=_token_id(workspace, action, args.token),
        only_reads=action.only_reads if args.only_reads is None else args.only_reads == "yes",
        uses_cookies=action.uses_cookies if args.cookies is None else args.cookies == "yes",
    )


def _body_format(text: str) -> BodyFormat:
    if text not in list(BodyFormat):
        raise InvalidInput(f'"{text}" is no kind of body; choose one of {", ".join(BodyFormat)}.')
    return BodyFormat(text)


def _token_id(workspace: Workspace, action: Action, name: str | None) -> TokenId | None:
    if name is None:
        return action.token_id
    return find_token(workspace, name).id if name else None
