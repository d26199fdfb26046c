"""Runs: what was sent, what came."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from app.commands.context import Context
from app.commands.lookup import find_action, find_run
from app.commands.registry import Disabled, Result, arg, command
from app.commands.run_lines import kind_words, run_lines, size_words, status_words
from app.commands.run_search import RunSearch, search_runs
from app.commands.tabular import table
from app.domain.action import Action
from app.domain.run import Run
from app.engine.content import content_of
from app.errors import InvalidInput
from app.workbench import Workbench


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPage:
    action: str = arg("Only the runs of this action.", default="", choices="actions")
    search: str = arg("Words that must all be in the request, URL, outcome or time.", default="")
    failed: bool = arg("Only runs that failed.", default=False)
    bodies: bool = arg("Search the responses' bodies too.", default=False)
    limit: int = arg("How many to show at most.", default=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunId:
    run: str = arg("The run's id, as run list shows it.", positional=True)
    body: bool = arg("Write the response body alone, byte for byte as it came.", default=False)


def run_of(workbench: Workbench, action: Action, run_id: str) -> Run:
    """The run to take a response from: the one named, else the action's newest with a response."""
    if run_id:
        return find_run(workbench, run_id, action)
    found = next((run for run in workbench.runs.newest(action.id) if run.response), None)
    if found is None:
        raise InvalidInput(f'{action.name} has no response yet. Send it first: action send "{action.name}".')
    return found


@command("run.list", RunPage, title="List runs", only_reads=True)
async def list_runs(workbench: Workbench, args: RunPage) -> Result:
    """Show the newest runs with their outcome; those that a search finds."""
    action = find_action(workbench.workspace, args.action) if args.action else None
    if args.limit < 1:
        raise InvalidInput("--limit is 1 or more.")
    search = RunSearch(
        action_id=action.id if action else None, text=args.search, is_failed=args.failed, in_bodies=args.bodies
    )
    runs = await asyncio.to_thread(lambda: tuple(islice(search_runs(workbench, search), args.limit)))
    rows = [_row(run) for run in runs]
    titles = ("id", "started", "action", "", "outcome", "time", "size")
    return Result(data=runs, lines=table(titles, rows) if rows else (), message="" if rows else _none(search))


def _none(search: RunSearch) -> str:
    return "No runs yet." if search.is_open else "No run is like that."


def _row(run: Run) -> tuple[str, ...]:
    response = run.response
    time = f"{response.elapsed_ms:.0f} ms" if response else ""
    size = size_words(response.body_size) if response else ""
    return run.id, run.started_at, run.action_name, kind_words(run), status_words(run), time, size


def _shown(context: Context) -> Mapping[str, object] | Disabled:
    return {"run": context.run_id} if context.run_id else Disabled("There is no run on the screen.")


@command("run.show", RunId, title="Run details", keys="D", panes="response,raw,mapping", gather=_shown, only_reads=True)
async def show_run(workbench: Workbench, args: RunId) -> Result:
    """Show one run: outcome, timing, TLS, redirects, the request as sent (masked), the response's head."""
    run = find_run(workbench, args.run)
    body = workbench.runs.body(run)
    if args.body:
        return Result(raw=body)
    remarks = content_of(body, run.response.header("content-type")).remarks if run.response else ()
    return Result(data=run, lines=tuple(run_lines(run, remarks)))
