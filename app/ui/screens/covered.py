"""A screen that lies behind a dialog costs nothing: it is painted with the dialog when it changes, and then rests."""

from __future__ import annotations

from textual.screen import Screen


class CoveredScreen(Screen[None]):
    """A screen over which dialogs open.

    Textual 8.2 has a screen behind a dialog ask for its own repaint after each one. So it is painted again and again,
    whole and with the dialog, as long as any of its widgets hears anything, and every key waits for that.
    """

    def _compositor_refresh(self) -> None:
        """Paint; behind a dialog, be content with that: coming back to the front paints everything anew."""
        super()._compositor_refresh()
        if not self.is_current:
            self._repaint_required = False
