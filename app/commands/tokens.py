"""Tokens: list, show, add, bind, remove. Their values go into the vault and come out only in a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.commands.context import Context
from app.commands.lookup import find_token, refuse
from app.commands.notation import filled
from app.commands.registry import Disabled, NoArgs, Result, arg, command
from app.commands.tabular import fields, table
from app.domain.changes import GRANTS, TOKENS, Change, Changes
from app.domain.identifiers import TokenId, decode
from app.domain.secret import Secret
from app.domain.token import Token, TokenKind
from app.domain.token_rules import check_token
from app.domain.workspace import Workspace
from app.errors import InvalidInput
from app.store.codec import new_id
from app.workbench import Workbench

HOST_HELP = "A host it may be sent to, such as shop.example; repeat for each. Else the first it is used for."


@dataclass(frozen=True, slots=True, kw_only=True)
class NewToken:
    name: str = arg("How actions refer to it.", positional=True)
    header: str = arg("The header it is sent in.", default="Authorization")
    prefix: str = arg("Stands before the value, such as Bearer.", default="")
    host: tuple[str, ...] = arg(HOST_HELP, default=(), multiline=True)
    value: Secret = arg("The token itself; read from standard input or asked for.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBasic:
    name: str = arg("How actions refer to it.", positional=True)
    user: str = arg("The user's name.")
    host: tuple[str, ...] = arg(HOST_HELP, default=(), multiline=True)
    password: Secret = arg("The password; read from standard input or asked for.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenName:
    token: str = arg("The token.", positional=True, choices="tokens")


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenHost:
    token: str = arg("The token.", positional=True, choices="tokens")
    host: str = arg("The host: shop.example, shop.example:8443, or *.shop.example.", positional=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewValue:
    token: str = arg("The token.", positional=True, choices="tokens")
    value: Secret = arg("Its new value or password; read from standard input or asked for.")


@command("token.list", NoArgs, title="List tokens", only_reads=True)
async def list_tokens(workbench: Workbench, _: NoArgs) -> Result:
    """Show the tokens, masked, with their hosts and which actions send them."""
    rows = []
    for token in sorted(workbench.workspace.tokens.values(), key=lambda token: token.name):
        users = ", ".join(_users(workbench.workspace, token))
        hosts = ", ".join(token.hosts) or "the first used"
        rows.append((token.name, token.kind.value, token.header, token.prefix, str(token.value), hosts, users))
    titles = ("name", "kind", "header", "prefix", "value", "hosts", "used by")
    return Result(data=[dict(zip(titles, row, strict=True)) for row in rows], lines=table(titles, rows))


@command("token.show", TokenName, title="Show token", asks=True, only_reads=True)
async def show_token(workbench: Workbench, args: TokenName) -> Result:
    """Show a token, masked: where it is sent, and for a dynamic one how it is fetched and until when it is good."""
    token = find_token(workbench.workspace, args.token)
    pairs = [
        ("name", token.name),
        ("kind", token.kind.value),
        ("sent as", f"{token.header}: {token.shown}"),
        ("user", token.user),
        ("hosts", ", ".join(token.hosts) or "the first it is used for"),
        ("used by", ", ".join(_users(workbench.workspace, token)) or "no action"),
        *_request_pairs(workbench, token),
    ]
    return Result(data=token, lines=fields(pair for pair in pairs if pair[1]))


def _request_pairs(workbench: Workbench, token: Token) -> list[tuple[str, str]]:
    own = token.request
    if own is None:
        return []
    grant = workbench.workspace.grant_of(token)
    until = "until a 401" if grant and not grant.expires_at else f"until {grant.expires_at}" if grant else ""
    ended = ", ended" if grant and not grant.is_good(workbench.now()) else ""
    return [
        ("fetched by", f"{own.method} {own.url}"),
        *(("header", f"{header.name}: {header.value}") for header in own.headers),
        *(("body", line) for line in own.body.splitlines()),
        ("secrets", ", ".join(f"{name} {secret}" for name, secret in own.secrets.items())),
        ("token at", own.value_path),
        ("lives", f"as {own.lifetime_path} says" if own.lifetime_path else f"{own.lifetime_s or 'any number of'} s"),
        ("now", f"fetched {grant.obtained_at}, good {until}{ended}" if grant else "not fetched in this environment"),
    ]


def _users(workspace: Workspace, token: Token) -> list[str]:
    return [action.name for action in workspace.sorted_actions if action.token_id == token.id]


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
        hosts=read_hosts(args.host),
    )
    return await _added(workbench, number, token)


@command("token.basic", NewBasic, title="New basic token", asks=True)
async def add_basic(workbench: Workbench, args: NewBasic) -> Result:
    """Add a user and a password, sent as HTTP Basic; the password is sealed."""
    number = workbench.ids()
    token = Token(
        id=TokenId(new_id(TOKENS, number)),
        name=args.name,
        prefix="Basic",
        kind=TokenKind.BASIC,
        user=args.user,
        value=args.password,
        hosts=read_hosts(args.host),
    )
    return await _added(workbench, number, token)


def read_hosts(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Hosts as they were typed, in lower case."""
    return tuple(dict.fromkeys(line.strip().lower() for line in filled(lines)))


