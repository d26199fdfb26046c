"""Samples: responses that are kept under names, for MOCK to answer with. None of them ever counts as a test."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from app.commands.actions import ActionName, commit_action
from app.commands.context import Context, selected_action, shown_run
from app.commands.lookup import find_action, find_sample
from app.commands.registry import Disabled, Result, arg, command
from app.commands.run_lines import size_words
from app.commands.runs import run_of
from app.commands.tabular import table
from app.domain.action import SAMPLE, Action, MockResponse
from app.domain.run import Run
from app.domain.samples import name_problem, sample_named, samples, with_sample, without_sample
from app.domain.text import visible
from app.errors import InvalidInput
from app.workbench import Workbench

MOCK_BODY_LIMIT = 1_000_000
SAMPLES_LIMIT = 4_000_000
"""Bytes of bodies that the samples of one action have together: they are read and sealed with the action."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMock:
    action: str = arg("The action.", positional=True, choices="actions", subject=True)
    run: str = arg("The run whose response becomes the sample; the newest when left out.", default="", subject=True)
    name: str = arg(f'The sample\'s name, such as "out of stock"; "{SAMPLE}" when left out.', default=SAMPLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleName:
    action: str = arg("The action.", positional=True, choices="actions", subject=True)
    sample: str = arg("The sample's name, as sample list shows it.", positional=True, choices="samples")


def _response(context: Context) -> Mapping[str, object] | Disabled:
    found = shown_run(context)
    action = context.workspace.action_named(context.action)
    if isinstance(found, Disabled) or action is None:
        return found
    return {**found, "name": _free_name(action)}


def _free_name(action: Action) -> str:
    name, number = SAMPLE, 1
    while sample_named(action, name):
        number += 1
        name = f"{SAMPLE} {number}"
    return name


def _chosen(context: Context) -> Mapping[str, object] | Disabled:
    found = _of_action(context)
    action = context.workspace.action_named(context.action)
    return (
        {**found, "sample": action.mock.name} if action and action.mock and not isinstance(found, Disabled) else found
    )


def _of_action(context: Context) -> Mapping[str, object] | Disabled:
    action = context.workspace.action_named(context.action)
    if action and not samples(action):
        return Disabled("There are no samples yet. F5 sends; then K keeps the response.")
    return selected_action(context)


@command(
    "action.mock",
    KeptMock,
    title="Keep response as sample",
    keys="K",
    panes="response,raw",
    gather=_response,
    asks=True,
)
async def keep_mock(workbench: Workbench, args: KeptMock) -> Result:
    """Keep a response as a sample of the action, under a name; MOCK answers with it. It never counts as a test."""
    action = find_action(workbench.workspace, args.action)
    name = args.name.strip()
    problem = name_problem(name)
    if problem:
        raise InvalidInput(problem)
    run = run_of(workbench, action, args.run)
    if run.response is None:
        raise InvalidInput("The run has no response to keep. Choose another, or send the action again.")
    text = await asyncio.to_thread(_text, workbench, run)
    mock = MockResponse(name=name, status=run.response.status, headers=run.response.headers, body=text)
    is_new = sample_named(action, name) is None
    after = with_sample(action, mock)
    _check_size(after)
    await commit_action(workbench, f"Keep a sample for {action.name}", action, after)
    instead = "" if is_new else ", in place of the one before"
    return Result(message=f"Kept as the sample {name} of {action.name}{instead}.")


def _text(workbench: Workbench, run: Run) -> str:
    body = workbench.runs.body(run)
    if len(body) > MOCK_BODY_LIMIT:
        raise InvalidInput(f"The body has {size_words(len(body))}; a sample has {size_words(MOCK_BODY_LIMIT)} at most.")
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise InvalidInput("The body is not UTF-8 text; only text can be kept as a sample.") from None


def _check_size(action: Action) -> None:
    size = sum(len(sample.body.encode()) for sample in samples(action))
    if size > SAMPLES_LIMIT:
        raise InvalidInput(
            f"The samples of {action.name} would have {size_words(size)}; together they have "
            f'{size_words(SAMPLES_LIMIT)} at most. Remove one first: "sample remove".'
        )


@command("sample.list", ActionName, title="List samples", gather=_of_action, only_reads=True)
async def list_samples(workbench: Workbench, args: ActionName) -> Result:
    """Show an action's samples, and which of them MOCK answers with."""
    action = find_action(workbench.workspace, args.action)
    found = samples(action)
    rows = [(each.name, each.status, _size(each), "chosen" if each == action.mock else "") for each in found]
    data = [{"name": each.name, "status": each.status, "is_chosen": each == action.mock} for each in found]
    message = "" if rows else f'{action.name} has no samples yet. Send it, then "action mock".'
    return Result(data=data, lines=table(("name", "status", "size", ""), rows) if rows else (), message=message)


def _size(sample: MockResponse) -> str:
    return size_words(len(sample.body.encode()))


@command("sample.show", SampleName, title="Show sample", gather=_of_action, only_reads=True)
async def show_sample(workbench: Workbench, args: SampleName) -> Result:
    """Show a sample: status, headers and body."""
    action = find_action(workbench.workspace, args.action)
    sample = find_sample(action, args.sample)
    head = [f"sample {sample.name}, status {sample.status}, {_size(sample)}"]
    lines = [*head, *(f"{name}: {value}" for name, value in sample.headers), "", *sample.body.splitlines()]
    return Result(data=sample, lines=tuple(map(visible, lines)))


@command("sample.use", SampleName, title="Choose sample", keys="m", panes="request", gather=_chosen, asks=True)
async def use_sample(workbench: Workbench, args: SampleName) -> Result:
    """Choose the sample that MOCK answers with from now on."""
    action = find_action(workbench.workspace, args.action)
    sample = find_sample(action, args.sample)
    if sample != action.mock:
        await commit_action(workbench, f"Choose a sample of {action.name}", action, with_sample(action, sample))
    return Result(message=f"MOCK answers for {action.name} with the sample {sample.name}.", data=sample)


@command("sample.remove", SampleName, title="Remove sample", gather=_of_action, asks=True)
async def remove_sample(workbench: Workbench, args: SampleName) -> Result:
    """Remove one of an action's samples; undo brings it back."""
    action = find_action(workbench.workspace, args.action)
    sample = find_sample(action, args.sample)
    after = without_sample(action, sample)
    await commit_action(workbench, f"Remove a sample of {action.name}", action, after)
    rest = f" MOCK answers with {after.mock.name}." if after.mock else " There is none left to answer with."
    return Result(message=f"Removed the sample {sample.name} of {action.name}.{rest}", data=after)
