"""What tests of locking share: locking and unlocking, and all that the app still holds in words."""

from __future__ import annotations

from textual.widget import Widget
from textual.widgets import Input, Label
from ui_driver import Driver
from ui_kit import PASSPHRASE

from app.ui.screens.locked import LockedScreen


async def unlock(d: Driver, passphrase: str = PASSPHRASE) -> None:
    """Type the passphrase and wait for what comes of it."""
    d.app.screen.query_one(Input).value = passphrase
    await d.press("enter")
    await d.app.workers.wait_for_complete([w for w in d.app.workers if not w.is_finished])
    await d.settle()


async def locked(d: Driver, key: str = "f9") -> LockedScreen:
    """Lock by a key; the locked screen."""
    await d.pilot.press(key)
    await d.app.workers.wait_for_complete([w for w in d.app.workers if w.group == "lock"])
    await d.pilot.pause()
    screen = d.app.screen
    assert isinstance(screen, LockedScreen)
    return screen


def refusal(d: Driver) -> str:
    """What the locked screen says about the last try."""
    return str(d.app.screen.query_one("#refusal", Label).render())


def held(d: Driver) -> str:
    """All that the app's widgets, titles and stacks hold in words."""
    stacks = [screen for stack in d.app._screen_stacks.values() for screen in stack]
    widgets: list[Widget] = [widget for screen in stacks for widget in screen.walk_children(with_self=True)]
    texts = [repr(vars(widget)) for widget in widgets]
    texts += [str(widget.render()) for widget in widgets if not isinstance(widget, LockedScreen)]
    texts += [d.text, d.app.title, d.app.sub_title, d.app.clipboard, repr(list(d.app._notifications))]
    return "\n".join(texts)
