"""One record in a window of its own: everything about it, with links to walk along both ways."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from app.commands.record_detail import Detail, DetailLine, Place
from app.domain.text import visible
from app.errors import WorkbenchError
from app.ui.screens.styled_once import StyledOnce
from app.ui.widgets.glyphs import GLYPHS
from app.ui.widgets.lines import Line, Lines

LookUp = Callable[[Place], Awaitable[Detail]]
Act = Callable[[str, Detail], None]
_NAME = 24


class RecordScreen(StyledOnce, ModalScreen[None]):
    """Enter follows the link under the cursor, backspace goes back to where it was followed from."""

    CSS_PATH: ClassVar = ["record.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss(None)", "Close"),
        Binding("enter", "follow", "Follow"),
        Binding("backspace,b", "back", "Back"),
        Binding("e", "act('record.put')", "Edit"),
        Binding("x,delete", "act('record.delete')", "Delete"),
    ]

    def __init__(self, start: Place, look_up: LookUp, act: Act) -> None:
        super().__init__()
        self._trail: list[tuple[Place, int]] = [(start, 0)]
        """The places on the way here, each with the line that the cursor stood on."""
        self._look_up = look_up
        self._act = act
        self._detail: Detail | None = None

    def compose(self) -> ComposeResult:
        """The lines in a frame that says what the keys do."""
        with Vertical(id="dialog"):
            yield Lines(id="record-lines")

    def on_screen_resume(self) -> None:
        """Draw it, also after a dialog above may have changed it."""
        self._note_cursor()
        self.load()

    @work(exclusive=True, group="show")
    async def load(self) -> None:
        """Look the record up and show it; one that is gone is left for where it was reached from."""
        place, cursor = self._trail[-1]
        try:
            found = self._detail = await self._look_up(place)
        except WorkbenchError as error:
            self._trail.pop()
            if self._trail:
                self.notify(visible(str(error)), severity="warning", markup=False)
                self.load()
            else:
                self.dismiss(None)
            return
        frame = self.query_one("#dialog")
        frame.border_title = Content(visible(f"{found.kind.name} {place.record}"))
        back = "  b back" if len(self._trail) > 1 else ""
        frame.border_subtitle = Content(f"enter follow {GLYPHS.closed}{back}  e edit  x delete  esc close")
        lines = self.query_one(Lines)
        lines.show([_line(each) for each in found.lines], selectable=[not each.is_heading for each in found.lines])
        lines.move_to(cursor)

    def _note_cursor(self) -> None:
        if self._detail is not None:
            self._trail[-1] = (self._trail[-1][0], self.query_one(Lines).cursor)

    @on(Lines.Chosen)
    def action_follow(self) -> None:
        """To the record that the line under the cursor leads to."""
        row = self.query_one(Lines).cursor
        link = self._detail.lines[row].link if self._detail else None
        if link is not None:
            self._note_cursor()
            self._trail.append((link, 0))
            self.load()

    def action_back(self) -> None:
        """To the record before, or out."""
        if len(self._trail) > 1:
            self._trail.pop()
            self.load()
        else:
            self.dismiss(None)

    def action_act(self, command_id: str) -> None:
        """Open the dialog of a command about this record."""
        if self._detail is not None:
            self._act(command_id, self._detail)


def _line(each: DetailLine) -> Line:
    if each.is_heading:
        return Line(each.name, style="heading")
    name = each.name if len(each.name) <= _NAME else each.name[: _NAME - 1] + "…"
    mark = f"{GLYPHS.closed} " if each.link else "  "
    style = {"(missing)": "muted", "null": "literal"}.get(each.value, "accent" if each.link else "")
    return Line((f"{name:<{_NAME}} ", "key"), (mark, "accent"), (each.value, style), (f"  {each.note}", "muted"))
