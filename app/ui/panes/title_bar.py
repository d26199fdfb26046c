"""The line at the top: which vault, how full it is, and in which environment sending is for real."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from app.domain.environment import Colour, values_of
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
_LEAST_GAPS = 5
"""Cells that stand between the three parts."""


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
        counters = (
            f"{len(self.workspace.active_objects)}/{settings.object_limit} objects · "
            f"{count:,}/{settings.record_limit:,} records"
        )
        mode = ("MOCK" if settings.is_mock else "LIVE") + (" READ-ONLY" if settings.is_read_only else "")
        environment = self.workspace.environment
        named = f" {clip(visible(environment.name), 16)} " if environment else ""
        host = self._host()
        right = f"{mode} · {host}" if host and self.size.width >= 90 else mode
        left = f" Actionbench  {name}"
        taken = cell_width(left) + cell_width(right) + cell_width(named) + bool(named)
        if self.size.width - taken - cell_width(counters) < _LEAST_GAPS:
            counters = ""
        gap = self.size.width - taken - cell_width(counters) - 1
        before = max(2, gap // 2)
        middle = f"{' ' * before}{counters}{' ' * max(2, gap - before)}"
        style = "bold $warning" if settings.is_mock else "bold $success"
        parts = [(left, "bold"), (middle, ""), (right, style), (" ", "")]
        if environment:
            parts[2:2] = [(named, _MARKS[environment.colour]), (" ", "")]
        return Content.assemble(*parts)

    def _host(self) -> str:
        action = self.workspace.action_named(self.selection.action)
        variables = values_of(self.workspace.environment)
        return clip(visible(fixed_host(action.url, variables)), 30) if action else ""
