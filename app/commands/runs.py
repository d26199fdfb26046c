"""Runs: what was sent, what came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from app.commands.context import Context
from app.commands.lookup import find_action, find_run
from app.commands.registry import Disabled, Result, arg, command
from app.commands.tabular import fields, table
from app.domain.action import Action
from app.domain.run import Run
from app.domain.text import visible
from app.errors import InvalidInput
from app.workbench import Workbench


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPage:
    action: str = arg("Only the runs of this action.", default="", choices="actions")
    limit: int = arg("How many to show at most.", default=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunId:
    run: str = arg("The run's id, as run list shows it.", positional=True)
    body: bool = arg("Write the response body alone, byte for byte as it came.", default=False)


def status_words(run: Run) -> str:
    """The outcome in a few words: "200 OK", "timed out"."""
    if run.response:
        return f"{run.response.status} {run.response.reason}".strip()
    return run.failure.kind if run.failure else ""


def size_words(size: int) -> str:
    """A number of bytes as a person reads it: "812 B", "12.1 kB"."""
    if size < 1000:
        return f"{size} B"
    return f"{size / 1000:.1f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"


def run_of(workbench: Workbench, action: Action, run_id: str) -> Run:
    """The run to take a response from: the one named, else the action's newest with a response."""
    if run_id:
        return find_run(workbench, run_id, action)
    found = next((run for run in workbench.runs.newest(action.id) if run.response), None)
    if found is None:
        raise InvalidInput(f'{action.name} has no response yet. Send it first: action send "{action.name}".')
    return found


@command("run.list", RunPage, title="List runs")
async def list_runs(workbench: Workbench, args: RunPage) -> Result:
    """Show the newest runs with their outcome."""
    action = find_action(workbench.workspace, args.action) if args.action else None
    if args.limit < 1:
        raise InvalidInput("--limit is 1 or more.")
    runs = tuple(islice(workbench.runs.newest(action.id if action else None), args.limit))
    rows = [_row(run) for run in runs]
    titles = ("id", "started", "action", "", "outcome", "time", "size")
    return Result(data=runs, lines=table(titles, rows) if rows else (), message="" if rows else "No runs yet.")


def _row(run: Run) -> tuple[str, ...]:
    response = run.response
    time = f"{response.elapsed_ms:.0f} ms" if response else ""
    size = size_words(response.body_size) if response else ""
    return run.id, run.started_at, run.action_name, "MOCK" if run.is_mock else "LIVE", status_words(run), time, size


def _shown(context: Context) -> Mapping[str, object] | Disabled:
    return {"run": context.run_id} if context.run_id else Disabled("There is no run on the screen.")


@command("run.show", RunId, title="Show run", gather=_shown)
async def show_run(workbench: Workbench, args: RunId) -> Result:
    """Show one run: the request as sent (masked), the response's head and body."""
    run = find_run(workbench, args.run)
    body = workbench.runs.body(run)
    if args.body:
        return Result(raw=body)
    return Result(data=run, lines=tuple(run_lines(run)))


def run_lines(run: Run) -> list[str]:
    """A run for a person: request, outcome, headers."""
    pairs = [
        ("run", run.id),
        ("action", run.action_name),
        ("started", run.started_at),
        ("kind", "MOCK" if run.is_mock else "LIVE"),
        ("outcome", status_words(run)),
    ]
    if run.failure:
        pairs.append(("failure", f"{run.failure.kind} ({run.failure.stage}): {run.failure.message}"))
    lines = [*fields(pairs), "", visible(f"> {run.request.method} {run.request.url}")]
    lines += [visible(f"> {name}: {value}") for name, value in run.request.headers]
    lines += [visible(f"> {line}") for line in run.request.body.splitlines()]
    if run.response:
        lines += ["", visible(f"< {run.response.http_version} {status_words(run)}")]
        lines += [visible(f"< {name}: {value}") for name, value in run.response.headers]
    return lines
