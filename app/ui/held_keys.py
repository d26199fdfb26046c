"""Keys that were typed between the passphrase and the screen that it opens: kept back, then obeyed in their order.

The key that quits is never kept back. Those that lock or stop are the last to be obeyed: what follows them is dropped.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable

from textual.events import Event, InputEvent, Key, Paste

_AT_ONCE = "ctrl+q"
_LAST = ("f9", "ctrl+z")


class HeldKeys:
    """What was typed while there is no screen for it."""

    def __init__(self) -> None:
        self._held: deque[Event] = deque()
        self.is_holding = False

    def hold(self) -> None:
        """Keep back what is typed from now on."""
        self.is_holding = True

    def take(self, event: Event) -> bool:
        """Whether an event is kept back; a movement of the mouse is of no use later, and only let go."""
        if not self.is_holding or not isinstance(event, (InputEvent, Paste)) or event.is_forwarded:
            return False
        if isinstance(event, Key) and event.key == _AT_ONCE:
            return False
        if isinstance(event, (Key, Paste)):
            self._held.append(event)
        return True

    def drop(self) -> None:
        """Forget what was kept back: the screen that it was meant for does not come."""
        self._held.clear()
        self.is_holding = False

    async def replay(self, obey: Callable[[Event], Awaitable[None]]) -> None:
        """Give out what was kept back; whoever calls lets no other event come between."""
        self.is_holding = False
        while self._held and not self.is_holding:  # one of them may begin another wait
            event = self._held.popleft()
            await obey(event)
            if isinstance(event, Key) and event.key in _LAST:
                self._held.clear()
