"""Sending actions, for real or from their samples."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.commands.context import selected_action
from app.commands.lookup import find_action, find_sample
from app.commands.registry import LateLines, Result, arg, command
from app.commands.rendering import Prepared, binding, prepared, rendered
from app.commands.retention import keep_within_limits
from app.commands.run_lines import about, kind_words, size_words, status_words
from app.commands.token_flow import Sent as Answered
from app.commands.token_flow import send_with_token
from app.domain.action import Action, MockResponse
from app.domain.changes import ACTIONS, BODIES, COOKIES, RUNS, Change, Changes
from app.domain.environment import CookieJar
from app.domain.identifiers import JarId, RunId, decode
from app.domain.run import Run, split_body
from app.domain.sending import INSECURE_WORDS
from app.domain.text import visible
from app.domain.token import Token, host_of
from app.engine.content import Content, content_of
from app.engine.cookies import after_answer
from app.engine.masking import mask, mask_body
from app.engine.redact import redacted
from app.engine.request import Request, masked
from app.errors import InvalidInput
from app.store.codec import new_id
from app.workbench import Workbench

if TYPE_CHECKING:
    from app.engine.http import Result as NetworkResult

INPUT_HELP = "name=value for an input; repeat for each. Else its last test value."
RECORD_HELP = "OBJECT:ID of a record whose values are taken, such as Order:1001."


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    action: str = arg("The action.", positional=True, choices="actions", subject=True)
    input: tuple[str, ...] = arg(INPUT_HELP, default=())
    from_record: str = arg(RECORD_HELP, default="")
    mock: bool = arg("Answer from the action's sample; nothing is sent.", default=False)
    sample: str = arg("Answer from the sample of this name; nothing is sent.", default="")


def _is_mock(workbench: Workbench, args: Sent) -> bool:
    return args.mock or bool(args.sample) or workbench.workspace.settings.is_mock


def question(workbench: Workbench, args: Sent) -> str:
    """What must be answered with yes before a request that may change the other system, or goes to a host of values."""
    action = find_action(workbench.workspace, args.action)
    if _is_mock(workbench, args):
        return ""
    request = _checked(workbench, action, prepared(workbench, action, args.input, args.from_record))
    sent = masked(request)
    environment = workbench.workspace.environment
    where = f" in {environment.name}" if environment else ""
    questions = []
    if request.host_names:
        names = ", ".join(f"{{{{{name}}}}}" for name in request.host_names)
        questions.append(f"The host {host_of(sent.url)} comes from {names}: {sent.method} {sent.url}{where}.")
    if action.is_asked_first:
        size = f" with a body of {size_words(len(request.body))}" if request.body else ""
        size += f" ({INSECURE_WORDS})" if action.sending.is_insecure else ""
        questions.append(f"{sent.method} {sent.url}{size}{where} may really change the other system.")
    return f"{' '.join(questions)} Send it?" if questions else ""


def demanded(workbench: Workbench, args: Sent) -> str:
    """The host that must be typed when the environment is marked as production."""
    action = find_action(workbench.workspace, args.action)
    environment = workbench.workspace.environment
    if _is_mock(workbench, args) or not action.is_asked_first or not environment or not environment.is_production:
        return ""
    return host_of(prepared(workbench, action, args.input, args.from_record).request.url)


def _checked(workbench: Workbench, action: Action, ready: Prepared) -> Request:
    """The request, unless the read-only switch refuses it."""
    if workbench.workspace.settings.is_read_only and action.is_asked_first:
        raise InvalidInput(
            f"READ-ONLY is on: {action.method} may change the other system and is not sent. "
            'Switch it off first (key W, or "action readonly"), or mark the action as one that only reads.'
        )
    return ready.request


@command(
    "action.send",
    Sent,
    title="Send",
    keys="ctrl+j,f5",
    gather=selected_action,
    confirms=question,
    demands=demanded,
    takes_turn=False,
)
async def send_action(workbench: Workbench, args: Sent) -> Result:
    """Send the request, once, and keep what came."""
    action = find_action(workbench.workspace, args.action)
    ready = prepared(workbench, action, args.input, args.from_record)
    started = workbench.now()
    sample: MockResponse | None = None
    if _is_mock(workbench, args):
        sample = _sample(action, args.sample)
        answered = Answered(request=ready.request, result=_mock_result(sample))
    else:
        _checked(workbench, action, ready)
        answered = await _send_live(workbench, action, ready)
    number = workbench.ids()
    environment = workbench.workspace.environment
    run = Run(
        id=RunId(new_id(RUNS, number)),
        action_id=action.id,
        action_name=action.name,
        started_at=started,
        is_mock=sample is not None,
        sample=sample.name if sample else "",
        request=answered.result.request or masked(answered.request),
        response=answered.result.response,
        failure=answered.result.failure,
        hops=answered.result.hops,
        connection=answered.result.connection,
        is_resent=answered.is_resent,
        token_story=answered.story,
        environment=environment.name if environment else "",
        values=_kept_values(ready.values, answered.request),
    )
    body = mask_body(answered.result.body, answered.request.secrets)
    body = redacted(body, workbench.workspace.redacted(action.id))
    run = await _keep(workbench, number, run, body, action, answered.request.url)
    await keep_within_limits(workbench)
    content = content_of(body, run.response.header("content-type") if run.response else None)
    message = " ".join((_outcome(run), *content.remarks)) if body else _outcome(run)
    lines = LateLines(lambda: _body_lines(run, content, body))
    return Result(message=message, data=run, lines=lines, exit_code=0 if run.is_success else 3)


def _kept_values(values: Mapping[str, str], request: Request) -> tuple[tuple[str, str], ...] | None:
    """The values of the run's placeholders; none at all when a secret is part of one."""
    is_secret = any(mask(value, request.secrets) != value for value in values.values())
    return None if is_secret else tuple(values.items())