async def _added(workbench: Workbench, number: int, token: Token) -> Result:
    refuse(check_token(workbench.workspace, token))
    await workbench.commit(Changes.of(f"Add the token {token.name}", [Change(TOKENS, number, None, token)]))
    return Result(message=f"Added the token {token.name}, sent in the header {token.header}.", data=token)


def _any_token(context: Context) -> Mapping[str, object] | Disabled:
    return {} if context.workspace.tokens else Disabled("There are no tokens.")


@command("token.value", NewValue, title="New value for a token", gather=_any_token, asks=True)
async def change_value(workbench: Workbench, args: NewValue) -> Result:
    """Give a fixed or basic token another value; whatever sends it sends the new one."""
    token = find_token(workbench.workspace, args.token)
    if token.request:
        raise InvalidInput(f'{token.name} is fetched. "token secret" changes what it is fetched with.')
    value = args.value.reveal()
    after = replace(token, value=Secret(value.strip() if token.kind is TokenKind.FIXED else value))
    refuse(check_token(workbench.workspace, after))
    await commit_token(workbench, f"New value for the token {token.name}", token, after)
    return Result(message=f"{token.name} has a new value.", data=after)


async def commit_token(workbench: Workbench, title: str, before: Token, after: Token) -> None:
    """Commit one token in place of another."""
    await workbench.commit(Changes.of(title, [Change(TOKENS, decode(before.id), before, after)]))


@command("token.allow", TokenHost, title="Allow a host for a token", gather=_any_token, asks=True)
async def allow_host(workbench: Workbench, args: TokenHost) -> Result:
    """Allow a token to be sent to a host as well."""
    token = find_token(workbench.workspace, args.token)
    after = replace(token, hosts=tuple(dict.fromkeys((*token.hosts, *read_hosts((args.host,))))))
    refuse(check_token(workbench.workspace, after))
    await commit_token(workbench, f"Allow {args.host} for the token {token.name}", token, after)
    return Result(message=f"{token.name} may go to {', '.join(after.hosts)}.", data=after)


@command("token.forbid", TokenHost, title="Forbid a host for a token", gather=_any_token, asks=True)
async def forbid_host(workbench: Workbench, args: TokenHost) -> Result:
    """Take a host from those that a token may be sent to; the last one stays."""
    token = find_token(workbench.workspace, args.token)
    host = args.host.strip().lower()
    rest = tuple(each for each in token.hosts if each != host)
    if rest == token.hosts:
        raise InvalidInput(f"{token.name} is not bound to {host}; its hosts: {', '.join(token.hosts) or 'none yet'}.")
    if not rest:
        raise InvalidInput(f"{host} is the only host of {token.name}. Allow another first, or remove the token.")
    await commit_token(workbench, f"Forbid {host} for the token {token.name}", token, replace(token, hosts=rest))
    return Result(message=f"{token.name} may go to {', '.join(rest)}.", data=replace(token, hosts=rest))


@command("token.remove", TokenName, title="Remove token", gather=_any_token, asks=True)
async def remove_token(workbench: Workbench, args: TokenName) -> Result:
    """Remove a token that no action sends, with what it has fetched."""
    token = find_token(workbench.workspace, args.token)
    users = _users(workbench.workspace, token)
    if users:
        raise InvalidInput(f"The token {token.name} is sent by {', '.join(users)}. Give those another one first.")
    grants = workbench.workspace.grants.items()
    changes = [Change(GRANTS, number, grant, None) for number, grant in grants if grant.token_id == token.id]
    changes.append(Change(TOKENS, decode(token.id), token, None))
    await workbench.commit(Changes.of(f"Remove the token {token.name}", changes))
    return Result(message=f"Removed the token {token.name}. Undo brings it back.")
