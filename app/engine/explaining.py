"""A request told line by line before it is sent: what was put in, who wants each header, what is masked. No I/O."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.environment import Environment
from app.domain.sending import option_lines, without_login
from app.domain.token import Token, TokenKind
from app.domain.values import shown
from app.engine.masking import mask
from app.engine.proxies import proxy_for
from app.engine.request import Request, Substitution, masked, masked_value


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedHeader:
    """A header as it will be sent, masked, and who wants it."""

    name: str
    value: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Everything about a request that can be known without sending it; no secret in it."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: str
    origins: tuple[ExplainedHeader, ...]
    substitutions: tuple[Substitution, ...]
    environment: str
    token: str
    """What is known of the token: its kind and whether it has to be fetched first."""
    masks: tuple[str, ...]
    """What is shown as dots, in words."""
    options: tuple[tuple[str, str], ...] = ()
    """How it travels, where that differs from the defaults: label and words."""


def explain(request: Request, *, token: Token | None, environment: Environment | None, must_fetch: bool) -> Explanation:
    """Explain a rendered request; its `default_proxy` is that of the workspace."""
    sent = masked(request)
    return Explanation(
        method=sent.method,
        url=sent.url,
        headers=sent.headers,
        body=sent.body,
        origins=tuple(
            ExplainedHeader(name=header.name, value=masked_value(header, request), origin=header.origin)
            for header in request.headers
        ),
        substitutions=tuple(_masked(each, request) for each in request.substitutions),
        environment=_environment_words(environment),
        token=_token_words(token, must_fetch=must_fetch) if token else "none",
        masks=tuple(_masks(request, token)),
        options=(*option_lines(request.sending), *_way(request)),
    )


def _way(request: Request) -> Iterator[tuple[str, str]]:
    """The proxy that stands before the URL, whoever named it."""
    proxy = proxy_for(request.url, request.sending, request.default_proxy)
    if proxy:
        yield "goes by", f"the proxy {without_login(proxy)}"


def _masked(each: Substitution, request: Request) -> Substitution:
    return Substitution(
        place=each.place,
        name=each.name,
        given=mask(each.given, request.secrets),
        source=each.source,
        put=mask(each.put, request.secrets),
    )


def _environment_words(environment: Environment | None) -> str:
    if environment is None:
        return "none"
    return f"{environment.name} (production)" if environment.is_production else environment.name


def _token_words(token: Token, *, must_fetch: bool) -> str:
    hosts = f"for {', '.join(token.hosts)}" if token.hosts else "not bound to a host until it is first sent"
    if token.kind is not TokenKind.DYNAMIC:
        return f"{token.name}, {token.kind}, {hosts}"
    return f"{token.name}, dynamic, {'fetched first' if must_fetch else 'fetched before and still good'}, {hosts}"


def _masks(request: Request, token: Token | None) -> Iterator[str]:
    for header in request.headers:
        if header.shown:
            yield f"header {header.name}"
    if token:
        places = [("URL", request.url), ("body", (request.body or b"").decode("utf-8", "replace"))]
        places += [
            (f"header {header.name}", header.value) for header in request.headers if isinstance(header.value, str)
        ]
        yield from (where for where, text in places if mask(text, request.secrets) != text)


def explanation_lines(found: Explanation) -> list[str]:
    """The request for a person: first as it goes over the wire, then how it came about."""
    width = max((len(f"{each.name}: {each.value}") for each in found.origins), default=0)
    width = min(width, 44)
    lines = [f"{found.method} {found.url}"]
    lines += [f"{f'{each.name}: {each.value}':<{width}}  ← {each.origin}" for each in found.origins]
    lines += ["", *found.body.splitlines()] if found.body else []
    lines += ["", f"environment  {found.environment}", f"token        {found.token}"]
    lines.append(f"masked       {', '.join(found.masks) or 'nothing'}")
    lines += [f"{label:<11}  {words}" for label, words in found.options]
    return [*lines, *_substitution_lines(found.substitutions)]


_WIDEST = 60
_SOURCES = {"value": "value", "nothing": "no value: left empty", "given": "given now", "test value": "test value"}


def _substitution_lines(substitutions: tuple[Substitution, ...]) -> Iterator[str]:
    if substitutions:
        yield ""
        yield "put in"
    for each in substitutions:
        put = (
            ""
            if each.put == each.given
            else f", sent as {each.put if len(each.put) <= _WIDEST else each.put[:_WIDEST] + '…'}"
        )
        source = _SOURCES.get(each.source, each.source)
        yield f"  {each.place}: {{{{{each.name}}}}} = {shown(each.given, _WIDEST)} ({source}){put}"
