"""What stands on the screen of an app under test, character by character."""

from __future__ import annotations

from textual.app import App
from textual.strip import Strip


def screen_lines(app: App[None]) -> list[str]:
    """The lines of the screen as the compositor would send them, trailing spaces included."""
    return [strip.text for strip in screen_strips(app)]


def screen_text(app: App[None]) -> str:
    """The characters on the screen, without trailing spaces."""
    return "\n".join(line.rstrip() for line in screen_lines(app))


def screen_strips(app: App[None]) -> list[Strip]:
    """The lines of the screen with their styles."""
    return app.screen._compositor.render_strips(app.size)
