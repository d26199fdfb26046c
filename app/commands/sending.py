"""Sending actions: render, send, test values, and the sample that MOCK answers from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.commands.actions import commit_action
from app.commands.context import Context, selected_action, shown_run
from app.commands.lookup import find_action, refuse
from app.commands.notation import filled, read_pairs
from app.commands.registry import Disabled, LateLines, NoArgs, Result, arg, command
from app.commands.run_lines import about, kind_words, size_words, status_words
from app.commands.runs import run_of
from app.domain.action import Action, MockResponse
from app.domain.action_rules import known_names
from app.domain.changes import BODIES, RUNS, SETTINGS, Change, Changes
from app.domain.identifiers import RunId
from app.domain.run import Run, split_body
from app.domain.sending import INSECURE_WORDS, option_lines
from app.domain.settings import SETTINGS_NUMBER
from app.domain.text import visible
from app.engine.content import Content, content_of
from app.engine.redact import redacted
from app.engine.request import Request, masked, render
from app.errors import InvalidInput
from app.store.codec import new_id
from app.workbench import Workbench

MOCK_BODY_LIMIT = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    action: str = arg("The action.", positional=True, choices="actions", subject=True)
    input: tuple[str, ...] = arg("name=value for an input; repeat for each. Else its last test value.", default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    action: str = arg("The action.", positional=True, choices="actions", subject=True)
    input: tuple[str, ...] = arg("name=value for an input; repeat for each. Else its last test value.", default=())
    mock: bool = arg("Answer from the action's sample; nothing is sent.", default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TestValues:
    action: str = arg("The action.", positional=True, choices="actions", subject=True)
    value: tuple[str, ...] = arg("name=value; repeat for each.", positional=True, multiline=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMock:
    action: str = arg("The action.", positional=True, choices="actions", subject=True)
    run: str = arg("The run whose response becomes the sample; the newest when left out.", default="", subject=True)


def rendered(workbench: Workbench, action: Action, given: Mapping[str, str]) -> Request:
    """The request an action makes of given values, else its test values; InvalidInput names what is missing."""
    workspace = workbench.workspace
    token = next((token for token in workspace.tokens.values() if token.id == action.token_id), None)
    known = known_names(workspace, action)
    result = render(action, {**action.test_values, **given}, token=token, known_names=known)
    if isinstance(result, Request):
        return result
    raise InvalidInput([str(problem) for problem in result])


@command("action.render", Rendered, title="Show rendered request", keys="v", panes="request", gather=selected_action)
async def render_action(workbench: Workbench, args: Rendered) -> Result:
    """Show the final request, secrets masked, without sending anything."""
    action = find_action(workbench.workspace, args.action)
    sent = masked(rendered(workbench, action, read_pairs(args.input, "input")))
    lines = [f"{sent.method} {sent.url}", *(f"{name}: {value}" for name, value in sent.headers)]
    lines += ["", *sent.body.splitlines()] if sent.body else []
    options = [f"{label}: {words}" for label, words in option_lines(action.sending)]
    lines += ["", *options] if options else []
    return Result(data=sent, lines=tuple(visible(line) for line in lines))


def _question(workbench: Workbench, args: Sent) -> str:
    """What must be answered with yes before a request that may change the other system."""
    action = find_action(workbench.workspace, args.action)
    if args.mock or workbench.workspace.settings.is_mock or not action.method.is_mutating:
        return ""
    sent = masked(rendered(workbench, action, read_pairs(args.input, "input")))
    size = f" with a body of {size_words(len(sent.body.encode()))}" if sent.body else ""
    size += f" ({INSECURE_WORDS})" if action.sending.is_insecure else ""
    return f"{sent.method} {sent.url}{size} may really change the other system. Send it?"


@command(
    "action.send", Sent, title="Send", keys="ctrl+j,f5", gather=selected_action, confirms=_question, takes_turn=False
)
async def send_action(workbench: Workbench, args: Sent) -> Result:
    """Send the request, once, and keep what came."""
    action = find_action(workbench.workspace, args.action)
    request = rendered(workbench, action, read_pairs(args.input, "input"))
    settings = workbench.workspace.settings
    is_mock = args.mock or settings.is_mock
    started = workbench.now()
    if is_mock:
        from app.engine.http import mock_result

        if action.mock is None:
            raise InvalidInput(f'{action.name} has no sample to answer from. Send it live once, then "action mock".')
        result = mock_result(action)
    else:
        own = action.sending
        result = await workbench.send(
            replace(request, default_proxy=settings.proxy),
            deadline_s=settings.deadline_s if own.deadline_s is None else own.deadline_s,
            body_limit=settings.body_limit if own.body_limit is None else own.body_limit,
        )
    number = workbench.ids()
    run = Run(
        id=RunId(new_id(RUNS, number)),
        action_id=action.id,
        action_name=action.name,
        started_at=started,
        is_mock=is_mock,
        request=result.request or masked(request),
        response=result.response,
        failure=result.failure,
        hops=result.hops,
        connection=result.connection,
    )
    body = redacted(result.body, workbench.workspace.redacted(action.id))
    run = await _keep(workbench, number, run, body)
    content = content_of(body, run.response.header("content-type") if run.response else None)
    message = " ".join((_outcome(run), *content.remarks)) if result.body else _outcome(run)
    lines = LateLines(lambda: _body_lines(run, content, body))
    return Result(message=message, data=run, lines=lines, exit_code=0 if run.is_success else 3)


async def _keep(workbench: Workbench, number: int, run: Run, body: bytes) -> Run:
    parts = [(workbench.ids(), part) for part in split_body(run.id, body)]
    kept = replace(run, body_ids=tuple(part_number for part_number, _ in parts))
    items = [Change(BODIES, part_number, None, part) for part_number, part in parts]
    items.append(Change(RUNS, number, None, kept))
    await workbench.commit(Changes.of(f"Send {run.action_name}", items, is_undoable=False))
    return kept


def _outcome(run: Run) -> str:
    label = kind_words(run)
    if run.response is None:
        return f"{label}: {run.failure.message}" if run.failure else label
    size, time = size_words(run.response.body_size), f"{run.response.elapsed_ms:.0f} ms"
    words = f"{label}: {status_words(run)}, {size} in {time}."
    return f"{words} {run.failure.message}" if run.failure else words


def _body_lines(run: Run, content: Content, body: bytes) -> tuple[str, ...]:
    """The body for a person: text as lines, anything else by what it is."""
    if content.kind.is_text:
        text = content.text_bytes(body).decode("utf-8", "replace")
        return tuple(visible(line) for line in text.splitlines())
    return about(run, content, len(body)) if body else ()


def _values(context: Context) -> Mapping[str, object] | Disabled:
    action = context.workspace.action_named(context.action)
    if action is None:
        return Disabled("Select an action in the navigator first.")
    if not action.inputs and "{{" not in action.url + action.body:
        return Disabled(f"{action.name} takes no inputs.")
    return {"action": action.name, "value": tuple(f"{name}={value}" for name, value in action.test_values.items())}


@command("action.values", TestValues, title="Set test values", keys="i", panes="request", gather=_values, asks=True)
async def set_test_values(workbench: Workbench, args: TestValues) -> Result:
    """Remember the values that an action is tried with."""
    action = find_action(workbench.workspace, args.action)
    given = read_pairs(filled(args.value), "value")
    known = known_names(workbench.workspace, action)
    refuse(f'{action.name} has no input "{name}".' for name in given if name not in known)
    values = {**action.test_values, **given}
    await commit_action(workbench, f"Test values of {action.name}", action, replace(action, test_values=values))
    return Result(message=f"Remembered the test values of {action.name}.", data=values)


@command("action.mock", KeptMock, title="Keep response as sample", gather=shown_run)
async def keep_mock(workbench: Workbench, args: KeptMock) -> Result:
    """Keep a response as the action's sample, which MOCK answers with. It never counts as a test."""
    action = find_action(workbench.workspace, args.action)
    run = run_of(workbench, action, args.run)
    if run.response is None:
        raise InvalidInput("The run has no response to keep. Choose another, or send the action again.")
    body = workbench.runs.body(run)
    if len(body) > MOCK_BODY_LIMIT:
        raise InvalidInput(f"The body has {size_words(len(body))}; a sample has {size_words(MOCK_BODY_LIMIT)} at most.")
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise InvalidInput("The body is not UTF-8 text; only text can be kept as a sample.") from None
    mock = MockResponse(status=run.response.status, headers=run.response.headers, body=text)
    await commit_action(workbench, f"Keep a sample for {action.name}", action, replace(action, mock=mock))
    return Result(message=f"Kept the response of {run.started_at} as the sample of {action.name}.")


@command("action.live", NoArgs, title="Switch LIVE / MOCK", keys="L")
async def switch_live(workbench: Workbench, _: NoArgs) -> Result:
    """Switch between sending for real and answering from the actions' samples."""
    before = workbench.workspace.settings
    after = replace(before, is_mock=not before.is_mock)
    await workbench.commit(Changes.of("Switch LIVE / MOCK", [Change(SETTINGS, SETTINGS_NUMBER, before, after)]))
    words = "MOCK: answers come from the samples." if after.is_mock else "LIVE: requests are really sent."
    return Result(message=words, data={"is_mock": after.is_mock})
