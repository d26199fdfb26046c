"""Two runs side by side: outcome, headers, timing, then the bodies by path or by line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from itertools import zip_longest

from app.commands.cancelling import cancellable
from app.commands.lookup import find_run
from app.commands.registry import LateLines, Result, arg, command
from app.commands.run_lines import kind_words, status_words
from app.commands.tabular import table
from app.domain.run import Run, Timing
from app.domain.text import clip, visible
from app.engine.cancel import IsCancelled
from app.engine.compare import BodyComparison, Difference, Kind, compare_bodies
from app.engine.content import content_of
from app.workbench import Workbench

SIGNS = {Kind.ADDED: "+", Kind.REMOVED: "-", Kind.CHANGED: "~", Kind.REORDERED: "↕"}
_CELL = 60
_TIMES = {
    "dns_ms": "DNS",
    "connect_ms": "connect",
    "tls_ms": "TLS",
    "first_byte_ms": "first byte",
    "transfer_ms": "transfer",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoRuns:
    run: str = arg("A run's id, as run list shows it.", positional=True)
    other: str = arg("The id of the run that is compared with it.", positional=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedRow:
    """One thing that may differ."""

    sign: str
    """+ added, - removed, ~ changed, ↕ reordered; "" for what is shown though it need not differ."""
    what: str
    left: str
    right: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunComparison:
    """Two runs, the older way of saying it on the left."""

    left: Run
    right: Run
    head: tuple[ComparedRow, ...]
    """Outcome and timing whatever they are; request and headers where they differ."""
    body: tuple[ComparedRow, ...]
    remark: str = ""
    """What was not compared, and why."""

    @property
    def sentence(self) -> str:
        """How much differs, in a sentence."""
        if self.remark:
            return self.remark
        count = len(self.body)
        if not count:
            return "The bodies say the same."
        return f"{count:,} difference{'' if count == 1 else 's'} in the bodies."


@command("run.compare", TwoRuns, title="Compare two runs", only_reads=True)
async def compare_runs(workbench: Workbench, args: TwoRuns) -> Result:
    """Show what differs between two runs: outcome, timing, headers, and the bodies by JSON path or by line."""
    left, right = find_run(workbench, args.run), find_run(workbench, args.other)
    found = await cancellable(compared, workbench, left, right)
    return Result(data=found, lines=LateLines(lambda: comparison_lines(found)), message=found.sentence)


def compared(workbench: Workbench, left: Run, right: Run, is_cancelled: IsCancelled) -> RunComparison:
    """Read both bodies and compare everything; raises Cancelled."""
    bodies = compare_bodies(_text(workbench, left), _text(workbench, right), is_cancelled)
    return RunComparison(
        left=left,
        right=right,
        head=tuple(_head(left, right)),
        body=tuple(_body(bodies)),
        remark=bodies.remark,
    )


def _text(workbench: Workbench, run: Run) -> bytes:
    body = workbench.runs.body(run)
    return content_of(body, run.response.header("content-type") if run.response else None).text_bytes(body)


def _head(left: Run, right: Run) -> Iterator[ComparedRow]:
    yield _row("started", left.started_at, right.started_at, is_plain=True)
    yield _row("outcome", _outcome(left), _outcome(right))
    yield _row("total", _total(left), _total(right), is_plain=True)
    for field in fields(Timing):
        before, after = _time(left, field.name), _time(right, field.name)
        if before or after:
            yield _row(_TIMES[field.name], before, after, is_plain=True)
    pairs = [("request", *(f"{run.request.method} {run.request.url}" for run in (left, right)))]
    pairs += [("request body", left.request.body, right.request.body), ("failure", _failure(left), _failure(right))]
    yield from (_row(*pair) for pair in pairs if pair[1] != pair[2])
    yield from _headers("> ", left.request.headers, right.request.headers)
    answers = [run.response.headers if run.response else () for run in (left, right)]
    yield from _headers("< ", *answers)


def _headers(mark: str, left: tuple[tuple[str, str], ...], right: tuple[tuple[str, str], ...]) -> Iterator[ComparedRow]:
    """Headers that are not the same on both sides, a repeated one value by value."""
    names = dict.fromkeys(name.lower() for name, _ in (*left, *right))
    for name in names:
        ours, theirs = ([value for key, value in side if key.lower() == name] for side in (left, right))
        for before, after in zip_longest(ours, theirs):
            if before != after:
                sign = "+" if before is None else "-" if after is None else "~"
                yield ComparedRow(sign=sign, what=f"{mark}{name}", left=before or "", right=after or "")


def _row(what: str, left: str, right: str, *, is_plain: bool = False) -> ComparedRow:
    return ComparedRow(sign="~" if left != right and not is_plain else "", what=what, left=left, right=right)


def _outcome(run: Run) -> str:
    return f"{kind_words(run)} {status_words(run)}"


def _failure(run: Run) -> str:
    return run.failure.message if run.failure else ""


def _total(run: Run) -> str:
    return f"{run.response.elapsed_ms:.1f} ms" if run.response else ""


def _time(run: Run, name: str) -> str:
    took = getattr(run.connection.timing, name) if run.connection else None
    return "" if took is None else f"{took:.1f} ms"


def _body(found: BodyComparison) -> Iterator[ComparedRow]:
    for each in found.differences:
        yield ComparedRow(
            sign=SIGNS[each.kind],
            what=each.place if found.is_json else _line(each),
            left=each.before.decode("utf-8", "replace"),
            right=each.after.decode("utf-8", "replace"),
        )


def _line(each: Difference) -> str:
    at = each.path or each.new_path
    return f"line {int(at[0]) + 1}"


def comparison_lines(found: RunComparison) -> tuple[str, ...]:
    """Everything as a table; long values are cut short, JSON output has them whole."""
    rows = [(row.sign, row.what, _short(row.left), _short(row.right)) for row in (*found.head, *found.body)]
    return table(("", "", "one", "other"), rows)


def _short(text: str) -> str:
    return clip(visible(text.rstrip("\r\n")), _CELL)
