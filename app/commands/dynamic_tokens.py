"""Dynamic tokens: how they are fetched. One is kept only after it was fetched with success, for real."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from urllib.parse import quote_plus

from app.commands.context import Context
from app.commands.lookup import find_token, refuse
from app.commands.notation import HEADER_FORM, filled, read_header
from app.commands.registry import Disabled, Result, arg, command
from app.commands.token_flow import fetch, grant_change
from app.commands.tokens import HOST_HELP, TokenName, read_hosts
from app.domain.action import BodyFormat, Header, Method
from app.domain.changes import TOKENS, Change, Changes
from app.domain.environment import values_of
from app.domain.identifiers import TokenId
from app.domain.run import Failure
from app.domain.secret import Secret
from app.domain.token import Token, TokenKind, TokenRequest, host_of
from app.domain.token_rules import check_token, request_names
from app.engine.request import Request
from app.engine.token_request import Fetched, render_token_request
from app.errors import InvalidInput, RunFailed
from app.store.codec import new_id
from app.workbench import Workbench

SECRET, SECOND, BASIC, CLIENT = "secret", "second", "basic", "client"
"""The names by which a token's own request uses what is sealed."""
_METHODS = "|".join(Method)
_NO_SECRET = Secret("")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDynamic:
    name: str = arg("How actions refer to it.", positional=True)
    url: str = arg("Where it is fetched; {{env.name}} stands for a variable of the environment.")
    method: str = arg("The HTTP method.", default="POST", choices=_METHODS)
    request_header: tuple[str, ...] = arg(
        f"A header of that request, {HEADER_FORM}; repeat for each.", default=(), multiline=True
    )
    body: str = arg(
        "Its body; {{secret}} and {{second}} stand for the sealed texts. A form has one name=value a line.",
        default="",
        multiline=True,
    )
    body_format: str = arg("How that body is written.", default="form", choices="form|json|text")
    value_path: str = arg("Where the token sits in the answer.", default="$.access_token")
    lifetime_path: str = arg("Where the answer says for how many seconds it is good.", default="$.expires_in")
    lifetime: int = arg("Seconds it is good for when the answer does not say; 0 until a 401.", default=0)
    header: str = arg("The header it is sent in.", default="Authorization")
    prefix: str = arg("Stands before the value.", default="Bearer")
    host: tuple[str, ...] = arg(HOST_HELP, default=(), multiline=True)
    secret: Secret = arg("The sealed text {{secret}}; a line of standard input or asked for.", default=_NO_SECRET)
    second: Secret = arg("The sealed text {{second}}, if there is one.", default=_NO_SECRET)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClient:
    name: str = arg("How actions refer to it.", positional=True)
    url: str = arg("The token URL; {{env.name}} stands for a variable of the environment.")
    client_id: str = arg("The client's id.")
    scope: str = arg("What is asked for, when the server wants that said.", default="")
    how: str = arg(
        "How the client says who it is: in the form, or as HTTP Basic.", default="form", choices="form|basic"
    )
    host: tuple[str, ...] = arg(HOST_HELP, default=(), multiline=True)
    secret: Secret = arg("The client's secret; read from standard input or asked for.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSecret:
    token: str = arg("The token.", positional=True, choices="tokens")
    secret: Secret = arg("The new secret it is fetched with; read from standard input or asked for.")


@command("token.dynamic", NewDynamic, title="New dynamic token", asks=True, takes_turn=False)
async def add_dynamic(workbench: Workbench, args: NewDynamic) -> Result:
    """Add a token that is fetched by a request of its own; it is fetched once now, and kept only if that works."""
    if args.body_format not in list(BodyFormat) or args.method.upper() not in list(Method):
        raise InvalidInput(f'"{args.method}" with a body of kind "{args.body_format}" is no request.')
    given = {SECRET: args.secret, SECOND: args.second}
    request = TokenRequest(
        url=args.url.strip(),
        method=Method(args.method.upper()),
        headers=tuple(map(read_header, filled(args.request_header))),
        body=args.body,
        body_format=BodyFormat(args.body_format),
        secrets=MappingProxyType({name: _stripped(secret) for name, secret in given.items() if secret}),
        value_path=args.value_path.strip(),
        lifetime_path=args.lifetime_path.strip(),
        lifetime_s=args.lifetime,
    )
    return await _add(workbench, args.name, request, args.header, args.prefix, args.host)


@command("token.client", NewClient, title="New client-credentials token", asks=True, takes_turn=False)
async def add_client(workbench: Workbench, args: NewClient) -> Result:
    """Add an OAuth 2.0 client-credentials token: fetched with a client's id and secret, renewed by itself."""
    secret = _stripped(args.secret)
    if not secret or not args.client_id.strip():
        raise InvalidInput("A client has an id and a secret; give the secret on standard input or at the prompt.")
    headers, secrets, lines = _client(args, secret)
    if args.scope.strip():
        lines.append(f"scope={args.scope.strip()}")
    request = TokenRequest(
        url=args.url.strip(), headers=headers, body="\n".join(lines), secrets=MappingProxyType(secrets)
    )
    return await _add(workbench, args.name, request, "Authorization", "Bearer", args.host)


def _client(args: NewClient, secret: Secret) -> tuple[tuple[Header, ...], dict[str, Secret], list[str]]:
    client = Secret(args.client_id.strip())
    lines = ["grant_type=client_credentials"]
    if args.how == "form":
        return (), {CLIENT: client, SECRET: secret}, [*lines, "client_id={{client}}", "client_secret={{secret}}"]
    # RFC 6749, 2.3.1: id and secret are form-encoded before HTTP Basic puts them together.
    pair = f"{quote_plus(client.reveal())}:{quote_plus(secret.reveal())}"
    basic = Secret(b64encode(pair.encode()).decode())
    return (Header(name="Authorization", value="Basic {{basic}}"),), {BASIC: basic, SECRET: secret}, lines


def _stripped(secret: Secret) -> Secret:
    return Secret(secret.reveal().strip())


async def _add(
    workbench: Workbench, name: str, request: TokenRequest, header: str, prefix: str, hosts: tuple[str, ...]
) -> Result:
    number = workbench.ids()
    token = Token(
        id=TokenId(new_id(TOKENS, number)),
        name=name,
        header=header,
        prefix=prefix,
        kind=TokenKind.DYNAMIC,
        hosts=read_hosts(hosts),
        request=request,
    )
    refuse(check_token(workbench.workspace, token))
    return await _keep_tested(workbench, number, None, token, f"Add the token {name}")


async def _keep_tested(workbench: Workbench, number: int, before: Token | None, token: Token, title: str) -> Result:
    """Fetch a token for real; keep it and what came when that works, nothing at all when not."""
    if workbench.workspace.settings.is_mock:
        raise InvalidInput("MOCK is on, and a token is tested for real. Switch to LIVE first (key L).")
    token, host = _bound_to_its_source(workbench, token)
    fetched = await fetch(workbench, token, is_test=True)
    if isinstance(fetched, Failure):
        raise RunFailed(f"{fetched.message} Nothing was kept: a dynamic token is tested before it is saved.")
    async with workbench.turn():
        refuse(check_token(workbench.workspace, token))
        changes = [Change(TOKENS, number, before, token), grant_change(workbench, token, fetched)]
        await workbench.commit(Changes.of(title, changes))
    return Result(message=f"{token.name} was fetched from {host} and is kept. {_lifetime(fetched)}", data=token)


def _lifetime(fetched: Fetched) -> str:
    return f"It is good until {fetched.expires_at}." if fetched.expires_at else "It is good until a 401."


def _bound_to_its_source(workbench: Workbench, token: Token) -> tuple[Token, str]:
    """The token, its secrets allowed to go where this test sends them."""
    assert token.request is not None
    known = request_names(workbench.workspace, token.request)
    request = render_token_request(token, values_of(workbench.workspace.environment), known, is_test=True)
    if not isinstance(request, Request):
        raise InvalidInput([str(problem) for problem in request])
    host = host_of(request.url)
    hosts = tuple(dict.fromkeys((*token.request.hosts, host)))
    return replace(token, request=replace(token.request, hosts=hosts)), host


def _a_dynamic_one(context: Context) -> Mapping[str, object] | Disabled:
    there = any(token.request for token in context.workspace.tokens.values())
    return {} if there else Disabled("There are no dynamic tokens.")


def _find_dynamic(workbench: Workbench, name: str) -> Token:
    token = find_token(workbench.workspace, name)
    if token.request is None:
        raise InvalidInput(f"{name} is a {token.kind} token: there is nothing to fetch.")
    return token


def _number(workbench: Workbench, token: Token) -> int:
    return next(number for number, each in workbench.workspace.tokens.items() if each.id == token.id)


@command("token.test", TokenName, title="Fetch a dynamic token now", gather=_a_dynamic_one, asks=True, takes_turn=False)
async def test_token(workbench: Workbench, args: TokenName) -> Result:
    """Fetch a dynamic token now; where that is a new host, its secrets may go there from now on."""
    token = _find_dynamic(workbench, args.token)
    return await _keep_tested(workbench, _number(workbench, token), token, token, f"Fetch the token {token.name}")


@command(
    "token.secret",
    NewSecret,
    title="New secret for a dynamic token",
    gather=_a_dynamic_one,
    asks=True,
    takes_turn=False,
)
async def change_secret(workbench: Workbench, args: NewSecret) -> Result:
    """Change the secret a dynamic token is fetched with; it is fetched with it now, and kept only if that works."""
    token = _find_dynamic(workbench, args.token)
    own = token.request
    assert own is not None
    secret = _stripped(args.secret)
    if not secret:
        raise InvalidInput("The secret is empty; give it on standard input or at the prompt.")
    secrets = {**own.secrets, SECRET: secret}
    if BASIC in own.secrets:
        client = b64decode(own.secrets[BASIC].reveal()).decode().partition(":")[0]
        secrets[BASIC] = Secret(b64encode(f"{client}:{quote_plus(secret.reveal())}".encode()).decode())
    after = replace(token, request=replace(own, secrets=MappingProxyType(secrets)))
    number = _number(workbench, token)
    return await _keep_tested(workbench, number, token, after, f"New secret for the token {token.name}")
