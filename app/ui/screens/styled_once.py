"""A screen whose widgets are given their style once, as they are mounted, and when that changes."""

from __future__ import annotations

from textual.events import ScreenResume


class StyledOnce:
    """Mix into a screen, first: when it is shown, Textual would match every rule against every widget once more."""

    def _on_screen_resume(self, event: ScreenResume) -> None:
        """Every widget has its style: it was mounted just now, or stood behind a dialog and followed what changed."""
        event.refresh_styles = False
