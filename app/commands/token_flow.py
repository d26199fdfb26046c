"""Sending with a dynamic token: fetch it when there is none, and after a 401 fetch it anew and send once more.

That second sending is the only one there is; nothing else is ever sent twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.domain.changes import GRANTS, Change, Changes
from app.domain.environment import values_of
from app.domain.identifiers import GrantId, decode
from app.domain.run import Failure
from app.domain.secret import Secret
from app.domain.token import Grant, Token, TokenKind
from app.domain.token_rules import request_names, value_problems
from app.engine.request import Request
from app.engine.token_request import Fetched, read_token, refresh_failure, render_token_request
from app.store.codec import new_id
from app.workbench import Workbench

if TYPE_CHECKING:
    from app.engine.http import Result

_UNAUTHORIZED = 401
_NO_THIRD = "It is not sent a third time."


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What went out last and what came of it."""

    request: Request
    result: Result
    is_resent: bool = False
    """Whether a 401 made it leave a second time."""
    story: tuple[str, ...] = ()
    """What happened to the token on the way, a sentence each."""


async def send_with_token(
    workbench: Workbench, token: Token | None, make: Callable[[Token | None], Request], *, must_fetch: bool
) -> Sent:
    """Send the request that `make` makes of a token that is ready."""
    story: tuple[str, ...] = ()
    if token and must_fetch:
        why = "had ended and" if workbench.workspace.grant_of(token) else "was not fetched yet, so it"
        fetched = await renew(workbench, token)
        if isinstance(fetched, Failure):
            return Sent(request=make(token), result=_result(fetched))
        token = replace(token, value=fetched)
        story = (f"The token {token.name} {why} was fetched before sending.",)
    request = make(token)
    result = await _send(workbench, request)
    if token is None or token.kind is not TokenKind.DYNAMIC or not _is_refused(result):
        return Sent(request=request, result=result, story=story)
    fetched = await renew(workbench, token)
    if isinstance(fetched, Failure):
        story = (*story, f"401: the token {token.name} was refused; the request left once.")
        return Sent(request=request, result=replace(result, failure=fetched), story=story)
    request = make(replace(token, value=fetched))
    again = await _send(workbench, request)
    ending = f" It was refused again (401). {_NO_THIRD}" if _is_refused(again) else ""
    story = (*story, f"401: the token {token.name} was refused, fetched anew, and the request sent once more.{ending}")
    return Sent(request=request, result=again, is_resent=True, story=story)


def _is_refused(result: Result) -> bool:
    return result.response is not None and result.response.status == _UNAUTHORIZED


async def renew(workbench: Workbench, token: Token) -> Secret | Failure:
    """Fetch a token and keep it, sealed, for the active environment."""
    fetched = await fetch(workbench, token, is_test=False)
    if isinstance(fetched, Failure):
        return fetched
    async with workbench.turn():
        change = grant_change(workbench, token, fetched)
        await workbench.commit(Changes.of(f"Fetch the token {token.name}", [change], is_undoable=False))
    return fetched.value


async def fetch(workbench: Workbench, token: Token, *, is_test: bool) -> Fetched | Failure:
    """Send a token's own request and read its answer; nothing is kept."""
    workspace = workbench.workspace
    assert token.request is not None
    known = request_names(workspace, token.request)
    request = render_token_request(token, values_of(workspace.environment), known, is_test=is_test)
    if not isinstance(request, Request):
        return refresh_failure(token, " ".join(f"{problem}." for problem in request))
    body, failure = await _answer(workbench, request)
    if failure:
        return refresh_failure(token, failure.message)
    found = read_token(token, body, workbench.clock())
    if isinstance(found, Fetched) and list(value_problems(replace(token, value=found.value))):
        return refresh_failure(token, "What came holds a character that no header can carry.")
    return found


def grant_change(workbench: Workbench, token: Token, fetched: Fetched) -> Change:
    """The change that keeps a fetched token in place of the one before."""
    before = workbench.workspace.grant_of(token)
    environment = workbench.workspace.environment
    number = decode(before.id) if before else workbench.ids()
    grant = Grant(
        id=GrantId(new_id(GRANTS, number)),
        token_id=token.id,
        environment_id=environment.id if environment else None,
        value=fetched.value,
        obtained_at=workbench.now(),
        expires_at=fetched.expires_at,
    )
    return Change(GRANTS, number, before, grant)


async def _answer(workbench: Workbench, request: Request) -> tuple[bytes, Failure | None]:
    result = await _send(workbench, request)
    return result.body, result.failure


async def _send(workbench: Workbench, request: Request) -> Result:
    settings, own = workbench.workspace.settings, request.sending
    return await workbench.send(
        replace(request, default_proxy=settings.proxy),
        deadline_s=settings.deadline_s if own.deadline_s is None else own.deadline_s,
        body_limit=settings.body_limit if own.body_limit is None else own.body_limit,
    )


def _result(failure: Failure) -> Result:
    from app.engine.http import Result

    return Result(failure=failure)
