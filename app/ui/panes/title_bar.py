"""The line at the top: which vault, how full it is, and in which environment sending is for real."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from app.domain.environment import Colour, values_of
from app.domain.limits import Counter, counters
from app.domain.text import cell_width, clip, visible
from app.domain.workspace import Workspace
from app.engine.rendering import fixed_host
from app.ui.selection import Selection
from app.workbench import Workbench

_MARKS = {
    Colour.NONE: "bold reverse",
    Colour.GREEN: "bold $text on $success",
    Colour.YELLOW: "bold $text on $warning",
    Colour.RED: "bold $text on $error",
    Colour.BLUE: "bold $text on $primary",
}
"""How an environment's colour looks; its name stands there as well, so it is seen without colour."""
_ALWAYS = ("objects", "records")
_LEAST_GAPS = 5
"""Cells that stand between the three parts."""


def _counted(found: Sequence[Counter]) -> list[tuple[str, str]]:
    """The counters with a dot between them; from 80 % on each has a mark of its own and a colour."""
    spans: list[tuple[str, str]] = []
    for each in found:
        spans += [(" · ", "")] if spans else []
        spans.append((each.words, "bold $error" if each.is_full else "bold $warning" if each.is_near else ""))
    return spans


class TitleBar(Widget):
    """Vault name on the left, counters in the middle, environment, LIVE or MOCK and the host on the right."""

    DEFAULT_CLASSES = "bar"
    workspace: reactive[Workspace] = reactive(Workspace)
    selection: reactive[Selection] = reactive(Selection)
    commits: reactive[int] = reactive(0)

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(id="title-bar")
        self._workbench = workbench

    def render(self) -> Content:
        """One line; the counters give way first when it is narrow, the environment and the mode never."""
        settings = self.workspace.settings
        count = self._workbench.records.count_custom(self.workspace)
        name = clip(visible(self._workbench.name), 24)
        found = [each for each in counters(self.workspace, count) if each.name in _ALWAYS or each.is_near]
        spans = _counted(found)
        mode = ("MOCK" if settings.is_mock else "LIVE") + (" READ-ONLY" if settings.is_read_only else "")
        environment = self.workspace.environment
        named = f" {clip(visible(environment.name), 16)} " if environment else ""
        host = self._host()
        right = f"{mode} · {host}" if host and self.size.width >= 90 else mode
        needed = cell_width(right) + cell_width(named) + bool(named) + 3
        left = next(
            (text for text in (f" Actionbench  {name}", f" {name}") if cell_width(text) + needed <= self.size.width), ""
        )
        taken = cell_width(left) + cell_width(right) + cell_width(named) + bool(named)
        wide = sum(cell_width(text) for text, _ in spans)
        if self.size.width - taken - wide < _LEAST_GAPS:
            spans, wide = [], 0
        gap = self.size.width - taken - wide - 1
        before = max(1, gap // 2)
        style = "bold $warning" if settings.is_mock else "bold $success"
        after = max(0, gap - before)
        parts = [(left, "bold"), (" " * before, ""), *spans, (" " * after, ""), (right, style), (" ", "")]
        if environment:
            parts[-2:-2] = [(named, _MARKS[environment.colour]), (" ", "")]
        return Content.assemble(*parts)

    def _host(self) -> str:
        action = self.workspace.action_named(self.selection.action)
        variables = values_of(self.workspace.environment)
        return clip(visible(fixed_host(action.url, variables)), 30) if action else ""
