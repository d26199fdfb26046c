"""The line at the top: which vault, how full it is, and whether sending is for real."""

from __future__ import annotations

from urllib.parse import urlsplit

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from app.domain.text import cell_width, clip, visible
from app.domain.workspace import Workspace
from app.ui.selection import Selection
from app.workbench import Workbench


class TitleBar(Widget):
    """Vault name on the left, counters in the middle, LIVE or MOCK and the host on the right."""

    DEFAULT_CLASSES = "bar"
    workspace: reactive[Workspace] = reactive(Workspace)
    selection: reactive[Selection] = reactive(Selection)
    commits: reactive[int] = reactive(0)

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(id="title-bar")
        self._workbench = workbench

    def render(self) -> Content:
        """One line; the middle gives way first when it is narrow."""
        settings = self.workspace.settings
        count = self._workbench.records.count_custom(self.workspace)
        name = clip(visible(self._workbench.name), 24)
        counters = (
            f"{len(self.workspace.active_objects)}/{settings.object_limit} objects · "
            f"{count:,}/{settings.record_limit:,} records"
        )
        mode = "MOCK" if settings.is_mock else "LIVE"
        host = self._host()
        right = f"{mode} · {host}" if host and self.size.width >= 90 else mode
        left = f" Actionbench  {name}"
        gap = self.size.width - cell_width(left) - cell_width(counters) - cell_width(right) - 1
        before = max(2, gap // 2)
        middle = f"{' ' * before}{counters}{' ' * max(2, gap - before)}"
        style = "bold $warning" if settings.is_mock else "bold $success"
        return Content.assemble((f" Actionbench  {name}", "bold"), (middle, ""), (right, style), " ")

    def _host(self) -> str:
        action = self.workspace.action_named(self.selection.action)
        try:
            return clip(visible(urlsplit(action.url).netloc), 30) if action else ""
        except ValueError:
            return ""
