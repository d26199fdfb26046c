"""A view whose rows are found little by little: it answers keys while it grows, and reaches a far place by itself."""

from __future__ import annotations

from time import perf_counter

from textual.geometry import Size
from textual.widget import Widget

from app.ui.widgets.line_view import LineView
from app.ui.widgets.pace import PACE

_SLICE = 0.006
"""Seconds of growing between two looks at the keyboard."""
_PAUSE = 0.002
_LONG_PAUSE = 0.05
"""The same while somebody types."""
_SHOWN_EVERY = 0.2
"""Seconds between two updates of the scroll bar."""


class GrowingView(LineView):
    """Rows are appended in slices. A subclass finds them, and says where a wanted place is."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._is_waiting = False
        """Whether the next slice is on its way already."""
        self._told_at = 0.0
        self._wanted: int | None = None
        """The place to move to as soon as there is a row for it."""
        self._wants_end = False

    def find_rows(self) -> bool:
        """Find some more rows, in a millisecond or so; false when there are none now."""
        raise NotImplementedError

    def row_of_wanted(self, wanted: int) -> int | None:
        """The row of a wanted place, or None while it is not found yet."""
        raise NotImplementedError

    @property
    def is_growing(self) -> bool:
        """Whether rows are still being found."""
        return self._is_waiting

    def grow(self) -> None:
        """Find rows for a short while, then again, until there are none left now."""
        limit = perf_counter() + _SLICE
        has_more = self.find_rows()
        while has_more and perf_counter() < limit:
            has_more = self.find_rows()
        self._tell_rows(is_last=not has_more)
        self._reach(is_last=not has_more)
        if has_more and not self._is_waiting:
            self._is_waiting = True
            self.set_timer(_LONG_PAUSE if PACE.is_busy else _PAUSE, self._grow_on)

    def _grow_on(self) -> None:
        self._is_waiting = False
        self.grow()

    def _tell_rows(self, *, is_last: bool) -> None:
        """Show that there are more rows: at once when some on the screen are concerned, else now and then.

        Not behind a dialog: the least change there has Textual paint the whole screen anew.
        """
        count, now = self.row_count(), perf_counter()
        is_near = self.told_rows < self.scroll_offset.y + self.size.height
        is_time = now - self._told_at >= _SHOWN_EVERY and self.screen.is_current
        if count == self.told_rows or not (is_last or is_near or is_time):
            return
        is_appended = not is_near and count > self.told_rows and self.show_vertical_scrollbar
        self._told_at = now
        if is_appended:
            self._lengthen()
        else:
            self.rows_changed()

    def _lengthen(self) -> None:
        """Rows have come behind those on the screen: only the scroll bar differs, nothing needs to be laid out."""
        self.set_reactive(Widget.virtual_size, Size(self.virtual_size.width, self.row_count() + self.HEADER))
        self.vertical_scrollbar.window_virtual_size = self.virtual_size.height

    def want(self, place: int) -> None:
        """Move to a place, now or when it is found."""
        self._wanted, self._wants_end = place, False
        self._reach(is_last=False)

    def _reach(self, *, is_last: bool) -> None:
        if self._wants_end:
            super().action_jump(True)
            self._wants_end = not is_last
        if self._wanted is None:
            return
        row = self.row_of_wanted(self._wanted)
        if row is not None:
            self._wanted = None
            self.reached(row)

    def reached(self, row: int) -> None:
        """Move to the row of the wanted place."""
        self._tell_all()
        self.move_to(row)

    def _tell_all(self) -> None:
        if self.told_rows != self.row_count():
            self.rows_changed()

    def forget_wish(self) -> None:
        """A person moves by themselves: no place is wanted any more."""
        self._wanted, self._wants_end = None, False

    def action_move(self, step: int) -> None:
        """One row up or down."""
        self.forget_wish()
        super().action_move(step)

    def action_page(self, pages: int) -> None:
        """One screen up or down."""
        self.forget_wish()
        super().action_page(pages)

    def action_jump(self, to_end: bool) -> None:
        """To the first row, or to the last, also of those that are not found yet."""
        self.forget_wish()
        self._tell_all()
        super().action_jump(to_end)
        self._wants_end = to_end and self._is_waiting
