"""Two runs side by side: what differs stands on a line of its own, below it the old value beside the new.

The comparison is made in a thread, which stops when the window is left.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from app.commands.cancelling import cancellable
from app.commands.comparing import ComparedRow, RunComparison, compared
from app.domain.run import Run
from app.domain.text import cell_width, clip, visible, visible_lines
from app.errors import VaultDamaged
from app.ui.screens.styled_once import StyledOnce
from app.ui.widgets.line_view import LineView, Span
from app.workbench import Workbench

_STYLES = {"+": "good", "-": "bad", "~": "accent", "↕": "accent"}
_SHOWN = 400
"""Characters of a value that are looked at for its half of the line."""


class Differences(LineView):
    """Two lines a row: what it is about, then left and right."""

    def __init__(self) -> None:
        super().__init__(id="differences")
        self._rows: tuple[ComparedRow, ...] = ()

    def show(self, rows: tuple[ComparedRow, ...]) -> None:
        """Show other rows."""
        self._rows = rows
        self.rows_changed()
        self.move_to(0)

    def row(self, line: int) -> ComparedRow | None:
        """The row that a line belongs to."""
        return self._rows[line // 2] if line // 2 < len(self._rows) else None

    def row_count(self) -> int:
        """Two lines for each."""
        return 2 * len(self._rows)

    def can_rest_on(self, row: int) -> bool:
        """The cursor stands on what a row is about."""
        return row % 2 == 0

    def row_spans(self, row: int) -> Iterable[Span]:
        """What it is about, or its two values."""
        found = self._rows[row // 2]
        style = _STYLES.get(found.sign, "muted")
        if row % 2 == 0:
            return [(f"{found.sign or ' '} ", style), (found.what, "heading" if found.sign else "muted")]
        half = max(10, (self.scrollable_content_region.width - 5) // 2)
        left, right = (clip(visible(text[:_SHOWN].rstrip("\r\n")), half) for text in (found.left, found.right))
        changes = bool(found.sign)
        return [
            ("  ", ""),
            (left + " " * (half - cell_width(left)), "bad" if changes and found.sign != "↕" else ""),
            (" │ ", "muted"),
            (right, "good" if changes and found.sign != "↕" else ""),
        ]


class CompareScreen(StyledOnce, ModalScreen[None]):
    """Shows a comparison until it is left; enter shows both values whole."""

    CSS_PATH: ClassVar = ["form.tcss", "history.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,c", "dismiss(None)", "Close"),
        Binding("enter", "whole", "Whole value"),
    ]

    def __init__(self, workbench: Workbench, left: Run, right: Run) -> None:
        super().__init__()
        self._workbench = workbench
        self._left, self._right = left, right

    def compose(self) -> ComposeResult:
        """A sentence, and the differences."""
        with Vertical(id="dialog") as dialog:
            dialog.border_title = Content("Compare two runs")
            dialog.border_subtitle = Content(
                "+ added  - removed  ~ changed  ↕ reordered   enter whole value  esc close"
            )
            yield Static("Comparing … esc stops it.", id="sentence")
            yield Differences()

    def on_mount(self) -> None:
        """Begin to compare."""
        self.query_one(Differences).focus()
        self._compare()

    @work(exclusive=True, group="show")
    async def _compare(self) -> None:
        try:
            found = await cancellable(compared, self._workbench, self._left, self._right)
        except VaultDamaged as error:
            self.query_one("#sentence", Static).update(Content(visible_lines(str(error))))
            return
        self.query_one("#sentence", Static).update(Content(visible_lines(_sentence(found))))
        self.query_one(Differences).show((*found.head, *found.body))

    @on(LineView.Chosen)
    def action_whole(self) -> None:
        """Both values of the row under the cursor, whole."""
        from app.ui.screens.text import TextScreen

        differences = self.query_one(Differences)
        row = differences.row(differences.cursor)
        if row:
            lines = ["left:", *visible_lines(row.left).split("\n"), "", "right:", *visible_lines(row.right).split("\n")]
            self.app.push_screen(TextScreen(row.what, lines))


def _sentence(found: RunComparison) -> str:
    names = dict.fromkeys((found.left.action_name, found.right.action_name))
    return f"{' and '.join(names)}: {found.sentence}"
