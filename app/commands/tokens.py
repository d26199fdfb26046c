"""Tokens: list, add, remove. Their values go into the vault and come out only in a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.commands.context import Context
from app.commands.lookup import find_token, refuse
from app.commands.registry import Disabled, NoArgs, Result, arg, command
from app.commands.tabular import table
from app.domain.action import Token
from app.domain.action_rules import check_token
from app.domain.changes import TOKENS, Change, Changes
from app.domain.identifiers import TokenId, decode
from app.domain.secret import Secret
from app.errors import InvalidInput
from app.store.codec import new_id
from app.workbench import Workbench


@dataclass(frozen=True, slots=True, kw_only=True)
class NewToken:
    name: str = arg("How actions refer to it.", positional=True)
    header: str = arg("The header it is sent in.", default="Authorization")
    prefix: str = arg("Stands before the value, such as Bearer.", default="")
    value: Secret = arg("The token itself; read from standard input or asked for.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenName:
    token: str = arg("The token.", positional=True, choices="tokens")


@command("token.list", NoArgs, title="List tokens")
async def list_tokens(workbench: Workbench, _: NoArgs) -> Result:
    """Show the tokens, masked, and which actions send them."""
    rows = []
    for token in sorted(workbench.workspace.tokens.values(), key=lambda token: token.name):
        users = ", ".join(a.name for a in workbench.workspace.sorted_actions if a.token_id == token.id)
        rows.append((token.name, token.header, token.prefix, str(token.value), users))
    titles = ("name", "header", "prefix", "value", "used by")
    return Result(data=[dict(zip(titles, row, strict=True)) for row in rows], lines=table(titles, rows))


@command("token.add", NewToken, title="New token", keys="t", panes="navigator", asks=True)
async def add_token(workbench: Workbench, args: NewToken) -> Result:
    """Add a fixed token; its value is sealed and shown as dots from now on."""
    number = workbench.ids()
    token = Token(
        id=TokenId(new_id(TOKENS, number)),
        name=args.name,
        header=args.header,
        prefix=args.prefix,
        value=Secret(args.value.reveal().strip()),
    )
    refuse(check_token(workbench.workspace, token))
    await workbench.commit(Changes.of(f"Add the token {token.name}", [Change(TOKENS, number, None, token)]))
    return Result(message=f"Added the token {token.name}, sent in the header {token.header}.", data=token)


def _any_token(context: Context) -> Mapping[str, object] | Disabled:
    return {} if context.workspace.tokens else Disabled("There are no tokens.")


@command("token.remove", TokenName, title="Remove token", gather=_any_token, asks=True)
async def remove_token(workbench: Workbench, args: TokenName) -> Result:
    """Remove a token that no action sends."""
    token = find_token(workbench.workspace, args.token)
    users = [action.name for action in workbench.workspace.sorted_actions if action.token_id == token.id]
    if users:
        raise InvalidInput(f"The token {token.name} is sent by {', '.join(users)}. Give those another one first.")
    change = Change(TOKENS, decode(token.id), token, None)
    await workbench.commit(Changes.of(f"Remove the token {token.name}", [change]))
    return Result(message=f"Removed the token {token.name}. Undo brings it back.")
