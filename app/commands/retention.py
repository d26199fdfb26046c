"""How long runs are kept, and removing them: a run leaves with its body, and what is mapped or stored stays.

Records, mappings, samples and lists of rejected records hold copies of what they need. An action's newest run with a
response is what its mapping is previewed against: no limit removes it, only a purge that names it does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from app.commands.context import Context
from app.commands.lookup import find_action
from app.commands.registry import Result, arg, command
from app.commands.run_lines import size_words
from app.domain.changes import BODIES, RUNS, SETTINGS, Change, Changes
from app.domain.identifiers import decode
from app.domain.run import BODY_PART_SIZE, BodyPart, Run
from app.domain.settings import SETTINGS_NUMBER, Settings
from app.errors import InvalidInput
from app.workbench import Workbench

_MEGABYTE = 1_000_000
_DIGITS = 9
_RUNS_AT_ONCE = 500
"""A commit takes so many runs at most: the rest goes with the next ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    days: str | None = arg("Runs older than so many days go; 0 keeps them whatever their age.", default=None)
    count: str | None = arg("Only so many runs stay, the newest; 0 for no limit.", default=None)
    megabytes: str | None = arg("The bodies of all runs take so many megabytes at most; 0 for no limit.", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged:
    action: str = arg("Only the runs of this action; all runs when left out.", default="", choices="actions")
    before: str = arg("Only runs that started before this date or time, such as 2026-11-24.", default="")


def _now(context: Context) -> Mapping[str, object]:
    settings = context.workspace.settings
    return {
        "days": str(settings.run_days),
        "count": str(settings.run_count),
        "megabytes": str(settings.run_megabytes),
    }


@command("run.retention", Limits, title="Retention of runs", gather=_now, asks=True)
async def set_retention(workbench: Workbench, args: Limits) -> Result:
    """Set how long runs are kept, by age, count and size; what is beyond goes after the next send."""
    before = workbench.workspace.settings
    after = replace(
        before,
        run_days=_limit("--days", args.days, before.run_days),
        run_count=_limit("--count", args.count, before.run_count),
        run_megabytes=_limit("--megabytes", args.megabytes, before.run_megabytes),
    )
    await workbench.commit(Changes.of("Retention of runs", [Change(SETTINGS, SETTINGS_NUMBER, before, after)]))
    data = {"days": after.run_days, "count": after.run_count, "megabytes": after.run_megabytes}
    message = f"Runs are kept {_words(after)}. Of each action the newest run with a response stays in any case."
    return Result(message=message, data=data)


def _limit(option: str, given: str | None, before: int) -> int:
    if given is None:
        return before
    plain = given.strip().replace(",", "").replace("_", "")
    if not plain.isascii() or not plain.isdigit() or len(plain) > _DIGITS:
        raise InvalidInput(f'{option} is a whole number up to {_DIGITS} digits, 0 for no limit; not "{given}".')
    return int(plain)


def _words(settings: Settings) -> str:
    parts = [f"for {settings.run_days:,} days"] if settings.run_days else []
    parts += [f"up to {settings.run_count:,} of them"] if settings.run_count else []
    parts += [f"up to {settings.run_megabytes:,} MB of bodies"] if settings.run_megabytes else []
    return ", ".join(parts) or "without any limit"


async def keep_within_limits(workbench: Workbench) -> int:
    """Remove what is beyond the limits, in a commit of its own; returns how many runs went."""
    async with workbench.turn():
        gone = await asyncio.to_thread(_beyond, workbench)
        await _remove(workbench, gone, "Remove runs beyond the limits")
    return len(gone)


def _beyond(workbench: Workbench) -> Sequence[Run]:
    """The oldest runs that the limits do not leave room for."""
    settings = workbench.workspace.settings
    limit = settings.run_megabytes * _MEGABYTE
    earliest = ""
    if settings.run_days:
        earliest = _iso(_days_before(workbench.clock(), settings.run_days))
    if not _may_exceed(workbench, settings, earliest):
        return ()
    gone: list[Run] = []
    needed: set[str] = set()
    size = kept = 0
    is_full = False
    for run in workbench.runs.newest():
        body = run.response.body_size if run.response else 0
        is_needed = bool(run.response) and run.action_id not in needed
        # What is older than a run for which there was no room goes too, however small it is.
        is_full = (
            is_full or bool(settings.run_count and kept >= settings.run_count) or bool(limit and size + body > limit)
        )
        if (is_full or run.started_at < earliest) and not is_needed:
            gone.append(run)
            continue
        kept, size = kept + 1, size + body
        if run.response:
            needed.add(run.action_id)
    return gone[-_RUNS_AT_ONCE:]


def _may_exceed(workbench: Workbench, settings: Settings, earliest: str) -> bool:
    """Whether it is worth reading the runs: asked after each send, so it looks at counts alone, and at one run."""
    count, parts = workbench.runs.count(), workbench.runs.body_parts()
    if settings.run_count and count > settings.run_count:
        return True
    if settings.run_megabytes and parts * BODY_PART_SIZE > settings.run_megabytes * _MEGABYTE:
        return True
    oldest = workbench.runs.oldest() if earliest else None
    return bool(oldest and oldest.started_at < earliest)


def _days_before(when: datetime, days: int) -> datetime:
    try:
        return when - timedelta(days=days)
    except OverflowError:  # before the year 1: nothing is older
        return datetime.min.replace(tzinfo=UTC)


def _iso(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


async def _remove(workbench: Workbench, runs: Sequence[Run], title: str) -> None:
    await workbench.commit(Changes.of(title, list(_removals(runs)), is_undoable=False))


def _removals(runs: Iterable[Run]) -> Iterator[Change]:
    for run in runs:
        yield Change(RUNS, decode(run.id), run, None)
        yield from (Change(BODIES, number, BodyPart(run_id=run.id, data=b""), None) for number in run.body_ids)


def _meant(workbench: Workbench, args: Purged) -> Sequence[Run]:
    action = find_action(workbench.workspace, args.action) if args.action else None
    before = _time(args.before)
    return [
        run for run in workbench.runs.newest(action.id if action else None) if not before or run.started_at < before
    ]


def _time(text: str) -> str:
    if not text.strip():
        return ""
    try:
        when = datetime.fromisoformat(text.strip())
    except ValueError:
        raise InvalidInput(f'"{text}" is no date or time: write 2026-11-24 or 2026-11-24T09:30:00Z.') from None
    return _iso(when if when.tzinfo else when.replace(tzinfo=UTC))


def _question(workbench: Workbench, args: Purged) -> str:
    runs = _meant(workbench, args)
    if not runs:
        return ""
    return f"{_counted(runs)} will be removed, bodies too. This cannot be undone. Remove them?"


def _counted(runs: Sequence[Run]) -> str:
    size = size_words(sum(run.response.body_size for run in runs if run.response))
    actions = len({run.action_id for run in runs})
    return (
        f"{len(runs):,} run{'' if len(runs) == 1 else 's'} of {actions:,} action{'' if actions == 1 else 's'} "
        f"with {size} of bodies"
    )


@command("run.purge", Purged, title="Purge runs", confirms=_question, asks=True)
async def purge_runs(workbench: Workbench, args: Purged) -> Result:
    """Remove runs with their bodies, all or those of an action or before a date; this cannot be undone."""
    runs = await asyncio.to_thread(_meant, workbench, args)
    if not runs:
        return Result(message="There are no such runs; nothing was removed.", data={"runs": 0})
    await _remove(workbench, runs, "Purge runs")
    message = f"Removed {_counted(runs)}. Records, mappings and samples keep what they hold."
    return Result(message=message, data={"runs": len(runs)})
