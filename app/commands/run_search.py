"""Which runs somebody means: by words found in them, by outcome, by action. Reads the vault run by run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.commands.run_lines import kind_words, status_words
from app.domain.identifiers import ActionId
from app.domain.run import Run
from app.engine.cancel import IsCancelled, check, never
from app.workbench import Workbench

_CHECKED_EVERY = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSearch:
    """What a run must be like. An empty search means every run."""

    action_id: ActionId | None = None
    text: str = ""
    """Words that must all be there, whatever their case."""
    is_failed: bool = False
    in_bodies: bool = False
    """Whether the words may stand in the response's body too."""

    @property
    def is_open(self) -> bool:
        """Whether it lets everything of its action through."""
        return not self.text.strip() and not self.is_failed


def search_runs(workbench: Workbench, search: RunSearch, is_cancelled: IsCancelled = never) -> Iterator[Run]:
    """The runs that fit, the newest first; raises Cancelled."""
    words = search.text.casefold().split()
    for at, run in enumerate(workbench.runs.newest(search.action_id)):
        if at % _CHECKED_EVERY == 0 or search.in_bodies:
            check(is_cancelled)
        if (not search.is_failed or run.failure) and _has(workbench, run, words, in_bodies=search.in_bodies):
            yield run


def _has(workbench: Workbench, run: Run, words: list[str], *, in_bodies: bool) -> bool:
    if not words:
        return True
    text = _text(run).casefold()
    missing = [word for word in words if word not in text]
    if not missing or not in_bodies:
        return not missing
    body = workbench.runs.body(run).decode("utf-8", "replace").casefold()
    return all(word in body for word in missing)


def _text(run: Run) -> str:
    """What a person knows a run by: URL, status, outcome, time, and the request as it was sent."""
    request, failure = run.request, run.failure
    parts = [run.id, run.action_name, run.started_at, kind_words(run), status_words(run), run.environment]
    parts += [request.method, request.url, request.body, *(f"{name}: {value}" for name, value in request.headers)]
    parts += [f"{failure.kind} {failure.stage} {failure.message}"] if failure else ["success"]
    return "\n".join(parts)
