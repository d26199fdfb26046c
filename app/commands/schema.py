"""The schema as a whole: its limits, its problems, its drawing, and where it differs from another one."""

from __future__ import annotations

import asyncio
import locale
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from app.commands.context import Context
from app.commands.lookup import refuse
from app.commands.registry import NoArgs, Result, arg, command
from app.commands.tabular import table
from app.domain.changes import SETTINGS, Change, Changes
from app.domain.diagram import diagram
from app.domain.integrity import definition_problems
from app.domain.limits import Counter, counters
from app.domain.problems import Problem
from app.domain.schema_diff import schema_diff
from app.domain.secret import Secret
from app.domain.settings import SETTINGS_NUMBER
from app.workbench import Workbench

_MOST = 10_000_000
_WIDTH = 72
"""Fits a window on a screen of 80 columns."""


def limit_counters(workbench: Workbench) -> tuple[Counter, Counter, Counter]:
    """The counters of the open vault."""
    return counters(workbench.workspace, workbench.records.count_custom(workbench.workspace))


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    objects: int = arg("Custom objects the plan allows; 0 leaves the limit as it is.", default=0)
    records: int = arg("Records the plan allows; 0 leaves the limit as it is.", default=0)
    attributes: int = arg("Attributes on People and Company; 0 leaves the limit as it is.", default=0)


def _limits(context: Context) -> Mapping[str, object]:
    settings = context.workspace.settings
    return {
        "objects": settings.object_limit,
        "records": settings.record_limit,
        "attributes": settings.standard_attribute_limit,
    }


@command("schema.limits", Limits, title="Limits of the plan", gather=_limits, asks=True)
async def limits(workbench: Workbench, args: Limits) -> Result:
    """Show how full the limits are; change those that the plan raises."""
    before = workbench.workspace.settings
    given = {
        "object_limit": args.objects,
        "record_limit": args.records,
        "standard_attribute_limit": args.attributes,
    }
    refuse(_limit_problems(workbench, args))
    after = replace(before, **{name: value for name, value in given.items() if value})  # type: ignore[arg-type]  # all are int
    await workbench.commit(Changes.of("Change the limits", [Change(SETTINGS, SETTINGS_NUMBER, before, after)]))
    found = limit_counters(workbench)
    return Result(
        message="The limits are changed." if after != before else "",
        data={each.name: {"used": each.used, "limit": each.limit} for each in found},
        lines=table(("used", "limit", "of", ""), [(each.used, each.limit, each.name, each.mark) for each in found]),
    )


def _limit_problems(workbench: Workbench, args: Limits) -> list[Problem]:
    problems = []
    for each, wanted in zip(limit_counters(workbench), (args.objects, args.records, args.attributes), strict=True):
        if not 0 <= wanted <= _MOST:
            problems.append(Problem(each.name, f"{wanted:,} is no limit; give a number from 1 to {_MOST:,}."))
        elif wanted and wanted < each.used and wanted != each.limit:
            problems.append(
                Problem(
                    each.name,
                    f"{each.used:,} are there already, more than {wanted:,}. Archive or delete some first.",
                )
            )
    return problems


@command("schema.check", NoArgs, title="Check the schema", only_reads=True)
async def check(workbench: Workbench, _: NoArgs) -> Result:
    """List every problem of the definitions: names, formats, references, limits, mappings."""
    problems = [str(problem) for problem in definition_problems(workbench.workspace)]
    return Result(
        message=f"{len(problems):,} {'thing is' if len(problems) == 1 else 'things are'} wrong."
        if problems
        else "Nothing is wrong with the schema.",
        data={"problems": problems},
        lines=tuple(f"WRONG  {problem}" for problem in problems)
        or tuple(each.words for each in limit_counters(workbench)),
        exit_code=1 if problems else 0,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    width: int = arg("Cells that a line may take; what suits 80 columns when left out.", default=0)
    ascii: bool = arg("Draw with plain ASCII only.", default=False)


@command("schema.diagram", Drawing, title="Draw the schema", keys="D", panes="navigator,schema", only_reads=True)
async def draw(workbench: Workbench, args: Drawing) -> Result:
    """Draw all objects with their attributes, and where their references point."""
    refuse([] if 0 <= args.width <= 1_000 else [Problem("width", "is between 1 and 1,000.")])
    is_ascii = args.ascii or locale.getencoding().lower().replace("-", "") != "utf8"
    lines = diagram(workbench.workspace, args.width or _WIDTH, is_ascii=is_ascii)
    return Result(data={"diagram": lines}, lines=lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    other: str = arg("Another vault, or a file that vault export has written.", positional=True)
    other_passphrase_file: str = arg("Holds the other vault's passphrase.", default="")
    other_passphrase: Secret = arg("The other vault's passphrase; an export needs none.", default=Secret(""))


def _warning(args: Other) -> str:
    """What to say of a passphrase file that others can read; who has read it before this command has said it."""
    from app.store import passphrases

    if args.other_passphrase or not args.other_passphrase_file:
        return ""
    return f" {passphrases.warning(Path(args.other_passphrase_file).expanduser())}".rstrip()


@command("schema.diff", Other, title="Compare schemas", asks=True, only_reads=True)
async def diff(workbench: Workbench, args: Other) -> Result:
    """Show where the schema of this vault and that of another vault or an export differ."""
    from app.store.second import workspace_of

    name = PurePath(args.other).name
    other = await asyncio.to_thread(
        workspace_of, args.other, args.other_passphrase.reveal(), passphrase_file=args.other_passphrase_file
    )
    lines = schema_diff(workbench.workspace, other)
    count = f"{len(lines)} difference{'' if len(lines) == 1 else 's'}"
    warning = _warning(args)
    return Result(
        message=f"{count}: - is only in {workbench.name}, + is only in {name}, ~ is in both.{warning}"
        if lines
        else f"The schemas of {workbench.name} and {name} are the same.{warning}",
        data={"differences": lines},
        lines=lines,
    )