def _sample(action: Action, name: str) -> MockResponse:
    """The sample to answer from: the one of that name, else the chosen one."""
    if action.mock is None:
        raise InvalidInput(f'{action.name} has no sample to answer from. Send it live once, then "action mock".')
    return find_sample(action, name) if name else action.mock


def _mock_result(sample: MockResponse) -> NetworkResult:
    from app.engine.http import mock_result

    return mock_result(sample)


async def _send_live(workbench: Workbench, action: Action, ready: Prepared) -> Answered:
    """Send for real; a token that is used for the first time is bound to the host before it leaves."""
    bound = binding(workbench.workspace.token_of(action), host_of(ready.request.url))
    if bound:
        async with workbench.turn():
            await workbench.commit(Changes.of("Bind a token to its host", bound, is_undoable=False))

    def make(token: Token | None) -> Request:
        return rendered(workbench, action, ready.values, token, ready.cookies)

    return await send_with_token(workbench, ready.token, make, must_fetch=ready.must_fetch)


async def _keep(workbench: Workbench, number: int, run: Run, body: bytes, action: Action, url: str) -> Run:
    """Commit a run with its body, the cookies that came, and that the action is tested now."""
    parts = [(workbench.ids(), part) for part in split_body(run.id, body)]
    kept = replace(run, body_ids=tuple(part_number for part_number, _ in parts))
    items = [Change(BODIES, part_number, None, part) for part_number, part in parts]
    items.append(Change(RUNS, number, None, kept))
    async with workbench.turn():
        # What other commands change as well is read only now, while none of them is under way.
        items += [*_tested(workbench, run, action), *_cookies(workbench, run, action, url)]
        await workbench.commit(Changes.of(f"Send {run.action_name}", items, is_undoable=False))
    return kept


def _tested(workbench: Workbench, run: Run, sent: Action) -> Iterable[Change]:
    """A green live run is the test of the version that was sent. A mock never is."""
    number = decode(sent.id)
    action = workbench.workspace.actions.get(number)
    if action and run.is_success and not run.is_mock and action.version == sent.version and not action.is_tested:
        yield Change(ACTIONS, number, action, replace(action, tested_version=action.version))


def _cookies(workbench: Workbench, run: Run, action: Action, url: str) -> Iterable[Change]:
    if not action.uses_cookies or run.is_mock or run.response is None:
        return
    before = workbench.workspace.jar
    environment = workbench.workspace.environment
    cookies = after_answer(before.cookies if before else (), url, run.response.headers, workbench.clock())
    number = decode(before.id) if before else workbench.ids()
    jar = CookieJar(
        id=JarId(new_id(COOKIES, number)), environment_id=environment.id if environment else None, cookies=cookies
    )
    if cookies or before:
        yield Change(COOKIES, number, before, jar)


def _outcome(run: Run) -> str:
    label = kind_words(run)
    if run.response is None:
        return f"{label}: {run.failure.message}" if run.failure else label
    size, time = size_words(run.response.body_size), f"{run.response.elapsed_ms:.0f} ms"
    words = " ".join((f"{label}: {status_words(run)}, {size} in {time}.", *run.token_story))
    return f"{words} {run.failure.message}" if run.failure else words


def _body_lines(run: Run, content: Content, body: bytes) -> tuple[str, ...]:
    """The body for a person: text as lines, anything else by what it is."""
    if content.kind.is_text:
        text = content.text_bytes(body).decode("utf-8", "replace")
        return tuple(visible(line) for line in text.splitlines())
    return about(run, content, len(body)) if body else ()
