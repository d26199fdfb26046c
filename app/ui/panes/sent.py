"""What a run of the history sent, as lines below the request that its action would send now."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from app.domain.run import Run
from app.ui.widgets.lines import Line

_BODY_LINES = 200


def started_words(run: Run) -> str:
    """When a run started, to the second, in UTC."""
    return run.started_at[:19].replace("T", " ")


def sent_lines(run: Run) -> Iterator[Line]:
    """Its request line, headers and body, masked as they are kept."""
    environment = f", environment {run.environment}" if run.environment else ""
    yield Line(f"This run sent, {started_words(run)} UTC{environment}:", style="heading")
    yield Line(f"{run.request.method:<6} ", (run.request.url, "accent"))
    yield from (Line(f"{name}: {value}") for name, value in run.request.headers)
    lines = run.request.body.splitlines()
    yield from (Line(text) for text in islice(lines, _BODY_LINES))
    if len(lines) > _BODY_LINES:
        yield Line(f"… {len(lines) - _BODY_LINES:,} more lines: D shows all of them", style="muted")
